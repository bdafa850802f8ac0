import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Batch, Reset } from '../protocol/types';
import { BlockReader, openSse } from './sse';

const batch = (cursor: string, more = {}): string =>
  JSON.stringify({ cursor, events: [], signals: [], more: false, ...more });
const block = (cursor: string, more = {}): string =>
  `id: ${cursor}\ndata: ${batch(cursor, more)}\n\n`;

describe('BlockReader', () => {
  it('takes the fields that mean something, and no others', () => {
    const reader = new BlockReader();
    const text =
      'retry: 1500\n\n: a comment\n\nid: 7\ndata: one\n\nevent: problem\ndata: two\ndata:three\n\nnonsense\n\n';
    expect(reader.push(text)).toEqual([
      { event: '', data: 'one' },
      { event: 'problem', data: 'two\nthree' },
    ]);
  });

  it('reads the same, however the text is cut and whatever ends its lines', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.string({ unit: fc.constantFrom('a', ':', ' ', '林', '"') }), fc.boolean()),
        ),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 20 }),
        (blocks, end, cuts) => {
          const text = blocks
            .map(([data, problem]) => [
              problem ? 'event: problem' : 'id: 1',
              `data: ${data}`,
              '',
              '',
            ])
            .map((lines) => lines.join(end))
            .join('');
          const reader = new BlockReader();
          const found = [];
          for (let at = 0, n = 0; at < text.length; n++) {
            const next = at + 1 + (cuts[n % cuts.length] ?? 0);
            found.push(...reader.push(text.slice(at, next)));
            at = next;
          }
          // A lone CR at the very end may be half of a line's end, so it waits for what follows.
          found.push(...reader.push(': end\n'));
          const wanted = blocks.map(([data, problem]) => ({
            event: problem ? 'problem' : '',
            data,
          }));
          expect(found).toEqual(wanted);
        },
      ),
    );
  });
});

/** A server that says what the test writes. */
async function bench(status = 200, type = 'text/event-stream') {
  const said: (Batch | Reset)[] = [];
  const ends: string[] = [];
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (one) => void (controller = one) });
  const asked = vi.fn((_path: string, _init: RequestInit) =>
    Promise.resolve(new Response(body, { status, headers: { 'content-type': type } })),
  );
  vi.stubGlobal('fetch', asked);
  const close = openSse('/api/v1/events?cursor=1', {
    cursor: '1',
    beat: 25,
    onBatch: (one) => said.push(one),
    onEnd: (why) => ends.push(why),
  });
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  await settle();
  return {
    said,
    ends,
    asked,
    close,
    settle,
    write: async (text: string) => {
      controller?.enqueue(new TextEncoder().encode(text));
      await settle();
    },
    finish: async () => {
      controller?.close();
      await settle();
    },
  };
}
afterEach(() => void vi.unstubAllGlobals());

describe('the stream by SSE', () => {
  it('brings each batch as it comes', async () => {
    const { said, write, asked, ends } = await bench();
    expect(new Headers(asked.mock.calls[0]?.[1].headers).get('accept')).toBe('text/event-stream');
    await write(`retry: 1000\n\n${block('a')}`);
    expect(said).toMatchObject([{ cursor: 'a' }]);
    await write(block('b').slice(0, 20));
    expect(said).toHaveLength(1);
    await write(block('b').slice(20));
    expect(said).toMatchObject([{ cursor: 'a' }, { cursor: 'b' }]);
    expect(ends).toEqual([]);
  });

  it('says how it ended', async () => {
    const cut = await bench();
    await cut.write(block('a'));
    await cut.finish();
    expect(cut.ends).toEqual(['cut']);
    const restarts = await bench();
    await restarts.write(block('a', { advice: { retry: [1, 2] } }));
    await restarts.finish();
    expect(restarts.ends).toEqual(['restart']);
    const over = await bench();
    await over.write(`event: problem\ndata: {"code":"sign_in_required"}\n\n`);
    expect([over.said, over.ends]).toEqual([[], ['refused']]);
    const busy = await bench();
    await busy.write(`event: problem\ndata: {"code":"overloaded","status":503}\n\n`);
    expect(busy.ends).toEqual(['busy']);
    const broken = await bench();
    await broken.write('data: {"cursor":\n\n');
    expect(broken.ends).toEqual(['cut']);
  });

  it('is refused by whatever is no stream', async () => {
    expect((await bench(401, 'application/problem+json')).ends).toEqual(['refused']);
    expect((await bench(200, 'text/html')).ends).toEqual(['refused']);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
    const ends: string[] = [];
    openSse('/', {
      cursor: '',
      beat: 25,
      onBatch: () => undefined,
      onEnd: (why) => ends.push(why),
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ends).toEqual(['cut']);
  });

  it('says nothing more once it was closed', async () => {
    const { said, ends, close, write, finish } = await bench();
    await write(block('a'));
    close();
    await write(block('b')).catch(() => undefined);
    await finish().catch(() => undefined);
    expect([said.length, ends]).toEqual([1, []]);
  });
});
