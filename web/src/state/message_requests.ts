// What can be asked about one message, and the lists of messages, with their answers decoded.
import { type Api, nothing } from '../api/client';
import type { Outcome } from '../api/errors';
import {
  decodeEdits,
  decodeMentions,
  decodeMessage,
  decodeMine,
  decodePins,
  decodeSaved,
  type Paged,
} from '../protocol/decode_message';
import { count, flag, id as decodeId, list, object } from '../protocol/shape';
import type { EarlierText, Mention, Message, Mine, MinePatch, Pin, Saved } from '../protocol/types';

export type ReadersPage = {
  readonly users: readonly number[];
  readonly more: boolean;
  /** How far the one of them has read who has read furthest. */
  readonly upTo: number;
};

export class MessageRequests {
  constructor(private readonly api: Api) {}

  message(id: number): Promise<Outcome<Message>> {
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/messages/{id}', { params: { path: { id } }, signal }),
      decodeMessage,
    );
  }

  edit(id: number, text: string, version: number): Promise<Outcome<Message>> {
    const body = { text, version };
    return this.api.ask(
      (client, signal) =>
        client.PATCH('/api/v1/messages/{id}', { params: { path: { id } }, body, signal }),
      decodeMessage,
    );
  }

  /** Outlives the page: it is also asked for when that goes. */
  remove(id: number): Promise<Outcome<Message>> {
    return this.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/messages/{id}', {
          params: { path: { id } },
          signal,
          keepalive: true,
        }),
      decodeMessage,
    );
  }

  edits(id: number): Promise<Outcome<EarlierText[]>> {
    return this.api.ask(
      (client, signal) =>
        client.GET('/api/v1/messages/{id}/edits', { params: { path: { id } }, signal }),
      decodeEdits,
    );
  }

  react(id: number, name: string, on: boolean): Promise<Outcome<Message>> {
    const params = { path: { id, name } };
    return this.api.ask(
      (client, signal) =>
        on
          ? client.PUT('/api/v1/messages/{id}/reactions/{name}', { params, signal })
          : client.DELETE('/api/v1/messages/{id}/reactions/{name}', { params, signal }),
      decodeMessage,
    );
  }

  pin(id: number, on: boolean): Promise<Outcome> {
    const params = { path: { id } };
    return this.api.ask(
      (client, signal) =>
        on
          ? client.PUT('/api/v1/messages/{id}/pin', { params, signal })
          : client.DELETE('/api/v1/messages/{id}/pin', { params, signal }),
      nothing,
    );
  }

  save(id: number, on: boolean): Promise<Outcome> {
    const params = { path: { id } };
    return this.api.ask(
      (client, signal) =>
        on
          ? client.PUT('/api/v1/messages/{id}/saved', { params, signal })
          : client.DELETE('/api/v1/messages/{id}/saved', { params, signal }),
      nothing,
    );
  }

  forward(conversation: number, nonce: string, message: number): Promise<Outcome<Message>> {
    const params = { path: { id: conversation } };
    const body = { nonce, message };
    return this.api.ask(
      (client, signal) =>
        client.POST('/api/v1/conversations/{id}/forwards', { params, body, signal }),
      decodeMessage,
    );
  }

  pins(conversation: number): Promise<Outcome<Pin[]>> {
    const params = { path: { id: conversation } };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/conversations/{id}/pins', { params, signal }),
      decodePins,
    );
  }

  readers(conversation: number, seq: number, after = 0): Promise<Outcome<ReadersPage>> {
    const params = { path: { id: conversation }, query: { seq, after } };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/conversations/{id}/reads', { params, signal }),
      (value, at) => {
        const page = object(value, at);
        const reads = list((item, here) => {
          const read = object(item, here);
          return {
            user: decodeId(read.user, `${here}.user`),
            seq: count(read.seq, `${here}.seq`),
          };
        })(page.reads, `${at}.reads`);
        return {
          users: reads.map(({ user }) => user),
          more: flag(page.more, `${at}.more`),
          upTo: Math.max(0, ...reads.map((one) => one.seq)),
        };
      },
    );
  }

  mine(conversation: number, body: MinePatch): Promise<Outcome<Mine>> {
    const params = { path: { id: conversation } };
    return this.api.ask(
      (client, signal) => client.PATCH('/api/v1/conversations/{id}/mine', { params, body, signal }),
      decodeMine,
    );
  }

  mentions(before: number | null): Promise<Outcome<Paged<Mention>>> {
    const query = before === null ? {} : { before };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/mentions', { params: { query }, signal }),
      decodeMentions,
    );
  }

  saved(before: number | null): Promise<Outcome<Paged<Saved>>> {
    const query = before === null ? {} : { before };
    return this.api.ask(
      (client, signal) => client.GET('/api/v1/saved', { params: { query }, signal }),
      decodeSaved,
    );
  }
}
