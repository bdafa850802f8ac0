// What is asked of the server to find something: messages by their words, rooms by their title, a
// place in a conversation by its date. Used by screens that are loaded when somebody looks.
import type { Api } from '../api/client';
import type { Outcome } from '../api/errors';
import { decodeMessagePage } from '../protocol/decode_message';
import { count, type Decoder, flag, id, list, object, text, time } from '../protocol/shape';
import type { Chat } from './chat_store.svelte';

/** Where in a text something stands: in code points, the end not included. */
export type Mark = readonly [number, number];

export type Found = {
  readonly id: number;
  readonly conversation: number;
  readonly seq: number;
  readonly sender: number;
  readonly at: string;
  readonly text: string;
  readonly marks: readonly Mark[];
};

export type FoundPage = {
  readonly results: readonly Found[];
  readonly more: boolean;
  readonly next: number | null;
  /** What was asked for is too common to look further back. */
  readonly cut: boolean;
};

export type FoundRoom = {
  readonly id: number;
  readonly title: string;
  readonly topic: string;
  readonly color: number;
  readonly memberCount: number;
  readonly joined: boolean;
};

const decodeMark: Decoder<Mark> = (value, at) => {
  const ends = list(count)(value, at);
  return [ends[0] ?? 0, ends[1] ?? 0];
};

const decodeFound: Decoder<Found> = (value, at) => {
  const found = object(value, at);
  const snippet = object(found.snippet, `${at}.snippet`);
  return {
    id: id(found.id, `${at}.id`),
    conversation: id(found.conversation, `${at}.conversation`),
    seq: id(found.seq, `${at}.seq`),
    sender: id(found.sender, `${at}.sender`),
    at: time(found.at, `${at}.at`),
    text: text(snippet.text, `${at}.snippet.text`),
    marks: list(decodeMark)(snippet.marks, `${at}.snippet.marks`),
  };
};

export const decodeFoundPage: Decoder<FoundPage> = (value, at) => {
  const page = object(value, at);
  return {
    results: list(decodeFound)(page.results, `${at}.results`),
    more: flag(page.more, `${at}.more`),
    next: page.next === undefined ? null : id(page.next, `${at}.next`),
    cut: page.cut !== undefined && flag(page.cut, `${at}.cut`),
  };
};

const decodeRoom: Decoder<FoundRoom> = (value, at) => {
  const room = object(value, at);
  return {
    id: id(room.id, `${at}.id`),
    title: text(room.title, `${at}.title`),
    topic: text(room.topic, `${at}.topic`),
    color: count(room.color, `${at}.color`),
    memberCount: count(room.member_count, `${at}.member_count`),
    joined: flag(room.joined, `${at}.joined`),
  };
};

export class SearchRequests {
  constructor(private readonly api: Api) {}

  messages(q: string, cursor: number | null, abort?: AbortSignal): Promise<Outcome<FoundPage>> {
    const zone = -new Date().getTimezoneOffset();
    const query = cursor === null ? { q, zone } : { q, zone, cursor };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/search', { params: { query }, signal }),
      decodeFoundPage,
      undefined,
      abort,
    );
  }

  /** Open rooms by a part of their title. */
  rooms(q: string): Promise<Outcome<FoundRoom[]>> {
    return this.api.ask(
      (client, signal) =>
        client.GET('/api/v1/rooms', { params: { query: { q, limit: 20 } }, signal }),
      (value, at) => list(decodeRoom)(object(value, at).rooms, `${at}.rooms`),
    );
  }

  /** The number of the first message from a moment on; null where there is none. */
  seqAt(conversation: number, moment: Date): Promise<Outcome<number | null>> {
    const params = {
      path: { id: conversation },
      query: { at: String(moment.getTime()), limit: 1 },
    };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/conversations/{id}/messages', { params, signal }),
      (value, at) => decodeMessagePage(value, at).messages[0]?.seq ?? null,
    );
  }

  /** Comes into an open room, so that the chat knows it when this is done. */
  async join(chat: Chat, room: number): Promise<Outcome<unknown>> {
    const params = { path: { id: room } };
    const joined = await this.api.ask(
      (client, signal) => client.PUT('/api/v1/conversations/{id}/membership', { params, signal }),
      () => undefined,
    );
    return joined.ok ? learnPlace(chat, room) : joined;
  }
}

/** Loads a conversation that the list of chats does not reach back to. */
async function learnPlace(chat: Chat, conversation: number): Promise<Outcome<unknown>> {
  const found = await chat.deps.requests.conversation(conversation);
  if (found.ok) chat.dispatch([{ type: 'conversation', conversation: found.value }]);
  return found;
}

/** Loads who and what a list speaks of and this page does not know yet. */
export function learn(
  chat: Chat,
  items: readonly { readonly conversation: number; readonly sender: number }[],
): void {
  const people = new Set(items.map(({ sender }) => sender));
  const places = new Set(items.map(({ conversation }) => conversation));
  for (const one of people) if (!chat.person(one)) void chat.loadPerson(one);
  for (const one of places) if (!chat.conversation(one)) void learnPlace(chat, one);
}
