// The connection as a pure state machine: inputs in, a new state and effects out. It knows no
// clock, no network and no page; the hub gives it those.
//
//            start                       answered                  failed
//   off ───────────▶ connecting ───────────────────▶ live ─────────────────▶ waiting(until)
//                        ▲                           │  ▲                       │
//                        │                      wake │  │ answered              │ timer, wake,
//                        │                           ▼  │                       │ online, retry
//                        │                         degraded ── failed ──▶       │
//                        └──────────────────────────────────────────────────────┘
//   any ── refused ──▶ stopped(why)
//
// There is one request at a time. `live` is parked at the server, or resting because the server
// advised it, or listening to a stream that carries in its place (carriers.ts). A wake never trusts
// what was under way: it may be a dead socket.
import type { Advice } from '../protocol/types';
import { backoff, between, type Random } from './backoff';

export type Phase = 'off' | 'connecting' | 'live' | 'degraded' | 'waiting' | 'stopped';
export type StopReason = 'sign_in_required' | 'other_user';

/** A request: `snapshot` loads /sync; `quick` and `parked` ask for events. */
export type Ask = 'snapshot' | 'quick' | 'parked';

export type Machine = {
  readonly phase: Phase;
  readonly reason: StopReason | null;
  readonly hasCursor: boolean;
  /** Counts requests; an answer to an older one is ignored. */
  readonly turn: number;
  /** `stream`: a stream carries, and nothing is asked. */
  readonly asking: Ask | 'stream' | null;
  readonly askedAt: number;
  readonly failures: number;
  /** How often in a row the server had to say that the cursor is no good. */
  readonly resets: number;
  /** When the machine was started. */
  readonly startedAt: number;
  /** When the present run of answers began; null while there is none. */
  readonly liveAt: number | null;
  /** When the connection was lost or came into doubt; null before the first and while it is fine. */
  readonly lostAt: number | null;
  /** When the next request begins, if a timer waits for it. */
  readonly nextAt: number | null;
  readonly online: boolean;
  readonly visible: boolean;
  readonly focused: boolean;
  /** Until when the session's other tabs need the places at which requests park. */
  readonly crowdedUntil: number;
  /** What the last advice said about the time between requests. */
  readonly pace: readonly number[];
};

export type Input =
  | { readonly type: 'start'; readonly hasCursor: boolean }
  | { readonly type: 'stop' }
  | {
      readonly type: 'answered';
      readonly turn: number;
      readonly more: boolean;
      readonly advice: Advice | null;
    }
  | { readonly type: 'loaded'; readonly turn: number }
  | { readonly type: 'reset'; readonly turn: number }
  | { readonly type: 'failed'; readonly turn: number; readonly retryAfterMs: number | null }
  | { readonly type: 'refused'; readonly reason: StopReason }
  | { readonly type: 'timer' }
  /** A stream has spoken: it carries from now on. */
  | { readonly type: 'carried' }
  /** It does no more. The server may have asked to come back only after `ms`. */
  | { readonly type: 'lost'; readonly ms: number }
  /** Whether the stream that carries has told everything. */
  | { readonly type: 'check' }
  | { readonly type: 'wake' }
  | { readonly type: 'retry' }
  | { readonly type: 'resync' }
  | { readonly type: 'online'; readonly online: boolean }
  | { readonly type: 'attention'; readonly visible: boolean; readonly focused: boolean };

export type Effect =
  | {
      readonly do: 'ask';
      readonly what: Ask;
      readonly turn: number;
      readonly wait: number;
      readonly hello: boolean;
      readonly limitMs: number;
    }
  | { readonly do: 'abort' }
  /** Replaces the timer; `ms` null only ends it. */
  | { readonly do: 'timer'; readonly ms: number | null };

export type Step = { readonly machine: Machine; readonly effects: readonly Effect[] };
export type Surroundings = { readonly now: number; readonly random: Random };

/** The server answers a parked poll after 25 s at the latest; nobody is silent for longer. */
export const PARK_S = 25;
export const DEAD_MS = 35_000;
export const PROBE_MS = 4_000;
export const QUICK_MS = 10_000;
export const SNAPSHOT_MS = 30_000;
/** A request that waited for so long was well while it did. */
export const PARKED_MS = 5_000;
export const STEADY_MS = 20_000;
export const SHOW_AFTER_MS = 2_000;
/** How often a hidden tab asks that gave its place up: the server calls a user offline after 30 s. */
export const HIDDEN_PACE = [18_000, 24_000] as const;
/** How long a tab that is seen but not used leaves the places to others. */
export const CROWDED_MS = 60_000;

export function idle(): Machine {
  return {
    phase: 'off',
    reason: null,
    hasCursor: false,
    turn: 0,
    asking: null,
    askedAt: 0,
    failures: 0,
    resets: 0,
    startedAt: 0,
    liveAt: null,
    lostAt: null,
    nextAt: null,
    online: true,
    visible: true,
    focused: true,
    crowdedUntil: 0,
    pace: [4_000, 6_000],
  };
}

