// How what the server answers becomes part of the state: small pure helpers of the reducer.
import type { Conversation, Mine, User } from '../protocol/types';
import type { ConversationState, State } from './types';

export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  if (map.get(key) === value && map.has(key)) return map;
  return new Map(map).set(key, value);
}

export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const next = new Map(map);
  next.delete(key);
  return next;
}

export function without<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  if (!set.has(value)) return set;
  const next = new Set(set);
  next.delete(value);
  return next;
}

export function putConversation(
  state: State,
  id: number,
  change: (conversation: ConversationState) => ConversationState,
): State {
  const before = state.conversations.get(id);
  if (!before) return state;
  const after = change(before);
  return after === before
    ? state
    : { ...state, conversations: withEntry(state.conversations, id, after) };
}

export function learnUser(state: State, user: User): State {
  return learnUsers(state, [user], false);
}

/**
 * Keeps the newest version of each. An event may show a person as they were then, so only an
 * answer that was asked for (`asked`) may say that a last-seen time is not shown any more.
 */
export function learnUsers(state: State, users: readonly User[], asked: boolean): State {
  let known: Map<number, User> | null = null;
  let wanted = state.wantedUsers;
  for (const user of users) {
    const before = (known ?? state.users).get(user.id);
    if (before && before.version > user.version) continue;
    if (asked) wanted = without(wanted, user.id);
    const seen = user.last_seen ?? (asked ? undefined : before?.last_seen);
    known ??= new Map(state.users);
    known.set(user.id, publicSide(user, seen));
  }
  return known === null ? state : { ...state, users: known, wantedUsers: wanted };
}

/** Leaves out what only its owner sees: the map of people is for everybody alike. */
function publicSide(user: User, last_seen: string | undefined): User {
  const { id, name, display_name, sex, age, version } = user;
  const shown = { id, name, display_name, sex, age, version };
  return last_seen === undefined ? shown : { ...shown, last_seen };
}

export function fromWire(conversation: Conversation): ConversationState {
  return {
    id: conversation.id,
    kind: conversation.kind,
    title: conversation.title,
    topic: conversation.topic,
    color: conversation.color,
    access: conversation.access,
    history: conversation.history,
    archivedAt: conversation.archived_at ?? null,
    version: conversation.version,
    memberCount: conversation.member_count,
    role: conversation.role,
    silencedUntil: conversation.silenced_until ?? null,
    peer: conversation.peer?.id ?? null,
    lastEvent: conversation.last_event,
    heard: conversation.last_event,
    lastSeq: conversation.last_seq,
    lastMessage: conversation.last_message ?? null,
    read: { value: conversation.read_seq, event: 0 },
    peerRead: { value: conversation.peer_read_seq ?? null, event: 0 },
    mentions: conversation.mentions,
    mine: conversation.mine,
  };
}

/**
 * A conversation that was asked for, when its events were `asked` far known. Where the stream has
 * told more since, the answer may be older than that, and then the stream is right; so it is where
 * nobody knows when it was asked. `last_event` cannot tell: most events do not move it.
 */
export function mergeConversation(state: State, given: Conversation, asked = -1): State {
  const before = state.conversations.get(given.id);
  const peopled = given.peer ? learnUsers(state, [given.peer], true) : state;
  const fresh = fromWire(given);
  const older = before !== undefined && (before.heard > asked || before.lastSeq > fresh.lastSeq);
  const merged: ConversationState = older
    ? {
        ...before,
        ...(fresh.version > before.version ? settingsOf(fresh) : {}),
        peerRead: toldOf(before.peerRead, fresh.peerRead),
        mine: mineOf(before, fresh),
      }
    : {
        ...fresh,
        heard: Math.max(before?.heard ?? 0, fresh.heard),
        read: markOf(before?.read, fresh.read),
        peerRead: { ...fresh.peerRead, event: before?.peerRead.event ?? 0 },
        mine: mineOf(before, fresh),
      };
  return {
    ...peopled,
    conversations: withEntry(peopled.conversations, given.id, merged),
    wantedConversations: without(peopled.wantedConversations, given.id),
  };
}

/** What the version of a conversation is of. */
function settingsOf(fresh: ConversationState): Partial<ConversationState> {
  const { title, topic, color, access, history, archivedAt, version } = fresh;
  return { title, topic, color, access, history, archivedAt, version };
}

/** The stream never says that the other shows or hides their mark; any answer does. */
function toldOf(
  before: ConversationState['peerRead'],
  fresh: ConversationState['peerRead'],
): ConversationState['peerRead'] {
  return (before.value === null) === (fresh.value === null) ? before : fresh;
}

/** Marks of one's own are events of the own stream, so they have a version of theirs. */
function mineOf(before: ConversationState | undefined, fresh: ConversationState): Mine {
  return before && before.mine.version > fresh.mine.version ? before.mine : fresh.mine;
}

/** An own mark is also moved by events of the own stream, and each is applied once. */
function markOf(
  before: ConversationState['read'] | undefined,
  fresh: ConversationState['read'],
): ConversationState['read'] {
  return { value: fresh.value, event: before?.event ?? 0 };
}
