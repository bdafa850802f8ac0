// Who is here and how they stand to the user: relations, presence, typing.
import type { RelationState, Signal } from '../protocol/types';
import { withEntry, withoutEntry } from './merge';
import type { Presence } from './surface';
import type { State } from './types';

export const TYPING_MS = 6_000;

function wantDirect(state: State, user: number): State {
  for (const { id, kind, peer } of state.conversations.values()) {
    if (kind !== 'direct' || peer !== user || state.wantedConversations.has(id)) continue;
    return { ...state, wantedConversations: new Set([...state.wantedConversations, id]) };
  }
  return state;
}

export function relate(state: State, user: number, value: RelationState, event: number): State {
  const relations = withEntry(state.relations, user, { value, event });
  return value === 'friends'
    ? { ...state, relations }
    : present({ ...state, relations }, user, 'offline');
}

export function presenceOf(told: { online?: boolean; busy?: boolean }): Presence | null {
  if (told.online === undefined) return null;
  if (!told.online) return 'offline';
  return told.busy ? 'busy' : 'online';
}

export function present(state: State, user: number, seen: Presence): State {
  if ((state.presence.get(user) ?? 'offline') === seen) return state;
  return {
    ...state,
    presence:
      seen === 'offline'
        ? withoutEntry(state.presence, user)
        : withEntry(state.presence, user, seen),
  };
}

export function signal(state: State, given: Signal, now: number): State {
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
