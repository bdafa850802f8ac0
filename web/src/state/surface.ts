// What the screens see of the client's state, and all they may ask of it. The classes beside this
// file fulfil it; a component test may bring its own. Everything here is read-only to a component
// and, where it is a property, reactive.
import type { ApiError, ErrorCode, Outcome } from '../api/errors';
import type { Notice } from './notices';
import type {
  Conversation,
  EarlierText,
  Mention,
  Mine,
  MinePatch,
  Origin,
  OwnUser,
  Pin,
  ProfilePatch,
  Quote,
  Reaction,
  Registration,
  RelationState,
  Saved,
  SessionInfo,
  Settings,
  SettingsPatch,
  User,
} from '../protocol/types';

export type { ApiError, ErrorCode, Outcome };

/**
 * `loading`: not yet known who is signed in (`session.error` says if asking failed).
 * `ended`: the session is over under an open page; everything is kept, sign in again over it.
 * `other-user`: the browser's cookie is now somebody else's; this page sends nothing any more.
 */
export type SessionPhase = 'loading' | 'anonymous' | 'signed-in' | 'ended' | 'other-user';

export interface SessionSurface {
  readonly phase: SessionPhase;
  /** The user this page works for; stays while the phase is `ended` or `other-user`. */
  readonly me: OwnUser | null;
  readonly settings: Settings | null;
  /** Why it is not known who is signed in; only while the phase is `loading`. */
  readonly error: ApiError | null;
  /** Asks who is signed in. Called once at the start, and by a "Try again". */
  load(): Promise<void>;
  /** Whether the server is a demonstration; false where it cannot be asked. */
  isDemo(): Promise<boolean>;
  signIn(name: string, password: string): Promise<Outcome>;
  register(registration: Registration): Promise<Outcome>;
  signOut(): Promise<Outcome>;
  changePassword(oldPassword: string, newPassword: string): Promise<Outcome>;
  /** Every session of the user, the current one first. */
  sessions(): Promise<Outcome<SessionInfo[]>>;
  revoke(id: number): Promise<Outcome>;
  revokeOthers(): Promise<Outcome>;
  patchMe(patch: ProfilePatch): Promise<Outcome>;
  patchSettings(patch: SettingsPatch): Promise<Outcome>;
  /** Whether a name could be registered. 422 with `field` = `name` says that it is malformed. */
  nameFree(name: string): Promise<Outcome<boolean>>;
}

export type Presence = 'online' | 'busy' | 'offline';

/** Someone, with how they stand to the user. */
export type Person = {
  readonly user: User;
  readonly relation: RelationState;
  /** Null where it is not told: presence is for friends. */
  readonly presence: Presence | null;
  readonly lastSeen: string | null;
  /** The direct conversation with them, where there is one that is known. */
  readonly conversation: number | null;
};

export type LastLine = {
  /** Who wrote it, where more than two talk and it is not the user. */
  readonly sender: string | null;
  readonly text: string;
  readonly own: boolean;
  readonly at: string;
  readonly deleted: boolean;
};

/** A conversation as the sidebar and the header show it. */
export type ConversationView = {
  readonly id: number;
  readonly kind: Conversation['kind'];
  /** The other's display name in a direct conversation, else its title. */
  readonly title: string;
  readonly peer: Person | null;
  readonly unread: number;
  /** The newest message, or the newest one still waiting to be sent. */
  readonly lastLine: LastLine | null;
  readonly typing: readonly User[];
  readonly draft: string;
  /** Whether a send here was refused and waits for a decision. */
  readonly failed: boolean;
  /** How far the other has read; null where that is not told. */
  readonly peerReadSeq: number | null;
  /** How many unread messages name the user. */
  readonly mentions: number;
  readonly topic: string;
  /** One of a palette; 0 is none. */
  readonly color: number;
  readonly access: Conversation['access'];
  readonly history: Conversation['history'];
  readonly archivedAt: string | null;
  readonly memberCount: number;
  /** How the user stands in it. */
  readonly role: Conversation['role'];
  /** Until when the user may read and not write. */
  readonly silencedUntil: string | null;
  readonly mine: Mine;
};

/** A line of the sidebar: a friend (with or without a conversation), or another conversation. */
export type SidebarRow = {
  readonly key: string;
  readonly person: Person | null;
  readonly conversation: ConversationView | null;
};

/**
 * `waiting`: kept here, not on its way. `sending`: on its way. `failed`: refused, `error` says why.
 * `sent`: safely stored. `read`: the other has read it. `received`: somebody else's.
 */
