// What is known of the ways by which the stream can come, and what can happen to it; carriers.ts says
// what follows from that.

import type { Random } from './backoff';

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
export type Held = Trial & {
  readonly heardAt: number;
  /** How the poll that looks whether it holds something back stands. */
  readonly check: 'due' | 'asked' | 'passed';
  readonly checkedAt: number;
  /** Since when the poll knows more than it has told. */
  readonly lagsSince: number | null;
};

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
  /** A poll was answered; `fresh`: with events that nothing had told before. */
  | { readonly type: 'polled'; readonly fresh: boolean }
  | {
      readonly type: 'ended';
      readonly turn: number;
      readonly why: StreamEnd;
      /** How long the server asks to stay away. */
      readonly ms: number;
      /** It was silent for longer than its path bears, which will not happen again. */
      readonly learnt?: boolean;
    }
  | { readonly type: 'timer' };

export type CarrierEffect =
  | { readonly do: 'open'; readonly kind: StreamKind; readonly turn: number }
  | { readonly do: 'close'; readonly turn: number }
  /** The stream carries: the poll may go. */
  | { readonly do: 'carried' }
  /** It carries no more: the poll comes back, after `ms`. */
  | { readonly do: 'lost'; readonly ms: number }
  /** A poll is to look whether the stream, which carries, has told everything. */
  | { readonly do: 'check' }
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
/** After how much silence an SSE is checked, and how far it may be behind the poll. */
export const CHECK_MS = 3_000;
export const LAG_MS = 1_000;
export const FAILURES_MAX = 2;
export const AGAIN_MS = [1_000, 3_000] as const;
export const BUSY_MS = [20_000, 40_000] as const;
export const MINUTE_MS = 60_000;
export const REST_MOST_MS = 30 * MINUTE_MS;
export const NEVER_WORKED_MS = 24 * 60 * MINUTE_MS;
/**
 * A browser opens six connections to a server of HTTP/1.1, for all of its tabs, and an SSE holds
 * one of them: only the tab that is used may, for so long after it was, or until another one is.
 */
export const LINGER_MS = 10_000;
export const LONG_AGO = 0;

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

/** When what carries is to be checked, if it is. */
export function checkAt({ held, doubtedAt }: Carriers): number {
  if (held?.kind !== 'sse' || held.check !== 'due' || doubtedAt !== null) return Infinity;
  return held.heardAt + CHECK_MS;
}
