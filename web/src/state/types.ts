import type { Message, Mine, OwnUser, RelationState, Settings, User } from '../protocol/types';
import type { Segment } from './segments';
import type { Notice } from './notices';
import type { Send } from './outbox';

/** A value with the id of the event that last set it. Older and equal events are skipped. */
export type Register<T> = { readonly value: T; readonly event: number };

export type ConversationState = {
  readonly id: number;
  readonly kind: 'direct' | 'group' | 'room';
  /** The unread messages that name the user, by number. */
  readonly mentions: readonly number[];
  readonly mine: Mine;
  readonly title: string;
  readonly topic: string;
  readonly color: number;
  readonly access: 'private' | 'open';
  readonly history: 'joined' | 'all';
  readonly archivedAt: string | null;
  /** The last change of these that is known. */
  readonly version: number;
  readonly memberCount: number;
  /** How the user stands in it. */
  readonly role: 'member' | 'admin' | 'owner';
  readonly silencedUntil: string | null;
  readonly peer: number | null;
  /** Where it stands in the list, as the server orders it; the next page of it begins below. */
  readonly lastEvent: number;
  /** The newest event that was told of it, whatever its kind: how far what is known here is true. */
  readonly heard: number;
  readonly lastSeq: number;
  readonly lastMessage: Message | null;
  readonly read: Register<number>;
  /** Null where it is not told. */
  readonly peerRead: Register<number | null>;
};

export type Typing = {
  readonly conversation: number;
  readonly user: number;
  /** In ms since 1970. */
  readonly until: number;
};

type Told = { readonly pinned?: boolean; readonly saved?: boolean; readonly deleted?: true };

/**
 * All that is known. Immutable: a change makes a new state that shares what did not change, so
 * that a component that looks at one part is not disturbed by another.
 */
export type State = {
  /** Whether there was a first snapshot. */
  readonly ready: boolean;
  readonly me: Register<OwnUser | null>;
  readonly settings: Register<Settings | null>;
  readonly users: ReadonlyMap<number, User>;
  readonly relations: ReadonlyMap<number, Register<RelationState>>;
  /** Who is here; who is not in it, is not. */
  readonly presence: ReadonlyMap<number, 'online' | 'busy'>;
  readonly conversations: ReadonlyMap<number, ConversationState>;
  readonly moreConversations: boolean;
  /** Messages of the conversations that were opened. */
  readonly timelines: ReadonlyMap<number, readonly Segment[]>;
  /** Who came and went, and what was changed, while this page looked: the latest of each. */
  readonly notices: ReadonlyMap<number, readonly Notice[]>;
  /** What the stream has told of pinned, saved and deleted messages, by message. */
  readonly marks: ReadonlyMap<number, Told>;
  /** How far anybody else has read a group or room, by conversation; a direct one has its own. */
  readonly seen: ReadonlyMap<number, number>;
  /** Messages that go in a moment, unless it is undone: by id. */
  readonly leaving: ReadonlySet<number>;
  readonly typing: readonly Typing[];
  readonly sends: readonly Send[];
  /** Own messages whose send was answered here: message id to nonce. */
  readonly confirmed: ReadonlyMap<number, string>;
  /** What has to be asked for: somebody whose profile changed, a conversation that began. */
  readonly wantedUsers: ReadonlySet<number>;
  readonly wantedConversations: ReadonlySet<number>;
};

export function emptyState(): State {
  return {
    ready: false,
    me: { value: null, event: 0 },
    settings: { value: null, event: 0 },
    users: new Map(),
    relations: new Map(),
    presence: new Map(),
    conversations: new Map(),
    moreConversations: false,
    timelines: new Map(),
    notices: new Map(),
    marks: new Map(),
    seen: new Map(),
    leaving: new Set(),
    typing: [],
    sends: [],
    confirmed: new Map(),
    wantedUsers: new Set(),
    wantedConversations: new Set(),
  };
}
