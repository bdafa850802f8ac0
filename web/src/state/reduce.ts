import type {
  Conversation,
  KeeplineEvent,
  Message,
  Mine,
  Relation,
  Signal,
  Snapshot,
  User,
} from '../protocol/types';
import {
  fromWire,
  learnUser,
  learnUsers,
  mergeConversation,
  putConversation,
  withEntry,
  without,
  withoutEntry,
} from './merge';
import {
  deleted,
  edited,
  mention,
  marked,
  marksOf,
  messageOf,
  putMessage,
  reacted,
  setMark,
} from './message_events';
import { laterOf, withReaction } from './message_merge';
import type { Send } from './outbox';
import { present, presenceOf, relate, signal } from './presence';
import { noticed } from './notices';
import { changed, counted, stood, seen } from './room_events';
import { addSegment, cut, type PageRequest, pageSegment, single } from './segments';
import type { ConversationState, State } from './types';

export type Change =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot; readonly restored: boolean }
  | { readonly type: 'event'; readonly event: KeeplineEvent }
  | { readonly type: 'signal'; readonly signal: Signal; readonly now: number }
  | { readonly type: 'expire'; readonly now: number }
  | { readonly type: 'opened'; readonly conversation: number }
  | { readonly type: 'dropped'; readonly conversation: number }
  /** Only this stretch of it is read again; the rest may have changed unseen. */
  | {
      readonly type: 'cut';
      readonly conversation: number;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly type: 'page';
      readonly conversation: number;
      readonly request: PageRequest;
      readonly messages: readonly Message[];
      readonly more: boolean;
    }
  | { readonly type: 'seen'; readonly conversation: number; readonly seq: number }
  | { readonly type: 'users'; readonly users: readonly User[] }
  | { readonly type: 'no-user'; readonly user: number }
  /** `asked`: how far its events were known when it was asked for, where that is known. */
  | {
      readonly type: 'conversation';
      readonly conversation: Conversation;
      readonly asked?: number | undefined;
    }
  | { readonly type: 'no-conversation'; readonly conversation: number }
  | {
      readonly type: 'conversations';
      readonly conversations: readonly Conversation[];
      readonly more: boolean;
    }
  | { readonly type: 'relation'; readonly relation: Relation }
  | { readonly type: 'unrelated'; readonly user: number }
  | { readonly type: 'read'; readonly conversation: number; readonly seq: number }
  /** An answer about one message. */
  | { readonly type: 'message'; readonly message: Message }
  /** A wish of the user's own, shown before it is answered. */
  | {
      readonly type: 'reacting';
      readonly conversation: number;
      readonly seq: number;
      readonly emoji: string;
      readonly on: boolean;
    }
  | {
      readonly type: 'marking';
      readonly conversation: number;
      readonly seq: number;
      readonly id: number;
      readonly mark: 'pinned' | 'saved';
      readonly on: boolean;
    }
  | { readonly type: 'leaving'; readonly id: number; readonly on: boolean }
  | { readonly type: 'mine'; readonly conversation: number; readonly mine: Mine }
  | { readonly type: 'sends'; readonly sends: readonly Send[] }
  | { readonly type: 'sent'; readonly nonce: string; readonly message: Message };

/** The state after a change. Pure; the same change twice is the same as once. */
export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case 'snapshot':
      return snapshot(state, change.snapshot, change.restored);
    case 'event':
      return noticed(state, applyEvent(state, change.event), change.event);
    case 'signal':
      return signal(state, change.signal, change.now);
    case 'expire': {
      const typing = state.typing.filter((entry) => entry.until > change.now);
      return typing.length === state.typing.length ? state : { ...state, typing };
    }
    case 'opened':
      if (state.timelines.has(change.conversation)) return state;
      return { ...state, timelines: withEntry(state.timelines, change.conversation, []) };
    case 'dropped':
      return { ...state, timelines: withoutEntry(state.timelines, change.conversation) };
    case 'cut': {
      const kept = cut(state.timelines.get(change.conversation) ?? [], change.from, change.to);
      return { ...state, timelines: withEntry(state.timelines, change.conversation, kept) };
    }
    case 'page':
      return page(state, change);
    case 'users':
      return learnUsers(state, change.users, true);
    case 'seen':
      return seen(state, change.conversation, change.seq);
    case 'no-user':
      return { ...state, wantedUsers: without(state.wantedUsers, change.user) };
    case 'conversation':
      return mergeConversation(state, change.conversation, change.asked);
    case 'no-conversation':
      return {
        ...state,
        conversations: withoutEntry(state.conversations, change.conversation),
        timelines: withoutEntry(state.timelines, change.conversation),
        notices: withoutEntry(state.notices, change.conversation),
        seen: withoutEntry(state.seen, change.conversation),
        wantedConversations: without(state.wantedConversations, change.conversation),
      };
    case 'conversations': {
      const merged = change.conversations.reduce(
        (sum, conversation) => mergeConversation(sum, conversation),
        state,
      );
      return { ...merged, moreConversations: change.more };
    }
    case 'relation': {
      const { user, state: relation } = change.relation;
      const known = learnUser(state, user);
      const related = relate(known, user.id, relation, state.relations.get(user.id)?.event ?? 0);
      const seen = presenceOf(change.relation);
      return seen === null ? related : present(related, user.id, seen);
    }
    case 'unrelated':
      return relate(state, change.user, 'none', state.relations.get(change.user)?.event ?? 0);
    case 'read':
      return putConversation(state, change.conversation, (conversation) => ({
        ...conversation,
        read: { ...conversation.read, value: change.seq },
        mentions: unread(conversation.mentions, change.seq),
      }));
    case 'sends':
      return { ...state, sends: change.sends };
    case 'sent': {
      const confirmed = withEntry(state.confirmed, change.message.id, change.nonce);
      const sends = state.sends.filter((send) => send.nonce !== change.nonce);
      return message({ ...state, confirmed, sends }, change.message, true);
    }
    case 'message':
      return message(state, change.message, true);
    case 'reacting': {
      const me = state.me.value?.id ?? 0;
      return putMessage(state, change.conversation, change.seq, (known) => {
        const reactions = withReaction(known.reactions ?? [], change.emoji, me, change.on);
        return { ...known, reactions };
      });
    }
    case 'marking':
      return setMark(state, change.conversation, change.seq, change.id, change.mark, change.on);
    case 'leaving': {
      const { leaving } = state;
      return change.on
        ? { ...state, leaving: new Set([...leaving, change.id]) }
        : { ...state, leaving: without(leaving, change.id) };
    }
    case 'mine':
      return putConversation(state, change.conversation, (conversation) =>
        change.mine.version >= conversation.mine.version
          ? { ...conversation, mine: change.mine }
          : conversation,
      );
  }
}

