import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError, failed, type Outcome } from '../api/errors';
import type { Message } from '../protocol/types';
import { Outbox, type Send, STALE_MS } from './outbox';
import { BrowserSendStore } from './send_store';
import { MemoryStore } from './storage';
import { ME, World } from './world.test_support';

type Fate = 'stored' | 'lost request' | 'lost reply' | 'busy';

/** An outbox on a server that loses what the test says, with time that only the test moves. */
class Bench {
  now: number;
  readonly world = new World();
  readonly store: BrowserSendStore;
  readonly sent: string[] = [];
  shown: readonly Send[] = [];
  fates: Fate[] = [];
  refuse: ApiError | null = null;
  outbox: Outbox;
  #timers: { at: number; fire: () => void }[] = [];
  #nonces = 0;

  constructor(
    readonly memory = new MemoryStore(),
    now = 1_000_000,
  ) {
    this.now = now;
    this.store = new BrowserSendStore(memory);
    this.world.open(1, 11);
    this.world.open(2, 12);
    this.outbox = this.begin();
  }

  /** What a reload leaves: the store. Timers and answers of the page before are gone. */
  begin(): Outbox {
    this.#timers = [];
    let alive = true;
    const outbox = new Outbox({
      post: (send) => this.post(send, () => alive),
      // A page that is gone writes nothing and waits for nothing, wherever it was interrupted.
      store: {
        all: (user) => this.store.all(user),
        put: (user, send) => void (alive && this.store.put(user, send)),
        remove: (user, nonce) => void (alive && this.store.remove(user, nonce)),
      },
      now: () => this.now,
      random: () => 0.5,
      newNonce: () => `fresh${this.#nonces++}`,
      setTimer: (ms, fire) => {
        const timer = { at: this.now + ms, fire };
        if (alive) this.#timers.push(timer);
        return () => (this.#timers = this.#timers.filter((item) => item !== timer));
      },
      // Nor does it show anything over the one after it.
      onChange: (sends) => void (alive && (this.shown = sends)),
      onSent: (nonce) => this.sent.push(nonce),
    });
    this.end = () => (alive = false);
    this.outbox = outbox;
    outbox.start(ME);
    return outbox;
  }
  end: () => void = () => undefined;

  async post(send: Send, alive: () => boolean): Promise<Outcome<Message>> {
    const fate = this.fates.shift() ?? 'stored';
    await Promise.resolve();
    if (!alive()) return new Promise(() => undefined);
    if (this.refuse) return failed(this.refuse);
    if (fate === 'busy') return failed(new ApiError('overloaded', 503, null, 1));
    if (fate === 'lost request') return failed(new ApiError('network'));
    const value = this.world.send(send.conversation, send.nonce, send.text);
    if (!value) throw new Error('no such conversation');
    if (fate === 'lost reply') return failed(new ApiError('network'));
    return { ok: true, value };
  }

  async settle(): Promise<void> {
    for (let round = 0; round < 200; round++) {
      for (let n = 0; n < 400; n++) await Promise.resolve();
      const next = this.#timers.sort((a, b) => a.at - b.at).shift();
      if (!next) return;
      this.now = Math.max(this.now, next.at);
      next.fire();
    }
  }

  add(conversation: number, nonce: string): void {
    this.outbox.add({ nonce, conversation, text: nonce, replyTo: null, afterSeq: 0 });
  }

  stored(conversation: number): string[] {
    return (this.world.rooms.get(conversation)?.messages ?? []).map((message) => message.text);
  }
}

describe('Outbox', () => {
  // Goal: each message is stored exactly once and in order, whatever is lost on the way, over
  // reloads in the middle of it.
  it('stores each message once and in the order of its conversation', async () => {
    const fate = fc.constantFrom<Fate>('stored', 'lost request', 'lost reply', 'busy');
    const does = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('send 1', 'send 2') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('reload', 'settle', 'kick', 'tick', 'sign in again'),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(does, { maxLength: 25 }),
        fc.array(fate, { maxLength: 40 }),
        async (acts, fates) => {
          const bench = new Bench();
          bench.fates = [...fates];
          const wanted: Record<number, string[]> = { 1: [], 2: [] };
          let n = 0;
          for (const what of acts) {
            bench.now += 1;
            if (what === 'reload') {
              bench.end();
              bench.begin();
            } else if (what === 'settle') await bench.settle();
            else if (what === 'kick') bench.outbox.kick();
            else if (what === 'tick') await Promise.resolve();
            else if (what === 'sign in again') {
              bench.outbox.stop();
              bench.outbox.start(ME);
            } else {
              const conversation = what === 'send 1' ? 1 : 2;
              const text = `m${n++}`;
              wanted[conversation]?.push(text);
              bench.add(conversation, text);
            }
          }
          await bench.settle();
          expect([bench.stored(1), bench.stored(2)]).toEqual([wanted[1], wanted[2]]);
          expect(bench.shown).toEqual([]);
          expect(bench.store.all(ME)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('two tabs that share the store bring each message once', async () => {
    const memory = new MemoryStore();
    const one = new Bench(memory);
    one.outbox.stop();
    one.add(1, 'a');
    one.add(1, 'b');
    const two = new Bench(memory);
    // One server for both.
    two.world.nonces.forEach((message, nonce) => one.world.nonces.set(nonce, message));
    Object.assign(one, { world: two.world });
    one.outbox.start(ME);
    await Promise.all([one.settle(), two.settle()]);
    expect(two.stored(1)).toEqual(['a', 'b']);
  });

  it('is on the list and in the store before anything is sent', () => {
    const bench = new Bench();
    bench.add(1, 'a');
    expect(bench.shown.map((send) => send.nonce)).toEqual(['a']);
    expect(bench.store.all(ME)).toMatchObject([{ nonce: 'a', attemptedAt: bench.now }]);
    expect(bench.stored(1)).toEqual([]);
  });

  it('keeps a refused one in place, and lets those after it go', async () => {
    const bench = new Bench();
    bench.refuse = new ApiError('not_allowed', 403);
    bench.add(1, 'a');
    await bench.settle();
    expect(bench.shown).toMatchObject([{ nonce: 'a', status: 'failed', error: 'not_allowed' }]);
    bench.refuse = null;
    bench.add(1, 'b');
    await bench.settle();
    expect(bench.stored(1)).toEqual(['b']);
    bench.outbox.retry('a', 1);
    await bench.settle();
    expect(bench.stored(1)).toEqual(['b', 'a']);
    expect(bench.shown).toEqual([]);
  });

  it('a refused one survives a reload and is not sent by itself', async () => {
    const bench = new Bench();
    bench.refuse = new ApiError('too_long', 422, 'text');
    bench.add(1, 'a');
    await bench.settle();
    bench.refuse = null;
    bench.end();
    bench.begin();
    await bench.settle();
    expect(bench.stored(1)).toEqual([]);
    expect(bench.outbox.discard('a')).toBe('a');
    expect(bench.store.all(ME)).toEqual([]);
  });

  it('asks the person where a send that may have arrived is too old', async () => {
    const bench = new Bench();
    bench.fates = ['lost request'];
    bench.add(1, 'a');
    for (let n = 0; n < 6; n++) await Promise.resolve();
    bench.end();
    for (const [age, stale] of [
      [STALE_MS, false],
      [STALE_MS + 1, true],
    ] as const) {
      const other = new Bench(copy(bench.memory), bench.now + age);
      await other.settle();
      expect(other.shown.map((send) => send.error)).toEqual(stale ? ['stale_send'] : []);
      if (!stale) continue;
      // Sent again, it is another message: the server has forgotten the old nonce.
      other.outbox.retry('a', 0);
      await other.settle();
      expect(other.stored(1)).toEqual(['a']);
      expect(other.world.nonces.has('a')).toBe(false);
    }
  });

  it('sends nothing once the session is over, and all of it when the user is back', async () => {
    const bench = new Bench();
    bench.refuse = new ApiError('sign_in_required', 401);
    bench.add(1, 'a');
    await bench.settle();
    bench.refuse = null;
    bench.add(1, 'b');
    await bench.settle();
    expect(bench.stored(1)).toEqual([]);
    expect(bench.shown.map((send) => send.status)).toEqual(['waiting', 'waiting']);
    bench.outbox.start(ME);
    await bench.settle();
    expect(bench.stored(1)).toEqual(['a', 'b']);
  });

  it('never shows one user what another has left', async () => {
    const bench = new Bench();
    bench.outbox.stop();
    bench.add(1, 'a');
    bench.outbox.start(99);
    await bench.settle();
    expect(bench.shown).toEqual([]);
    expect(bench.stored(1)).toEqual([]);
  });

  it('leaves out what cannot be read', () => {
    const bench = new Bench();
    bench.memory.set(`keepline.outbox.${ME}.x`, '{"nonce":"x"}');
    bench.memory.set(`keepline.outbox.${ME}.y`, 'not json');
    expect(bench.store.all(ME)).toEqual([]);
  });
});

function copy(memory: MemoryStore): MemoryStore {
  const other = new MemoryStore();
  for (const key of memory.keys('')) other.set(key, memory.get(key) ?? '');
  return other;
}
