// How long a path lets a connection be silent. What waits for at most 25 s is left alone by most
// proxies, but some cut sooner: then less is waited for, so that nothing is cut any more.
import { PARK_S } from './machine';

/** What ends sooner than this was not cut for its silence. */
export const SILENT_LEAST_MS = 2_000;
/** How far two cuts by the same clock are from each other, at most. */
export const ALIKE_MS = 1_500;
/** How much of what a path bears is used. */
const SHARE = 0.75;
const WAIT_LEAST_S = 2;
/** The server keeps no stream that wants to hear more often. */
const BEAT_LEAST_S = 5;

export class Patience {
  #wait = PARK_S;
  #last: number | null = null;

  /** Seconds that a poll may park. */
  get wait(): number {
    return this.#wait;
  }

  /** Seconds after which a quiet stream shows that it lives, less a little of the server's choice. */
  get beat(): number {
    return Math.max(BEAT_LEAST_S, this.#wait);
  }

  /**
   * A request or a stream was cut after so much silence. One cut may be a network that went, or a
   * server; two after the same time are a clock. Answers whether less is waited for now.
   */
  cut(silentMs: number): boolean {
    if (silentMs < SILENT_LEAST_MS || silentMs >= PARK_S * 1_000) return false;
    const before = this.#last;
    this.#last = silentMs;
    if (before === null || Math.abs(silentMs - before) > ALIKE_MS) return false;
    const bears = Math.floor((Math.min(silentMs, before) / 1_000) * SHARE);
    const wait = Math.max(WAIT_LEAST_S, Math.min(bears, this.#wait));
    const less = wait < this.#wait;
    this.#wait = wait;
    return less;
  }

  /** Another network is another path. */
  forget(): void {
    this.#wait = PARK_S;
    this.#last = null;
  }
}
