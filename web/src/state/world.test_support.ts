// A small server for tests: keeps the log, the messages and the marks as the real one does, and
// answers snapshots, pages and batches from them.
import type {
  Conversation,
  KeeplineEvent,
  Message,
  Mine,
  OwnUser,
  Quote,
  Reaction,
  RelationState,
  Settings,
  Snapshot,
  User,
} from '../protocol/types';
import { withMark } from './message_merge';

import { NO_MARKS } from '../protocol/decode_message';

export const ME = 1;
const AT = '2026-06-14T09:00:00.000Z';

export function user(id: number, version = 0, name = `user${id}`): User {
  return { id, name, display_name: name, sex: null, age: null, version };
}

/** What a reply shows of a message. */
function quoteOf({ id, seq, sender, text, deleted_at }: Message): Quote {
  return deleted_at === undefined ? { seq, id, sender, text } : { seq };
}

export const SETTINGS: Settings = {
  direct_from: 'everyone',
  requests_from: 'everyone',
  receipts: true,
  typing: true,
  last_seen: true,
  presence: 'automatic',
  language: '',
  theme: '',
};

type Room = {
  readonly id: number;
  readonly peer: number;
  readonly messages: Message[];
  /** Of the newest message, or of the joining: no other event moves it. */
  lastEvent: number;
  read: number;
  peerRead: number;
  mine: Mine;
};

export class World {
  readonly log: KeeplineEvent[] = [];
  readonly rooms = new Map<number, Room>();
  readonly relations = new Map<number, RelationState>();
  readonly nonces = new Map<string, Message>();
  me: OwnUser = { ...user(ME), email: null, created_at: AT };
  settings = SETTINGS;
  #id = 0;

  next(): number {
    return ++this.#id;
  }

  get tail(): number {
    return this.log.at(-1)?.id ?? 0;
  }

  relate(peer: number, state: RelationState): void {
    if (state === 'none') this.relations.delete(peer);
    else this.relations.set(peer, state);
    const data = { user: user(peer), state };
    this.log.push({ id: this.next(), type: 'relation', at: AT, data });
  }

  open(id: number, peer: number): void {
    if (this.rooms.has(id)) return;
    const event = this.next();
    this.rooms.set(id, {
      id,
      peer,
      messages: [],
      lastEvent: event,
      read: 0,
      peerRead: 0,
      mine: NO_MARKS,
    });
    const data = { user: user(ME), role: 'member' as const, by: ME, member_count: 2 };
    this.log.push({ id: event, type: 'joined', at: AT, conversation: id, data });
  }

  say(id: number, sender: number, text: string, replyTo?: number): Message | null {
    const room = this.rooms.get(id);
    if (!room) return null;
    const event = this.next();
    const seq = (room.messages.at(-1)?.seq ?? 0) + 1;
    const quoted = room.messages.find((one) => one.seq === replyTo);
    const body = {
      text,
      ...(sender !== ME && text.includes('@me') ? { mentions: [ME] } : {}),
      ...(quoted ? { reply_to: quoteOf(quoted) } : {}),
    };
    room.messages.push({ id: event, conversation: id, seq, sender, at: AT, ...body });
    room.lastEvent = event;
    if (sender === ME) room.read = seq;
    else room.peerRead = seq;
    const head = { id: event, type: 'message' as const, at: AT, conversation: id, seq };
    this.log.push({ ...head, data: { sender, ...body } });
    return room.messages.at(-1) ?? null;
  }

  edit(id: number, seq: number, text: string, named = false): void {
    const known = this.rooms.get(id)?.messages.find((one) => one.seq === seq);
    if (!known || known.deleted_at !== undefined) return;
    const version = this.next();
    const { mentions: _, ...rest } = known;
    const mentions = named && known.sender !== ME ? { mentions: [ME] } : {};
    this.#put({ ...rest, text, version, edited_at: AT, ...mentions });
    const { sender, reply_to } = known;
    const head = { id: version, at: AT, conversation: id, seq };
    const said = { edited_at: AT, ...mentions, ...(reply_to ? { reply_to } : {}) };
    const data = { message: known.id, sender, text, version, ...said };
    this.log.push({ ...head, type: 'edited', data });
  }

  remove(id: number, seq: number): void {
    const known = this.rooms.get(id)?.messages.find((one) => one.seq === seq);
    if (!known || known.deleted_at !== undefined) return;
    const version = this.next();
    const gone = { text: '', version, deleted_at: AT, deleted_by: known.sender };
    const { sender, at, conversation, saved } = known;
    const stays = { id: known.id, conversation, seq, sender, at, ...gone };
    this.#put(saved ? { ...stays, saved } : stays);
    for (const one of this.rooms.get(id)?.messages ?? []) {
      if (one.reply_to?.seq === seq) this.#put({ ...one, reply_to: { seq } });
    }
    const head = { id: version, at: AT, conversation: id, seq };
    const data = { message: known.id, sender, ...gone };
    this.log.push({ ...head, type: 'deleted', data });
  }

