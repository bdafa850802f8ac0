// What can be asked about groups and rooms, with its answers decoded: making one, coming in, its
// members, invitations and settings. Loaded by the screens that need it, not by the chat.
import { type Api, nothing } from '../api/client';
import { done, type Outcome } from '../api/errors';
import type { components } from '../api/schema';
import { decodeConversation, decodeUser } from '../protocol/decode';
import { decodeRole } from '../protocol/decode_room';
import {
  count,
  type Decoder,
  flag,
  id as decodeId,
  list,
  object,
  oneOf,
  optional,
  text,
  time,
} from '../protocol/shape';
import type { Conversation, User } from '../protocol/types';
import { chat } from './live';
import type { Change } from './reduce';
import { session } from './session.svelte';

type Schemas = components['schemas'];
export type Role = Schemas['Role'];
export type Member = Schemas['Member'];
export type MemberPatch = Schemas['MemberPatch'];
export type Room = Schemas['Room'];
export type NewConversation = Schemas['NewConversation'];
export type ConversationPatch = Schemas['ConversationPatch'];
export type Ban = Schemas['Ban'];
export type Invite = Schemas['Invite'];
export type CreatedInvite = Schemas['CreatedInvite'];
export type InviteWish = Schemas['InviteWish'];
export type InviteView = Schemas['InviteView'];

export type MemberPage = { readonly members: readonly Member[]; readonly more: boolean };
export type BanPage = { readonly bans: readonly Ban[]; readonly more: boolean };
export type RoomPage = { readonly rooms: readonly Room[]; readonly next: string | null };

/** So many members are asked for, and shown, at once. */
export const MEMBERS_PAGE = 50;

const decodeMember: Decoder<Member> = (value, at) => {
  const fields = object(value, at);
  return {
    user: decodeUser(fields.user, `${at}.user`),
    role: decodeRole(fields.role, `${at}.role`),
    ...optional(fields, 'silenced_until', time, at),
  };
};

const decodeRoom: Decoder<Room> = (value, at) => {
  const fields = object(value, at);
  return {
    id: decodeId(fields.id, `${at}.id`),
    title: text(fields.title, `${at}.title`),
    topic: text(fields.topic, `${at}.topic`),
    color: count(fields.color, `${at}.color`),
    member_count: count(fields.member_count, `${at}.member_count`),
    joined: flag(fields.joined, `${at}.joined`),
  };
};

const decodeBan: Decoder<Ban> = (value, at) => {
  const fields = object(value, at);
  return {
    user: decodeUser(fields.user, `${at}.user`),
    by: decodeId(fields.by, `${at}.by`),
    at: time(fields.at, `${at}.at`),
  };
};

const decodeInvite: Decoder<Invite> = (value, at) => {
  const fields = object(value, at);
  return {
    id: decodeId(fields.id, `${at}.id`),
    created_by: decodeId(fields.created_by, `${at}.created_by`),
    created_at: time(fields.created_at, `${at}.created_at`),
    uses: count(fields.uses, `${at}.uses`),
    ...optional(fields, 'expires_at', time, at),
    ...optional(fields, 'max_uses', count, at),
  };
};

const decodeCreatedInvite: Decoder<CreatedInvite> = (value, at) => ({
  ...decodeInvite(value, at),
  code: text(object(value, at).code, `${at}.code`),
});

const decodeInviteView: Decoder<InviteView> = (value, at) => {
  const fields = object(value, at);
  return {
    kind: oneOf(['group', 'room'])(fields.kind, `${at}.kind`),
    room: decodeRoom(fields.room, `${at}.room`),
  };
};

/** A list under one name of the answer. */
const listed =
  <T>(name: string, decode: Decoder<T>): Decoder<T[]> =>
  (value, at) =>
    list(decode)(object(value, at)[name], `${at}.${name}`);

export type RoomsDeps = {
  readonly api: Api;
  /** What is learned goes where everything that is known is. */
  readonly dispatch: (changes: readonly Change[]) => void;
};

export class Rooms {
  constructor(private readonly deps: RoomsDeps) {}

