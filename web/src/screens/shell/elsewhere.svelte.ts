import { chat } from '../../state/chat.svelte';
import { finder } from '../../state/finder';
import type { FoundRoom } from '../../state/search';
import type { Person, SidebarRow } from '../../state/surface';
import { session } from '../../state/session.svelte';
import { found } from './switching';

export type SwitchRow =
  | { readonly kind: 'chat'; readonly key: string; readonly row: SidebarRow }
  | { readonly kind: 'person'; readonly key: string; readonly person: Person }
  | { readonly kind: 'room'; readonly key: string; readonly room: FoundRoom }
  | { readonly kind: 'search'; readonly key: string };

const kRestMs = 250;
/** More of them would push the search out of sight. */
const kMax = 6;

/** Who and what the server knows of a name, beside the chats that this page knows itself. */
export class Elsewhere {
  people: readonly Person[] = $state.raw([]);
  rooms: readonly FoundRoom[] = $state.raw([]);
  #wish = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  look(words: string): void {
    this.stop();
    if (words === '') {
      this.people = [];
      this.rooms = [];
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(words), kRestMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#wish += 1;
  }

  async #ask(words: string): Promise<void> {
    const wish = this.#wish;
    const [people, rooms] = await Promise.all([chat.searchUsers(words), finder.rooms(words)]);
    if (wish !== this.#wish) return;
    this.people = people.ok ? people.value : [];
    this.rooms = rooms.ok ? rooms.value : [];
  }
}

/** All that fits, in the order in which it is offered. */
export function rowsOf(
  sidebar: readonly SidebarRow[],
  words: string,
  elsewhere: { readonly people: readonly Person[]; readonly rooms: readonly FoundRoom[] },
): SwitchRow[] {
  const known = new Set(sidebar.flatMap(({ person }) => (person ? [person.user.id] : [])));
  const inside = new Set(sidebar.map(({ conversation }) => conversation?.id));
  const rows: SwitchRow[] = found(sidebar, words).map((row) => ({
    kind: 'chat',
    key: row.key,
    row,
  }));
  const people = words === '' ? [] : elsewhere.people;
  const rooms = words === '' ? [] : elsewhere.rooms;
  for (const person of people
    .filter(({ user }) => !known.has(user.id) && user.id !== session.me?.id)
    .slice(0, kMax)) {
    rows.push({ kind: 'person', key: `p${person.user.id}`, person });
  }
  for (const room of rooms.filter((one) => !one.joined && !inside.has(one.id)).slice(0, kMax)) {
    rows.push({ kind: 'room', key: `r${room.id}`, room });
  }
  rows.push({ kind: 'search', key: 'search' });
  return rows;
}