export function step(machine: Machine, input: Input, around: Surroundings): Step {
  switch (input.type) {
    case 'start':
      if (machine.phase !== 'off' && machine.phase !== 'stopped') return stay(machine);
      return connect(
        {
          ...machine,
          hasCursor: input.hasCursor,
          reason: null,
          failures: 0,
          startedAt: around.now,
          liveAt: null,
          lostAt: null,
          crowdedUntil: 0,
        },
        around,
      );
    case 'stop':
      if (machine.phase === 'off') return stay(machine);
      return halt({ ...machine, phase: 'off', reason: null });
    case 'refused':
      if (!running(machine)) return stay(machine);
      return halt({ ...machine, phase: 'stopped', reason: input.reason });
    case 'loaded':
      if (!current(machine, input.turn)) return stay(machine);
      return connect({ ...machine, hasCursor: true }, around);
    case 'reset':
      if (!current(machine, input.turn)) return stay(machine);
      return reset({ ...machine, hasCursor: false, resets: machine.resets + 1 }, input, around);
    case 'answered':
      return current(machine, input.turn) ? answered(machine, input, around) : stay(machine);
    case 'failed':
      return current(machine, input.turn) ? failed(machine, input, around) : stay(machine);
    case 'timer':
      return timer(machine, around);
    case 'carried':
      return carried(machine, around);
    case 'lost':
      if (machine.asking !== 'stream') return stay(machine);
      if (input.ms > 0) return rest(machine, input.ms, around);
      return ask({ ...machine, phase: 'degraded', lostAt: around.now }, 'quick', PROBE_MS, around);
    case 'check':
      return machine.asking === 'stream' ? ask(machine, 'quick', QUICK_MS, around) : stay(machine);
    case 'wake':
    case 'retry':
      return running(machine) ? wake(machine, around) : stay(machine);
    case 'resync':
      return running(machine) ? connect({ ...machine, hasCursor: false }, around) : stay(machine);
    case 'online': {
      if (input.online === machine.online) return stay(machine);
      const next = { ...machine, online: input.online };
      // A browser that says "offline" may be wrong: the server may be this very machine.
      return running(machine) ? wake(next, around) : stay(next);
    }
    case 'attention':
      return attention(machine, input, around);
  }
}

export function running(machine: Machine): boolean {
  return machine.phase !== 'off' && machine.phase !== 'stopped';
}

function current(machine: Machine, turn: number): boolean {
  return running(machine) && machine.asking !== null && machine.turn === turn;
}

function stay(machine: Machine): Step {
  return { machine, effects: [] };
}

function halt(machine: Machine): Step {
  return {
    machine: { ...machine, asking: null, nextAt: null, liveAt: null, turn: machine.turn + 1 },
    effects: [{ do: 'abort' }, { do: 'timer', ms: null }],
  };
}

/** Begins a request. Whatever was under way is dropped: its answer would have an older turn. */
function ask(machine: Machine, what: Ask, limitMs: number, around: Surroundings): Step {
  const turn = machine.turn + 1;
  const effects: Effect[] = [];
  if (machine.asking !== null) effects.push({ do: 'abort' });
  effects.push({ do: 'timer', ms: null });
  const wait = what === 'parked' ? PARK_S : 0;
  const hello = what === 'quick' && machine.phase !== 'live';
  effects.push({ do: 'ask', what, turn, wait, hello, limitMs });
  return {
    machine: { ...machine, asking: what, askedAt: around.now, turn, nextAt: null },
    effects,
  };
}

function connect(machine: Machine, around: Surroundings): Step {
  const lostAt = machine.lostAt ?? (machine.liveAt === null ? null : around.now);
  const next: Machine = { ...machine, phase: 'connecting', lostAt };
  return next.hasCursor
    ? ask(next, 'quick', QUICK_MS, around)
    : ask(next, 'snapshot', SNAPSHOT_MS, around);
}

function rest(machine: Machine, ms: number, around: Surroundings): Step {
  return {
    machine: { ...machine, asking: null, nextAt: around.now + ms },
    effects: [{ do: 'timer', ms }],
  };
}

function answered(
  before: Machine,
  input: Extract<Input, { type: 'answered' }>,
  around: Surroundings,
): Step {
  const now = around.now;
  const machine = { ...alive(before, now), resets: 0 };
  if (input.advice) {
    const yields = input.advice.wait === 0;
    const pace = machine.visible || !yields ? input.advice.retry : HIDDEN_PACE;
    return rest(
      {
        ...machine,
        pace: input.advice.retry,
        // A tab that is used gives way once; one that nobody uses, for as long as that lasts.
        crowdedUntil: yields && !machine.focused ? now + CROWDED_MS : machine.crowdedUntil,
      },
      between(pace, around.random),
      around,
    );
  }
  if (input.more) return ask(machine, 'quick', QUICK_MS, around);
  return settle(machine, around);
}

