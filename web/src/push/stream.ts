import type { Batch, Reset } from '../protocol/types';
import type { StreamEnd, StreamKind } from './carrier_state';

export type Opening = {
  readonly cursor: string;
  /** Seconds after which a quiet stream shows that it lives, less a little of the server's choice. */
  readonly beat: number;
  readonly onBatch: (batch: Batch | Reset) => void;
  /** Once, unless it was closed from here before. Nothing comes after it. */
  readonly onEnd: (why: StreamEnd) => void;
};

/** Opens a stream and answers what closes it. Never throws. */
export type OpenStream = (kind: StreamKind, opening: Opening) => () => void;

export function streamQuery(
  { cursor, beat }: Pick<Opening, 'cursor' | 'beat'>,
  client: string,
  user: number | null,
): string {
  const query = new URLSearchParams({ cursor, wait: String(beat), client, hello: '1' });
  if (user !== null) query.set('user', String(user));
  return `/api/v1/events?${query}`;
}