function snapshot(state: State, given: Snapshot, restored: boolean): State {
  const users = new Map(restored ? [] : state.users);
  const fresh: State = {
    ...state,
    ready: true,
    me: { value: given.me, event: 0 },
    settings: { value: given.settings, event: 0 },
    users,
    relations: new Map(
      given.relations.map((relation) => [relation.user.id, { value: relation.state, event: 0 }]),
    ),
    presence: new Map(
      given.relations.flatMap((relation) => {
        const seen = presenceOf(relation);
        return seen === null || seen === 'offline' ? [] : [[relation.user.id, seen]];
      }),
    ),
    conversations: new Map(),
    moreConversations: given.more_conversations,
    timelines: restored
      ? new Map([...state.timelines.keys()].map((id) => [id, []]))
      : state.timelines,
    confirmed: restored ? new Map() : state.confirmed,
    notices: new Map(),
    marks: new Map(),
    typing: [],
    wantedUsers: new Set(),
    wantedConversations: new Set(),
  };
  const people = [given.me, ...given.relations.map((relation) => relation.user)];
  const peopled = learnUsers(fresh, people, true);
  const conversations = new Map<number, ConversationState>();
  for (const conversation of given.conversations) {
    conversations.set(conversation.id, fromWire(conversation));
  }
  // The snapshot holds the most recent ones only: older ones that were loaded stay.
  const oldest = Math.min(...given.conversations.map((item) => item.last_event));
  for (const [id, conversation] of state.conversations) {
    if (!given.more_conversations || restored || conversations.has(id)) continue;
    if (conversation.lastEvent <= oldest) conversations.set(id, conversation);
  }
  const peers = given.conversations.flatMap((item) => (item.peer ? [item.peer] : []));
  return { ...learnUsers(peopled, peers, true), conversations };
}

function applyEvent(state: State, event: KeeplineEvent): State {
  switch (event.type) {
    case 'message':
      return message(bump(state, event.conversation, event.id), messageOf(event), false);
    case 'edited':
      return edited(bump(state, event.conversation, event.id), event);
    case 'deleted':
      return deleted(bump(state, event.conversation, event.id), event);
    case 'reaction':
      return reacted(bump(state, event.conversation, event.id), event);
    case 'pinned':
    case 'unpinned':
      return marked(bump(state, event.conversation, event.id), event);
    case 'saved':
      return marked(state, event);
    case 'mine':
      return putConversation(state, event.conversation, (conversation) =>
        event.data.version > conversation.mine.version
          ? { ...conversation, mine: event.data }
          : conversation,
      );
    case 'read':
      return read(bump(state, event.conversation, event.id), event);
    case 'relation': {
      const known = learnUser(state, event.data.user);
      const last = state.relations.get(event.data.user.id)?.event ?? 0;
      return event.id > last
        ? relate(known, event.data.user.id, event.data.state, event.id)
        : known;
    }
    case 'joined':
      return want(bump(counted(state, event), event.conversation, event.id), event.conversation);
    case 'left': {
      const known = bump(counted(state, event), event.conversation, event.id);
      if (event.data.user.id !== state.me.value?.id) return known;
      return reduce(known, { type: 'no-conversation', conversation: event.conversation });
    }
    case 'member':
      return bump(stood(state, event), event.conversation, event.id);
    case 'conversation':
      return bump(changed(state, event), event.conversation, event.id);
    case 'closed':
      return reduce(state, { type: 'no-conversation', conversation: event.conversation });
    case 'profile':
      if (event.id <= state.me.event) return state;
      return learnUsers(
        { ...state, me: { value: event.data, event: event.id } },
        [event.data],
        true,
      );
    case 'settings':
      if (event.id <= state.settings.event) return state;
      return { ...state, settings: { value: event.data, event: event.id } };
  }
}

