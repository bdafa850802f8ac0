import type { Segment } from './segments';

/** How many messages of others are known above a number. */
export function countBelow(segments: readonly Segment[], seen: number, me: number): number {
  let count = 0;
  for (const segment of segments) {
    if (segment.to <= seen) continue;
    for (const { seq, sender } of segment.messages) if (seq > seen && sender !== me) count++;
  }
  return count;
}

/** How many of the unread ones are of others: own ones are not counted. */
export function countUnread(
  segments: readonly Segment[],
  unread: { readonly after: number; readonly upTo: number } | null,
  me: number,
): number {
  if (!unread) return 0;
  let own = 0;
  for (const segment of segments) {
    for (const { seq, sender } of segment.messages) {
      if (sender === me && seq > unread.after && seq <= unread.upTo) own++;
    }
  }
  return unread.upTo - unread.after - own;
}
