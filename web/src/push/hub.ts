import type { ApiError } from '../api/errors';
import { type Batch, isReset, type Message, type Snapshot } from '../protocol/types';
import { Outbox, type OutboxDeps } from '../state/outbox';
import type { Store } from '../state/storage';
import type { FromHub, Status, ToHub } from './bridge';
import {
  type Effect,
  idle,
  type Input,
  type Machine,
  settled,
  shown,
  showsAgainAt,
  step,
} from './machine';
import type { Random } from './backoff';
import { Patience } from './patience';
import type { OpenStream } from './stream';
import { Streams } from './streams';
import type { Transport } from './transport';
import { type Ticker, Watchdog } from './watchdog';

export type HubDeps = Ticker & {
  readonly transport: Transport;
  readonly openStream: OpenStream;
  /** Remembers how the carriers did. */
  readonly memory: Store;
  readonly random: Random;
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly outbox: Pick<OutboxDeps, 'post' | 'store' | 'newNonce'>;
  /** Makes a request that is none of the stream's. Answers whether it came through. */
  readonly renew: () => Promise<boolean>;
  readonly emit: (message: FromHub) => void;
};

/**
 * The server sends the session's cookie anew with any answer but the stream's: a page that only
 * listens for a month would lose it.
 */
export const RENEW_MS = 24 * 3_600_000;
const RENEW_AGAIN_MS = 600_000;

/**
 * Holds the connection: runs the machine, keeps the cursor, drains the outbox. The same in every
 * host. The cursor moves only after a batch was applied, so a batch is told again rather than lost.
 */
export class Hub {
  #machine: Machine = idle();
  #cursor: string | null = null;
  #user: number | null = null;
  #abort: AbortController | null = null;
  #cancelTimer: (() => void) | null = null;
  #cancelShow: (() => void) | null = null;
  #build: string | null = null;
  #delay: number | null = null;
  #lastResume: number | null = null;
  #status: Status | null = null;
  #renewAt = 0;
  #why: 'start' | 'old' | 'epoch' | 'ahead' | 'unknown' = 'start';
  readonly #watchdog: Watchdog;
  readonly #outbox: Outbox;
  readonly #streams: Streams;
  readonly #patience = new Patience();

