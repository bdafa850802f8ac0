import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/errors';
import type { Batch, Reset } from '../protocol/types';
import { MemoryStore } from '../state/storage';
import { BrowserSendStore } from '../state/send_store';
import { World } from '../state/world.test_support';
import type { FromHub, Status } from './bridge';
import type { StreamEnd, StreamKind } from './carrier_state';
import { Hub } from './hub';
import type { Opening } from './stream';
import type { Question, Reply } from './transport';

const empty: Batch = { cursor: 'c1', events: [], signals: [], more: false };

type Stream = Opening & { readonly kind: StreamKind; closed: boolean };

/** A hub whose requests the test answers by hand. Time is vitest's. */
class Bench {
  readonly told: FromHub[] = [];
  readonly asked: (Question & { answer: (reply: Reply<Batch | Reset>) => void })[] = [];
  snapshots = 0;
  renewals = 0;
  /** Off for tests of days, in which the watchdog would look a hundred thousand times. */
  watches = true;
  failing: ApiError | null = null;
  readonly hub: Hub;
  readonly streams: Stream[] = [];

  constructor(readonly memory = new MemoryStore()) {
    this.hub = new Hub({
      transport: {
        snapshot: () => {
          this.snapshots++;
          const reply = this.failing
            ? ({ ok: false, error: this.failing } as const)
            : ({ ok: true, value: new World().snapshot() } as const);
          return Promise.resolve(reply);
        },
        ask: (question) => new Promise((answer) => this.asked.push({ ...question, answer })),
      },
      openStream: (kind, opening) => {
        const stream: Stream = { ...opening, kind, closed: false };
        this.streams.push(stream);
        return () => (stream.closed = true);
      },
      memory: this.memory,
      random: () => 0.5,
      now: () => Date.now(),
      setInterval: (tick, ms) => (this.watches ? Number(setInterval(tick, ms)) : 0),
      clearInterval: (handle) => clearInterval(handle),
      setTimer: (ms, fire) => {
        const handle = setTimeout(fire, ms);
        return () => clearTimeout(handle);
      },
      outbox: {
        store: new BrowserSendStore(new MemoryStore()),
        newNonce: () => 'n',
        post: () => new Promise(() => undefined),
      },
      renew: () => {
        this.renewals++;
        return Promise.resolve(!this.failing);
      },
      emit: (message) => this.told.push(message),
    });
  }
  async start(): Promise<this> {
    this.hub.handle({ type: 'start', user: 1 });
    await vi.advanceTimersByTimeAsync(0);
    return this;
  }
  async answer(batch: Batch | Reset): Promise<void> {
    this.asked.at(-1)?.answer({ ok: true, value: batch });
    await vi.advanceTimersByTimeAsync(0);
  }
  async fail(): Promise<void> {
    this.asked.at(-1)?.answer({ ok: false, error: new ApiError('network') });
    await vi.advanceTimersByTimeAsync(0);
  }
  /** The newest stream says something. */
  async say(batch: Batch | Reset): Promise<void> {
    this.streams.at(-1)?.onBatch(batch);
    await vi.advanceTimersByTimeAsync(0);
  }
  async end(why: StreamEnd): Promise<void> {
    this.streams.at(-1)?.onEnd(why);
    await vi.advanceTimersByTimeAsync(0);
  }
  /** On a WebSocket, whose first batch has come. */
  async carried(): Promise<this> {
    await this.start();
    await this.answer(empty);
    await this.say({ ...empty, cursor: 's1' });
    return this;
  }
  get #status(): Status | undefined {
    return this.told.findLast((message) => message.type === 'status')?.status;
  }
  get state(): string | undefined {
    return this.#status?.state;
  }
  get carrier(): string | undefined {
    return this.#status?.carrier;
  }
  get pollOnly(): boolean | undefined {
    return this.#status?.pollOnly;
  }
}

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
