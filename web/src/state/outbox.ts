import { ApiError, type ErrorCode, type Outcome } from '../api/errors';
import type { Message } from '../protocol/types';
import { backoff, type Random } from '../push/backoff';

/** A message that the person has sent and the server has not answered for. Immutable. */
export type Send = {
  readonly nonce: string;
  readonly conversation: number;
  readonly text: string;
  /** The number of the message it answers to. */
  readonly replyTo: number | null;
  readonly createdAt: number;
  /** Sends of one conversation go out in this order. */
  readonly order: number;
  /** The conversation's newest number when it was sent: its own number can only be higher. */
  readonly afterSeq: number;
  /** When it first went out; until then it cannot have arrived. */
  readonly attemptedAt: number | null;
  readonly status: 'waiting' | 'sending' | 'failed';
  readonly error: ErrorCode | null;
};

export type NewSend = Pick<Send, 'nonce' | 'conversation' | 'text' | 'replyTo' | 'afterSeq'>;

/** Where sends outlive the page. Keyed by user; a value that cannot be read is left out. */
export interface SendStore {
  all(user: number): Send[];
  put(user: number, send: Send): void;
  remove(user: number, nonce: string): void;
}

export type OutboxDeps = {
  readonly post: (send: Send, signal: AbortSignal) => Promise<Outcome<Message>>;
  readonly store: SendStore;
  readonly now: () => number;
  readonly random: Random;
  readonly newNonce: () => string;
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly onChange: (sends: readonly Send[]) => void;
  readonly onSent: (nonce: string, message: Message) => void;
};

/** Nonces are kept for 30 days by the server; from here on a person decides. */
export const STALE_MS = 25 * 24 * 3600 * 1000;

/**
 * Brings every send to the server exactly once, in the order of its conversation, over reloads and
 * restarts on either side. A send is stored before it is shown, keeps its nonce for every try, and
 * goes when it is answered; one that is refused stays until the person decides.
 *
 * Tabs of one browser share the store. One that starts or reconnects takes over what it finds:
 * two tabs that bring the same send are harmless, because the server knows it by its nonce, and
 * each of them keeps the order.
 */
export class Outbox {
  #user: number | null = null;
  #sends: Send[] = [];
  readonly #busy = new Map<number, AbortController>();
  readonly #rests = new Map<number, () => void>();
  #open = false;

  constructor(private readonly deps: OutboxDeps) {}

  get sends(): readonly Send[] {
    return this.#sends;
  }

  /** Begins for a user, with what is stored of theirs. */
  start(user: number): void {
    if (this.#user !== user) {
      this.stop();
      this.#sends = [];
      this.#user = user;
    }
    this.#open = true;
    this.adopt();
    this.#changed();
    this.kick();
  }

  /** Sends nothing more. What is stored stays. */
  stop(): void {
    this.#open = false;
    for (const [conversation, cancel] of this.#rests) {
      cancel();
      this.#rests.delete(conversation);
    }
    for (const busy of this.#busy.values()) busy.abort();
    this.#busy.clear();
    this.#sends = this.#sends.map((send) =>
      send.status === 'sending' ? { ...send, status: 'waiting' } : send,
    );
    this.#changed();
  }

