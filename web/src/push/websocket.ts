import { decodeBatchOrReset } from '../protocol/decode';
import type { StreamEnd } from './carrier_state';
import type { Opening } from './stream';

const RESTART = 1012;
const TRY_LATER = 1013;
const SIGN_IN = 4401;
const NORMAL = 1000;

/** The stream by WebSocket: each message is a batch. Nothing is ever sent. */
export function openWebSocket(path: string, { onBatch, onEnd }: Opening): () => void {
  let over = false;
  let heard = false;
  let socket: WebSocket | null = null;

  const end = (why: StreamEnd): void => {
    if (over) return;
    over = true;
    socket?.close(NORMAL);
    onEnd(why);
  };

  try {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    socket = new WebSocket(url);
  } catch {
    // A browser, or what guards it, that has none. Told later, as every other end is.
    queueMicrotask(() => end('refused'));
    return () => (over = true);
  }
  socket.addEventListener('message', ({ data }) => {
    if (over) return;
    let batch;
    try {
      batch = decodeBatchOrReset(JSON.parse(String(data)), 'batch');
    } catch {
      end('cut');
      return;
    }
    heard = true;
    onBatch(batch);
  });
  socket.addEventListener('close', ({ code }) => {
    if (code === RESTART) end('restart');
    else if (code === TRY_LATER) end('busy');
    else end(heard && code !== SIGN_IN ? 'cut' : 'refused');
  });
  return () => {
    over = true;
    socket.close(NORMAL);
  };
}
