import { vi } from 'vitest';
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

/** An answer that says nothing. */
export const empty: Batch = { cursor: 'c1', events: [], signals: [], more: false };

type Stream = Opening & { readonly kind: StreamKind; closed: boolean };

/** A hub whose requests the test answers by hand. Time is vitest's. */
export class Bench {
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
