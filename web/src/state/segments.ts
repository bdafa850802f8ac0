import type { Message } from '../protocol/types';

/**
 * A stretch of a conversation that is known whole: there is no message from `from` to `to` beside
 * these. Messages are numbered densely, but a stretch may hold fewer than its numbers, because
 * old ones may be gone from the server.
 */
export type Segment = {
  readonly from: number;
  readonly to: number;
  readonly messages: readonly Message[];
};

/**
 * Adds a stretch. Stretches that overlap or touch become one; what is in both is taken from the
 * newer reading, the added one. The result is sorted, and a gap lies between any two.
 */
export function addSegment(segments: readonly Segment[], added: Segment): readonly Segment[] {
  if (added.to < added.from) return segments;
  const before = segments.filter((segment) => segment.to < added.from - 1);
  const after = segments.filter((segment) => segment.from > added.to + 1);
  const touched = segments.slice(before.length, segments.length - after.length);
  const merged = touched.reduce((sum, segment) => join(sum, segment), added);
  return [...before, merged, ...after];
}

/** `first` wins where both know a message; none that either knows is lost. */
function join(first: Segment, second: Segment): Segment {
  const known = new Set(first.messages.map((message) => message.seq));
  const rest = second.messages.filter((message) => !known.has(message.seq));
  const messages =
    rest.length === 0 ? first.messages : [...first.messages, ...rest].sort((a, b) => a.seq - b.seq);
  return {
    from: Math.min(first.from, second.from),
    to: Math.max(first.to, second.to),
    messages,
  };
}

/** The stretch of a single message. */
export function single(message: Message): Segment {
  return { from: message.seq, to: message.seq, messages: [message] };
}

/** What was asked for. `upTo` is the newest number that was known to exist when it was asked. */
export type PageRequest =
  | { readonly kind: 'newest'; readonly upTo: number }
  | { readonly kind: 'before'; readonly seq: number }
  | { readonly kind: 'after'; readonly seq: number; readonly upTo: number };

/** What a page proves, from what was asked: also that between two messages there is no third. */
export function pageSegment(
  request: PageRequest,
  messages: readonly Message[],
  more: boolean,
): Segment {
  const first = messages[0]?.seq;
  const last = messages.at(-1)?.seq ?? 0;
  const from = more && first !== undefined ? first : 1;
  switch (request.kind) {
    case 'newest':
      return { from, to: Math.max(last, request.upTo), messages };
    case 'before':
      return { from, to: request.seq - 1, messages };
    case 'after': {
      const end = more ? last : Math.max(last, request.upTo);
      return { from: request.seq + 1, to: Math.max(end, request.seq), messages };
    }
  }
}

/** The first gap at or after a number: what is missing between two stretches. */
export function gapAfter(
  segments: readonly Segment[],
  seq: number,
): { readonly from: number; readonly to: number } | null {
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (next && segment.to >= seq) return { from: segment.to + 1, to: next.from - 1 };
  }
  return null;
}

export function findMessage(segments: readonly Segment[], seq: number): Message | null {
  for (const segment of segments) {
    if (seq < segment.from || seq > segment.to) continue;
    return segment.messages.find((message) => message.seq === seq) ?? null;
  }
  return null;
}