  add(wish: NewSend): void {
    if (this.#user === null) return;
    const last = this.#sends.reduce((order, send) => Math.max(order, send.order), 0);
    const send: Send = {
      ...wish,
      createdAt: this.deps.now(),
      order: Math.max(this.deps.now(), last + 1),
      attemptedAt: null,
      status: 'waiting',
      error: null,
    };
    this.#sends = [...this.#sends, send];
    this.deps.store.put(this.#user, send);
    this.#changed();
    this.#drain(send.conversation);
  }

  /**
   * Sends a refused one again. It keeps its nonce, unless the nonce is what was wrong: a try before
   * the refused one may have arrived.
   */
  retry(nonce: string, afterSeq: number): void {
    const send = this.#sends.find((item) => item.nonce === nonce);
    if (send?.status !== 'failed' || this.#user === null) return;
    const fresh = send.error === 'stale_send' || send.error === 'nonce_reused';
    const again: Send = {
      ...send,
      nonce: fresh ? this.deps.newNonce() : send.nonce,
      attemptedAt: fresh ? null : send.attemptedAt,
      afterSeq,
      status: 'waiting',
      error: null,
    };
    if (fresh) this.deps.store.remove(this.#user, nonce);
    this.#replace(nonce, again);
    this.#drain(send.conversation);
  }

  /** Forgets one that is not on its way. Returns its text, or null where it is too late. */
  discard(nonce: string): string | null {
    const send = this.#sends.find((item) => item.nonce === nonce);
    if (!send || send.status === 'sending' || this.#user === null) return null;
    this.deps.store.remove(this.#user, nonce);
    this.#sends = this.#sends.filter((item) => item !== send);
    this.#changed();
    this.#drain(send.conversation);
    return send.text;
  }

  /** Another tab has finished with it. One that is on its way here gets its own answer. */
  gone(nonce: string): void {
    const send = this.#sends.find((item) => item.nonce === nonce);
    if (!send || send.status === 'sending') return;
    this.#sends = this.#sends.filter((item) => item !== send);
    this.#changed();
  }

  /** Takes over what other tabs, or this one before a reload, have left. */
  adopt(): void {
    if (this.#user === null) return;
    const known = new Set(this.#sends.map((send) => send.nonce));
    const found = this.deps.store.all(this.#user).filter((send) => !known.has(send.nonce));
    if (found.length === 0) return;
    const waiting = found.map((send): Send =>
      send.status === 'sending' ? { ...send, status: 'waiting' } : send,
    );
    this.#sends = [...this.#sends, ...waiting].sort((a, b) => a.order - b.order);
    this.#changed();
  }

  /** The connection is there (again): no need to wait any longer. */
  kick(): void {
    for (const [conversation, cancel] of this.#rests) {
      cancel();
      this.#rests.delete(conversation);
    }
    for (const conversation of new Set(this.#sends.map((send) => send.conversation))) {
      this.#drain(conversation);
    }
  }

  #drain(conversation: number, failures = 0): void {
    if (!this.#open || this.#busy.has(conversation) || this.#rests.has(conversation)) return;
    const send = this.#sends.find(
      (item) => item.conversation === conversation && item.status === 'waiting',
    );
    if (!send) return;
    const now = this.deps.now();
    if (send.attemptedAt !== null && now - send.attemptedAt > STALE_MS) {
      this.#replace(send.nonce, { ...send, status: 'failed', error: 'stale_send' });
      this.#drain(conversation);
      return;
    }
    void this.#bring(
      { ...send, status: 'sending', attemptedAt: send.attemptedAt ?? now },
      failures,
    );
  }

  async #bring(send: Send, failures: number): Promise<void> {
    const user = this.#user;
    const abort = new AbortController();
    this.#busy.set(send.conversation, abort);
    // Stored as attempted before it goes: after a crash it is known that it may have arrived.
    this.#replace(send.nonce, send);
    let outcome: Outcome<Message>;
    try {
      outcome = await this.deps.post(send, abort.signal);
    } catch {
      outcome = { ok: false, error: new ApiError('network') };
    }
    if (this.#busy.get(send.conversation) !== abort || this.#user !== user) return;
    this.#busy.delete(send.conversation);
    if (outcome.ok) this.#sent(send, outcome.value);
    else this.#refused(send, outcome.error, failures);
  }

  #sent(send: Send, message: Message): void {
    if (this.#user !== null) this.deps.store.remove(this.#user, send.nonce);
    this.#sends = this.#sends.filter((item) => item.nonce !== send.nonce);
    // The answer first: whoever shows both never misses the message between the two.
    this.deps.onSent(send.nonce, message);
    this.#changed();
    this.#drain(send.conversation);
  }

  #refused(send: Send, error: ApiError, failures: number): void {
    if (error.code === 'sign_in_required' || error.code === 'other_user') {
      this.#replace(send.nonce, { ...send, status: 'waiting' });
      this.stop();
      return;
    }
    if (!error.passing) {
      this.#replace(send.nonce, { ...send, status: 'failed', error: error.code });
      this.#drain(send.conversation);
      return;
    }
    this.#replace(send.nonce, { ...send, status: 'waiting' });
    const ms = Math.max(backoff(failures + 1, this.deps.random), (error.retryAfter ?? 0) * 1000);
    const cancel = this.deps.setTimer(ms, () => {
      this.#rests.delete(send.conversation);
      this.#drain(send.conversation, failures + 1);
    });
    this.#rests.set(send.conversation, cancel);
  }

  #replace(nonce: string, send: Send): void {
    if (this.#user !== null) this.deps.store.put(this.#user, send);
    this.#sends = this.#sends.map((item) => (item.nonce === nonce ? send : item));
    this.#changed();
  }

  #changed(): void {
    this.deps.onChange(this.#sends);
  }
}