export type RowStatus = 'received' | 'waiting' | 'sending' | 'failed' | 'sent' | 'read';

/** One message of the window that the list shows. */
export type TimelineRow = {
  /** The render key. A send keeps its own when it is confirmed. */
  readonly key: string;
  /** The server's id; null until it is stored. */
  readonly id: number | null;
  /** The server's number within the conversation; null until it is stored. */
  readonly seq: number | null;
  readonly nonce: string | null;
  readonly sender: number;
  readonly own: boolean;
  readonly text: string;
  readonly at: string;
  /** Of the last edit; an edit says which one it was based on. */
  readonly version: number;
  readonly editedAt: string | null;
  /** Nothing is left of it, or will be in a moment. */
  readonly deleted: boolean;
  /** What it answers to. Without a text where that may not be shown. */
  readonly quote: Quote | null;
  readonly forwarded: Origin | null;
  readonly reactions: readonly Reaction[];
  readonly pinned: boolean;
  readonly saved: boolean;
  /** Whom it names, and whether it names everybody. */
  readonly mentions: readonly number[];
  readonly here: boolean;
  /** Whether it names the user. */
  readonly named: boolean;
  readonly status: RowStatus;
  readonly error: ErrorCode | null;
  /** Messages are missing between the row before and this one, and are being fetched. */
  readonly gapBefore: boolean;
  /** The first of a run by one author within five minutes, with nothing in between. */
  readonly startsGroup: boolean;
  readonly startsDay: boolean;
  /** The unread divider stands above this row. */
  readonly startsUnread: boolean;
  /** Beside the keep line: not yet read when the visit began, and not the user's own. */
  readonly fresh: boolean;
};

export type LoadState = 'idle' | 'loading' | 'error';

/** What decides whether a message that is shown counts as read. */
export type Attention = {
  readonly visible: boolean;
  readonly focused: boolean;
  readonly atEnd: boolean;
};

/** A visit to one conversation. Made by `chat.open(id)`, ended by `close()`. */
export interface VisitSurface {
  readonly id: number;
  /** Null while the conversation itself is being loaded. */
  readonly view: ConversationView | null;
  /** `ready` as soon as there is a first page; `error` where there is none (`error` says why). */
  readonly state: 'loading' | 'ready' | 'error';
  readonly error: ApiError | null;
  /** At most 300, oldest first. */
  readonly rows: readonly TimelineRow[];
  /** The row before which the unread divider stands. Fixed for the visit. */
  readonly unreadFrom: number | null;
  /** How many messages of others stand from the divider on. */
  readonly unreadCount: number;
  /** Who came and went meanwhile: by the key of the row it stands below; '' above them all. */
  readonly notices: ReadonlyMap<string, readonly Notice[]>;
  /** Whether the first row is the first message there is. */
  readonly atStart: boolean;
  /** Whether messages below the last row exist: the window is not at the end. */
  readonly hasNewer: boolean;
  readonly older: LoadState;
  readonly newer: LoadState;
  /** How many messages of others came in below since the list was last at its end. */
  readonly below: number;
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  /** Brings a message into the window, with what is around it. */
  jumpTo(seq: number): Promise<boolean>;
  /** Brings the window back to the newest message. */
  toLatest(): Promise<void>;
  /** Tries again what `state`, `older` or `newer` says has failed. */
  reload(): Promise<void>;
  attend(attention: Attention): void;
  /** Moves the divider and the mark back to before this message, until the next visit. */
  markUnreadFrom(seq: number): Promise<Outcome>;
  /** The text not yet sent. Kept at once. */
  draft: string;
  /** What the draft answers to; kept with it. */
  readonly replyTo: Quote | null;
  reply(seq: number | null): void;
  /** Sends a text, which is on the list when this returns, and empties the draft. */
  send(text: string): void;
  /** Sends a failed one again. */
  retry(nonce: string): void;
  /** Takes a failed or waiting one off the list and returns its text for the box. */
  edit(nonce: string): string;
  discard(nonce: string): void;
  close(): void;
}

/** Which message something is done with. */
export type MessageRef = {
  readonly id: number;
  readonly conversation: number;
  readonly seq: number;
};

export type Page<T> = {
  readonly items: readonly T[];
  readonly more: boolean;
  readonly next: number | null;
};

/** Some of those who have read a message, and behind whom the next of them come. */
export type Readers = { readonly people: readonly Person[]; readonly next: number | null };

