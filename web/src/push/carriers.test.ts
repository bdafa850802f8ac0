import { describe, expect, it } from 'vitest';
import {
  AGAIN_MS,
  begin,
  BUSY_MS,
  CHECK_MS,
  LAG_MS,
  LINGER_MS,
  NEVER_WORKED_MS,
  REST_MOST_MS,
  START_MS,
  UNKNOWN,
} from './carrier_state';
import { dueAt } from './carriers';
import { Bench, MINUTE, place } from './carriers.test_support';
import { DEAD_MS, PROBE_MS, STEADY_MS } from './machine';

describe('the way up', () => {
  it('tries a WebSocket once the poll is up, and moves over when it has spoken', () => {
    const bench = new Bench().up();
    expect([bench.opens, bench.carrier]).toEqual(['websocket', 'poll']);
    bench.speak();
    expect([bench.has('carried'), bench.carrier]).toEqual([true, 'websocket']);
    expect(bench.pass(MINUTE / 2).last).toEqual([]);
  });

  it('takes a stream that says nothing for four seconds for a path that buffers', () => {
    const bench = new Bench().up();
    expect(bench.pass(START_MS - 1).last).toEqual([]);
    expect(bench.pass(1).last).toEqual([{ do: 'close', turn: 1 }]);
    expect(bench.pass(AGAIN_MS[0]).opens).toBe('websocket');
    bench.pass(START_MS);
    expect(bench.opens).toBe('sse');
    bench.pass(START_MS).pass(AGAIN_MS[0]);
    expect(bench.opens).toBe('sse');
    bench.pass(START_MS);
    // Both rest: for a day nothing is tried but the poll.
    expect(bench.pass(NEVER_WORKED_MS - 3 * START_MS).last).toEqual([]);
    expect(bench.pass(3 * START_MS).opens).toBe('websocket');
  });

  it('goes on to SSE after two failures of the WebSocket, not after one', () => {
    const bench = new Bench().up().end('refused');
    expect([bench.has('ask'), bench.opens]).toEqual([true, undefined]);
    expect(bench.pass(AGAIN_MS[0]).opens).toBe('websocket');
    expect(bench.end('refused').opens).toBe('sse');
    expect(bench.speak().carrier).toBe('sse');
  });

  it('climbs back beside the SSE, and lets that go only for a WebSocket that speaks', () => {
    const bench = place.sse();
    bench.feed({ type: 'network' });
    expect([bench.opens, bench.carrier]).toEqual(['websocket', 'sse']);
    const sse = bench.carriers.held?.turn;
    bench.speak();
    expect(bench.last).toContainEqual({ do: 'close', turn: sse });
    expect(bench.carrier).toBe('websocket');
  });

  it('remembers a way that never worked for a day, over pages', () => {
    const rests = { worked: false, rests: 1, restUntil: 1_000_000 + 5 * MINUTE };
    const bench = new Bench();
    bench.carriers = begin({ websocket: rests, sse: UNKNOWN });
    expect(bench.up().opens).toBe('sse');
    bench.speak();
    for (let n = 0; n < 9; n++) expect(bench.pass(MINUTE / 2).speak().opens).toBeUndefined();
    expect(bench.pass(MINUTE / 2).opens).toBe('websocket');
  });

  it('tries one that has worked again after 1, 2, 4 … 30 minutes', () => {
    const bench = place.websocket();
    const waits: number[] = [];
    for (let n = 0; n < 7; n++) {
      const from = bench.now;
      bench.end('cut');
      while (bench.opens !== 'websocket') {
        const due = dueAt(bench.carriers, bench.now) ?? expect.fail();
        bench.pass(due - bench.now);
        if (bench.opens === 'sse') bench.end('busy');
      }
      const waited = Math.round((bench.now - from) / MINUTE);
      if (waited > 0) waits.push(waited);
      bench.end('refused').pass(AGAIN_MS[0]);
      if (bench.opens === 'websocket') bench.end('refused');
    }
    expect(waits.slice(0, 3)).toEqual([1, 2, 4]);
    expect(Math.max(...waits) * MINUTE).toBeLessThanOrEqual(REST_MOST_MS);
    expect(bench.carriers.ways.websocket.worked).toBe(true);
  });
});

