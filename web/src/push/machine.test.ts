import { describe, expect, it } from 'vitest';
import {
  CROWDED_MS,
  DEAD_MS,
  type Effect,
  HIDDEN_PACE,
  idle,
  type Input,
  type Machine,
  type Phase,
  PROBE_MS,
  settled,
  shown,
  showsAgainAt,
  SHOW_AFTER_MS,
  step,
  STEADY_MS,
} from './machine';

const START = 1_000_000;

/** A machine with its clock; `random` is the middle of every range unless told. */
class Bench {
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
type Place = Phase | 'carried';

function at(phase: Place): Bench {
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

// Goal: what every input does in every state is written down, and nothing else happens.
// Method: one line per state, one column per input: the state after it, and the request it makes
// (s snapshot, q quick, p parked, - none).
const inputs: Record<string, (bench: Bench) => Bench> = {
  start: (bench) => bench.feed({ type: 'start', hasCursor: true }),
  startNew: (bench) => bench.feed({ type: 'start', hasCursor: false }),
  stop: (bench) => bench.feed({ type: 'stop' }),
  answered: (bench) => bench.answer(),
  more: (bench) => bench.answer({ more: true }),
  advised: (bench) => bench.answer({ advice: { retry: [4000, 6000], wait: 0 } }),
  stale: (bench) => bench.answer({ turn: bench.machine.turn - 1 }),
  loaded: (bench) => bench.feed({ type: 'loaded', turn: bench.machine.turn }),
  reset: (bench) => bench.feed({ type: 'reset', turn: bench.machine.turn }),
  failed: (bench) => bench.fail(),
  refused: (bench) => bench.feed({ type: 'refused', reason: 'sign_in_required' }),
  timer: (bench) => bench.feed({ type: 'timer' }),
  wake: (bench) => bench.pass(PROBE_MS).feed({ type: 'wake' }),
  retry: (bench) => bench.pass(PROBE_MS).feed({ type: 'retry' }),
  resync: (bench) => bench.feed({ type: 'resync' }),
  offline: (bench) => bench.pass(PROBE_MS).feed({ type: 'online', online: false }),
  hidden: (bench) => bench.feed({ type: 'attention', visible: false, focused: false }),
  carried: (bench) => bench.feed({ type: 'carried' }),
  lost: (bench) => bench.feed({ type: 'lost', ms: 0 }),
  lostAwhile: (bench) => bench.feed({ type: 'lost', ms: 700 }),
};

const table: Record<Place, Record<keyof typeof inputs, string>> = {
  off: {
    start: 'connecting q',
    startNew: 'connecting s',
    stop: 'off -',
    answered: 'off -',
    more: 'off -',
    advised: 'off -',
    stale: 'off -',
    loaded: 'off -',
    reset: 'off -',
    failed: 'off -',
    refused: 'off -',
    timer: 'off -',
    wake: 'off -',
    retry: 'off -',
    resync: 'off -',
    offline: 'off -',
    hidden: 'off -',
    carried: 'off -',
    lost: 'off -',
    lostAwhile: 'off -',
  },
  connecting: {
    start: 'connecting -',
    startNew: 'connecting -',
    stop: 'off -',
    answered: 'live p',
    more: 'live q',
    advised: 'live -',
    stale: 'connecting -',
    loaded: 'connecting q',
    reset: 'connecting s',
    failed: 'waiting -',
    refused: 'stopped -',
    timer: 'connecting -',
    wake: 'connecting q',
    retry: 'connecting q',
    resync: 'connecting s',
    offline: 'connecting q',
    hidden: 'connecting -',
    carried: 'connecting -',
    lost: 'connecting -',
    lostAwhile: 'connecting -',
  },
  live: {
    start: 'live -',
    startNew: 'live -',
    stop: 'off -',
    answered: 'live p',
    more: 'live q',
    advised: 'live -',
    stale: 'live -',
    loaded: 'connecting q',
    reset: 'connecting s',
    failed: 'waiting -',
    refused: 'stopped -',
    timer: 'live -',
    wake: 'degraded q',
    retry: 'degraded q',
    resync: 'connecting s',
    offline: 'degraded q',
    hidden: 'live -',
    carried: 'live -',
    lost: 'live -',
    lostAwhile: 'live -',
  },
  carried: {
    start: 'live -',
    startNew: 'live -',
    stop: 'off -',
    answered: 'live p',
    more: 'live q',
    advised: 'live -',
    stale: 'live -',
    loaded: 'connecting q',
    reset: 'connecting s',
    failed: 'waiting -',
    refused: 'stopped -',
    timer: 'live -',
    wake: 'degraded q',
    retry: 'degraded q',
    resync: 'connecting s',
    offline: 'degraded q',
    hidden: 'live -',
    carried: 'live -',
    lost: 'degraded q',
    lostAwhile: 'live -',
  },
  degraded: {
    start: 'degraded -',
    startNew: 'degraded -',
    stop: 'off -',
    answered: 'live p',
    more: 'live q',
    advised: 'live -',
    stale: 'degraded -',
    loaded: 'connecting q',
    reset: 'connecting s',
    failed: 'waiting -',
    refused: 'stopped -',
    timer: 'degraded -',
    wake: 'degraded q',
    retry: 'degraded q',
    resync: 'connecting s',
    offline: 'degraded q',
    hidden: 'degraded -',
    carried: 'live -',
    lost: 'degraded -',
    lostAwhile: 'degraded -',
  },
  waiting: {
    start: 'waiting -',
    startNew: 'waiting -',
    stop: 'off -',
    answered: 'waiting -',
    more: 'waiting -',
    advised: 'waiting -',
    stale: 'waiting -',
    loaded: 'waiting -',
    reset: 'waiting -',
    failed: 'waiting -',
    refused: 'stopped -',
    timer: 'connecting q',
    wake: 'connecting q',
    retry: 'connecting q',
    resync: 'connecting s',
    offline: 'connecting q',
    hidden: 'waiting -',
    carried: 'waiting -',
    lost: 'waiting -',
    lostAwhile: 'waiting -',
  },
  stopped: {
    start: 'connecting q',
    startNew: 'connecting s',
    stop: 'off -',
    answered: 'stopped -',
    more: 'stopped -',
    advised: 'stopped -',
    stale: 'stopped -',
    loaded: 'stopped -',
    reset: 'stopped -',
    failed: 'stopped -',
    refused: 'stopped -',
    timer: 'stopped -',
    wake: 'stopped -',
    retry: 'stopped -',
    resync: 'stopped -',
    offline: 'stopped -',
    hidden: 'stopped -',
    carried: 'stopped -',
    lost: 'stopped -',
    lostAwhile: 'stopped -',
  },
};

describe('every state and every input', () => {
  for (const [phase, row] of Object.entries(table)) {
    it.each(Object.entries(row))(`${phase}: %s -> %s`, (name, wanted) => {
      const bench = at(phase as Place);
      bench.last = [];
      inputs[name]?.(bench);
      const asked = { snapshot: 's', quick: 'q', parked: 'p' };
      const what = bench.ask ? asked[bench.ask.what] : '-';
      expect(`${bench.machine.phase} ${what}`).toBe(wanted);
      // Whoever stops leaves nothing behind that could still happen.
      if (bench.machine.phase === 'off' || bench.machine.phase === 'stopped') {
        expect(bench.machine.asking).toBeNull();
        expect(bench.machine.nextAt).toBeNull();
      } else {
        const { asking, nextAt } = bench.machine;
        expect([asking === null, nextAt === null]).toContain(false);
      }
    });
  }
});

describe('the connection', () => {
  it('asks at once and says hello, then parks until the peer must be dead', () => {
    const bench = at('connecting');
    expect(bench.ask).toMatchObject({ wait: 0, hello: true });
    bench.answer();
    expect(bench.ask).toMatchObject({ wait: 25, hello: false, limitMs: DEAD_MS });
  });

  it('backs off with full jitter, doubling to half a minute', () => {
    const bench = at('connecting');
    const bounds: (number | null | undefined)[] = [];
    bench.random = 0.999_999;
    for (let n = 0; n < 9; n++) {
      bench.fail();
      bounds.push(bench.timer);
      bench.feed({ type: 'timer' });
    }
    expect(bounds).toEqual([499, 999, 1999, 3999, 7999, 15_999, 29_999, 29_999, 29_999]);
    bench.random = 0;
    expect(bench.fail().timer).toBe(0);
  });

  it('forgets failures after twenty seconds of answers, not before', () => {
    for (const [lived, bound] of [
      [STEADY_MS - 1, 1999],
      [STEADY_MS, 499],
    ] as const) {
      const bench = at('connecting');
      bench.random = 0.999_999;
      bench.fail().feed({ type: 'timer' }).fail().feed({ type: 'timer' });
      bench.answer().pass(lived).fail();
      expect(bench.timer).toBe(bound);
    }
  });

  it('waits as long as the server asks it to', () => {
    expect(at('live').fail(12_000).timer).toBe(12_000);
    expect(at('connecting').answer({ advice: { retry: [700, 900] } }).timer).toBe(800);
  });

  it('drops the parked request when it wakes, because its socket may be dead', () => {
    const bench = at('degraded');
    expect(bench.last[0]).toEqual({ do: 'abort' });
    expect(bench.ask).toMatchObject({ what: 'quick', wait: 0, limitMs: PROBE_MS });
  });

  it('lets one probe serve several reasons to wake', () => {
    const bench = at('degraded').pass(100).feed({ type: 'wake' });
    expect(bench.last).toEqual([]);
    expect(bench.pass(PROBE_MS).feed({ type: 'wake' }).ask).toBeDefined();
  });

  it('asks at once when the page is seen again', () => {
    const bench = at('live').feed({ type: 'attention', visible: false, focused: false });
    bench.pass(60_000).feed({ type: 'attention', visible: true, focused: true });
    expect(bench.ask).toMatchObject({ what: 'quick', wait: 0 });
  });
});

describe('a stream that carries', () => {
  it('drops the poll only when it has spoken, and whatever that still brings is stale', () => {
    const bench = at('live');
    const { turn } = bench.machine;
    bench.feed({ type: 'carried' });
    expect(bench.last).toEqual([{ do: 'abort' }, { do: 'timer', ms: null }]);
    expect(bench.machine.asking).toBe('stream');
    expect(bench.answer({ turn }).last).toEqual([]);
    expect(bench.feed({ type: 'failed', turn, retryAfterMs: null }).last).toEqual([]);
  });

  it('is followed by the poll at once when it is lost, or when the server asked for it', () => {
    const cut = at('carried').feed({ type: 'lost', ms: 0 });
    expect(cut.ask).toMatchObject({ what: 'quick', wait: 0, limitMs: PROBE_MS });
    expect(shown(cut.machine, cut.now)).toBe('live');
    const sent = at('carried').feed({ type: 'lost', ms: 700 });
    expect([sent.ask, sent.timer]).toEqual([undefined, 700]);
    expect(sent.pass(700).feed({ type: 'timer' }).ask?.what).toBe('quick');
    expect(sent.answer().ask?.what).toBe('parked');
  });

  it('is not trusted after a sleep until it speaks or the poll has taken over', () => {
    const speaks = at('carried').feed({ type: 'wake' });
    expect(speaks.ask).toMatchObject({ what: 'quick', limitMs: PROBE_MS });
    expect(speaks.feed({ type: 'carried' }).last[0]).toEqual({ do: 'abort' });
    expect(speaks.machine).toMatchObject({ phase: 'live', asking: 'stream', lostAt: null });
    const silent = at('carried').feed({ type: 'wake' }).answer();
    expect(silent.ask?.what).toBe('parked');
    // The end of a stream that does not carry any more is nobody's loss.
    expect(silent.feed({ type: 'lost', ms: 0 }).machine.asking).toBe('parked');
  });

  it('says when everything is there, so that there is time to try something better', () => {
    expect(settled(at('live').machine)).toBe(true);
    expect(settled(at('carried').machine)).toBe(true);
    expect(settled(at('live').answer({ advice: { retry: [1, 2] } }).machine)).toBe(true);
    expect(settled(at('live').answer({ more: true }).machine)).toBe(false);
    for (const phase of ['off', 'connecting', 'degraded', 'waiting', 'stopped'] as const) {
      expect(settled(at(phase).machine)).toBe(false);
    }
  });
});

describe('tabs of one session', () => {
  const advice = { retry: [4000, 6000] as [number, number], wait: 0 };

  it('give way once where they are used', () => {
    const bench = at('live').answer({ advice });
    expect(bench.timer).toBe(5000);
    bench.pass(5000).feed({ type: 'timer' });
    expect(bench.ask?.what).toBe('quick');
    expect(bench.answer().ask?.what).toBe('parked');
  });

  it('give way for a minute where they are seen but not used', () => {
    const bench = at('live').feed({ type: 'attention', visible: true, focused: false });
    bench.answer({ advice });
    const began = bench.now;
    let quick = 0;
    while (!bench.ask || bench.ask.what === 'quick') {
      bench
        .pass(bench.timer ?? 0)
        .feed({ type: 'timer' })
        .answer();
      quick++;
    }
    expect(bench.now - began).toBeGreaterThanOrEqual(CROWDED_MS);
    expect(quick).toBeLessThan(20);
  });

  it('ask gently while they are hidden, and never park again until they are seen', () => {
    const bench = at('live').feed({ type: 'attention', visible: false, focused: false });
    bench.answer({ advice });
    for (let n = 0; n < 100; n++) {
      const ms = bench.timer ?? 0;
      expect(ms).toBeGreaterThanOrEqual(HIDDEN_PACE[0]);
      bench.pass(ms).feed({ type: 'timer' });
      expect(bench.ask?.what).toBe('quick');
      bench.answer();
      expect(bench.ask).toBeUndefined();
    }
    bench.feed({ type: 'attention', visible: true, focused: true });
    expect(bench.answer().ask?.what).toBe('parked');
  });

  it('park at once when they are used while resting', () => {
    const bench = at('live').feed({ type: 'attention', visible: true, focused: false });
    bench.answer({ advice }).feed({ type: 'attention', visible: true, focused: true });
    expect(bench.ask?.what).toBe('quick');
    expect(bench.answer().ask?.what).toBe('parked');
  });
});

describe('what a person is told', () => {
  it('is a loss only after two seconds', () => {
    const bench = at('waiting');
    expect(shown(bench.machine, bench.now)).toBe('live');
    expect(showsAgainAt(bench.machine, bench.now)).toBe(bench.now + SHOW_AFTER_MS);
    expect(shown(bench.machine, bench.now + SHOW_AFTER_MS - 1)).toBe('live');
    expect(shown(bench.machine, bench.now + SHOW_AFTER_MS)).toBe('waiting');
  });

  it('is no loss where everything is loaded again', () => {
    for (const input of [{ type: 'resync' }, { type: 'reset', turn: at('live').machine.turn }]) {
      const bench = at('live')
        .pass(60_000)
        .feed(input as Input);
      expect(bench.machine.phase).toBe('connecting');
      expect(shown(bench.machine, bench.now)).toBe('live');
      expect(shown(bench.machine, bench.now + SHOW_AFTER_MS)).toBe('waiting');
    }
  });

  it('counts the two seconds from the loss, over every try', () => {
    const bench = at('waiting');
    bench.pass(1500).feed({ type: 'timer' }).pass(600).fail();
    expect(shown(bench.machine, bench.now)).toBe('waiting');
  });

  it('is "offline" at once, until an answer proves otherwise', () => {
    const bench = at('live').feed({ type: 'online', online: false });
    expect(shown(bench.machine, bench.now)).toBe('offline');
    bench.answer();
    expect(shown(bench.machine, bench.now)).toBe('live');
    bench.fail();
    expect(shown(bench.machine, bench.now)).toBe('offline');
  });

  it('is nothing at the very start, and a wait when that takes long', () => {
    const bench = at('connecting');
    expect(shown(bench.machine, bench.now)).toBe('connecting');
    expect(shown(bench.machine, bench.now + SHOW_AFTER_MS)).toBe('waiting');
    expect(shown(at('stopped').machine, START)).toBe('stopped');
  });
});
