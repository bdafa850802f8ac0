// What becomes of a message after it was sent: edits, deletion, reactions, pins, saved ones.
import type { KeeplineEvent, Message, Reaction } from '../protocol/types';
import { putConversation, withEntry } from './merge';
import { laterOf, withMark } from './message_merge';
import { mapMessage } from './segments';
import type { State } from './types';

type Of<T extends KeeplineEvent['type']> = Extract<KeeplineEvent, { type: T }>;

export function putMessage(
  state: State,
  conversation: number,
  seq: number,
  change: (message: Message) => Message,
): State {
  const timeline = state.timelines.get(conversation);
  const segments = timeline ? mapMessage(timeline, seq, change) : timeline;
  const next =
    segments && segments !== timeline
      ? { ...state, timelines: withEntry(state.timelines, conversation, segments) }
      : state;
  return putConversation(next, conversation, (known) => {
    if (known.lastMessage?.seq !== seq) return known;
    const lastMessage = change(known.lastMessage);
    return lastMessage === known.lastMessage ? known : { ...known, lastMessage };
  });
}

/** The message that an event shows. */
export function messageOf(event: Omit<Of<'message'>, 'type'>): Message {
  const { id, conversation, seq, at, data } = event;
  const { here, ...rest } = data;
  const shown = { id, conversation, seq, at, ...rest };
  return here ? { ...shown, here } : shown;
}

export function edited(state: State, event: Of<'edited'>): State {
  const { conversation, seq, data } = event;
  const next = putMessage(state, conversation, seq, (known) => {
    if (data.message !== known.id || data.version < (known.version ?? 0)) return known;
    return laterOf(messageOf({ ...event, id: data.message, at: known.at }), known, false);
  });
  const me = state.me.value?.id ?? 0;
  const named = (data.mentions?.includes(me) ?? false) || (data.here ?? false);
  return mention(next, conversation, seq, named && data.sender !== me);
}

export function deleted(state: State, event: Of<'deleted'>): State {
  const { conversation, seq, data } = event;
  const next = putMessage(state, conversation, seq, (known) => {
    if (data.message !== known.id || data.version < (known.version ?? 0)) return known;
    const { id, sender, at } = known;
    const { version, deleted_at, deleted_by } = data;
    const stays = { id, conversation, seq, sender, at, text: '', version, deleted_at, deleted_by };
    return known.saved ? { ...stays, saved: true } : stays;
  });
  // Lists that hold a copy of it look here.
  const told = { ...state.marks.get(data.message), deleted: true } as const;
  const marks = withEntry(state.marks, data.message, told);
  return quoteGone(mention({ ...next, marks }, conversation, seq, false), conversation, seq);
}

/** What quotes a message that was deleted shows nothing of it any more. */
function quoteGone(state: State, conversation: number, seq: number): State {
  const timeline = state.timelines.get(conversation);
  if (!timeline) return state;
  const quoting = timeline.flatMap((segment) =>
    segment.messages.filter((message) => message.reply_to?.seq === seq),
  );
  return quoting.reduce(
    (sum, message) =>
      putMessage(sum, conversation, message.seq, (known) => ({ ...known, reply_to: { seq } })),
    state,
  );
}

export function reacted(state: State, event: Of<'reaction'>): State {
  const { conversation, seq, data } = event;
  const me = state.me.value?.id ?? 0;
  return putMessage(state, conversation, seq, (known) => {
    if (data.message !== known.id || data.version < (known.reaction_version ?? 0)) return known;
    if (known.deleted_at !== undefined) return known;
    const before = new Map(known.reactions?.map((one) => [one.emoji, one.mine]));
    const reactions = data.reactions.map((one): Reaction => {
      const mine =
        data.user === me
          ? data.emojis.includes(one.emoji)
          : (before.get(one.emoji) ?? one.users.includes(me));
      return { ...one, mine };
    });
    return { ...known, reactions, reaction_version: data.version };
  });
}

export function marked(state: State, event: Of<'pinned' | 'unpinned' | 'saved'>): State {
  const mark = event.type === 'saved' ? 'saved' : 'pinned';
  const on = event.type === 'saved' ? event.data.saved : event.type === 'pinned';
  return setMark(state, event.conversation, event.seq, event.data.message, mark, on);
}

/** Kept beside the messages as well: a page that was asked for before comes with what was then. */
export function setMark(
  state: State,
  conversation: number,
  seq: number,
  id: number,
  mark: 'pinned' | 'saved',
  on: boolean,
): State {
  const marks = withEntry(state.marks, id, { ...state.marks.get(id), [mark]: on });
  return putMessage({ ...state, marks }, conversation, seq, (known) => withMark(known, mark, on));
}

/** A page's message with what the stream has told of its marks. */
export function marksOf(state: State, message: Message): Message {
  const told = state.marks.get(message.id);
  if (!told) return message;
  const pinned = told.pinned ?? message.pinned ?? false;
  const saved = told.saved ?? message.saved ?? false;
  const gone = message.deleted_at !== undefined;
  return withMark(withMark(message, 'pinned', pinned && !gone), 'saved', saved);
}

const MENTIONS_MAX = 100;

/** An unread message names the user, or does so no more. */
export function mention(state: State, conversation: number, seq: number, named: boolean): State {
  return putConversation(state, conversation, (known) => {
    if (known.mentions.includes(seq) === named) return known;
    if (named && seq <= known.read.value) return known;
    const rest = known.mentions.filter((one) => one !== seq);
    const mentions = named ? [...rest, seq].sort((a, b) => a - b).slice(-MENTIONS_MAX) : rest;
    return { ...known, mentions };
  });
}
