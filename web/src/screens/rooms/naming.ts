import { chat } from '../../state/chat.svelte';
import { rooms } from '../../state/rooms';
import { session } from '../../state/session.svelte';
import type { Person } from '../../state/surface';
import { SUGGESTIONS_MAX } from '../chat/completion';

/** The members of a group or room whose name begins so, without whoever asks. */
export async function membersCalled(room: number, query: string): Promise<Person[]> {
  const page = await rooms.members(room, query, 0, SUGGESTIONS_MAX + 1);
  if (!page.ok) return [];
  return page.value.members
    .filter(({ user }) => user.id !== session.me?.id)
    .flatMap(({ user }) => chat.person(user.id) ?? [])
    .slice(0, SUGGESTIONS_MAX);
}
