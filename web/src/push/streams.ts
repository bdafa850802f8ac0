import { nullable, object, type Decoder, flag, count } from '../protocol/shape';
import { type Batch, isReset, type Reset } from '../protocol/types';
import type { Store } from '../state/storage';
import { between, type Random } from './backoff';
import {
  begin,
  type Carrier,
  carrier,
  type CarrierEffect,
  type CarrierInput,
  type Carriers,
  KINDS,
  type Past,
  type StreamEnd,
  type StreamKind,
  UNKNOWN,
} from './carrier_state';
import { dueAt, stepCarriers } from './carriers';
import type { Patience } from './patience';
import type { OpenStream } from './stream';

/** Written by the tab that opens an SSE, so that the others give theirs up. */
export const SSE_KEY = 'keepline.sse';

/** Holds `poll` where nothing but the poll is to be used; read by every tab. */
export const ROUTE_KEY = 'keepline.route';

/** What the page remembers of each way, for its origin. */
const MEMORY_KEY = 'keepline.carriers';

export type StreamsDeps = {
  readonly open: OpenStream;
  readonly memory: Store;
  readonly now: () => number;
  readonly random: Random;
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly cursor: () => string;
  readonly patience: Patience;
  /** Answers whether it was applied. */
  readonly onBatch: (batch: Batch) => boolean;
  readonly onCarried: () => void;
  readonly onLost: (ms: number) => void;
  readonly onAsk: () => void;
  readonly onCheck: () => void;
};

/** Runs the carriers: opens and closes streams, keeps their time, remembers how they did. */
export class Streams {
  #carriers: Carriers;
  readonly #open = new Map<number, () => void>();
  #cancelTimer: (() => void) | null = null;
  /** What came while a step was being done. */
  readonly #queue: CarrierInput[] = [];
  #stepping = false;
  #advised: readonly number[] = [0, 0];

  constructor(private readonly deps: StreamsDeps) {
    const { memory } = deps;
    this.#carriers = begin(recall(memory, deps.now()), memory.get(ROUTE_KEY) !== 'poll');
  }

  get carrier(): Carrier {
    return carrier(this.#carriers);
  }

  get pollOnly(): boolean {
    return !this.#carriers.allowed;
  }

  /** Somebody wishes, for good, that only the poll is used, or that it is not. */
  choose(pollOnly: boolean): void {
    if (pollOnly) this.deps.memory.set(ROUTE_KEY, 'poll');
    else this.deps.memory.remove(ROUTE_KEY);
    if (pollOnly !== this.pollOnly) this.feed({ type: 'allow', allowed: !pollOnly });
  }

  feed(input: CarrierInput): void {
    this.#queue.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#stepping = false;
    }
    const now = this.deps.now();
    const due = dueAt(this.#carriers, now);
    this.#cancelTimer?.();
    this.#cancelTimer =
      due === null ? null : this.deps.setTimer(due - now, () => this.feed({ type: 'timer' }));
  }

  #step(input: CarrierInput): void {
    const { now, random } = this.deps;
    const { carriers, effects } = stepCarriers(this.#carriers, input, { now: now(), random });
    this.#carriers = carriers;
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: CarrierEffect): void {
    switch (effect.do) {
      case 'open':
        this.#begin(effect.kind, effect.turn);
        break;
      case 'close':
        this.#open.get(effect.turn)?.();
        this.#open.delete(effect.turn);
        break;
      case 'carried':
        this.deps.onCarried();
        break;
      case 'lost':
        this.deps.onLost(effect.ms);
        break;
      case 'ask':
        this.deps.onAsk();
        break;
      case 'check':
        this.deps.onCheck();
        break;
      case 'remember':
        this.deps.memory.set(MEMORY_KEY, JSON.stringify(pick(this.#carriers.ways)));
        break;
    }
  }

  #begin(kind: StreamKind, turn: number): void {
    if (kind === 'sse') this.deps.memory.set(SSE_KEY, `${this.deps.now()}.${this.deps.random()}`);
    const close = this.deps.open(kind, {
      cursor: this.deps.cursor(),
      beat: this.deps.patience.beat,
      onBatch: (batch) => this.#told(turn, batch),
      onEnd: (why) => this.#ended(turn, why),
    });
    this.#open.set(turn, close);
  }

  #told(turn: number, batch: Batch | Reset): void {
    // Closed while it was on its way.
    if (!this.#open.has(turn)) return;
    if (batch.advice) this.#advised = batch.advice.retry;
    // What is wrong with the cursor, or with the batch, the poll meets again and deals with.
    if (isReset(batch) || !this.deps.onBatch(batch)) this.#ended(turn, 'cut');
    else this.feed({ type: 'heard', turn });
  }

  #ended(turn: number, why: StreamEnd): void {
    this.#open.get(turn)?.();
    if (!this.#open.delete(turn)) return;
    const ms = why === 'restart' ? between(this.#advised, this.deps.random) : 0;
    const { held } = this.#carriers;
    const silent = held?.turn === turn ? this.deps.now() - held.heardAt : 0;
    const learnt = why === 'cut' && this.deps.patience.cut(silent);
    this.feed({ type: 'ended', turn, why, ms, learnt });
  }
}

type Pasts = Readonly<Record<StreamKind, Past>>;

function pick(ways: Pasts): Pasts {
  const past = ({ worked, rests, restUntil }: Past): Past => ({ worked, rests, restUntil });
  return { websocket: past(ways.websocket), sse: past(ways.sse) };
}

const decodePast: Decoder<Past> = (value, at) => {
  const past = object(value, at);
  return {
    worked: flag(past.worked, `${at}.worked`),
    rests: count(past.rests, `${at}.rests`),
    restUntil: count(past.restUntil, `${at}.restUntil`),
  };
};

/** A rest that is over is forgotten, so that the next failure counts from the beginning. */
function recall(memory: Store, now: number): Pasts {
  const known: Record<StreamKind, Past> = { websocket: UNKNOWN, sse: UNKNOWN };
  try {
    const stored = object(JSON.parse(memory.get(MEMORY_KEY) ?? '{}'), 'carriers');
    for (const kind of KINDS) {
      const past = nullable(decodePast)(stored[kind] ?? null, kind);
      if (past && past.restUntil > now) known[kind] = past;
      else if (past) known[kind] = { ...UNKNOWN, worked: past.worked };
    }
  } catch {
    // Of another build, or nobody's: then nothing is known.
  }
  return known;
}
