import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import { Bench, empty } from './hub.test_support';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

describe('Hub', () => {
  it('loads the snapshot, asks from its cursor, and parks', async () => {
    const bench = await new Bench().start();
    expect(bench.told.some((message) => message.type === 'snapshot')).toBe(true);
    expect(bench.asked[0]).toMatchObject({ cursor: '0', wait: 0, hello: true });
    await bench.answer(empty);
    expect(bench.asked[1]).toMatchObject({ cursor: 'c1', wait: 25 });
    expect(bench.state).toBe('live');
  });

  it('moves the cursor only after the batch was applied', async () => {
    const bench = await new Bench().start();
    await bench.fail();
    await vi.advanceTimersByTimeAsync(300);
    expect(bench.asked.at(-1)?.cursor).toBe('0');
    await bench.answer(empty);
    expect(bench.asked.at(-1)?.cursor).toBe('c1');
  });

  it('goes on after a batch that could not be applied, and does not count it as had', async () => {
    const reported = vi.fn();
    vi.stubGlobal('reportError', reported);
    const bench = await new Bench().start();
    const push = bench.told.push.bind(bench.told);
    bench.told.push = (message) => {
      if (message.type === 'batch') throw new Error('a bug');
      return push(message);
    };
    await bench.answer(empty);
    bench.told.push = push;
    await vi.advanceTimersByTimeAsync(300);
    expect(bench.asked.at(-1)?.cursor).toBe('0');
    expect(reported).toHaveBeenCalledTimes(1);
    await bench.answer(empty);
    expect(bench.asked.at(-1)?.cursor).toBe('c1');
  });

  it('loads everything again when it is told that the cursor is no good', async () => {
    const bench = await new Bench().start();
    await bench.answer({ reset: { why: 'epoch' }, cursor: 'x' });
    const loads = bench.told.filter((message) => message.type === 'snapshot');
    expect(loads.map((message) => message.restored)).toEqual([false, true]);
    expect(bench.asked.at(-1)?.cursor).toBe('0');
  });

  it('shows a loss after two seconds, and the return at once', async () => {
    const bench = await new Bench().start();
    await bench.answer(empty);
    bench.failing = new ApiError('network');
    await vi.advanceTimersByTimeAsync(25_000);
    await bench.fail();
    expect(bench.state).toBe('live');
    await vi.advanceTimersByTimeAsync(1_900);
    expect(bench.state).toBe('live');
    await vi.advanceTimersByTimeAsync(200);
    expect(bench.state).toBe('waiting');
    await bench.answer(empty);
    expect(bench.state).toBe('live');
  });

  it('is live within two seconds of waking from a sleep of a minute', async () => {
    const bench = await new Bench().start();
    await bench.answer(empty);
    const parked = bench.asked.at(-1);
    // Asleep: the clock goes on, no timer fires.
    vi.setSystemTime(Date.now() + 60_000);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(parked?.signal.aborted).toBe(true);
    expect(bench.asked.at(-1)).toMatchObject({ wait: 0 });
    // What the dead socket still brings is not listened to.
    parked?.answer({ ok: false, error: new ApiError('network') });
    await bench.answer({ ...empty, cursor: 'c2' });
    expect(bench.asked.at(-1)).toMatchObject({ cursor: 'c2', wait: 25 });
    expect(bench.state).toBe('live');
  });

  it('says once that the server was updated', async () => {
    const bench = await new Bench().start();
    const hello = { user: 1, build: 'a', server_time: '2026-06-14T09:00:00.000Z' };
    await bench.answer({ ...empty, hello });
    expect(bench.told.some((message) => message.type === 'updated')).toBe(false);
    bench.hub.handle({ type: 'retry' });
    await bench.answer({ ...empty, hello: { ...hello, build: 'b' } });
    expect(bench.told.filter((message) => message.type === 'updated')).toHaveLength(1);
  });

  it('keeps the cookie of a page that only listens, with one request a day', async () => {
    const bench = new Bench();
    bench.watches = false;
    await bench.start();
    const hours = async (count: number): Promise<void> => {
      for (let n = 0; n < count * 6; n++) {
        await bench.answer(empty);
        await vi.advanceTimersByTimeAsync(600_000);
      }
    };
    await hours(23);
    expect(bench.renewals).toBe(0);
    await hours(2);
    expect(bench.renewals).toBe(1);
    await hours(24 * 3);
    expect(bench.renewals).toBe(4);
    // One that did not come through is made again soon, and not at once.
    bench.failing = new ApiError('network');
    await hours(24);
    expect(bench.renewals).toBeGreaterThan(4);
    expect(bench.renewals).toBeLessThan(12);
    bench.failing = null;
    await hours(1);
    const count = bench.renewals;
    await hours(20);
    expect(bench.renewals).toBe(count);
  });

  it('asks and sends nothing once it was refused', async () => {
    const bench = await new Bench().start();
    await bench.answer(empty);
    bench.hub.handle({ type: 'refused', reason: 'other_user' });
    const count = bench.asked.length;
    bench.hub.handle({ type: 'wake' });
    bench.hub.handle({ type: 'online', online: false });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(bench.asked).toHaveLength(count);
    expect(bench.state).toBe('stopped');
  });
});
