import type { Batch, Reset } from '../protocol/types';
import type { StreamEnd, StreamKind } from './carrier_state';

export type Opening = {
  readonly cursor: string;
  readonly onBatch: (batch: Batch | Reset) => void;
  /** Once, unless it was closed from here before. Nothing comes after it. */
  readonly onEnd: (why: StreamEnd) => void;
};

/** Opens a stream and answers what closes it. Never throws. */
export type OpenStream = (kind: StreamKind, opening: Opening) => () => void;

/** Seconds after which a quiet stream shows that it lives, less a little of the server's choice. */
export const BEAT_S = 25;

export function streamQuery(cursor: string, client: string, user: number | null): string {
  const query = new URLSearchParams({ cursor, wait: String(BEAT_S), client, hello: '1' });
  if (user !== null) query.set('user', String(user));
  return `/api/v1/events?${query}`;
}