  /** Makes a group or room, and answers its number. */
  create(body: NewConversation): Promise<Outcome<number>> {
    return this.#known(
      this.deps.api.ask(
        (client, signal) => client.POST('/api/v1/conversations', { body, signal }),
        decodeConversation,
      ),
    );
  }

  change(id: number, body: ConversationPatch): Promise<Outcome<number>> {
    return this.#known(
      this.deps.api.ask(
        (client, signal) =>
          client.PATCH('/api/v1/conversations/{id}', { params: { path: { id } }, body, signal }),
        decodeConversation,
      ),
    );
  }

  /** Deletes it for everybody; its title is said once more. */
  remove(id: number, title: string): Promise<Outcome> {
    const asked = this.deps.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/conversations/{id}', {
          params: { path: { id } },
          body: { title },
          signal,
        }),
      nothing,
    );
    return this.#gone(id, asked);
  }

  join(id: number): Promise<Outcome<number>> {
    return this.#known(
      this.deps.api.ask(
        (client, signal) =>
          client.PUT('/api/v1/conversations/{id}/membership', { params: { path: { id } }, signal }),
        decodeConversation,
      ),
    );
  }

  leave(id: number): Promise<Outcome> {
    const asked = this.deps.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/conversations/{id}/membership', {
          params: { path: { id } },
          signal,
        }),
      nothing,
    );
    return this.#gone(id, asked);
  }

  async members(
    id: number,
    q: string,
    after = 0,
    limit = MEMBERS_PAGE,
  ): Promise<Outcome<MemberPage>> {
    const query = { limit, ...(q ? { q } : {}), ...(after ? { after } : {}) };
    const page = await this.deps.api.ask(
      (client, signal) =>
        client.GET('/api/v1/conversations/{id}/members', {
          params: { path: { id }, query },
          signal,
        }),
      (value, at) => ({
        members: listed('members', decodeMember)(value, at),
        more: flag(object(value, at).more, `${at}.more`),
      }),
    );
    if (page.ok) this.#learn(page.value.members.map((member) => member.user));
    return page;
  }

  async add(id: number, users: readonly number[]): Promise<Outcome<Member[]>> {
    const added = await this.deps.api.ask(
      (client, signal) =>
        client.POST('/api/v1/conversations/{id}/members', {
          params: { path: { id } },
          body: { users: [...users] },
          signal,
        }),
      listed('members', decodeMember),
    );
    if (added.ok) this.#learn(added.value.map((member) => member.user));
    return added;
  }

  setMember(id: number, user: number, body: MemberPatch): Promise<Outcome<Member>> {
    return this.deps.api.ask(
      (client, signal) =>
        client.PATCH('/api/v1/conversations/{id}/members/{user}', {
          params: { path: { id, user } },
          body,
          signal,
        }),
      decodeMember,
    );
  }

  removeMember(id: number, user: number): Promise<Outcome> {
    return this.deps.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/conversations/{id}/members/{user}', {
          params: { path: { id, user } },
          signal,
        }),
      nothing,
    );
  }

  async bans(id: number, after = 0): Promise<Outcome<BanPage>> {
    const page = await this.deps.api.ask(
      (client, signal) =>
        client.GET('/api/v1/conversations/{id}/bans', {
          params: { path: { id }, query: { limit: MEMBERS_PAGE, ...(after ? { after } : {}) } },
          signal,
        }),
      (value, at) => ({
        bans: listed('bans', decodeBan)(value, at),
        more: flag(object(value, at).more, `${at}.more`),
      }),
    );
    if (page.ok) this.#learn(page.value.bans.map((ban) => ban.user));
    return page;
  }

  ban(id: number, user: number): Promise<Outcome> {
    const params = { path: { id, user } };
    return this.deps.api.ask(
      (client, signal) => client.PUT('/api/v1/conversations/{id}/bans/{user}', { params, signal }),
      nothing,
    );
  }

  unban(id: number, user: number): Promise<Outcome> {
    const params = { path: { id, user } };
    return this.deps.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/conversations/{id}/bans/{user}', { params, signal }),
      nothing,
    );
  }

  invites(id: number): Promise<Outcome<Invite[]>> {
    return this.deps.api.ask(
      (client, signal) =>
        client.GET('/api/v1/conversations/{id}/invites', { params: { path: { id } }, signal }),
      listed('invites', decodeInvite),
    );
  }

  invite(id: number, body: InviteWish): Promise<Outcome<CreatedInvite>> {
    return this.deps.api.ask(
      (client, signal) =>
        client.POST('/api/v1/conversations/{id}/invites', {
          params: { path: { id } },
          body,
          signal,
        }),
      decodeCreatedInvite,
    );
  }

  revoke(id: number, invite: number): Promise<Outcome> {
    return this.deps.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/conversations/{id}/invites/{invite}', {
          params: { path: { id, invite } },
          signal,
        }),
      nothing,
    );
  }

  /** What an invitation leads to. */
  invitation(name: string): Promise<Outcome<InviteView>> {
    return this.deps.api.ask(
      (client, signal) =>
        client.GET('/api/v1/invites/{name}', { params: { path: { name } }, signal }),
      decodeInviteView,
    );
  }

  accept(name: string): Promise<Outcome<number>> {
    return this.#known(
      this.deps.api.ask(
        (client, signal) =>
          client.POST('/api/v1/invites/{name}/join', { params: { path: { name } }, signal }),
        decodeConversation,
      ),
    );
  }

  /** Open rooms, by a part of their title. */
  find(q: string, after: string | null = null): Promise<Outcome<RoomPage>> {
    const query = { ...(q ? { q } : {}), ...(after === null ? {} : { after }) };
    return this.deps.api.ask(
      (client, signal) => client.GET('/api/v1/rooms', { params: { query }, signal }),
      (value, at) => {
        const { next } = object(value, at);
        return {
          rooms: listed('rooms', decodeRoom)(value, at),
          next: next === undefined ? null : text(next, `${at}.next`),
        };
      },
    );
  }

  /** An open room as somebody sees it who is not in it. */
  room(id: number): Promise<Outcome<Room>> {
    return this.deps.api.ask(
      (client, signal) => client.GET('/api/v1/rooms/{id}', { params: { path: { id } }, signal }),
      decodeRoom,
    );
  }

  async #known(asked: Promise<Outcome<Conversation>>): Promise<Outcome<number>> {
    const answer = await asked;
    if (!answer.ok) return answer;
    this.deps.dispatch([{ type: 'conversation', conversation: answer.value }]);
    return done(answer.value.id);
  }

  async #gone(id: number, asked: Promise<Outcome>): Promise<Outcome> {
    const answer = await asked;
    if (answer.ok) this.deps.dispatch([{ type: 'no-conversation', conversation: id }]);
    return answer;
  }

  #learn(users: readonly User[]): void {
    this.deps.dispatch([{ type: 'users', users }]);
  }
}

export const rooms = new Rooms({
  api: session.api,
  dispatch: (changes) => chat.dispatch(changes),
});
