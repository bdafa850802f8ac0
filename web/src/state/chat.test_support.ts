import { ApiError, done, failed } from '../api/errors';
import type { ToHub } from '../push/bridge';
import { Chat } from './chat_store.svelte';
import { Drafts } from './drafts.svelte';
import type { MessageRequests } from './message_requests';
import type { Requests } from './requests';
import { MemoryStore } from './storage';
import type { Visit } from './visit.svelte';
import { ME, World } from './world.test_support';

/** A chat on a small server, with time that only the test moves. */
export class Bench {
  readonly world = new World();
  readonly posted: ToHub[] = [];
  readonly pages: string[] = [];
  readonly marks: [number, number, boolean][] = [];
  readonly drafts = new Drafts(new MemoryStore());
  readonly requests: Partial<Requests>;
  readonly messages: Partial<MessageRequests> = {};
  down = false;
  now = 1_000_000;
  #timers: { at: number; fire: () => void }[] = [];
  #told = 0;
  #nonce = 0;
  readonly chat: Chat;

  constructor(messages = 0) {
    this.world.relate(11, 'friends');
    this.world.open(1, 11);
    for (let n = 1; n <= messages; n++) this.world.say(1, 11, `m${n}`);
    const lost = () => Promise.resolve(failed(new ApiError('network')));
    this.requests = {
      conversation: (id) => {
        const found = this.world.conversation(id);
        if (this.down) return lost();
        return Promise.resolve(found ? done(found) : failed(new ApiError('not_found', 404)));
      },
      messages: (id, request, limit) => {
        if (this.down) return lost();
        const at = request.kind === 'newest' ? {} : { [request.kind]: request.seq };
        this.pages.push(request.kind);
        return Promise.resolve(done(this.world.page(id, at, limit)));
      },
      read: (id, seq, lower) => {
        this.marks.push([id, seq, lower]);
        this.world.read(id, ME, seq, lower);
        return Promise.resolve(done(seq));
      },
      typing: () => Promise.resolve(done()),
    };
    this.drafts.start(ME);
    this.chat = new Chat({
      requests: this.requests as Requests,
      messages: this.messages as MessageRequests,
      post: (message) => this.posted.push(message),
      drafts: this.drafts,
      now: () => this.now,
      newNonce: () => `n${this.#nonce++}`,
      onMe: () => undefined,
      setTimer: (ms, fire) => {
        const timer = { at: this.now + ms, fire };
        this.#timers.push(timer);
        return () => (this.#timers = this.#timers.filter((item) => item !== timer));
      },
    });
  }

  sync(): this {
    this.chat.receive({ type: 'snapshot', snapshot: this.world.snapshot(), restored: false });
    this.#told = this.world.log.length;
    return this;
  }
  /** Tells what has happened since, as the stream does. */
  tell(): void {
    const events = this.world.log.slice(this.#told);
    this.#told = this.world.log.length;
    const batch = { cursor: 'c', events, signals: [], more: false };
    this.chat.receive({ type: 'batch', batch });
  }
  async settle(ms = 0): Promise<void> {
    const until = this.now + ms;
    for (let round = 0; round < 50; round++) {
      for (let n = 0; n < 20; n++) await Promise.resolve();
      const next = this.#timers.sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.#timers.shift();
      this.now = next.at;
      next.fire();
    }
    this.now = until;
  }
  async open(): Promise<Visit> {
    const visit = this.chat.open(1);
    await this.settle();
    return visit;
  }
}
