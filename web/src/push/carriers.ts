// Which way the stream comes, as a pure state machine beside the connection's own: inputs in, a new
// state and effects out.
//
// The long poll works wherever a page can be loaded, so it comes first. Once it is up, something
// faster is tried beside it, and carries only from its first batch on:
//
//   poll ── tries a WebSocket ──▶ it spoke: it carries, the poll is dropped
//     ▲  ── tries SSE where the WebSocket rests ──▶ the same
//     └── whatever carried is cut, silent, or doubted and silent
//
// A carrier that fails twice in a row rests: for a day where it has never worked, for 1, 2, 4 … 30
// minutes where it has. A new network is a new path, on which everything is tried anew. A person may
// forbid all but the poll, where a path does something that none of this finds out.
import { between, type Random } from './backoff';
import { DEAD_MS, PROBE_MS, STEADY_MS } from './machine';

export type StreamKind = 'websocket' | 'sse';
export type Carrier = StreamKind | 'poll';

/** Best first. */
export const KINDS: readonly StreamKind[] = ['websocket', 'sse'];

/**
 * How a stream ended. `restart`: the server asks to come back a little later. `busy`: much later.
 * `refused`: it never was one, or its session is over; only a poll is told which. `cut`: anything
 * else.
 */
export type StreamEnd = 'restart' | 'busy' | 'refused' | 'cut';

/** What is known of a carrier's way. The part that outlives the page. */
export type Past = {
  readonly worked: boolean;
  /** How often in a row it has been put to rest. */
  readonly rests: number;
  readonly restUntil: number;
};

export type Way = Past & {
  /** Failures in a row. */
  readonly failures: number;
  /** Not tried before; shorter than a rest. */
  readonly notBefore: number;
};

export type Trial = { readonly kind: StreamKind; readonly turn: number; readonly since: number };
export type Held = Trial & { readonly heardAt: number };

/**
 * How the poll stands. `up`: it has everything and waits. `doubt`: it is asking, which says nothing
 * against what carries. `down`: there is no server to be reached.
 */
export type Line = 'up' | 'doubt' | 'down';

export type Carriers = {
  /** Whether anything but the poll may be tried. */
  readonly allowed: boolean;
  readonly line: Line;
  readonly visible: boolean;
  /** Since when nobody uses this tab; null while somebody does. */
  readonly unusedSince: number | null;
  /** Counts streams; what an older one says is ignored. */
  readonly turn: number;
  readonly held: Held | null;
  readonly trial: Trial | null;
  /** Since when what carries may be a dead socket, so that the poll does its work. */
  readonly doubtedAt: number | null;
  readonly ways: Readonly<Record<StreamKind, Way>>;
};

export type CarrierInput =
  | { readonly type: 'line'; readonly line: Line }
  | { readonly type: 'attention'; readonly visible: boolean; readonly focused: boolean }
  /** Another tab takes the one SSE that the browser's tabs may have between them. */
  | { readonly type: 'yield' }
  | { readonly type: 'allow'; readonly allowed: boolean }
  | { readonly type: 'network' }
  | { readonly type: 'wake' }
  | { readonly type: 'heard'; readonly turn: number }
  | {
      readonly type: 'ended';
      readonly turn: number;
      readonly why: StreamEnd;
      /** How long the server asks to stay away. */
      readonly ms: number;
    }
  | { readonly type: 'timer' };

export type CarrierEffect =
  | { readonly do: 'open'; readonly kind: StreamKind; readonly turn: number }
  | { readonly do: 'close'; readonly turn: number }
  /** The stream carries: the poll may go. */
  | { readonly do: 'carried' }
  /** It carries no more: the poll comes back, after `ms`. */
  | { readonly do: 'lost'; readonly ms: number }
  /** A refusal, whose reason only a poll is told. */
  | { readonly do: 'ask' }
  | { readonly do: 'remember' };

export type CarrierStep = {
  readonly carriers: Carriers;
  readonly effects: readonly CarrierEffect[];
};
export type Around = { readonly now: number; readonly random: Random };

/** How long a stream may take to say its first batch: who holds back more than that, buffers. */
export const START_MS = 4_000;
export const FAILURES_MAX = 2;
export const AGAIN_MS = [1_000, 3_000] as const;
export const BUSY_MS = [20_000, 40_000] as const;
const MINUTE_MS = 60_000;
export const REST_MOST_MS = 30 * MINUTE_MS;
export const NEVER_WORKED_MS = 24 * 60 * MINUTE_MS;
/**
 * A browser opens six connections to a server of HTTP/1.1, for all of its tabs, and an SSE holds
 * one of them: only the tab that is used may, for so long after it was, or until another one is.
 */
export const LINGER_MS = 10_000;
const LONG_AGO = 0;

