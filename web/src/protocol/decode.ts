// The only place that distrusts bytes: behind it, every value is what its type says. Fields that
// are not known are left out, and so are events and signals of a type that is not known, because
// the protocol may grow.
import {
  count,
  type Decoder,
  DecodeError,
  type Fields,
  flag,
  id,
  list,
  nullable,
  object,
  oneOf,
  optional,
  text,
  time,
} from './shape';
import { decodeMessage, decodeMessageEvent, decodeMine } from './decode_message';
import { decodeRole, decodeRoomEvent, decodeRoomSettings } from './decode_room';
import type {
  Advice,
  Batch,
  Conversation,
  Hello,
  KeeplineEvent,
  OwnUser,
  Relation,
  Reset,
  SessionInfo,
  Settings,
  Signal,
  Snapshot,
  User,
} from './types';

const relationState = oneOf(['none', 'requested', 'incoming', 'friends', 'blocked']);
const presenceChoice = oneOf(['automatic', 'busy', 'invisible']);

export const decodeUser: Decoder<User> = (value, at) => {
  const user = object(value, at);
  return {
    id: id(user.id, `${at}.id`),
    name: text(user.name, `${at}.name`),
    display_name: text(user.display_name, `${at}.display_name`),
    sex: nullable(text)(user.sex, `${at}.sex`),
    age: nullable(count)(user.age, `${at}.age`),
    version: count(user.version, `${at}.version`),
    ...optional(user, 'last_seen', time, at),
  };
};

export const decodeOwnUser: Decoder<OwnUser> = (value, at) => {
  const user = object(value, at);
  return {
    ...decodeUser(value, at),
    email: nullable(text)(user.email, `${at}.email`),
    created_at: time(user.created_at, `${at}.created_at`),
  };
};

export const decodeSettings: Decoder<Settings> = (value, at) => {
  const settings = object(value, at);
  return {
    direct_from: oneOf(['everyone', 'friends'])(settings.direct_from, `${at}.direct_from`),
    requests_from: oneOf(['everyone', 'nobody'])(settings.requests_from, `${at}.requests_from`),
    receipts: flag(settings.receipts, `${at}.receipts`),
    typing: flag(settings.typing, `${at}.typing`),
    last_seen: flag(settings.last_seen, `${at}.last_seen`),
    presence: presenceChoice(settings.presence, `${at}.presence`),
    language: oneOf(['', 'en', 'zh'])(settings.language, `${at}.language`),
    theme: oneOf(['', 'light', 'dark'])(settings.theme, `${at}.theme`),
  };
};

export const decodeConversation: Decoder<Conversation> = (value, at) => {
  const fields = object(value, at);
  return {
    id: id(fields.id, `${at}.id`),
    kind: oneOf(['direct', 'group', 'room'])(fields.kind, `${at}.kind`),
    ...decodeRoomSettings(fields, at),
    last_seq: count(fields.last_seq, `${at}.last_seq`),
    last_event: count(fields.last_event, `${at}.last_event`),
    member_count: count(fields.member_count, `${at}.member_count`),
    role: decodeRole(fields.role, `${at}.role`),
    read_seq: count(fields.read_seq, `${at}.read_seq`),
    unread: count(fields.unread, `${at}.unread`),
    ...optional(fields, 'created_by', id, at),
    ...optional(fields, 'silenced_until', time, at),
    ...optional(fields, 'peer', decodeUser, at),
    ...optional(fields, 'peer_read_seq', count, at),
    ...optional(fields, 'last_message', decodeMessage, at),
    mentions: list(id)(fields.mentions, `${at}.mentions`),
    mine: decodeMine(fields.mine, `${at}.mine`),
  };
};

export const decodeRelation: Decoder<Relation> = (value, at) => {
  const fields = object(value, at);
  return {
    user: decodeUser(fields.user, `${at}.user`),
    state: relationState(fields.state, `${at}.state`),
    ...optional(fields, 'online', flag, at),
    ...optional(fields, 'busy', flag, at),
  };
};

export const decodeSession: Decoder<SessionInfo> = (value, at) => {
  const session = object(value, at);
  return {
    id: id(session.id, `${at}.id`),
    kind: oneOf(['cookie', 'bearer'])(session.kind, `${at}.kind`),
    agent: text(session.agent, `${at}.agent`),
    address: text(session.address, `${at}.address`),
    created_at: time(session.created_at, `${at}.created_at`),
    last_used: time(session.last_used, `${at}.last_used`),
    expires_at: time(session.expires_at, `${at}.expires_at`),
    current: flag(session.current, `${at}.current`),
  };
};

export const decodeSnapshot: Decoder<Snapshot> = (value, at) => {
  const fields = object(value, at);
  return {
    cursor: cursor(fields.cursor, `${at}.cursor`),
    me: decodeOwnUser(fields.me, `${at}.me`),
    settings: decodeSettings(fields.settings, `${at}.settings`),
    relations: list(decodeRelation)(fields.relations, `${at}.relations`),
    conversations: list(decodeConversation)(fields.conversations, `${at}.conversations`),
    more_conversations: flag(fields.more_conversations, `${at}.more_conversations`),
  };
};

