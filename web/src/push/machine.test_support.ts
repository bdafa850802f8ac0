import { type Effect, idle, type Input, type Machine, type Phase, step } from './machine';

export const START = 1_000_000;

/** A machine with its clock; `random` is the middle of every range unless told. */
export class Bench {
  machine: Machine = idle();
  now = START;
  random = 0.5;
  last: readonly Effect[] = [];

  feed(input: Input): this {
    const done = step(this.machine, input, { now: this.now, random: () => this.random });
    this.machine = done.machine;
    this.last = done.effects;
    return this;
  }
  pass(ms: number): this {
    this.now += ms;
    return this;
  }
  get ask(): Extract<Effect, { do: 'ask' }> | undefined {
    return this.last.find((effect) => effect.do === 'ask');
  }
  get timer(): number | null | undefined {
    return this.last.findLast((effect) => effect.do === 'timer')?.ms;
  }
  answer(extra: Partial<Extract<Input, { type: 'answered' }>> = {}): this {
    const { turn } = this.machine;
    return this.feed({ type: 'answered', turn, more: false, advice: null, ...extra });
  }
  fail(retryAfterMs: number | null = null): this {
    return this.feed({ type: 'failed', turn: this.machine.turn, retryAfterMs });
  }
}

/** `carried` is live with a stream in the place of the poll. */
export type Place = Phase | 'carried';

export function at(phase: Place): Bench {
  const bench = new Bench();
  switch (phase) {
    case 'off':
      return bench;
    case 'connecting':
      return bench.feed({ type: 'start', hasCursor: true });
    case 'live':
      return at('connecting').answer().pass(10_000);
    case 'carried':
      return at('live').feed({ type: 'carried' }).pass(10_000);
    case 'degraded':
      return at('live').feed({ type: 'wake' });
    case 'waiting':
      return at('live').fail();
    case 'stopped':
      return at('live').feed({ type: 'refused', reason: 'other_user' });
  }
}
