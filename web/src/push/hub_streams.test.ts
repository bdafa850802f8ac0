import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { World } from '../state/world.test_support';
import { Bench, empty } from './hub.test_support';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('a stream beside the poll', () => {
  it('is opened from the cursor once the poll waits, which goes when it has spoken', async () => {
    const bench = await new Bench().start();
    expect(bench.streams).toHaveLength(0);
    await bench.answer(empty);
    expect(bench.streams.map(({ kind, cursor }) => [kind, cursor])).toEqual([['websocket', 'c1']]);
    const parked = bench.asked.at(-1);
    expect([parked?.wait, parked?.signal.aborted, bench.carrier]).toEqual([25, false, 'poll']);
    await bench.say({ ...empty, cursor: 's1' });
    expect([parked?.signal.aborted, bench.carrier, bench.state]).toEqual([
      true,
      'websocket',
      'live',
    ]);
    const asked = bench.asked.length;
    for (let n = 0; n < 10; n++) {
      await vi.advanceTimersByTimeAsync(24_000);
      await bench.say({ ...empty, cursor: `s${n + 2}` });
    }
    expect(bench.asked).toHaveLength(asked);
    expect(bench.told.filter(({ type }) => type === 'batch')).toHaveLength(12);
  });

  it('is followed by the poll, from where it has come to, when it is cut', async () => {
    const bench = await new Bench().carried();
    await bench.say({ ...empty, cursor: 's2' });
    await vi.advanceTimersByTimeAsync(20_000);
    await bench.end('cut');
    expect(bench.asked.at(-1)).toMatchObject({ cursor: 's2', wait: 0 });
    expect([bench.carrier, bench.state]).toEqual(['poll', 'live']);
    // The next one is begun beside it, and takes over when it has spoken.
    expect(bench.streams.at(-1)).toMatchObject({ cursor: 's2', closed: false });
    await bench.answer({ ...empty, cursor: 'c3' });
    expect(bench.asked.at(-1)).toMatchObject({ cursor: 'c3', wait: 25 });
    await bench.say({ ...empty, cursor: 's4' });
    expect([bench.streams.length, bench.carrier]).toEqual([2, 'websocket']);
  });

  it('comes back after the time that a server asked for that restarts', async () => {
    const bench = await new Bench().carried();
    await vi.advanceTimersByTimeAsync(20_000);
    await bench.say({ ...empty, cursor: 's2', advice: { retry: [1_000, 2_000] } });
    const asked = bench.asked.length;
    await bench.end('restart');
    await vi.advanceTimersByTimeAsync(1_499);
    expect([bench.asked.length, bench.streams.length]).toEqual([asked, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(bench.asked.at(-1)).toMatchObject({ cursor: 's2', wait: 0 });
  });

  it('is dead when it was silent for 35 s', async () => {
    const bench = await new Bench().carried();
    await vi.advanceTimersByTimeAsync(34_900);
    expect(bench.carrier).toBe('websocket');
    await vi.advanceTimersByTimeAsync(200);
    expect([bench.streams[0]?.closed, bench.carrier]).toEqual([true, 'poll']);
    expect(bench.asked.at(-1)).toMatchObject({ cursor: 's1', wait: 0 });
  });

  it('is doubted after a sleep: the poll answers at once, and it is replaced if it is silent', async () => {
    const bench = await new Bench().carried();
    bench.hub.handle({ type: 'wake' });
    expect(bench.asked.at(-1)).toMatchObject({ cursor: 's1', wait: 0 });
    await bench.answer({ ...empty, cursor: 'c2' });
    expect([bench.state, bench.carrier]).toEqual(['live', 'poll']);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(bench.streams.map(({ closed }) => closed)).toEqual([true, false]);
    expect(bench.streams[1]?.cursor).toBe('c2');
    await bench.say({ ...empty, cursor: 's3' });
    expect(bench.carrier).toBe('websocket');
  });

  it('stays if it speaks after the sleep', async () => {
    const bench = await new Bench().carried();
    bench.hub.handle({ type: 'wake' });
    await bench.answer({ ...empty, cursor: 'c2' });
    await bench.say({ ...empty, cursor: 's3' });
    await vi.advanceTimersByTimeAsync(20_000);
    expect([bench.streams.length, bench.carrier]).toEqual([1, 'websocket']);
  });

  it('leaves a cursor that is no good, and a batch that is none, to the poll', async () => {
    vi.stubGlobal('reportError', vi.fn());
    for (const broken of [false, true]) {
      const bench = await new Bench().carried();
      const push = bench.told.push.bind(bench.told);
      if (broken) {
        bench.told.push = (message) => {
          if (message.type === 'batch') throw new Error('a bug');
          return push(message);
        };
      }
      await bench.say(
        broken ? { ...empty, cursor: 's2' } : { reset: { why: 'old' }, cursor: 's2' },
      );
      expect(bench.streams[0]?.closed).toBe(true);
      expect(bench.asked.at(-1)).toMatchObject({ cursor: 's1', wait: 0 });
    }
  });

  it('asks once why it was refused, and remembers a way that never works', async () => {
    const bench = await new Bench().start();
    await bench.answer(empty);
    for (let n = 0; n < 4; n++) {
      const asked = bench.asked.length;
      await bench.end('refused');
      expect(bench.asked.slice(asked)).toMatchObject([{ wait: 0 }]);
      await bench.answer(empty);
      await vi.advanceTimersByTimeAsync(3_000);
    }
    expect(bench.streams.map(({ kind }) => kind)).toEqual(['websocket', 'websocket', 'sse', 'sse']);
    const again = await new Bench(bench.memory).start();
    await again.answer(empty);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(again.streams).toHaveLength(0);
  });

  it('is checked by a poll where it is an SSE, which parks only if it knew more', async () => {
    const world = new World();
    world.relate(2, 'friends');
    for (const fresh of [false, true]) {
      const bench = await new Bench().start();
      await bench.answer(empty);
      for (let n = 0; n < 2; n++) {
        await bench.end('refused');
        await bench.answer(empty);
        await vi.advanceTimersByTimeAsync(2_000);
      }
      await bench.say({ ...empty, cursor: 's1' });
      const asked = bench.asked.length;
      await vi.advanceTimersByTimeAsync(3_000);
      expect(bench.asked.slice(asked)).toMatchObject([{ cursor: 's1', wait: 0 }]);
      expect([bench.carrier, bench.state]).toEqual(['sse', 'live']);
      const events = fresh ? world.log : [];
      await bench.answer({ ...empty, cursor: 'c2', events });
      await vi.advanceTimersByTimeAsync(fresh ? 1_000 : 10_000);
      expect(bench.asked).toHaveLength(asked + (fresh ? 2 : 1));
      expect([bench.carrier, bench.state]).toEqual([fresh ? 'poll' : 'sse', 'live']);
    }
  });

  it('is asked to beat, and the poll to wait, for less than the path cuts after', async () => {
    const bench = await new Bench().carried();
    for (let n = 0; n < 2; n++) {
      await vi.advanceTimersByTimeAsync(8_000);
      await bench.end('cut');
      await bench.answer(empty);
      expect(bench.asked.at(-1)?.wait).toBe(n === 0 ? 25 : 6);
      await vi.advanceTimersByTimeAsync(2_000);
      await bench.say(empty);
    }
    // The second cut taught something: it is no failure.
    expect(bench.streams.map(({ kind, beat }) => [kind, beat])).toEqual([
      ['websocket', 25],
      ['websocket', 25],
      ['websocket', 6],
    ]);
    bench.hub.handle({ type: 'online', online: false });
    bench.hub.handle({ type: 'online', online: true });
    await bench.answer(empty);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(bench.streams.at(-1)?.beat).toBe(25);
  });

  it('is none where somebody wants the poll alone, over pages, until it is wanted again', async () => {
    const bench = await new Bench().carried();
    bench.hub.handle({ type: 'route', pollOnly: true });
    expect([bench.streams[0]?.closed, bench.carrier, bench.pollOnly]).toEqual([true, 'poll', true]);
    expect(bench.asked.at(-1)).toMatchObject({ cursor: 's1', wait: 0 });
    const later = await new Bench(bench.memory).start();
    await later.answer(empty);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([later.streams.length, later.pollOnly, later.state]).toEqual([0, true, 'live']);
    later.hub.handle({ type: 'route', pollOnly: false });
    expect([later.streams.length, later.pollOnly]).toEqual([1, false]);
    await later.say({ ...empty, cursor: 's2' });
    expect(later.carrier).toBe('websocket');
    expect(new Bench(bench.memory).memory.keys('keepline.route')).toEqual([]);
  });

  it('goes with everything else when the session is over', async () => {
    const bench = await new Bench().carried();
    bench.hub.handle({ type: 'refused', reason: 'sign_in_required' });
    expect(bench.streams[0]?.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(bench.streams).toHaveLength(1);
    // What was under way when it was closed is not listened to.
    const told = bench.told.length;
    await bench.say({ ...empty, cursor: 's9' });
    expect(bench.told).toHaveLength(told);
  });

  it('keeps the cookie too, though it makes no request', async () => {
    const bench = new Bench();
    bench.watches = false;
    await bench.carried();
    for (let n = 0; n < 25 * 60 * 3; n++) {
      await vi.advanceTimersByTimeAsync(20_000);
      await bench.say(empty);
    }
    expect(bench.renewals).toBe(1);
  });
});
