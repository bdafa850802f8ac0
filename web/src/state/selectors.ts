// What the screens see, computed from the state. Pure.
import type { Person, ConversationView, LastLine, SidebarRow } from './surface';
import type { User } from '../protocol/types';
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
  };
}

function lastLineOf(state: State, conversation: ConversationState): LastLine | null {
  const send = state.sends.findLast((item) => item.conversation === conversation.id);
  if (send) return { text: send.text, own: true, at: new Date(send.createdAt).toISOString() };
  const message = conversation.lastMessage;
  if (!message) return null;
  return { text: message.text, own: message.sender === state.me.value?.id, at: message.at };
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
  rows.sort((a, b) => compare(b.at, a.at) || collator.compare(nameOf(a), nameOf(b)));
  return rows.map(({ key, person, conversation }) => ({ key, person, conversation }));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
