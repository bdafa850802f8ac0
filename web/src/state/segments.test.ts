import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../protocol/types';
import {
  addSegment,
  gapAfter,
  type PageRequest,
  pageSegment,
  type Segment,
  single,
} from './segments';
import { atEnd, newer, older, reachesStart, trim, WINDOW_MAX, within } from './window';

function message(seq: number): Message {
  return {
    id: seq,
    conversation: 1,
    seq,
    sender: 11,
    at: '2026-06-14T09:00:00.000Z',
    text: `${seq}`,
  };
}

function range(from: number, to: number): Message[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => message(from + n));
}

function page(all: readonly Message[], request: PageRequest, limit: number) {
  if (request.kind === 'after') {
    const rest = all.filter(({ seq }) => seq > request.seq);
    return { messages: rest.slice(0, limit), more: rest.length > limit };
  }
  const rest = request.kind === 'newest' ? all : all.filter(({ seq }) => seq < request.seq);
  return { messages: rest.slice(-limit), more: rest.length > limit };
}

describe('segments', () => {
  // Goal: a stretch never claims to be whole where a message is missing, in whatever order pages
  // and events come, with messages gone from the server too.
  it('hold every message of the range they claim', () => {
    const ask = fc.tuple(
      fc.constantFrom('newest', 'before', 'after', 'event'),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 12 }),
    );
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 40 }), fc.uniqueArray(fc.nat(40)), (asks, gone) => {
        const all = range(1, 60).filter(({ seq }) => !gone.includes(seq));
        let segments: readonly Segment[] = [];
        for (const [kind, seq, limit] of asks) {
          if (kind === 'event') {
            const told = all.find((item) => item.seq === seq);
            if (told) segments = addSegment(segments, single(told));
            continue;
          }
          const request: PageRequest =
            kind === 'before' ? { kind, seq } : { kind: kind as 'after', seq, upTo: 60 };
          const { messages, more } = page(all, request, limit);
          segments = addSegment(segments, pageSegment(request, messages, more));
        }
        let end = -1;
        for (const { from, to, messages } of segments) {
          expect(from).toBeGreaterThan(end + 1);
          expect(messages).toEqual(all.filter(({ seq }) => seq >= from && seq <= to));
          end = to;
        }
      }),
    );
  });

  it('know their gaps', () => {
    const segments = [range(1, 3), range(7, 9)].reduce<readonly Segment[]>(
      (sum, messages) =>
        addSegment(sum, { from: messages[0]?.seq ?? 0, to: messages.at(-1)?.seq ?? 0, messages }),
      [],
    );
    expect(gapAfter(segments, 2)).toEqual({ from: 4, to: 6 });
    expect(gapAfter(segments, 8)).toBeNull();
  });
});

describe('window', () => {
  const segments: Segment[] = [{ from: 1, to: 1000, messages: range(1, 1000) }];

  it('shows at most three hundred, wherever it is moved', () => {
    let window = atEnd(segments);
    expect(within(segments, window)).toHaveLength(50);
    for (let n = 0; n < 30; n++) {
      window = older(segments, window);
      expect(within(segments, window).length).toBeLessThanOrEqual(WINDOW_MAX);
    }
    expect(reachesStart(segments, window)).toBe(true);
    expect(window).toEqual({ from: 1, to: 300 });
    for (let n = 0; n < 30; n++) window = newer(segments, window, 1000);
    expect(window).toEqual({ from: 701, to: null });
  });

  it('gives up rows only where nobody looks', () => {
    expect(trim(segments, { from: 1, to: null }, 'start')).toEqual({ from: 701, to: null });
    expect(trim(segments, { from: 1, to: null }, 'end')).toEqual({ from: 1, to: 300 });
  });

  it('counts what is not sent yet, and settles', () => {
    expect(trim(segments, { from: 701, to: null }, 'start', 20)).toEqual({ from: 721, to: null });
    const away = trim(segments, { from: 701, to: null }, 'end', 20);
    expect(away).toEqual({ from: 701, to: 1000 });
    const back = newer(segments, away, 1000, 50, 20);
    expect(back).toEqual({ from: 721, to: null });
    expect(trim(segments, back, 'end', 20)).toBe(back);
    expect(trim(segments, { from: 1000, to: null }, 'start', 500)).toEqual({
      from: 1000,
      to: null,
    });
  });

  it('stays as it is where nothing older is at hand', () => {
    const some: Segment[] = [{ from: 100, to: 200, messages: range(100, 200) }];
    expect(older(some, { from: 100, to: null })).toEqual({ from: 100, to: null });
    expect(reachesStart(some, { from: 100, to: null })).toBe(false);
  });
});
