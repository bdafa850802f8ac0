import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Batch, Reset } from '../protocol/types';
import { streamQuery } from './stream';
import { openWebSocket } from './websocket';

class FakeSocket extends EventTarget {
  static last: FakeSocket | undefined;
  closedWith: number | undefined;
  constructor(readonly url: URL) {
    super();
    FakeSocket.last = this;
  }
  close(code: number): void {
    this.closedWith ??= code;
  }
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

function bench() {
  vi.stubGlobal('WebSocket', FakeSocket);
  const said: (Batch | Reset)[] = [];
  const ends: string[] = [];
  const close = openWebSocket(streamQuery({ cursor: 'a b', beat: 25 }, 'me', 7), {
    cursor: 'a b',
    beat: 25,
    onBatch: (one) => said.push(one),
    onEnd: (why) => ends.push(why),
  });
  const socket = FakeSocket.last ?? expect.fail();
  return { said, ends, close, socket };
}
afterEach(() => void vi.unstubAllGlobals());

const batch = (cursor: string): string =>
  JSON.stringify({ cursor, events: [], signals: [], more: false });

describe('the stream by WebSocket', () => {
  it('asks its own origin from the cursor, as the user the page believes in', () => {
    const { socket } = bench();
    expect(socket.url.host).toBe(location.host);
    expect(socket.url.protocol).toBe(location.protocol === 'https:' ? 'wss:' : 'ws:');
    expect(Object.fromEntries(socket.url.searchParams)).toEqual({
      cursor: 'a b',
      wait: '25',
      client: 'me',
      hello: '1',
      user: '7',
    });
  });

  it('brings batches and resets', () => {
    const { socket, said } = bench();
    socket.say(batch('c1'));
    socket.say(JSON.stringify({ reset: { why: 'old' }, cursor: 'c2' }));
    expect(said).toMatchObject([{ cursor: 'c1' }, { reset: { why: 'old' } }]);
  });

  it.each([
    [1012, true, 'restart'],
    [1013, true, 'busy'],
    [1013, false, 'busy'],
    [4401, true, 'refused'],
    [1000, true, 'cut'],
    [1006, true, 'cut'],
    // A handshake that is refused says nothing but that.
    [1006, false, 'refused'],
  ])('code %i, after a batch: %s, is %s', (code, heard, why) => {
    const { socket, ends } = bench();
    if (heard) socket.say(batch('c1'));
    socket.end(code);
    socket.end(code);
    expect(ends).toEqual([why]);
  });

  it('ends with what is no batch', () => {
    for (const data of ['{', '{}', new Blob(['{}'])]) {
      const { socket, ends, said } = bench();
      socket.say(data);
      expect([ends, said, socket.closedWith]).toEqual([['cut'], [], 1000]);
    }
  });

  it('says nothing more once it was closed', () => {
    const { socket, ends, said, close } = bench();
    close();
    socket.say(batch('c1'));
    socket.end(1006);
    expect([said, ends, socket.closedWith]).toEqual([[], [], 1000]);
  });

  it('is refused where the browser has none', async () => {
    vi.stubGlobal('WebSocket', () => {
      throw new Error('not here');
    });
    const ends: string[] = [];
    openWebSocket('/', {
      cursor: '',
      beat: 25,
      onBatch: () => undefined,
      onEnd: (why) => ends.push(why),
    });
    expect(ends).toEqual([]);
    await Promise.resolve();
    expect(ends).toEqual(['refused']);
  });
});
