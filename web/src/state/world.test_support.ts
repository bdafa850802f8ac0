// A small server for tests: keeps the log, the messages and the marks as the real one does, and
// answers snapshots, pages and batches from them.
import type {
  Conversation,
  KeeplineEvent,
  Message,
  OwnUser,
  RelationState,
  Settings,
  Snapshot,
  User,
} from '../protocol/types';

export const ME = 1;
const AT = '2026-06-14T09:00:00.000Z';

export function user(id: number, version = 0, name = `user${id}`): User {
  return { id, name, display_name: name, sex: null, age: null, version };
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
  lastEvent: number;
  read: number;
  peerRead: number;
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
    this.rooms.set(id, { id, peer, messages: [], lastEvent: event, read: 0, peerRead: 0 });
    const data = { user: user(ME), role: 'member' as const };
    this.log.push({ id: event, type: 'joined', at: AT, conversation: id, data });
  }

  say(id: number, sender: number, text: string): Message | null {
    const room = this.rooms.get(id);
    if (!room) return null;
    const event = this.next();
    const seq = (room.messages.at(-1)?.seq ?? 0) + 1;
    const message = { id: event, conversation: id, seq, sender, at: AT, text };
    room.messages.push(message);
    room.lastEvent = event;
    if (sender === ME) room.read = seq;
    else room.peerRead = seq;
    const head = { id: event, type: 'message' as const, at: AT, conversation: id, seq };
    this.log.push({ ...head, data: { sender, text } });
    return message;
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
    if (reader !== ME) room.lastEvent = event;
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
      last_seq: lastSeq,
      last_event: room.lastEvent,
      member_count: 2,
      role: 'member',
      read_seq: room.read,
      unread: lastSeq - room.read,
      peer: user(room.peer),
      peer_read_seq: room.peerRead,
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
