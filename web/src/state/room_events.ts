// What becomes of a conversation when people come and go, or its settings change.
import type { ConversationEvent, JoinedEvent, LeftEvent, MemberEvent } from '../protocol/types';
import { learnUser, putConversation, withEntry } from './merge';
import type { State } from './types';

export function counted(state: State, event: JoinedEvent | LeftEvent): State {
  const count = event.data.member_count;
  const known = learnUser(state, event.data.user);
  if (count === undefined) return known;
  return putConversation(known, event.conversation, (conversation) =>
    event.id > conversation.heard ? { ...conversation, memberCount: count } : conversation,
  );
}

export function stood(state: State, event: MemberEvent): State {
  const known = learnUser(state, event.data.user);
  if (event.data.user.id !== state.me.value?.id) return known;
  return putConversation(known, event.conversation, (conversation) =>
    event.id > conversation.heard
      ? {
          ...conversation,
          role: event.data.role,
          silencedUntil: event.data.silenced_until ?? null,
        }
      : conversation,
  );
}

/** Where more or less may be read than before, the conversation is asked for again. */
export function changed(state: State, event: ConversationEvent): State {
  const before = state.conversations.get(event.conversation);
  if (!before || before.version >= event.data.version) return state;
  const { title, topic, color, access, history, archived_at, version } = event.data;
  const next = putConversation(state, event.conversation, (conversation) => ({
    ...conversation,
    title,
    topic,
    color,
    access,
    history,
    archivedAt: archived_at ?? null,
    version,
  }));
  return access === before.access && history === before.history
    ? next
    : {
        ...next,
        wantedConversations: new Set([...next.wantedConversations, event.conversation]),
      };
}

/** Somebody else has read a group or room so far; that others have not says nothing about it. */
export function seen(state: State, conversation: number, seq: number): State {
  if (seq <= (state.seen.get(conversation) ?? 0)) return state;
  return { ...state, seen: withEntry(state.seen, conversation, seq) };
}