/** What can be done with a message that is stored. */
export interface ActsSurface {
  edit(message: MessageRef, text: string, version: number): Promise<Outcome>;
  edits(message: MessageRef): Promise<Outcome<EarlierText[]>>;
  /** Deletes it in five seconds, unless what this returns is called before. */
  remove(message: MessageRef, onFault: (error: ApiError) => void): () => void;
  react(message: MessageRef, emoji: string, on: boolean): Promise<Outcome>;
  pin(message: MessageRef, on: boolean): Promise<Outcome>;
  save(message: MessageRef, on: boolean): Promise<Outcome>;
  forward(message: MessageRef, to: number): Promise<Outcome>;
  pins(conversation: number): Promise<Outcome<Pin[]>>;
  /** By user id; those behind `after`. */
  readers(message: MessageRef, after?: number): Promise<Outcome<Readers>>;
  /** Asks how far others have read a group or room. */
  learnRead(conversation: number): Promise<void>;
  mine(conversation: number, patch: MinePatch): Promise<Outcome<Mine>>;
  mentions(before: number | null): Promise<Outcome<Page<Mention>>>;
  saved(before: number | null): Promise<Outcome<Page<Saved>>>;
}

export interface ChatSurface {
  /** `ready` from the first snapshot on; until then show skeletons. */
  readonly state: 'loading' | 'ready';
  /** By name. */
  readonly friends: readonly Person[];
  /** Those of them who are here, also the busy. */
  readonly online: readonly Person[];
  readonly requestsIn: readonly Person[];
  readonly requestsOut: readonly Person[];
  readonly blocked: readonly Person[];
  /** Most recent first, then friends without a conversation, by name. */
  readonly sidebar: readonly SidebarRow[];
  /** The rooms that are known here. */
  readonly rooms: readonly ConversationView[];
  /** Conversations with something unread. */
  readonly unreadConversations: number;
  readonly unreadTotal: number;
  /** The newest message of somebody else that was told live; for the announcer. */
  readonly heard: {
    readonly conversation: number;
    readonly sender: User;
    readonly text: string;
  } | null;
  readonly acts: ActsSurface;
  person(user: number): Person | null;
  conversation(id: number): ConversationView | null;
  /** Loads somebody who is not known yet. */
  loadPerson(user: number): Promise<Outcome<Person>>;
  open(conversation: number): VisitSurface;
  /** Opens, or makes, the direct conversation with a person and returns its number. */
  openWith(user: number): Promise<Outcome<number>>;
  requestFriend(user: number): Promise<Outcome<RelationState>>;
  accept(user: number): Promise<Outcome<RelationState>>;
  decline(user: number): Promise<Outcome>;
  withdraw(user: number): Promise<Outcome>;
  part(user: number): Promise<Outcome>;
  block(user: number): Promise<Outcome<RelationState>>;
  unblock(user: number): Promise<Outcome>;
  /** People whose name begins so; `after` is the last name of the page before. */
  searchUsers(query: string, after?: string): Promise<Outcome<Person[]>>;
  markRead(conversation: number): Promise<Outcome>;
  /** As if the newest message had not been read. */
  markUnread(conversation: number): Promise<Outcome>;
}

/**
 * `waiting`: without a connection for longer than two seconds, trying. `offline`: the browser says
 * that there is no network. `stopped`: nothing is tried; the session says why.
 */
export type ConnectionState = 'connecting' | 'live' | 'waiting' | 'offline' | 'stopped';

export interface ConnectionSurface {
  readonly state: ConnectionState;
  /** Whether this page has been connected at all. */
  readonly everLive: boolean;
  /** When the state began, in ms since 1970. */
  readonly since: number;
  /** When the next try begins, or null. */
  readonly nextTry: number | null;
  /** How the stream comes at present. */
  readonly carrier: 'poll' | 'sse' | 'websocket';
  /** Whether somebody wants nothing but the long poll in this browser. */
  readonly pollOnly: boolean;
  /** How long the last answer that did not wait took, in ms. */
  readonly delay: number | null;
  /** When the stream last came back after an interruption. */
  readonly lastResume: number | null;
  /** Messages kept here that are not stored yet. */
  readonly waitingSends: number;
  /** The server was updated since this page was loaded: a reload brings the new client. */
  readonly updateReady: boolean;
  retry(): void;
  usePollOnly(pollOnly: boolean): void;
}