describe('a stream that carries', () => {
  it('is dead after 35 s of silence', () => {
    const bench = place.websocket();
    for (let n = 0; n < 10; n++) expect(bench.pass(25_000).speak().last).toEqual([]);
    expect(bench.pass(DEAD_MS - 1).last).toEqual([]);
    bench.pass(1);
    expect(bench.last).toContainEqual({ do: 'lost', ms: 0 });
    expect(bench.has('close')).toBe(true);
  });

  it('is opened anew after each cut of a path that cuts every 30 s', () => {
    const bench = place.websocket();
    for (let n = 0; n < 20; n++) {
      expect(bench.pass(30_000).end('cut').opens).toBe('websocket');
      expect(bench.speak().carrier).toBe('websocket');
    }
  });

  it('lets the poll hear first why it was ended, where its session may be over', () => {
    const bench = place
      .websocket()
      .pass(MINUTE / 2)
      .end('refused');
    expect(bench.last).toEqual([{ do: 'lost', ms: 0 }]);
    expect(bench.pass(AGAIN_MS[0]).opens).toBe('websocket');
  });

  it('rests where it lives for seconds only, again and again', () => {
    const bench = place.websocket().end('cut');
    expect(bench.opens).toBeUndefined();
    expect(bench.pass(AGAIN_MS[0]).opens).toBe('websocket');
    expect(
      bench
        .speak()
        .pass(STEADY_MS / 2)
        .end('cut').opens,
    ).toBe('sse');
    expect(bench.carriers.ways.websocket.restUntil).toBe(bench.now + MINUTE);
  });

  it('stays away for as long as a server asks that restarts, or is busy', () => {
    const bench = place
      .websocket()
      .pass(MINUTE / 2)
      .end('restart', 1_500);
    expect(bench.last).toEqual([{ do: 'lost', ms: 1_500 }]);
    expect(bench.pass(1_499).last).toEqual([]);
    expect(bench.pass(1).opens).toBe('websocket');
    bench.end('busy');
    expect(bench.pass(BUSY_MS[0] - 1).last).toEqual([]);
    expect(bench.pass(1).opens).toBe('websocket');
    // Sent away at the door, again and again, it does not run against it.
    bench.end('restart', 0);
    expect(bench.pass(AGAIN_MS[0] - 1).last).toEqual([]);
  });

  it('is replaced after a sleep if it says nothing within the time of a probe', () => {
    const bench = place.websocket().feed({ type: 'wake' });
    expect(bench.carrier).toBe('poll');
    const { turn } = bench.carriers;
    expect(bench.pass(PROBE_MS - 1).last).toEqual([]);
    bench.pass(1);
    expect(bench.last).toContainEqual({ do: 'close', turn });
    expect([bench.opens, bench.has('lost')]).toEqual(['websocket', false]);
    // That says nothing against the way.
    expect(bench.carriers.ways.websocket.failures).toBe(0);
  });

  it('says nothing against a way that the server cannot be reached', () => {
    const bench = new Bench().up().end('refused');
    bench.feed({ type: 'line', line: 'down' }).pass(MINUTE).up();
    expect(bench.end('refused').opens).toBeUndefined();
    expect(bench.pass(AGAIN_MS[0]).opens).toBe('websocket');
  });

  it('leaves its connection to the tab that is used, where it is an SSE', () => {
    const bench = place.sse().feed({ type: 'attention', visible: true, focused: false });
    expect(bench.pass(LINGER_MS - 1).last).toEqual([]);
    bench.pass(1);
    expect([bench.has('close'), bench.has('lost'), bench.carrier]).toEqual([true, true, 'poll']);
    expect(bench.up().pass(MINUTE).opens).toBeUndefined();
    bench.feed({ type: 'attention', visible: true, focused: true });
    expect(bench.opens).toBe('sse');
  });

  it('is one for all tabs of a browser, and the last that was used has it', () => {
    const bench = place.sse().feed({ type: 'yield' });
    expect(bench.last.map((effect) => effect.do)).toEqual(['close', 'lost']);
    expect(bench.up().pass(MINUTE).opens).toBeUndefined();
    expect(bench.feed({ type: 'attention', visible: true, focused: true }).opens).toBe('sse');
    // Also one that has not spoken yet, which says nothing against the way.
    bench.feed({ type: 'yield' });
    expect(bench.last.map((effect) => effect.do)).toEqual(['close']);
    expect(bench.carriers.ways.sse.failures).toBe(0);
  });

  it('is given up where somebody wants the poll alone, which says nothing against any way', () => {
    const bench = place.websocket().feed({ type: 'allow', allowed: false });
    expect(bench.carrier).toBe('poll');
    expect(bench.up().pass(NEVER_WORKED_MS).last).toEqual([]);
    expect(bench.feed({ type: 'network' }).opens).toBeUndefined();
    expect(bench.carriers.ways.websocket).toMatchObject({ worked: true, failures: 0, rests: 0 });
    bench.feed({ type: 'allow', allowed: true });
    expect(bench.opens).toBe('websocket');
    expect(bench.speak().carrier).toBe('websocket');
  });

  it('is tried at once by whoever lets it, whatever failed before', () => {
    const bench = new Bench();
    const rests = { worked: false, rests: 3, restUntil: 8.64e15 };
    bench.carriers = begin({ websocket: rests, sse: rests }, false);
    expect(bench.up().pass(MINUTE).last).toEqual([]);
    expect(bench.feed({ type: 'allow', allowed: true }).opens).toBe('websocket');
  });

  it('is checked once, at its first silence, where it is an SSE', () => {
    const bench = place.fresh().speak();
    // While it goes on speaking there is nothing to ask.
    for (let n = 0; n < 5; n++) expect(bench.pass(CHECK_MS - 1).speak().last).toEqual([]);
    expect(bench.pass(CHECK_MS).last).toEqual([{ do: 'check' }]);
    bench.polled(false);
    expect(bench.last).toEqual([{ do: 'remember' }, { do: 'carried' }]);
    expect(bench.pass(MINUTE / 2).last).toEqual([]);
    expect(place.websocket().pass(MINUTE / 2).last).toEqual([]);
  });

  it('rests where the poll knows more, as what holds back only lets it through in a flood', () => {
    const bench = place.lagging();
    expect(bench.pass(LAG_MS - 1).last).toEqual([]);
    expect(bench.pass(1).last.map((effect) => effect.do)).toEqual(['close', 'lost']);
    expect(bench.carrier).toBe('poll');
    expect(bench.pass(AGAIN_MS[0]).opens).toBe('sse');
    bench.speak().pass(CHECK_MS).polled(true).pass(LAG_MS);
    expect(bench.carriers.ways.sse).toMatchObject({ worked: false, rests: 1 });
    expect(bench.carriers.ways.sse.restUntil).toBe(bench.now + NEVER_WORKED_MS);
  });

  it('carries on where what the poll said was only on its way, and is checked again', () => {
    const bench = place.lagging().pass(LAG_MS / 2);
    expect(bench.speak().last).toEqual([{ do: 'carried' }]);
    expect(bench.pass(CHECK_MS).last).toEqual([{ do: 'check' }]);
    // Came before the answer of the poll did.
    bench.pass(30).speak().polled(true);
    expect(bench.last).toEqual([{ do: 'carried' }]);
    expect(bench.pass(CHECK_MS).last).toEqual([{ do: 'check' }]);
    expect(bench.polled(false).carrier).toBe('sse');
  });

  it('is not checked while it is doubted, or while there is no server', () => {
    const bench = place.checked().feed({ type: 'wake' });
    bench.polled(false);
    expect(bench.carrier).toBe('poll');
    bench.speak();
    expect(bench.carrier).toBe('sse');
    expect(bench.pass(CHECK_MS).last).toEqual([{ do: 'check' }]);
    expect(place.fresh().feed({ type: 'line', line: 'doubt' }).pass(CHECK_MS).last).toEqual([]);
  });

  it('may stay in a tab in the background, where it is a WebSocket', () => {
    const bench = place.websocket().feed({ type: 'attention', visible: false, focused: false });
    for (let n = 0; n < 20; n++) expect(bench.pass(25_000).speak().last).toEqual([]);
    expect(bench.carrier).toBe('websocket');
  });
});
