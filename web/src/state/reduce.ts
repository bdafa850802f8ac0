import type {
  Conversation,
  KeeplineEvent,
  Message,
  Relation,
  RelationState,
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
import type { Send } from './outbox';
import { addSegment, type PageRequest, pageSegment, single } from './segments';
import type { Presence } from './surface';
import type { ConversationState, State } from './types';

export const TYPING_MS = 6_000;

export type Change =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot; readonly restored: boolean }
  | { readonly type: 'event'; readonly event: KeeplineEvent }
  | { readonly type: 'signal'; readonly signal: Signal; readonly now: number }
  | { readonly type: 'expire'; readonly now: number }
  | { readonly type: 'opened'; readonly conversation: number }
  | { readonly type: 'dropped'; readonly conversation: number }
  | {
      readonly type: 'page';
      readonly conversation: number;
      readonly request: PageRequest;
      readonly messages: readonly Message[];
      readonly more: boolean;
    }
  | { readonly type: 'users'; readonly users: readonly User[] }
  | { readonly type: 'no-user'; readonly user: number }
  | { readonly type: 'conversation'; readonly conversation: Conversation }
  | { readonly type: 'no-conversation'; readonly conversation: number }
  | {
      readonly type: 'conversations';
      readonly conversations: readonly Conversation[];
      readonly more: boolean;
    }
  | { readonly type: 'relation'; readonly relation: Relation }
  | { readonly type: 'unrelated'; readonly user: number }
  | { readonly type: 'read'; readonly conversation: number; readonly seq: number }
  | { readonly type: 'sends'; readonly sends: readonly Send[] }
  | { readonly type: 'sent'; readonly nonce: string; readonly message: Message };

/** The state after a change. Pure; the same change twice is the same as once. */
export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case 'snapshot':
      return snapshot(state, change.snapshot, change.restored);
    case 'event':
      return applyEvent(state, change.event);
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
    case 'page':
      return page(state, change);
    case 'users':
      return learnUsers(state, change.users, true);
    case 'no-user':
      return { ...state, wantedUsers: without(state.wantedUsers, change.user) };
    case 'conversation':
      return mergeConversation(state, change.conversation);
    case 'no-conversation':
      return {
        ...state,
        conversations: withoutEntry(state.conversations, change.conversation),
        timelines: withoutEntry(state.timelines, change.conversation),
        wantedConversations: without(state.wantedConversations, change.conversation),
      };
    case 'conversations': {
      const merged = change.conversations.reduce(mergeConversation, state);
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
      }));
    case 'sends':
      return { ...state, sends: change.sends };
    case 'sent': {
      const confirmed = withEntry(state.confirmed, change.message.id, change.nonce);
      const sends = state.sends.filter((send) => send.nonce !== change.nonce);
      return message({ ...state, confirmed, sends }, change.message);
    }
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
      return message(bump(state, event.conversation, event.id), {
        id: event.id,
        conversation: event.conversation,
        seq: event.seq,
        sender: event.data.sender,
        at: event.at,
        text: event.data.text,
      });
    case 'read':
      return read(bump(state, event.conversation, event.id), event);
    case 'relation': {
      const known = learnUser(state, event.data.user);
      const last = state.relations.get(event.data.user.id)?.event ?? 0;
      return event.id > last
        ? relate(known, event.data.user.id, event.data.state, event.id)
        : known;
    }
    case 'joined': {
      const known = learnUser(state, event.data.user);
      return want(bump(known, event.conversation, event.id), event.conversation);
    }
    case 'left': {
      const known = learnUser(state, event.data.user);
      if (event.data.user.id !== state.me.value?.id) return known;
      return reduce(known, { type: 'no-conversation', conversation: event.conversation });
    }
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

/** A message that was told, however: by the stream, by a page, by the answer to a send. */
function message(state: State, given: Message): State {
  const timeline = state.timelines.get(given.conversation);
  const timelines = timeline
    ? withEntry(state.timelines, given.conversation, addSegment(timeline, single(given)))
    : state.timelines;
  const typing = state.typing.filter(
    (entry) => entry.user !== given.sender || entry.conversation !== given.conversation,
  );
  const quiet = typing.length === state.typing.length ? state.typing : typing;
  const next = want({ ...state, timelines, typing: quiet }, given.conversation);
  return putConversation(next, given.conversation, (conversation) => {
    const newest = given.seq >= conversation.lastSeq;
    const own = given.sender === state.me.value?.id;
    // Who sends has read up to there: the server moves their mark without an event of its own.
    const moves = own ? conversation.read : conversation.peerRead;
    const later = given.id > moves.event && (moves.value ?? Infinity) < given.seq;
    const mark = { value: given.seq, event: given.id };
    return {
      ...conversation,
      lastSeq: Math.max(conversation.lastSeq, given.seq),
      lastMessage: newest ? given : conversation.lastMessage,
      read: own && later ? mark : conversation.read,
      peerRead: given.sender === conversation.peer && later ? mark : conversation.peerRead,
    };
  });
}

