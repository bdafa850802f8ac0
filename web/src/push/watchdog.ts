// Notices that the machine slept or the page was frozen: an interval that comes much too late.
// Every socket may be dead then, without anybody having been told.

const TICK_MS = 2_000;
const DRIFT_MS = 10_000;
/** A hidden page's timers may be held back to one a minute; that is no sleep. */
const HIDDEN_DRIFT_MS = 90_000;

export type Ticker = {
  now(): number;
  setInterval(tick: () => void, ms: number): number;
  clearInterval(handle: number): void;
};

export class Watchdog {
  #handle: number | null = null;
  #last = 0;
  /** Whether the page is hidden, which makes timers late. */
  hidden = false;

  constructor(
    private readonly ticker: Ticker,
    private readonly onSleep: (sleptMs: number) => void,
  ) {}

  start(): void {
    if (this.#handle !== null) return;
    this.#last = this.ticker.now();
    this.#handle = this.ticker.setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    if (this.#handle !== null) this.ticker.clearInterval(this.#handle);
    this.#handle = null;
  }

  #tick(): void {
    const now = this.ticker.now();
    const late = now - this.#last - TICK_MS;
    this.#last = now;
    if (late > (this.hidden ? HIDDEN_DRIFT_MS : DRIFT_MS)) this.onSleep(late);
  }
}
