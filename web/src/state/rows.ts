import type { Message, Quote } from '../protocol/types';
import type { Send } from './outbox';
import { findMessage, type Segment } from './segments';
import type { TimelineRow } from './surface';
import type { State } from './types';
import { type Window, within } from './window';

export type RowsWish = {
  readonly conversation: number;
  readonly window: Window;
  /** The unread ones when the visit began: after the first number, up to the second. */
  readonly unread: { readonly after: number; readonly upTo: number } | null;
};

const GROUP_MS = 5 * 60 * 1000;

type Bare = Omit<TimelineRow, 'startsGroup' | 'startsDay' | 'startsUnread' | 'fresh'>;

/** The rows of a window: messages, and at its end the sends that are not stored yet. */
export function rowsOf(state: State, wish: RowsWish): TimelineRow[] {
  const segments = state.timelines.get(wish.conversation) ?? [];
  const me = state.me.value?.id ?? 0;
  const sends = state.sends.filter((send) => send.conversation === wish.conversation);
  const mayHaveArrived = unansweredAfter(sends);
  const peerRead = readUpTo(state, wish.conversation);
  const rows: Bare[] = [];
  let end: number | null = null;
  for (const message of within(segments, wish.window)) {
    const own = message.sender === me;
    const nonce = state.confirmed.get(message.id) ?? null;
    // It may be the one whose answer is still missing, and that one is on the list already.
    const hidden = own && nonce === null && message.seq > mayHaveArrived;
    const gap: boolean = end !== null && message.seq > end + 1 && startsStretch(segments, message);
    end = message.seq;
    if (!hidden) {
      const deleted = message.deleted_at !== undefined || state.leaving.has(message.id);
      const row = ofMessage(message, nonce, own, peerRead, gap && nonce === null);
      rows.push(deleted ? gone(row) : { ...row, named: !own && names(message, me) });
    }
  }
  if (wish.window.to === null) rows.push(...sends.map((send) => ofSend(send, me, segments)));
  return lay(rows, wish);
}

/** Own messages after this number may be sends without an answer (decision: hold them back). */
function unansweredAfter(sends: readonly Send[]): number {
  let after = Infinity;
  for (const send of sends) {
    if (send.attemptedAt !== null && send.status !== 'failed')
      after = Math.min(after, send.afterSeq);
  }
  return after;
}

function readUpTo(state: State, id: number): number {
  if (state.settings.value?.receipts === false) return 0;
  return state.conversations.get(id)?.peerRead.value ?? state.seen.get(id) ?? 0;
}

function startsStretch(
  segments: readonly { readonly from: number; readonly messages: readonly Message[] }[],
  message: Message,
): boolean {
  return segments.some((segment) => segment.messages[0] === message);
}

function ofMessage(
  message: Message,
  nonce: string | null,
  own: boolean,
  peerRead: number,
  gapBefore: boolean,
): Bare {
  const ownStatus = message.seq <= peerRead ? 'read' : 'sent';
  return {
    key: nonce ?? `m${message.id}`,
    id: message.id,
    seq: message.seq,
    nonce,
    sender: message.sender,
    own,
    text: message.text,
    at: message.at,
    version: message.version ?? 0,
    editedAt: message.edited_at ?? null,
    deleted: false,
    quote: message.reply_to ?? null,
    forwarded: message.forwarded ?? null,
    reactions: message.reactions ?? [],
    pinned: message.pinned ?? false,
    saved: message.saved ?? false,
    mentions: message.mentions ?? [],
    here: message.here ?? false,
    named: false,
    status: own ? ownStatus : 'received',
    error: null,
    gapBefore,
  };
}

function names(message: Message, me: number): boolean {
  return (message.here ?? false) || (message.mentions?.includes(me) ?? false);
}

function gone(row: Bare): Bare {
  return {
    ...row,
    text: '',
    editedAt: null,
    deleted: true,
    quote: null,
    forwarded: null,
    reactions: [],
    pinned: false,
  };
}

/** What a message that answers to another shows of it. */
export function quoteOf(segments: readonly Segment[], seq: number): Quote {
  const message = findMessage(segments, seq);
  if (!message || message.deleted_at !== undefined) return { seq };
  return { seq, id: message.id, sender: message.sender, text: message.text };
}

function ofSend(send: Send, me: number, segments: readonly Segment[]): Bare {
  return {
    key: send.nonce,
    id: null,
    version: 0,
    editedAt: null,
    deleted: false,
    quote: send.replyTo === null ? null : quoteOf(segments, send.replyTo),
    forwarded: null,
    reactions: [],
    pinned: false,
    saved: false,
    mentions: [],
    here: false,
    named: false,
    seq: null,
    nonce: send.nonce,
    sender: me,
    own: true,
    text: send.text,
    at: new Date(send.createdAt).toISOString(),
    status: send.status,
    error: send.error,
    gapBefore: false,
  };
}

/** Puts the dividers in, and tells which rows begin a group. */
function lay(rows: readonly Bare[], wish: RowsWish): TimelineRow[] {
  let divided = false;
  return rows.map((row, index) => {
    const before = rows[index - 1];
    const { unread } = wish;
    const inUnread = unread !== null && row.seq !== null && row.seq > unread.after;
    const fresh = inUnread && !row.own && row.seq !== null && row.seq <= unread.upTo;
    const startsUnread = fresh && !divided;
    divided ||= startsUnread;
    const startsDay = !before || dayOf(before.at) !== dayOf(row.at);
    const together =
      before?.sender === row.sender &&
      Math.abs(Date.parse(row.at) - Date.parse(before.at)) <= GROUP_MS;
    return {
      ...row,
      startsDay,
      startsUnread,
      fresh,
      startsGroup: startsDay || startsUnread || row.gapBefore || !together,
    };
  });
}

function dayOf(at: string): string {
  return new Date(at).toDateString();
}
