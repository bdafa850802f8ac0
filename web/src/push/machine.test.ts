import { describe, expect, it } from 'vitest';
import {
  CROWDED_MS,
  DEAD_MS,
  HIDDEN_PACE,
  type Input,
  PROBE_MS,
  settled,
  shown,
  showsAgainAt,
  SHOW_AFTER_MS,
  PARKED_MS,
  STEADY_MS,
} from './machine';
import { at, type Bench, START } from './machine.test_support';

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

  it('forgets failures after twenty seconds of answers, or five of waiting, not before', () => {
    for (const [lived, bound] of [
      [PARKED_MS - 1, 1999],
      [PARKED_MS, 499],
    ] as const) {
      const bench = at('connecting');
      bench.random = 0.999_999;
      bench.fail().feed({ type: 'timer' }).fail().feed({ type: 'timer' });
      bench.answer().pass(lived).fail();
      expect(bench.timer).toBe(bound);
    }
    for (const [lived, bound] of [
      [STEADY_MS - 1, 1999],
      [STEADY_MS, 499],
    ] as const) {
      const bench = at('connecting');
      bench.random = 0.999_999;
      bench.fail().feed({ type: 'timer' }).fail().feed({ type: 'timer' });
      bench.answer({ more: true }).pass(lived).fail();
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

  it('is nothing while a path cuts every park, however often', () => {
    const bench = at('live');
    for (let n = 0; n < 20; n++) {
      bench.pass(6_000).fail();
      expect(bench.timer).toBeLessThanOrEqual(500);
      expect(shown(bench.machine, bench.now)).toBe('live');
      bench
        .pass(bench.timer ?? 0)
        .feed({ type: 'timer' })
        .answer();
    }
  });

  it('is nothing at the very start, and a wait when that takes long', () => {
    const bench = at('connecting');
    expect(shown(bench.machine, bench.now)).toBe('connecting');
    expect(shown(bench.machine, bench.now + SHOW_AFTER_MS)).toBe('waiting');
    expect(shown(at('stopped').machine, START)).toBe('stopped');
  });
});

describe('a cursor that is no good', () => {
  const reset = (bench: Bench) => bench.feed({ type: 'reset', turn: bench.machine.turn });
  const load = (bench: Bench) => bench.feed({ type: 'loaded', turn: bench.machine.turn });

  it('is replaced at once, and ever later while that does not help', () => {
    const bench = reset(at('live'));
    expect(bench.ask?.what).toBe('snapshot');
    const pauses = [1, 2, 3, 4].map(() => {
      load(bench);
      expect(bench.ask?.what).toBe('quick');
      reset(bench);
      expect(bench.machine).toMatchObject({ phase: 'waiting', asking: null, hasCursor: false });
      const pause = bench.timer ?? 0;
      bench.pass(pause).feed({ type: 'timer' });
      expect(bench.ask?.what).toBe('snapshot');
      return pause;
    });
    expect(pauses).toEqual([250, 500, 1_000, 2_000]);
  });

  it('is the first again after an answer', () => {
    const bench = load(reset(load(reset(at('live'))).pass(500)).feed({ type: 'timer' }));
    bench.answer();
    reset(bench);
    expect(bench.ask?.what).toBe('snapshot');
  });
});