  constructor(private readonly deps: HubDeps) {
    this.#watchdog = new Watchdog(deps, () => this.#wake('wake'));
    this.#streams = new Streams({
      open: deps.openStream,
      memory: deps.memory,
      now: () => deps.now(),
      random: deps.random,
      setTimer: deps.setTimer,
      cursor: () => this.#cursor ?? '',
      patience: this.#patience,
      onBatch: (batch) => this.#told(batch),
      onCarried: () => this.#feed({ type: 'carried' }),
      onLost: (ms) => this.#feed({ type: 'lost', ms }),
      onAsk: () => this.#feed({ type: 'wake' }),
      onCheck: () => this.#feed({ type: 'check' }),
    });
    this.#outbox = new Outbox({
      ...deps.outbox,
      now: () => deps.now(),
      random: deps.random,
      setTimer: deps.setTimer,
      onChange: (sends) => {
        deps.emit({ type: 'sends', sends });
        this.#tell();
      },
      onSent: (nonce: string, message: Message) => deps.emit({ type: 'sent', nonce, message }),
    });
  }

  handle(message: ToHub): void {
    switch (message.type) {
      case 'start':
        if (message.user !== this.#user) this.#cursor = null;
        this.#user = message.user;
        this.#renewAt = this.deps.now() + RENEW_MS;
        this.#watchdog.start();
        // What may have arrived without an answer goes first, before the first snapshot.
        this.#outbox.start(message.user);
        this.#feed({ type: 'start', hasCursor: this.#cursor !== null });
        break;
      case 'stop':
        this.#watchdog.stop();
        this.#outbox.stop();
        this.#feed({ type: 'stop' });
        break;
      case 'refused':
        this.#watchdog.stop();
        this.#outbox.stop();
        this.#feed(message);
        break;
      case 'attention':
        this.#watchdog.hidden = !message.visible;
        // Before the probe, which the machine makes now: it is what the stream is measured by.
        if (message.visible && !this.#machine.visible) this.#streams.feed({ type: 'wake' });
        this.#streams.feed(message);
        this.#feed(message);
        break;
      case 'online':
        if (message.online === this.#machine.online) break;
        if (message.online) {
          this.#patience.forget();
          this.#streams.feed({ type: 'network' });
        }
        this.#streams.feed({ type: 'wake' });
        this.#feed(message);
        break;
      case 'wake':
      case 'retry':
        this.#wake(message.type);
        this.#outbox.kick();
        break;
      case 'resync':
        this.#feed(message);
        break;
      case 'send':
        this.#outbox.add(message.send);
        break;
      case 'resend':
        this.#outbox.retry(message.nonce, message.afterSeq);
        break;
      case 'discard':
        this.#outbox.discard(message.nonce);
        break;
      case 'gone':
        this.#outbox.gone(message.nonce);
        break;
      case 'yield':
        this.#streams.feed(message);
        break;
      case 'route':
        this.#streams.choose(message.pollOnly);
        this.#tell();
        break;
      case 'adopt':
        this.#outbox.adopt();
        this.#outbox.kick();
        break;
    }
  }

  #wake(type: 'wake' | 'retry'): void {
    this.#streams.feed({ type: 'wake' });
    this.#feed({ type });
  }

  #feed(input: Input): void {
    const before = this.#machine;
    const now = this.deps.now();
    const { machine, effects } = step(before, input, { now, random: this.deps.random });
    this.#machine = machine;
    for (const effect of effects) this.#run(effect);
    const line = settled(machine) ? 'up' : doubted(machine) ? 'doubt' : 'down';
    this.#streams.feed({ type: 'line', line });
    if (machine.phase === 'live' && before.phase !== 'live') this.#arrived(before, now);
    this.#renewIfDue();
    this.#tell();
  }

  #renewIfDue(): void {
    const now = this.deps.now();
    if (this.#machine.phase === 'live' && now >= this.#renewAt) void this.#renew(now);
  }

  async #renew(now: number): Promise<void> {
    this.#renewAt = now + RENEW_AGAIN_MS;
    if (await this.deps.renew()) this.#renewAt = now + RENEW_MS;
  }

  #arrived(before: Machine, now: number): void {
    // A probe that found all well was no interruption.
    if (before.lostAt !== null && before.phase !== 'degraded') this.#lastResume = now;
    this.#outbox.adopt();
    this.#outbox.kick();
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'abort':
        this.#abort?.abort();
        this.#abort = null;
        break;
      case 'timer':
        this.#cancelTimer?.();
        this.#cancelTimer =
          effect.ms === null
            ? null
            : this.deps.setTimer(effect.ms, () => this.#feed({ type: 'timer' }));
        break;
      case 'ask':
        this.#abort = new AbortController();
        if (effect.what === 'snapshot') void this.#load(effect, this.#abort.signal);
        else void this.#ask(effect, this.#abort.signal);
        break;
    }
  }

  async #load(effect: Extract<Effect, { do: 'ask' }>, signal: AbortSignal): Promise<void> {
    const reply = await this.deps.transport.snapshot(effect.limitMs, signal);
    if (signal.aborted) return;
    if (!reply.ok) {
      this.#failed(effect.turn, reply.error);
      return;
    }
    if (this.#applied(effect.turn, () => this.#begin(reply.value))) {
      this.#feed({ type: 'loaded', turn: effect.turn });
    }
  }

  #begin(snapshot: Snapshot): void {
    // Numbers of a restored database may stand for other messages than the ones at hand.
    const restored = this.#why === 'epoch' || this.#why === 'ahead';
    this.deps.emit({ type: 'snapshot', snapshot, restored });
    this.#cursor = snapshot.cursor;
    this.#why = 'start';
  }

  async #ask(effect: Extract<Effect, { do: 'ask' }>, signal: AbortSignal): Promise<void> {
    const { turn, hello, limitMs } = effect;
    const wait = Math.min(effect.wait, this.#patience.wait);
    const askedAt = this.deps.now();
    const cursor = this.#cursor ?? '';
    const reply = await this.deps.transport.ask({ cursor, wait, hello, limitMs, signal });
    if (signal.aborted) return;
    if (!reply.ok) {
      if (wait > 0 && reply.error.passing) this.#patience.cut(this.deps.now() - askedAt);
      this.#failed(turn, reply.error);
      return;
    }
    const answer = reply.value;
    if (isReset(answer)) {
      this.#cursor = null;
      this.#why = answer.reset.why;
      this.#feed({ type: 'reset', turn });
      return;
    }
    if (wait === 0) this.#delay = this.deps.now() - askedAt;
    if (!this.#applied(turn, () => this.#take(answer))) return;
    // First, because a stream that has told everything carries on, and then nothing is asked.
    this.#streams.feed({ type: 'polled', fresh: answer.events.length > 0 });
    this.#feed({ type: 'answered', turn, more: answer.more, advice: answer.advice ?? null });
  }

  #take(batch: Batch): void {
    if (batch.hello) this.#greet(batch.hello.build);
    this.deps.emit({ type: 'batch', batch });
    this.#cursor = batch.cursor;
  }

  /** What a stream says, which may be what the poll has said before. */
  #told(batch: Batch): boolean {
    try {
      this.#take(batch);
    } catch (fault) {
      reportError(fault);
      return false;
    }
    this.#renewIfDue();
    return true;
  }

  /** A batch that could not be applied was not had: the connection goes on, from before it. */
  #applied(turn: number, apply: () => void): boolean {
    try {
      apply();
      return true;
    } catch (fault) {
      this.#feed({ type: 'failed', turn, retryAfterMs: null });
      // Ours to mend: let whoever looks at the console, or at errors in a test, see it.
      reportError(fault);
      return false;
    }
  }

  #failed(turn: number, error: ApiError): void {
    const retryAfterMs = error.retryAfter === null ? null : error.retryAfter * 1000;
    this.#feed({ type: 'failed', turn, retryAfterMs });
  }

  #greet(build: string): void {
    if (this.#build !== null && build !== this.#build) this.deps.emit({ type: 'updated' });
    this.#build ??= build;
  }

  /** Tells the tab how things stand, when that has changed. */
  #tell(): void {
    const now = this.deps.now();
    const machine = this.#machine;
    const state = shown(machine, now);
    const status: Status = {
      state,
      carrier: this.#streams.carrier,
      pollOnly: this.#streams.pollOnly,
      since: this.#status?.state === state ? this.#status.since : now,
      nextTry: machine.phase === 'waiting' ? machine.nextAt : null,
      delay: this.#delay,
      lastResume: this.#lastResume,
      waiting: this.#outbox.sends.filter((send) => send.status !== 'failed').length,
    };
    this.#cancelShow?.();
    const again = showsAgainAt(machine, now);
    this.#cancelShow = again === null ? null : this.deps.setTimer(again - now, () => this.#tell());
    if (this.#status && same(this.#status, status)) return;
    this.#status = status;
    this.deps.emit({ type: 'status', status });
  }
}

/** Whether it asks for something, with nothing gone wrong: a stream may go on meanwhile. */
function doubted({ phase }: Machine): boolean {
  return phase === 'live' || phase === 'degraded';
}

function same(a: Status, b: Status): boolean {
  return (
    a.state === b.state &&
    a.carrier === b.carrier &&
    a.pollOnly === b.pollOnly &&
    a.nextTry === b.nextTry &&
    a.delay === b.delay &&
    a.lastResume === b.lastResume &&
    a.waiting === b.waiting
  );
}
