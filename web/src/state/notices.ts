// Who came and went in a group or room, and what was changed there, while the page looked. The
// server keeps no such lines among the messages: they are told once, by the stream.
import type {
  ConversationEvent,
  JoinedEvent,
  KeeplineEvent,
  LeftEvent,
  MemberEvent,
} from '../protocol/types';
import { withEntry } from './merge';
import type { VisitSurface } from './surface';
import type { ConversationState, State } from './types';

export type Notice =
  | { readonly id: number; readonly event: JoinedEvent | LeftEvent }
  | {
      readonly id: number;
      readonly event: MemberEvent;
      /** Until when they were silenced before, as far as it was told here. */
      readonly wasSilent?: string | undefined;
    }
  | {
      readonly id: number;
      readonly event: ConversationEvent;
      /** What it was like before. */
      readonly before: ConversationState;
    };

/** How many of one conversation are kept. */
const NOTICES_MAX = 100;

/** Remembers what an event tells of a conversation's people or settings. */
export function noticed(before: State, state: State, event: KeeplineEvent): State {
  const notice = noticeOf(before, state, event);
  if (!notice) return state;
  const { conversation } = notice.event;
  const known = state.notices.get(conversation) ?? [];
  if (notice.id <= (known.at(-1)?.id ?? 0)) return state;
  const notices = withEntry(state.notices, conversation, [...known.slice(1 - NOTICES_MAX), notice]);
  // Whoever is named has a name.
  const by = 'by' in notice.event.data ? notice.event.data.by : undefined;
  if (by === undefined || state.users.has(by)) return { ...state, notices };
  return { ...state, notices, wantedUsers: new Set([...state.wantedUsers, by]) };
}

function noticeOf(before: State, state: State, event: KeeplineEvent): Notice | null {
  switch (event.type) {
    case 'joined':
      return { id: event.id, event };
    case 'member':
      return { id: event.id, event, wasSilent: silentBefore(state, event) };
    case 'left':
      // Whoever left has no room any more to read it in.
      return event.data.user.id === state.me.value?.id ? null : { id: event.id, event };
    case 'conversation': {
      const was = before.conversations.get(event.conversation);
      const is = state.conversations.get(event.conversation);
      return was && is && was.version !== is.version ? { id: event.id, event, before: was } : null;
    }
    default:
      return null;
  }
}

/** Silences that were told before this page looked are not known, and so neither is their end. */
function silentBefore(state: State, { conversation, data }: MemberEvent): string | undefined {
  const before = (state.notices.get(conversation) ?? []).findLast(
    ({ event }) => event.type === 'member' && event.data.user.id === data.user.id,
  );
  return before?.event.type === 'member' ? before.event.data.silenced_until : undefined;
}

/** Puts each below the last row that was there before it. What belongs outside is left out. */
export function placed(
  state: Pick<State, 'notices'>,
  { id, rows, atStart, hasNewer }: Pick<VisitSurface, 'id' | 'rows' | 'atStart' | 'hasNewer'>,
): ReadonlyMap<string, readonly Notice[]> {
  const places = new Map<string, Notice[]>();
  const stored = rows.filter((row) => row.id !== null);
  const last = stored.at(-1)?.id ?? 0;
  for (const notice of state.notices.get(id) ?? []) {
    if (hasNewer && notice.id > last) continue;
    const above = stored.findLast((row) => (row.id ?? 0) < notice.id);
    if (!above && !atStart) continue;
    const key = above?.key ?? '';
    places.set(key, [...(places.get(key) ?? []), notice]);
  }
  return places;
}