export const UNKNOWN: Past = { worked: false, rests: 0, restUntil: 0 };

export function begin(known: Readonly<Record<StreamKind, Past>>, allowed = true): Carriers {
  const way = (record: Past): Way => ({ ...record, failures: 0, notBefore: 0 });
  return {
    allowed,
    line: 'down',
    visible: true,
    unusedSince: null,
    turn: 0,
    held: null,
    trial: null,
    doubtedAt: null,
    ways: { websocket: way(known.websocket), sse: way(known.sse) },
  };
}

/** What carries: a stream in doubt does not. */
export function carrier({ held, doubtedAt }: Carriers): Carrier {
  return held && doubtedAt === null ? held.kind : 'poll';
}

export function stepCarriers(before: Carriers, input: CarrierInput, around: Around): CarrierStep {
  const work = new Work(before, around);
  switch (input.type) {
    case 'line':
      work.carriers = { ...before, line: input.line };
      if (input.line === 'down') work.drop();
      break;
    case 'attention': {
      const used = input.visible && input.focused;
      const unusedSince = used ? null : (before.unusedSince ?? around.now);
      work.carriers = { ...before, visible: input.visible, unusedSince };
      break;
    }
    case 'yield':
      work.carriers = { ...before, unusedSince: LONG_AGO };
      work.yield();
      work.late();
      break;
    case 'allow':
      work.carriers = { ...before, allowed: input.allowed };
      // Whoever asks for it wants it now, whatever failed before.
      if (input.allowed) work.anew();
      else work.giveUp();
      break;
    case 'network':
      work.anew();
      break;
    case 'wake':
      if (before.held) work.carriers = { ...before, doubtedAt: before.doubtedAt ?? around.now };
      break;
    case 'heard':
      work.heard(input.turn);
      break;
    case 'ended':
      work.ended(input);
      break;
    case 'timer':
      work.late();
      break;
  }
  work.choose();
  return { carriers: work.carriers, effects: work.effects };
}

/** One step in the making: the state as far as it has come, and the effects so far. */
class Work {
  readonly effects: CarrierEffect[] = [];

  constructor(
    public carriers: Carriers,
    private readonly around: Around,
  ) {}

  way(kind: StreamKind, change: Partial<Way>): void {
    const { ways } = this.carriers;
    this.carriers = { ...this.carriers, ways: { ...ways, [kind]: { ...ways[kind], ...change } } };
  }

  heard(turn: number): void {
    const { held, trial, ways } = this.carriers;
    const { now } = this.around;
    if (trial?.turn === turn) {
      if (held) this.effects.push({ do: 'close', turn: held.turn });
      this.carriers = {
        ...this.carriers,
        held: { ...trial, heardAt: now },
        trial: null,
        doubtedAt: null,
      };
      if (!ways[trial.kind].worked) {
        this.way(trial.kind, { worked: true });
        this.effects.push({ do: 'remember' });
      }
      this.effects.push({ do: 'carried' });
    } else if (held?.turn === turn) {
      if (this.carriers.doubtedAt !== null) this.effects.push({ do: 'carried' });
      this.carriers = { ...this.carriers, held: { ...held, heardAt: now }, doubtedAt: null };
      if (now - held.since >= STEADY_MS) this.#proven(held.kind);
    }
  }

  ended({ turn, why, ms }: Extract<CarrierInput, { type: 'ended' }>): void {
    const { held, trial } = this.carriers;
    const ended = trial?.turn === turn ? trial : held?.turn === turn ? held : null;
    if (!ended) return;
    const { now, random } = this.around;
    if (why === 'busy') this.way(ended.kind, { notBefore: now + between(BUSY_MS, random) });
    // Whom it sends away at the door, it does not want back at once.
    const away = ended === trial ? Math.max(ms, between(AGAIN_MS, random)) : ms;
    if (why === 'restart') this.way(ended.kind, { notBefore: now + away });
    // The session may be over: the poll hears first, before another is refused for it.
    if (why === 'refused') this.way(ended.kind, { notBefore: now + between(AGAIN_MS, random) });
    if (ended === trial) {
      this.carriers = { ...this.carriers, trial: null };
      // A server that speaks of itself is reached; it is not the way that fails.
      if (why === 'refused' || why === 'cut') {
        this.#failed(ended.kind);
        this.effects.push({ do: 'ask' });
      }
    } else this.#lose(ms, why !== 'busy');
  }

  anew(): void {
    for (const kind of KINDS) this.way(kind, { failures: 0, rests: 0, restUntil: 0, notBefore: 0 });
  }

  yield(): void {
    if (this.carriers.trial?.kind === 'sse') this.#dropTrial();
  }

  /** The poll alone, by somebody's wish: that is nothing against any way. */
  giveUp(): void {
    const { held } = this.carriers;
    this.#dropTrial();
    if (!held) return;
    this.effects.push({ do: 'close', turn: held.turn });
    this.#lose(0, false);
  }