export const decodeBatchOrReset: Decoder<Batch | Reset> = (value, at) => {
  const fields = object(value, at);
  if (fields.reset !== undefined) {
    const reset = object(fields.reset, `${at}.reset`);
    return {
      reset: { why: oneOf(['old', 'epoch', 'ahead', 'unknown'])(reset.why, `${at}.reset.why`) },
      cursor: cursor(fields.cursor, `${at}.cursor`),
      ...optional(fields, 'advice', decodeAdvice, at),
    };
  }
  return {
    cursor: cursor(fields.cursor, `${at}.cursor`),
    events: known(fields.events, `${at}.events`, decodeEvent),
    signals: known(fields.signals, `${at}.signals`, decodeSignal),
    more: flag(fields.more, `${at}.more`),
    ...optional(fields, 'advice', decodeAdvice, at),
    ...optional(fields, 'hello', decodeHello, at),
  };
};

const cursor: Decoder<string> = (value, at) => {
  const string = text(value, at);
  if (string === '') throw new DecodeError(at, 'a cursor');
  return string;
};

const decodeAdvice: Decoder<Advice> = (value, at) => {
  const advice = object(value, at);
  const [low, high] = list(count)(advice.retry, `${at}.retry`);
  if (low === undefined || high === undefined || low > high) {
    throw new DecodeError(`${at}.retry`, 'two numbers in order');
  }
  return { retry: [low, high], ...optional(advice, 'wait', count, at) };
};

const decodeHello: Decoder<Hello> = (value, at) => {
  const hello = object(value, at);
  return {
    user: id(hello.user, `${at}.user`),
    build: text(hello.build, `${at}.build`),
    server_time: time(hello.server_time, `${at}.server_time`),
  };
};

/** Leaves out what is not known. */
function known<T>(value: unknown, at: string, decode: Decoder<T | null>): T[] {
  const items: T[] = [];
  for (const item of list(decode)(value, at)) if (item !== null) items.push(item);
  return items;
}

export const decodeEvent: Decoder<KeeplineEvent | null> = (value, at) => {
  const event = object(value, at);
  const head = { id: id(event.id, `${at}.id`), at: time(event.at, `${at}.at`) };
  const data = (): Fields => object(event.data, `${at}.data`);
  const conversation = (): number => id(event.conversation, `${at}.conversation`);
  const place = () => ({ conversation: conversation(), seq: id(event.seq, `${at}.seq`) });
  switch (event.type) {
    case 'message':
    case 'edited':
    case 'deleted':
    case 'reaction':
    case 'pinned':
    case 'unpinned':
    case 'saved':
      return decodeMessageEvent(event.type, { ...head, ...place() }, data(), `${at}.data`);
    case 'mine':
      return {
        ...head,
        type: 'mine',
        conversation: conversation(),
        data: decodeMine(event.data, `${at}.data`),
      };
    case 'read':
      return {
        ...head,
        type: 'read',
        conversation: conversation(),
        data: {
          user: id(data().user, `${at}.data.user`),
          seq: count(data().seq, `${at}.data.seq`),
        },
      };
    case 'relation':
      return {
        ...head,
        type: 'relation',
        data: {
          user: decodeUser(data().user, `${at}.data.user`),
          state: relationState(data().state, `${at}.data.state`),
        },
      };
    case 'joined':
    case 'left':
    case 'member':
    case 'conversation':
    case 'closed':
      return decodeRoomEvent(
        event.type,
        { ...head, conversation: conversation() },
        event.data,
        `${at}.data`,
        decodeUser,
      );
    case 'profile':
      return { ...head, type: 'profile', data: decodeOwnUser(event.data, `${at}.data`) };
    case 'settings':
      return { ...head, type: 'settings', data: decodeSettings(event.data, `${at}.data`) };
    default:
      return null;
  }
};

export const decodeSignal: Decoder<Signal | null> = (value, at) => {
  const signal = object(value, at);
  const data = (): Fields => object(signal.data, `${at}.data`);
  const user = (): number => id(signal.user, `${at}.user`);
  switch (signal.kind) {
    case 'presence':
      return {
        kind: 'presence',
        user: user(),
        data: {
          online: flag(data().online, `${at}.data.online`),
          ...optional(data(), 'busy', flag, `${at}.data`),
          ...optional(data(), 'last_seen', time, `${at}.data`),
        },
      };
    case 'typing':
      return {
        kind: 'typing',
        user: user(),
        conversation: id(signal.conversation, `${at}.conversation`),
        data: { typing: flag(data().typing, `${at}.data.typing`) },
      };
    case 'profile':
      return {
        kind: 'profile',
        user: user(),
        data: { version: count(data().version, `${at}.data.version`) },
      };
    default:
      return null;
  }
};
