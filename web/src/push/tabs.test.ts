import { describe, expect, it } from 'vitest';
import { type Effect, idle, type Input, type Machine, step } from './machine';

// Goal: eight tabs of one browser over HTTP/1.1 never use up its six connections, and the tab in
// front hears everything at once.
// Method: eight machines and the server's rule (two parked polls for a session; a third makes the
// oldest answer at once, with advice) on one clock that only the test moves.

const ADVICE = { wait: 0, retry: [4000, 6000] as [number, number] };
const ROUND_TRIP_MS = 30;

class Tab {
  machine: Machine = { ...idle(), visible: false, focused: false };
  timerAt: number | null = null;
  open: { turn: number; wait: number; at: number } | null = null;
  quick = 0;
  parkedMs = 0;

  constructor(private readonly browser: Browser) {}

  feed(input: Input): void {
    const around = { now: this.browser.now, random: () => this.browser.random() };
    const { machine, effects } = step(this.machine, input, around);
    this.machine = machine;
    for (const effect of effects) this.run(effect);
  }

  run(effect: Effect): void {
    if (effect.do === 'abort') this.open = null;
    else if (effect.do === 'timer') {
      this.timerAt = effect.ms === null ? null : this.browser.now + effect.ms;
    } else {
      this.open = { turn: effect.turn, wait: effect.wait, at: this.browser.now };
      if (effect.wait === 0) this.quick++;
    }
  }
}

class Browser {
  now = 0;
  mostOpen = 0;
  readonly tabs = Array.from({ length: 8 }, () => new Tab(this));
  #seed = 7;

  random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }

  /** Ten milliseconds of everybody. */
  tick(): void {
    this.now += 10;
    for (const tab of this.tabs) {
      if (tab.timerAt !== null && tab.timerAt <= this.now) {
        tab.timerAt = null;
        tab.feed({ type: 'timer' });
      }
      const { open } = tab;
      if (open?.wait === 0 && this.now - open.at >= ROUND_TRIP_MS) this.answer(tab, false);
      else if (open && open.wait > 0 && this.now - open.at >= 22_000) this.answer(tab, false);
    }
    const parked = this.tabs.filter((tab) => (tab.open?.wait ?? 0) > 0);
    parked.sort((a, b) => (a.open?.at ?? 0) - (b.open?.at ?? 0));
    while (parked.length > 2) {
      const oldest = parked.shift();
      if (oldest) this.answer(oldest, true);
    }
    for (const tab of parked) tab.parkedMs += 10;
    this.mostOpen = Math.max(this.mostOpen, this.tabs.filter((tab) => tab.open).length);
  }

  answer(tab: Tab, advised: boolean): void {
    const turn = tab.open?.turn ?? 0;
    tab.open = null;
    tab.feed({ type: 'answered', turn, more: false, advice: advised ? ADVICE : null });
  }

  run(ms: number): void {
    for (const end = this.now + ms; this.now < end;) this.tick();
  }

  show(index: number): void {
    for (const [at, tab] of this.tabs.entries()) {
      tab.feed({ type: 'attention', visible: at === index, focused: at === index });
    }
  }
}

describe('eight tabs', () => {
  it('leave connections free, and the one in front parked', () => {
    const browser = new Browser();
    for (const tab of browser.tabs) {
      tab.feed({ type: 'start', hasCursor: true });
      browser.run(500);
    }
    browser.show(0);
    browser.run(30_000);
    for (const tab of browser.tabs) [tab.quick, tab.parkedMs] = [0, 0];
    browser.mostOpen = 0;
    browser.run(600_000);
    expect(browser.mostOpen).toBeLessThanOrEqual(5);
    expect(browser.tabs[0]?.parkedMs).toBeGreaterThan(590_000);
    for (const tab of browser.tabs.slice(1)) {
      // Hidden ones ask less than four times a minute, and more often than a user goes offline.
      expect(tab.quick).toBeLessThan(40);
      expect(tab.quick > 20 || tab.parkedMs > 590_000).toBe(true);
    }
  });

  it('let the tab that comes to the front hear at once', () => {
    const browser = new Browser();
    for (const tab of browser.tabs) tab.feed({ type: 'start', hasCursor: true });
    // All at once, as a restored browser begins: that takes a moment to settle.
    browser.run(10_000);
    for (let round = 0; round < 40; round++) {
      const index = round % 8;
      browser.show(index);
      browser.run(200);
      expect(browser.tabs[index]?.open?.wait).toBe(25);
      browser.run(5_000);
      expect(browser.tabs[index]?.open).not.toBeNull();
    }
    expect(browser.mostOpen).toBeLessThanOrEqual(8);
  });
});