  /** What should have happened by now and did not. */
  late(): void {
    const { now } = this.around;
    const { trial } = this.carriers;
    if (trial && now - trial.since >= START_MS) {
      this.#dropTrial();
      this.#failed(trial.kind);
    }
    const { held, doubtedAt } = this.carriers;
    if (!held) return;
    const silent = now - held.heardAt >= DEAD_MS;
    const unproven = doubtedAt !== null && now - doubtedAt >= PROBE_MS;
    const unused = held.kind === 'sse' && !this.#mayHold();
    if (!silent && !unproven && !unused) return;
    this.effects.push({ do: 'close', turn: held.turn });
    this.#lose(0, silent && !unproven);
  }

  /** No server to be reached: that says nothing about any way to it. */
  drop(): void {
    const { held } = this.carriers;
    if (held) this.effects.push({ do: 'close', turn: held.turn });
    this.#dropTrial();
    this.carriers = { ...this.carriers, held: null, doubtedAt: null };
    for (const kind of KINDS) this.way(kind, { failures: 0 });
  }

  /** Tries what is better than what carries, if there is something to try now. */
  choose(): void {
    const { allowed, line, trial, held, ways, turn } = this.carriers;
    const { now } = this.around;
    if (!allowed || line !== 'up' || trial || this.carriers.doubtedAt !== null) return;
    for (const kind of KINDS) {
      if (kind === held?.kind) return;
      const way = ways[kind];
      if (way.restUntil > now) continue;
      // What only takes breath is waited for.
      if (way.notBefore > now) return;
      if (kind === 'sse' && !this.#mayHold()) return;
      this.effects.push({ do: 'open', kind, turn: turn + 1 });
      this.carriers = {
        ...this.carriers,
        turn: turn + 1,
        trial: { kind, turn: turn + 1, since: now },
      };
      return;
    }
  }

  #dropTrial(): void {
    const { trial } = this.carriers;
    if (!trial) return;
    this.effects.push({ do: 'close', turn: trial.turn });
    this.carriers = { ...this.carriers, trial: null };
  }

  #mayHold(): boolean {
    const { visible, unusedSince } = this.carriers;
    return visible && (unusedSince === null || this.around.now - unusedSince < LINGER_MS);
  }

  #lose(ms: number, counts: boolean): void {
    const { held, doubtedAt } = this.carriers;
    if (!held) return;
    this.carriers = { ...this.carriers, held: null, doubtedAt: null };
    // One that lives for seconds only, again and again, is as good as none.
    const steady = this.around.now - held.since >= STEADY_MS;
    if (counts && !steady) this.#failed(held.kind);
    if (steady) this.#proven(held.kind);
    // In doubt the poll is there already.
    if (doubtedAt === null) this.effects.push({ do: 'lost', ms });
  }

  #proven(kind: StreamKind): void {
    const { failures, rests } = this.carriers.ways[kind];
    if (failures === 0 && rests === 0) return;
    this.way(kind, { failures: 0, rests: 0 });
    if (rests > 0) this.effects.push({ do: 'remember' });
  }

  #failed(kind: StreamKind): void {
    const { failures, rests, worked, notBefore } = this.carriers.ways[kind];
    const { now, random } = this.around;
    if (failures + 1 < FAILURES_MAX) {
      const again = Math.max(notBefore, now + between(AGAIN_MS, random));
      this.way(kind, { failures: failures + 1, notBefore: again });
      return;
    }
    const ms = worked
      ? Math.min(REST_MOST_MS, MINUTE_MS * 2 ** Math.min(rests, 10))
      : NEVER_WORKED_MS;
    this.way(kind, { failures: 0, rests: rests + 1, restUntil: now + ms });
    this.effects.push({ do: 'remember' });
  }
}

/** When `timer` has something to do, or null. What is due but not allowed waits for another input. */
export function dueAt(carriers: Carriers, now: number): number | null {
  const { allowed, line, held, trial, doubtedAt, unusedSince, ways } = carriers;
  const due: number[] = [];
  if (trial) due.push(trial.since + START_MS);
  if (held) due.push(held.heardAt + DEAD_MS);
  if (held && doubtedAt !== null) due.push(doubtedAt + PROBE_MS);
  if (held?.kind === 'sse' && unusedSince !== null) due.push(unusedSince + LINGER_MS);
  if (allowed && line === 'up' && !trial) {
    for (const kind of KINDS) {
      if (kind === held?.kind) break;
      const at = Math.max(ways[kind].restUntil, ways[kind].notBefore);
      if (at > now) due.push(at);
    }
  }
  return due.length === 0 ? null : Math.max(now, Math.min(...due));
}
