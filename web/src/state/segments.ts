import type { Message } from '../protocol/types';
import { laterOf } from './message_merge';

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
 * Adds a stretch. Stretches that overlap or touch become one; what is in both is what the later of
 * the readings says, the added one where they are equal. The result is sorted, and a gap lies between any two.
 */
export function addSegment(
  segments: readonly Segment[],
  added: Segment,
  whole = true,
): readonly Segment[] {
  if (added.to < added.from) return segments;
  const before = segments.filter((segment) => segment.to < added.from - 1);
  const after = segments.filter((segment) => segment.from > added.to + 1);
  const touched = segments.slice(before.length, segments.length - after.length);
  const merged = touched.reduce((sum, segment) => join(sum, segment, whole), added);
  return [...before, merged, ...after];
}

/** What both know becomes one, by `first` as the later reading; none that either knows is lost. */
function join(first: Segment, second: Segment, whole: boolean): Segment {
  const known = new Map(second.messages.map((message) => [message.seq, message]));
  const read = first.messages.map((message) => {
    const before = known.get(message.seq);
    known.delete(message.seq);
    return before ? laterOf(message, before, whole) : message;
  });
  const messages =
    known.size === 0 ? read : [...read, ...known.values()].sort((a, b) => a.seq - b.seq);
  return {
    from: Math.min(first.from, second.from),
    to: Math.max(first.to, second.to),
    messages,
  };
}

/** What lies between two numbers, both included. */
export function cut(segments: readonly Segment[], from: number, to: number): readonly Segment[] {
  return segments.flatMap((segment) => {
    if (segment.to < from || segment.from > to) return [];
    if (segment.from >= from && segment.to <= to) return [segment];
    const messages = segment.messages.filter(({ seq }) => seq >= from && seq <= to);
    return [{ from: Math.max(segment.from, from), to: Math.min(segment.to, to), messages }];
  });
}

/** The stretches with one message changed; the same ones where it is not known or stays. */
export function mapMessage(
  segments: readonly Segment[],
  seq: number,
  change: (message: Message) => Message,
): readonly Segment[] {
  const at = segments.findIndex((segment) => seq >= segment.from && seq <= segment.to);
  const segment = segments[at];
  const index = segment?.messages.findIndex((message) => message.seq === seq) ?? -1;
  const before = segment?.messages[index];
  if (!segment || !before) return segments;
  const after = change(before);
  if (after === before) return segments;
  return segments.with(at, { ...segment, messages: segment.messages.with(index, after) });
}

/** The stretch of a single message. */
export function single(message: Message): Segment {
  return { from: message.seq, to: message.seq, messages: [message] };
}

/** What was asked for. `upTo` is the newest number that was known to exist when it was asked. */
export type PageRequest =
  | { readonly kind: 'newest'; readonly upTo: number }
  | { readonly kind: 'before'; readonly seq: number }
  | { readonly kind: 'after'; readonly seq: number; readonly upTo: number }
  /** `first`, `last`: whether the answer says that there is nothing before, or after. */
  | {
      readonly kind: 'around';
      readonly seq: number;
      readonly upTo: number;
      readonly first: boolean;
      readonly last: boolean;
    };

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
    case 'around': {
      const begin = request.first ? 1 : (first ?? request.seq);
      return { from: begin, to: request.last ? Math.max(last, request.upTo) : last, messages };
    }
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
