// What the chat asks the server for beside the stream, with its answers decoded.
import { type Api, nothing } from '../api/client';
import type { Outcome } from '../api/errors';
import { decodeConversation, decodeRelation, decodeUser } from '../protocol/decode';
import { decodeMessagePage } from '../protocol/decode_message';
import { count, flag, list, object } from '../protocol/shape';
import type { Conversation, MessagePage, Relation, User } from '../protocol/types';
import type { PageRequest } from './segments';

export type ConversationPage = {
  readonly conversations: Conversation[];
  readonly more: boolean;
};

export class Requests {
  constructor(private readonly api: Api) {}

  user(id: number): Promise<Outcome<User>> {
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/users/{id}', { params: { path: { id } }, signal }),
      decodeUser,
    );
  }

  searchUsers(q: string, after: string | undefined): Promise<Outcome<User[]>> {
    const query = after === undefined ? { q } : { q, after };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/users', { params: { query }, signal }),
      (value, at) => list(decodeUser)(object(value, at).users, `${at}.users`),
    );
  }

  conversation(id: number): Promise<Outcome<Conversation>> {
    return this.api.ask(
      (client, signal) =>
        client.GET('/api/v1/conversations/{id}', { params: { path: { id } }, signal }),
      decodeConversation,
    );
  }

  conversations(before: number): Promise<Outcome<ConversationPage>> {
    const query = { before, limit: 200 };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/conversations', { params: { query }, signal }),
      (value, at) => {
        const page = object(value, at);
        return {
          conversations: list(decodeConversation)(page.conversations, `${at}.conversations`),
          more: flag(page.more, `${at}.more`),
        };
      },
    );
  }

  openDirect(id: number): Promise<Outcome<Conversation>> {
    return this.api.ask(
      (client, signal) =>
        client.PUT('/api/v1/users/{id}/conversation', { params: { path: { id } }, signal }),
      decodeConversation,
    );
  }

  messages(id: number, request: PageRequest, limit: number): Promise<Outcome<MessagePage>> {
    const at = request.kind === 'newest' ? {} : { [request.kind]: request.seq };
    const params = { path: { id }, query: { ...at, limit } };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/conversations/{id}/messages', { params, signal }),
      decodeMessagePage,
    );
  }

  around(id: number, seq: number, limit: number): Promise<Outcome<MessagePage>> {
    const params = { path: { id }, query: { around: seq, limit } };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/conversations/{id}/messages', { params, signal }),
      decodeMessagePage,
    );
  }

  read(id: number, seq: number, lower: boolean): Promise<Outcome<number>> {
    const body = lower ? { seq, lower } : { seq };
    return this.api.ask(
      (client, signal) =>
        client.PUT('/api/v1/conversations/{id}/read', { params: { path: { id } }, body, signal }),
      (value, at) => count(object(value, at).seq, `${at}.seq`),
    );
  }

  typing(id: number): Promise<Outcome> {
    return this.api.ask(
      (client, signal) =>
        client.PUT('/api/v1/conversations/{id}/typing', { params: { path: { id } }, signal }),
      nothing,
    );
  }

  /** Asks to be friends, or accepts their request. */
  befriend(user: number): Promise<Outcome<Relation>> {
    return this.api.ask(
      (client, signal) =>
        client.PUT('/api/v1/friends/{user}', { params: { path: { user } }, signal }),
      decodeRelation,
    );
  }

  /** Withdraws, declines or parts. */
  unfriend(user: number): Promise<Outcome> {
    return this.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/friends/{user}', { params: { path: { user } }, signal }),
      nothing,
    );
  }

  block(user: number): Promise<Outcome<Relation>> {
    return this.api.ask(
      (client, signal) =>
        client.PUT('/api/v1/blocks/{user}', { params: { path: { user } }, signal }),
      decodeRelation,
    );
  }

  unblock(user: number): Promise<Outcome> {
    return this.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/blocks/{user}', { params: { path: { user } }, signal }),
      nothing,
    );
  }
}