  react(id: number, seq: number, who: number, emoji: string, on: boolean): void {
    const known = this.rooms.get(id)?.messages.find((one) => one.seq === seq);
    if (!known || known.deleted_at !== undefined) return;
    const before = known.reactions ?? [];
    const others = (one: Reaction): number[] => one.users.filter((user) => user !== who);
    const given = before.find((one) => one.emoji === emoji)?.users.includes(who) ?? false;
    if (given === on) return;
    const version = this.next();
    const added = on && !before.some((one) => one.emoji === emoji);
    const empty: Reaction = { emoji, count: 0, mine: false, users: [] };
    const reactions = [...before, ...(added ? [empty] : [])]
      .map((one) => {
        if (one.emoji !== emoji) return one;
        const users = on ? [...one.users, who].sort((a, b) => a - b) : others(one);
        return { emoji, count: users.length, mine: users.includes(ME), users };
      })
      .filter((one) => one.count > 0);
    this.#put({ ...known, reactions, reaction_version: version });
    const emojis = reactions.filter((one) => one.users.includes(who)).map((one) => one.emoji);
    const counts = reactions.map(({ mine: _, ...rest }) => rest);
    const head = { id: version, at: AT, conversation: id, seq };
    const data = { message: known.id, user: who, emojis, reactions: counts, version };
    this.log.push({ ...head, type: 'reaction', data });
  }

  mark(id: number, seq: number, mark: 'pinned' | 'saved', on: boolean): void {
    const known = this.rooms.get(id)?.messages.find((one) => one.seq === seq);
    if (!known || known.deleted_at !== undefined || (known[mark] ?? false) === on) return;
    const event = this.next();
    this.#put(withMark(known, mark, on));
    const head = { id: event, at: AT, conversation: id, seq };
    if (mark === 'saved') {
      this.log.push({ ...head, type: 'saved', data: { message: known.id, saved: on } });
    } else {
      const data = { message: known.id, user: ME };
      this.log.push({ ...head, type: on ? 'pinned' : 'unpinned', data });
    }
  }

  keep(id: number, wish: Partial<Mine>): void {
    const room = this.rooms.get(id);
    if (!room) return;
    const version = this.next();
    room.mine = { ...room.mine, ...wish, version };
    this.log.push({ id: version, type: 'mine', at: AT, conversation: id, data: room.mine });
  }

  #put(message: Message): void {
    const room = this.rooms.get(message.conversation);
    const at = room?.messages.findIndex((one) => one.seq === message.seq) ?? -1;
    if (!room || at < 0) return;
    room.messages[at] = message;
  }

  /** A send as the server takes it: the same nonce is the same message. */
  send(id: number, nonce: string, text: string): Message | null {
    const known = this.nonces.get(nonce);
    if (known) return known;
    const message = this.say(id, ME, text);
    if (message) this.nonces.set(nonce, message);
    return message;
  }

  read(id: number, reader: number, seq: number, lower: boolean): void {
    const room = this.rooms.get(id);
    if (!room) return;
    const mark = Math.min(seq, room.messages.length);
    const before = reader === ME ? room.read : room.peerRead;
    if (mark === before || (mark < before && !lower)) return;
    if (reader === ME) room.read = mark;
    else room.peerRead = mark;
    const event = this.next();
    const data = { user: reader, seq: mark };
    this.log.push({ id: event, type: 'read', at: AT, conversation: id, data });
  }

  rename(name: string): void {
    const id = this.next();
    this.me = { ...this.me, display_name: name, version: id };
    this.log.push({ id, type: 'profile', at: AT, data: this.me });
  }

  set(settings: Partial<Settings>): void {
    this.settings = { ...this.settings, ...settings };
    this.log.push({ id: this.next(), type: 'settings', at: AT, data: this.settings });
  }

  conversation(id: number): Conversation | null {
    const room = this.rooms.get(id);
    if (!room) return null;
    const last = room.messages.at(-1);
    const lastSeq = last?.seq ?? 0;
    return {
      id,
      kind: 'direct',
      title: '',
      topic: '',
      color: 0,
      access: 'private',
      history: 'joined',
      version: 0,
      last_seq: lastSeq,
      last_event: room.lastEvent,
      member_count: 2,
      role: 'member',
      read_seq: room.read,
      unread: lastSeq - room.read,
      peer: user(room.peer),
      peer_read_seq: room.peerRead,
      mentions: room.messages
        .filter(({ seq, mentions }) => seq > room.read && mentions?.includes(ME))
        .map(({ seq }) => seq),
      mine: room.mine,
      ...(last ? { last_message: last } : {}),
    };
  }

  snapshot(): Snapshot {
    return {
      cursor: String(this.tail),
      me: this.me,
      settings: this.settings,
      relations: [...this.relations].map(([id, state]) => ({ user: user(id), state })),
      conversations: [...this.rooms.keys()]
        .map((id) => this.conversation(id))
        .filter((item): item is Conversation => item !== null),
      more_conversations: false,
    };
  }

  page(
    id: number,
    request: { before?: number; after?: number },
    limit: number,
  ): { messages: Message[]; more: boolean } {
    const all = this.rooms.get(id)?.messages ?? [];
    const { before, after } = request;
    if (after !== undefined) {
      const rest = all.filter((message) => message.seq > after);
      return { messages: rest.slice(0, limit), more: rest.length > limit };
    }
    const rest = before === undefined ? all : all.filter((message) => message.seq < before);
    return { messages: rest.slice(-limit), more: rest.length > limit };
  }
}
