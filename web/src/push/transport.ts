import type { ApiError } from '../api/errors';
import type { Batch, Reset, Snapshot } from '../protocol/types';

export type Question = {
  readonly cursor: string;
  /** Seconds that the server may wait for something to say. */
  readonly wait: number;
  readonly hello: boolean;
  readonly limitMs: number;
  readonly signal: AbortSignal;
};

export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError };

/** A way to the stream. Every carrier brings the same batches from the same cursors. */
export interface Transport {
  snapshot(limitMs: number, signal: AbortSignal): Promise<Reply<Snapshot>>;
  ask(question: Question): Promise<Reply<Batch | Reset>>;
}
