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
// A path that holds a stream back until it has enough lets one through while much is said, and then
// no more: an SSE that falls silent for the first time is therefore checked against a poll, once.
//
// A carrier that fails twice in a row rests: for a day where it has never worked, for 1, 2, 4 … 30
// minutes where it has. A new network is a new path, on which everything is tried anew. A person may
// forbid all but the poll, where a path does something that none of this finds out.
import { between } from './backoff';
import {
  AGAIN_MS,
  type Around,
  BUSY_MS,
  type CarrierEffect,
  type CarrierInput,
  type Carriers,
  type CarrierStep,
  checkAt,
  FAILURES_MAX,
  type Held,
  KINDS,
  LAG_MS,
  LINGER_MS,
  LONG_AGO,
  MINUTE_MS,
  NEVER_WORKED_MS,
  REST_MOST_MS,
  START_MS,
  type StreamKind,
  type Way,
} from './carrier_state';
import { DEAD_MS, PROBE_MS, STEADY_MS } from './machine';

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
      work.doubt();
      break;
    case 'heard':
      work.heard(input.turn);
      break;
    case 'polled':
      work.polled(input.fresh);
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
    const { held, trial } = this.carriers;
    const { now } = this.around;
    if (trial?.turn === turn) {
      if (held) this.effects.push({ do: 'close', turn: held.turn });
      this.carriers = {
        ...this.carriers,
        held: { ...trial, heardAt: now, check: 'due', checkedAt: 0, lagsSince: null },
        trial: null,
        doubtedAt: null,
      };
      if (trial.kind === 'websocket') this.#works(trial.kind);
      this.effects.push({ do: 'carried' });
    } else if (held?.turn === turn) {
      const late = held.lagsSince !== null;
      if (this.carriers.doubtedAt !== null || late) this.effects.push({ do: 'carried' });
      const check = late ? 'due' : held.check;
      const heard: Held = { ...held, heardAt: now, check, lagsSince: null };
      this.carriers = { ...this.carriers, held: heard, doubtedAt: null };
      if (now - held.since >= STEADY_MS) this.#proven(held.kind);
    }
  }

  polled(fresh: boolean): void {
    const { held, doubtedAt } = this.carriers;
    if (held?.check !== 'asked' || held.lagsSince !== null || doubtedAt !== null) return;
    const { now } = this.around;
    // What was on its way already when the poll was answered says nothing.
    const silent = held.heardAt <= held.checkedAt;
    if (fresh && silent) {
      this.carriers = { ...this.carriers, held: { ...held, lagsSince: now } };
      return;
    }
    this.carriers = { ...this.carriers, held: { ...held, check: fresh ? 'due' : 'passed' } };
    if (!fresh) this.#works(held.kind);
    this.effects.push({ do: 'carried' });
  }

  doubt(): void {
    const { held, doubtedAt } = this.carriers;
    if (!held) return;
    const check = held.check === 'asked' ? 'due' : held.check;
    this.carriers = {
      ...this.carriers,
      held: { ...held, check, lagsSince: null },
      doubtedAt: doubtedAt ?? this.around.now,
    };
  }

  ended({ turn, why, ms, learnt = false }: Extract<CarrierInput, { type: 'ended' }>): void {
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
    } else this.#lose(ms, why !== 'busy' && !learnt);
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
    const { held, doubtedAt, line } = this.carriers;
    if (!held) return;
    if (held.lagsSince !== null && now - held.lagsSince >= LAG_MS) {
      this.effects.push({ do: 'close', turn: held.turn });
      this.#lose(0, false);
      this.#failed(held.kind);
      return;
    }
    if (line === 'up' && checkAt(this.carriers) <= now) {
      const asked: Held = { ...held, check: 'asked', checkedAt: now };
      this.carriers = { ...this.carriers, held: asked };
      this.effects.push({ do: 'check' });
    }
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

  #works(kind: StreamKind): void {
    if (this.carriers.ways[kind].worked) return;
    this.way(kind, { worked: true });
    this.effects.push({ do: 'remember' });
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
  if (held && held.lagsSince !== null) due.push(held.lagsSince + LAG_MS);
  if (line === 'up') due.push(checkAt(carriers));
  if (held && doubtedAt !== null) due.push(doubtedAt + PROBE_MS);
  if (held?.kind === 'sse' && unusedSince !== null) due.push(unusedSince + LINGER_MS);
  if (allowed && line === 'up' && !trial) {
    for (const kind of KINDS) {
      if (kind === held?.kind) break;
      const at = Math.max(ways[kind].restUntil, ways[kind].notBefore);
      if (at > now) due.push(at);
    }
  }
  const first = Math.min(...due);
  return first === Infinity ? null : Math.max(now, first);
}
