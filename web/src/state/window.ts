import type { Message } from '../protocol/types';
import type { Segment } from './segments';

export const PAGE = 50;
export const WINDOW_MAX = 300;

/**
 * Which messages the list shows, by their numbers: from `from` to `to`, or on to the newest where
 * `to` is null. Held to 300, so that a page of any length stays quick.
 */
export type Window = { readonly from: number; readonly to: number | null };

export function within(segments: readonly Segment[], window: Window): Message[] {
  const to = window.to ?? Infinity;
  return segments.flatMap((segment) =>
    segment.to < window.from || segment.from > to
      ? []
      : segment.messages.filter((message) => message.seq >= window.from && message.seq <= to),
  );
}

/** The last `count` messages of the last stretch, following the end. */
export function atEnd(segments: readonly Segment[], count = PAGE): Window {
  const last = segments.at(-1);
  if (!last) return { from: 1, to: null };
  const first = last.messages.at(-count) ?? last.messages[0];
  return { from: first?.seq ?? last.from, to: null };
}

/** `count` messages with one of them in the middle, following the end where it is reached. */
export function around(
  segments: readonly Segment[],
  seq: number,
  lastSeq: number,
  count = 2 * PAGE,
): Window {
  const segment = segments.find((item) => item.from <= seq && item.to >= seq);
  const messages = segment?.messages ?? [];
  const at = messages.findIndex((message) => message.seq >= seq);
  const first = messages[Math.max(0, at - count / 2)];
  const last = messages[Math.min(messages.length - 1, at + count / 2)];
  const to = last?.seq ?? seq;
  return { from: first?.seq ?? seq, to: to >= lastSeq ? null : to };
}

/** `count` older messages that are at hand; the same window where there is none. */
export function older(segments: readonly Segment[], window: Window, count = PAGE): Window {
  const segment = segments.find((item) => item.from <= window.from && item.to >= window.from - 1);
  const before = segment?.messages.filter((message) => message.seq < window.from) ?? [];
  const first = before.at(-count) ?? before[0];
  if (!first) return window;
  return trim(segments, { ...window, from: first.seq }, 'end');
}

/** `count` newer messages that are at hand; follows the end when `lastSeq` is reached. */
export function newer(
  segments: readonly Segment[],
  window: Window,
  lastSeq: number,
  count = PAGE,
  unsent = 0,
): Window {
  const { to } = window;
  if (to === null) return window;
  const segment = segments.find((item) => item.from <= to + 1 && item.to >= to);
  const after = segment?.messages.filter((message) => message.seq > to) ?? [];
  const reached = after[Math.min(count, after.length) - 1]?.seq ?? to;
  return trim(segments, { ...window, to: reached >= lastSeq ? null : reached }, 'start', unsent);
}

/**
 * Holds a window to its limit by giving up rows at the end that is not looked at. `unsent` rows
 * stand below the newest message and count too.
 */
export function trim(
  segments: readonly Segment[],
  window: Window,
  far: 'start' | 'end',
  unsent = 0,
): Window {
  const shown = within(segments, window);
  const max = Math.max(1, WINDOW_MAX - (window.to === null ? unsent : 0));
  if (shown.length <= max) return window;
  if (far === 'start') return { ...window, from: shown[shown.length - max]?.seq ?? window.from };
  return { ...window, to: shown[WINDOW_MAX - 1]?.seq ?? shown.at(-1)?.seq ?? window.to };
}

/** Whether the first message of the window is the first there is. */
export function reachesStart(segments: readonly Segment[], window: Window): boolean {
  const first = segments[0];
  if (!first || first.from > 1) return false;
  return window.from <= (first.messages[0]?.seq ?? 1);
}