/**
 * A message that was told: by the stream, by an answer about it (`whole`: which also knows whether
 * it is pinned and saved).
 */
function message(state: State, given: Message, whole: boolean): State {
  const timeline = state.timelines.get(given.conversation);
  const told = marksOf(state, given);
  const timelines = timeline
    ? withEntry(state.timelines, given.conversation, addSegment(timeline, single(told), whole))
    : state.timelines;
  const typing = state.typing.filter(
    (entry) => entry.user !== given.sender || entry.conversation !== given.conversation,
  );
  const quiet = typing.length === state.typing.length ? state.typing : typing;
  const known = wantSenders({ ...state, timelines, typing: quiet }, [given]);
  const next = want(known, given.conversation);
  const me = state.me.value?.id ?? 0;
  const own = given.sender === me;
  const after = putConversation(next, given.conversation, (conversation) => {
    // Who sends has read up to there: the server moves their mark without an event of its own.
    const moves = own ? conversation.read : conversation.peerRead;
    const later = given.id > moves.event && (moves.value ?? Infinity) < given.seq;
    const mark = { value: given.seq, event: given.id };
    return {
      ...conversation,
      lastSeq: Math.max(conversation.lastSeq, given.seq),
      lastEvent: Math.max(conversation.lastEvent, given.id),
      lastMessage: newest(conversation.lastMessage, told, whole),
      read: own && later ? mark : conversation.read,
      mentions: own && later ? unread(conversation.mentions, given.seq) : conversation.mentions,
      peerRead: given.sender === conversation.peer && later ? mark : conversation.peerRead,
    };
  });
  const named = (given.mentions?.includes(me) ?? false) || (given.here ?? false);
  return named && !own && given.deleted_at === undefined
    ? mention(after, given.conversation, given.seq, true)
    : after;
}

function newest(known: Message | null, told: Message, whole: boolean): Message {
  if (!known || told.seq > known.seq) return told;
  return told.seq === known.seq ? laterOf(told, known, whole) : known;
}

const unread = (mentions: readonly number[], mark: number): readonly number[] =>
  mentions.some((seq) => seq <= mark) ? mentions.filter((seq) => seq > mark) : mentions;

function read(state: State, event: Extract<KeeplineEvent, { type: 'read' }>): State {
  const { user, seq } = event.data;
  const kind = state.conversations.get(event.conversation)?.kind;
  if (kind && kind !== 'direct' && user !== state.me.value?.id)
    return seen(state, event.conversation, seq);
  return putConversation(state, event.conversation, (conversation) => {
    const mark = { value: seq, event: event.id };
    if (user === state.me.value?.id) {
      if (event.id <= conversation.read.event) return conversation;
      return { ...conversation, read: mark, mentions: unread(conversation.mentions, seq) };
    }
    if (user !== conversation.peer || event.id <= conversation.peerRead.event) return conversation;
    return { ...conversation, peerRead: mark };
  });
}

function bump(state: State, id: number, event: number): State {
  return putConversation(state, id, (conversation) =>
    event > conversation.heard ? { ...conversation, heard: event } : conversation,
  );
}

/** In a room also strangers speak: whoever is shown has a name. */
function wantSenders(state: State, messages: readonly Message[]): State {
  const unknown = messages.filter(
    ({ sender }) => !state.users.has(sender) && !state.wantedUsers.has(sender),
  );
  if (unknown.length === 0) return state;
  const senders = unknown.map((message) => message.sender);
  return { ...state, wantedUsers: new Set([...state.wantedUsers, ...senders]) };
}

function want(state: State, conversation: number): State {
  if (state.conversations.has(conversation) || state.wantedConversations.has(conversation)) {
    return state;
  }
  return { ...state, wantedConversations: new Set([...state.wantedConversations, conversation]) };
}

function page(state: State, change: Extract<Change, { type: 'page' }>): State {
  const timeline = state.timelines.get(change.conversation);
  if (!timeline) return state;
  const lastSeq = state.conversations.get(change.conversation)?.lastSeq ?? 0;
  const messages = change.messages.map((message) => marksOf(state, message));
  const segment = pageSegment(change.request, messages, change.more);
  const timelines = withEntry(state.timelines, change.conversation, addSegment(timeline, segment));
  const last = change.messages.at(-1);
  // Only a message newer than the last one known says something about the conversation too.
  const next = wantSenders({ ...state, timelines }, messages);
  return last && last.seq > lastSeq ? message(next, last, true) : next;
}
