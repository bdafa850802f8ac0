import {
  AGAIN_MS,
  begin,
  carrier,
  type CarrierEffect,
  type CarrierInput,
  type Carriers,
  CHECK_MS,
  type StreamEnd,
  UNKNOWN,
} from './carrier_state';
import { dueAt, stepCarriers } from './carriers';

export const MINUTE = 60_000;

/** Carriers with their clock, on the poll, which is up. */
export class Bench {
  now = 1_000_000;
  random = 0;
  last: readonly CarrierEffect[] = [];
  carriers: Carriers = begin({ websocket: UNKNOWN, sse: UNKNOWN });

  feed(input: CarrierInput): this {
    const done = stepCarriers(this.carriers, input, { now: this.now, random: () => this.random });
    this.carriers = done.carriers;
    this.last = done.effects;
    return this;
  }
  up(): this {
    return this.feed({ type: 'line', line: 'up' });
  }
  /** Lets time pass as the hub does: every timer fires when it is due. */
  pass(ms: number): this {
    const end = this.now + ms;
    const effects: CarrierEffect[] = [];
    for (let due = dueAt(this.carriers, this.now); due !== null && due <= end;) {
      this.now = due;
      this.feed({ type: 'timer' });
      effects.push(...this.last);
      const next = dueAt(this.carriers, this.now);
      // A timer that changes nothing and is due again at once would spin.
      if (next !== null && next <= this.now) throw new Error('spins');
      due = next;
    }
    this.now = end;
    this.last = effects;
    return this;
  }
  speak(): this {
    const { trial, held } = this.carriers;
    return this.feed({ type: 'heard', turn: trial?.turn ?? held?.turn ?? 0 });
  }
  polled(fresh: boolean): this {
    return this.feed({ type: 'polled', fresh });
  }
  end(why: StreamEnd, ms = 0): this {
    const { trial, held } = this.carriers;
    return this.feed({ type: 'ended', turn: trial?.turn ?? held?.turn ?? 0, why, ms });
  }
  has(what: CarrierEffect['do']): boolean {
    return this.last.some((effect) => effect.do === what);
  }
  get opens(): string | undefined {
    const found = this.last.find((effect) => effect.do === 'open');
    return found?.do === 'open' ? found.kind : undefined;
  }
  get carrier(): string {
    return carrier(this.carriers);
  }
}

export const place = {
  poll: () => new Bench(),
  trying: () => new Bench().up(),
  websocket: () => new Bench().up().speak().pass(1_000),
  doubted: () => place.websocket().feed({ type: 'wake' }),
  fresh: () => place.trying().end('refused').pass(AGAIN_MS[0]).end('refused').speak().pass(1_000),
  checked: () => place.fresh().pass(CHECK_MS),
  lagging: () => place.checked().polled(true),
  sse: () => place.checked().polled(false),
};