function read(state: State, event: Extract<KeeplineEvent, { type: 'read' }>): State {
  const { user, seq } = event.data;
  return putConversation(state, event.conversation, (conversation) => {
    const mark = { value: seq, event: event.id };
    if (user === state.me.value?.id) {
      return event.id > conversation.read.event ? { ...conversation, read: mark } : conversation;
    }
    if (user !== conversation.peer || event.id <= conversation.peerRead.event) return conversation;
    return { ...conversation, peerRead: mark };
  });
}

function bump(state: State, id: number, event: number): State {
  return putConversation(state, id, (conversation) =>
    event > conversation.lastEvent ? { ...conversation, lastEvent: event } : conversation,
  );
}

function want(state: State, conversation: number): State {
  if (state.conversations.has(conversation) || state.wantedConversations.has(conversation)) {
    return state;
  }
  return { ...state, wantedConversations: new Set([...state.wantedConversations, conversation]) };
}

function wantDirect(state: State, user: number): State {
  for (const { id, kind, peer } of state.conversations.values()) {
    if (kind !== 'direct' || peer !== user || state.wantedConversations.has(id)) continue;
    return { ...state, wantedConversations: new Set([...state.wantedConversations, id]) };
  }
  return state;
}

function relate(state: State, user: number, value: RelationState, event: number): State {
  const relations = withEntry(state.relations, user, { value, event });
  return value === 'friends'
    ? { ...state, relations }
    : present({ ...state, relations }, user, 'offline');
}

function presenceOf(told: { online?: boolean; busy?: boolean }): Presence | null {
  if (told.online === undefined) return null;
  if (!told.online) return 'offline';
  return told.busy ? 'busy' : 'online';
}

function present(state: State, user: number, seen: Presence): State {
  if ((state.presence.get(user) ?? 'offline') === seen) return state;
  return {
    ...state,
    presence:
      seen === 'offline'
        ? withoutEntry(state.presence, user)
        : withEntry(state.presence, user, seen),
  };
}

function signal(state: State, given: Signal, now: number): State {
  switch (given.kind) {
    case 'presence': {
      const next = present(state, given.user, presenceOf(given.data) ?? 'offline');
      const user = state.users.get(given.user);
      if (!user || given.data.last_seen === undefined) return next;
      const seen = { ...user, last_seen: given.data.last_seen };
      return { ...next, users: withEntry(next.users, given.user, seen) };
    }
    case 'typing': {
      const others = state.typing.filter(
        (entry) => entry.user !== given.user || entry.conversation !== given.conversation,
      );
      if (!given.data.typing) return { ...state, typing: others };
      const entry = {
        conversation: given.conversation,
        user: given.user,
        until: now + TYPING_MS,
      };
      return { ...state, typing: [...others, entry] };
    }
    case 'profile': {
      // It also comes when they show or hide how far they have read, which their version does not
      // count: the conversation with them says which.
      const marked = wantDirect(state, given.user);
      const known = state.users.get(given.user);
      if (!known || known.version >= given.data.version) return marked;
      return { ...marked, wantedUsers: new Set([...state.wantedUsers, given.user]) };
    }
  }
}

function page(state: State, change: Extract<Change, { type: 'page' }>): State {
  const timeline = state.timelines.get(change.conversation);
  if (!timeline) return state;
  const lastSeq = state.conversations.get(change.conversation)?.lastSeq ?? 0;
  const segment = pageSegment(change.request, change.messages, change.more);
  const timelines = withEntry(state.timelines, change.conversation, addSegment(timeline, segment));
  const last = change.messages.at(-1);
  // Only a message newer than the last one known says something about the conversation too.
  return last && last.seq > lastSeq
    ? message({ ...state, timelines }, last)
    : { ...state, timelines };
}