/** What a connection does that has everything: parks, or rests so that another tab can park. */
function settle(machine: Machine, around: Surroundings): Step {
  const crowded = machine.crowdedUntil > 0 && !machine.focused;
  if (crowded && !machine.visible) {
    return rest(machine, between(HIDDEN_PACE, around.random), around);
  }
  if (crowded && around.now < machine.crowdedUntil) {
    return rest(machine, between(machine.pace, around.random), around);
  }
  return ask({ ...machine, crowdedUntil: 0 }, 'parked', DEAD_MS, around);
}

/** Everything is loaded anew: at once the first time, and ever later where that does not help. */
function reset(
  machine: Machine,
  input: Extract<Input, { type: 'reset' }>,
  around: Surroundings,
): Step {
  if (machine.resets === 1) return connect(machine, around);
  return failed(machine, { type: 'failed', turn: input.turn, retryAfterMs: null }, around);
}

function failed(
  before: Machine,
  input: Extract<Input, { type: 'failed' }>,
  around: Surroundings,
): Step {
  // What was parked for a while was well until then: a path may have cut it for its silence.
  const parked = before.asking === 'parked' && around.now - before.askedAt >= PARKED_MS;
  const steady = before.liveAt !== null && around.now - before.liveAt >= STEADY_MS;
  const failures = steady || parked ? 0 : before.failures;
  const machine: Machine = {
    ...before,
    phase: 'waiting',
    failures: failures + 1,
    liveAt: null,
    lostAt: before.lostAt ?? (before.liveAt === null ? null : around.now),
  };
  const ms = Math.max(backoff(failures, around.random), input.retryAfterMs ?? 0);
  return rest(machine, ms, around);
}

function carried(before: Machine, around: Surroundings): Step {
  if (before.phase !== 'live' && before.phase !== 'degraded') return stay(before);
  const machine: Machine = {
    ...alive(before, around.now),
    asking: 'stream',
    turn: before.turn + 1,
    nextAt: null,
    crowdedUntil: 0,
  };
  return { machine, effects: [{ do: 'abort' }, { do: 'timer', ms: null }] };
}

/** After a sign of life. */
function alive(before: Machine, now: number): Machine {
  const liveAt = before.liveAt ?? now;
  const failures = now - liveAt >= STEADY_MS ? 0 : before.failures;
  return { ...before, phase: 'live', liveAt, lostAt: null, failures };
}

/** Whether the connection has everything that there is and waits for more. */
export function settled(machine: Machine): boolean {
  return machine.phase === 'live' && machine.asking !== 'quick' && machine.asking !== 'snapshot';
}

function timer(machine: Machine, around: Surroundings): Step {
  // A timer that fires early, or after its reason is gone, changes nothing.
  if (machine.nextAt === null || machine.asking !== null) return stay(machine);
  if (machine.phase === 'waiting') return connect(machine, around);
  if (machine.phase !== 'live') return stay(machine);
  return ask(machine, 'quick', QUICK_MS, around);
}

function wake(machine: Machine, around: Surroundings): Step {
  // A quick request that has just begun is the probe that is wanted.
  const fresh = around.now - machine.askedAt < PROBE_MS;
  const probing = machine.asking === 'quick' || machine.asking === 'snapshot';
  if (probing && fresh) return stay(machine);
  if (machine.phase === 'live' || machine.phase === 'degraded') {
    const lostAt = machine.lostAt ?? around.now;
    return ask({ ...machine, phase: 'degraded', lostAt }, 'quick', PROBE_MS, around);
  }
  return connect(machine, around);
}

function attention(
  machine: Machine,
  input: Extract<Input, { type: 'attention' }>,
  around: Surroundings,
): Step {
  const { visible, focused } = input;
  const next = { ...machine, visible, focused };
  if (!running(machine)) return stay(next);
  if (visible && !machine.visible) return wake({ ...next, crowdedUntil: 0 }, around);
  // Whoever uses this tab now should not wait for its turn.
  const resting = machine.phase === 'live' && machine.asking === null;
  if (focused && !machine.focused && resting) {
    return ask({ ...next, crowdedUntil: 0 }, 'quick', QUICK_MS, around);
  }
  return stay(next);
}

export type ShownState = 'connecting' | 'live' | 'waiting' | 'offline' | 'stopped';

/** What a person is told: a loss only after two seconds, the browser's "offline" at once. */
export function shown(machine: Machine, now: number): ShownState {
  if (machine.phase === 'stopped') return 'stopped';
  if (machine.phase === 'off') return 'connecting';
  if (machine.phase === 'live') return 'live';
  if (!machine.online) return 'offline';
  const since = machine.lostAt ?? machine.startedAt;
  if (now - since >= SHOW_AFTER_MS) return 'waiting';
  return machine.lostAt === null ? 'connecting' : 'live';
}

/** When `shown` may change by itself, or null. */
export function showsAgainAt(machine: Machine, now: number): number | null {
  if (!running(machine) || machine.phase === 'live' || !machine.online) return null;
  const at = (machine.lostAt ?? machine.startedAt) + SHOW_AFTER_MS;
  return at > now ? at : null;
}
