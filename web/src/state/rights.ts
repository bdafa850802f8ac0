// What the user may do in a conversation, so that only that is offered. The server decides; its
// table is docs/permissions.md.
import type { ConversationView } from './surface';

type Standing = Pick<ConversationView, 'kind' | 'role' | 'archivedAt' | 'silencedUntil'>;
type Role = ConversationView['role'];

const RANK: Record<Role, number> = { member: 0, admin: 1, owner: 2 };

/** Whether one may remove, ban and silence the other. */
export const outranks = (one: Role, other: Role): boolean => RANK[one] > RANK[other];

export const isAdmin = ({ kind, role }: Standing): boolean =>
  kind !== 'direct' && role !== 'member';

/** Its name, topic and colour, and adding people: in a group that is for all of them. */
export const mayShape = (view: Standing): boolean => view.kind === 'group' || isAdmin(view);

export const mayAdd = (view: Standing): boolean => mayShape(view) && view.archivedAt === null;

export function isSilenced({ silencedUntil }: Standing, now: number): boolean {
  return silencedUntil !== null && Date.parse(silencedUntil) > now;
}

export function mayWrite(view: Standing, now: number): boolean {
  return view.archivedAt === null && !isSilenced(view, now);
}

export function mayPin(view: Standing, now: number): boolean {
  return (view.kind !== 'room' || isAdmin(view)) && !isSilenced(view, now);
}

/** Others' messages, that is; one's own always. */
export const mayClean = (view: Standing): boolean => view.kind === 'room' && isAdmin(view);
