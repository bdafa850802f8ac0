// What the screens see, computed from the state. Pure.
import type { Person, ConversationView, LastLine, SidebarRow } from './surface';
import type { Mine, User } from '../protocol/types';
import type { ConversationState, State } from './types';

export function personOf(state: State, id: number): Person | null {
  const user = state.users.get(id);
  if (!user) return null;
  const relation = state.relations.get(id)?.value ?? 'none';
  return {
    user,
    relation,
    presence: relation === 'friends' ? (state.presence.get(id) ?? 'offline') : null,
    lastSeen: user.last_seen ?? null,
    conversation: directWith(state, id),
  };
}

function directWith(state: State, user: number): number | null {
  for (const conversation of state.conversations.values()) {
    if (conversation.kind === 'direct' && conversation.peer === user) return conversation.id;
  }
  return null;
}

export function unreadOf(conversation: ConversationState): number {
  return Math.max(0, conversation.lastSeq - conversation.read.value);
}

/** Whether a conversation is to be quiet at a moment, in ms since 1970. */
export function isMuted({ muted_until }: Mine, now: number): boolean {
  return muted_until !== null && Date.parse(muted_until) > now;
}

/** What of a conversation counts on the badge: the same on every device of the user. */
export function badgeOf(conversation: ConversationState, now: number): number {
  const { mine, mentions } = conversation;
  if (mine.level === 'nothing') return 0;
  const quiet = mine.level === 'mentions' || isMuted(mine, now);
  return quiet ? mentions.length : unreadOf(conversation);
}

const BADGE_MAX = 200;

/** The conversations that count on the badge: those with the latest events. */
export function counted(state: State): ConversationState[] {
  const all = [...state.conversations.values()];
  return all.sort((a, b) => b.lastEvent - a.lastEvent).slice(0, BADGE_MAX);
}

export type DraftOf = (conversation: number) => string;

export function viewOf(state: State, id: number, draftOf: DraftOf): ConversationView | null {
  const conversation = state.conversations.get(id);
  if (!conversation) return null;
  const peer = conversation.peer === null ? null : personOf(state, conversation.peer);
  const typing = state.typing
    .filter((entry) => entry.conversation === id)
    .map((entry) => state.users.get(entry.user))
    .filter((user): user is User => user !== undefined);
  return {
    id,
    kind: conversation.kind,
    title: peer?.user.display_name ?? conversation.title,
    peer,
    unread: unreadOf(conversation),
    lastLine: lastLineOf(state, conversation),
    typing,
    draft: draftOf(id),
    failed: state.sends.some((send) => send.conversation === id && send.status === 'failed'),
    peerReadSeq: state.settings.value?.receipts === false ? null : conversation.peerRead.value,
    mentions: conversation.mentions.length,
    topic: conversation.topic,
    color: conversation.color,
    access: conversation.access,
    history: conversation.history,
    archivedAt: conversation.archivedAt,
    memberCount: conversation.memberCount,
    role: conversation.role,
    silencedUntil: conversation.silencedUntil,
    mine: conversation.mine,
  };
}

function lastLineOf(state: State, conversation: ConversationState): LastLine | null {
  const send = state.sends.findLast((item) => item.conversation === conversation.id);
  if (send)
    return {
      sender: null,
      deleted: false,
      text: send.text,
      own: true,
      at: new Date(send.createdAt).toISOString(),
    };
  const message = conversation.lastMessage;
  if (!message) return null;
  const deleted = message.deleted_at !== undefined || state.leaving.has(message.id);
  const own = message.sender === state.me.value?.id;
  const told = !own && conversation.kind !== 'direct';
  return {
    sender: told ? (state.users.get(message.sender)?.display_name ?? null) : null,
    deleted,
    text: deleted ? '' : message.text,
    own,
    at: message.at,
  };
}

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

export function byName(a: Person, b: Person): number {
  return collator.compare(a.user.display_name, b.user.display_name) || a.user.id - b.user.id;
}

export function related(state: State, relation: Person['relation']): Person[] {
  const people: Person[] = [];
  for (const [id, register] of state.relations) {
    if (register.value !== relation) continue;
    const person = personOf(state, id);
    if (person) people.push(person);
  }
  return people.sort(byName);
}

/** Conversations that hold something or belong to a friend, the latest first, then other friends. */
export function sidebarOf(
  state: State,
  friends: readonly Person[],
  draftOf: DraftOf,
): SidebarRow[] {
  const rows: (SidebarRow & { readonly at: string })[] = [];
  const shown = new Set<number>();
  for (const id of state.conversations.keys()) {
    const view = viewOf(state, id, draftOf);
    if (!view) continue;
    const friend = view.peer?.relation === 'friends';
    if (!friend && view.lastLine === null && view.draft === '' && view.kind === 'direct') continue;
    if (view.peer) shown.add(view.peer.user.id);
    const key = view.peer ? `u${view.peer.user.id}` : `c${id}`;
    rows.push({ key, person: view.peer, conversation: view, at: view.lastLine?.at ?? '' });
  }
  for (const person of friends) {
    if (shown.has(person.user.id)) continue;
    rows.push({ key: `u${person.user.id}`, person, conversation: null, at: '' });
  }
  const nameOf = (row: SidebarRow): string =>
    row.person?.user.display_name ?? row.conversation?.title ?? '';
  const top = (row: SidebarRow): number => (row.conversation?.mine.top ? 1 : 0);
  rows.sort(
    (a, b) => top(b) - top(a) || compare(b.at, a.at) || collator.compare(nameOf(a), nameOf(b)),
  );
  return rows.map(({ key, person, conversation }) => ({ key, person, conversation }));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
