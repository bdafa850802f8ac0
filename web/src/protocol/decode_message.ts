// Messages, and what becomes of them, from the wire.
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
import type {
  EarlierText,
  KeeplineEvent,
  Mention,
  Message,
  MessagePage,
  Mine,
  Origin,
  Pin,
  Quote,
  Reaction,
  Saved,
  SharedReaction,
} from './types';

const kind = oneOf(['direct', 'group', 'room']);

const decodeQuote: Decoder<Quote> = (value, at) => {
  const quote = object(value, at);
  return {
    seq: id(quote.seq, `${at}.seq`),
    ...optional(quote, 'id', id, at),
    ...optional(quote, 'sender', id, at),
    ...optional(quote, 'text', text, at),
  };
};

const decodeForwarded: Decoder<Origin> = (value, at) => {
  const forwarded = object(value, at);
  return {
    sender: id(forwarded.sender, `${at}.sender`),
    name: text(forwarded.name, `${at}.name`),
    kind: kind(forwarded.kind, `${at}.kind`),
  };
};

const decodeCount: Decoder<SharedReaction> = (value, at) => {
  const reaction = object(value, at);
  return {
    emoji: text(reaction.emoji, `${at}.emoji`),
    count: count(reaction.count, `${at}.count`),
    users: list(id)(reaction.users, `${at}.users`),
  };
};

const decodeReaction: Decoder<Reaction> = (value, at) => ({
  ...decodeCount(value, at),
  mine: flag(object(value, at).mine, `${at}.mine`),
});

/** What a message's events show of it, where there is something to say. */
function said(fields: Fields, at: string) {
  return {
    ...optional(fields, 'version', count, at),
    ...optional(fields, 'edited_at', time, at),
    ...optional(fields, 'deleted_at', time, at),
    ...optional(fields, 'deleted_by', id, at),
    ...optional(fields, 'reply_to', decodeQuote, at),
    ...optional(fields, 'forwarded', decodeForwarded, at),
    ...optional(fields, 'mentions', list(id), at),
    ...mark(fields, 'here', at),
  };
}

export const decodeMessage: Decoder<Message> = (value, at) => {
  const message = object(value, at);
  return {
    id: id(message.id, `${at}.id`),
    conversation: id(message.conversation, `${at}.conversation`),
    seq: id(message.seq, `${at}.seq`),
    sender: id(message.sender, `${at}.sender`),
    at: time(message.at, `${at}.at`),
    text: text(message.text, `${at}.text`),
    ...said(message, at),
    ...optional(message, 'reactions', list(decodeReaction), at),
    ...optional(message, 'reaction_version', count, at),
    ...mark(message, 'pinned', at),
    ...mark(message, 'saved', at),
  };
};

/** Only what is so is written down, so that two ways to say no are one. */
function mark<K extends string>(fields: Fields, key: K, at: string): Partial<Record<K, true>> {
  const value = fields[key];
  return value !== undefined && flag(value, `${at}.${key}`)
    ? ({ [key]: true } as Record<K, true>)
    : {};
}

export const decodeMessagePage: Decoder<MessagePage> = (value, at) => {
  const page = object(value, at);
  const messages = list(decodeMessage)(page.messages, `${at}.messages`);
  for (const [index, message] of messages.entries()) {
    if (index > 0 && message.seq <= (messages[index - 1]?.seq ?? 0)) {
      throw new DecodeError(`${at}.messages[${index}].seq`, 'above the one before');
    }
  }
  return {
    messages,
    more: flag(page.more, `${at}.more`),
    ...optional(page, 'more_before', flag, at),
    ...optional(page, 'more_after', flag, at),
  };
};

export const NO_MARKS: Mine = { level: 'all', muted_until: null, top: false, version: 0 };

export const decodeMine: Decoder<Mine> = (value, at) => {
  const mine = object(value, at);
  return {
    level: oneOf(['all', 'mentions', 'nothing'])(mine.level, `${at}.level`),
    muted_until: nullable(time)(mine.muted_until, `${at}.muted_until`),
    top: flag(mine.top, `${at}.top`),
    version: count(mine.version, `${at}.version`),
  };
};

export const decodeEdits: Decoder<EarlierText[]> = (value, at) =>
  list<EarlierText>((item, here) => {
    const edit = object(item, here);
    return { text: text(edit.text, `${here}.text`), at: time(edit.at, `${here}.at`) };
  })(object(value, at).edits, `${at}.edits`);

export const decodePins: Decoder<Pin[]> = (value, at) =>
  list<Pin>((item, here) => {
    const pin = object(item, here);
    return {
      id: id(pin.id, `${here}.id`),
      at: time(pin.at, `${here}.at`),
      user: id(pin.user, `${here}.user`),
      message: decodeMessage(pin.message, `${here}.message`),
    };
  })(object(value, at).pins, `${at}.pins`);

export type Paged<T> = {
  readonly items: T[];
  readonly more: boolean;
  readonly next: number | null;
};

function paged<T>(key: string, decode: Decoder<T>): Decoder<Paged<T>> {
  return (value, at) => {
    const page = object(value, at);
    return {
      items: list(decode)(page[key], `${at}.${key}`),
      more: flag(page.more, `${at}.more`),
      next: page.next === undefined ? null : count(page.next, `${at}.next`),
    };
  };
}

export const decodeMentions = paged<Mention>('mentions', (value, at) => {
  const mention = object(value, at);
  return {
    id: id(mention.id, `${at}.id`),
    message: decodeMessage(mention.message, `${at}.message`),
  };
});

export const decodeSaved = paged<Saved>('saved', (value, at) => {
  const saved = object(value, at);
  return {
    id: id(saved.id, `${at}.id`),
    at: time(saved.at, `${at}.at`),
    message_id: id(saved.message_id, `${at}.message_id`),
    ...optional(saved, 'message', decodeMessage, at),
  };
});

export function decodeMessageEvent(
  type: 'message' | 'edited' | 'deleted' | 'reaction' | 'pinned' | 'unpinned' | 'saved',
  head: { id: number; at: string; conversation: number; seq: number },
  data: Fields,
  at: string,
): KeeplineEvent {
  const message = (): number => id(data.message, `${at}.message`);
  const version = (): number => count(data.version, `${at}.version`);
  switch (type) {
    case 'message': {
      const sender = id(data.sender, `${at}.sender`);
      const body = { sender, text: text(data.text, `${at}.text`), ...said(data, at) };
      return { ...head, type, data: body };
    }
    case 'edited': {
      const sender = id(data.sender, `${at}.sender`);
      const body = { message: message(), sender, text: text(data.text, `${at}.text`) };
      return { ...head, type, data: { ...body, ...said(data, at), version: version() } };
    }
    case 'deleted':
      return {
        ...head,
        type,
        data: {
          message: message(),
          sender: id(data.sender, `${at}.sender`),
          text: '',
          version: version(),
          deleted_at: time(data.deleted_at, `${at}.deleted_at`),
          deleted_by: id(data.deleted_by, `${at}.deleted_by`),
        },
      };
    case 'reaction':
      return {
        ...head,
        type,
        data: {
          message: message(),
          user: id(data.user, `${at}.user`),
          emojis: list(text)(data.emojis, `${at}.emojis`),
          reactions: list(decodeCount)(data.reactions, `${at}.reactions`),
          version: version(),
        },
      };
    case 'pinned':
      return { ...head, type, data: { message: message(), user: id(data.user, `${at}.user`) } };
    case 'unpinned':
      return { ...head, type, data: { message: message(), user: id(data.user, `${at}.user`) } };
    case 'saved':
      return {
        ...head,
        type,
        data: { message: message(), saved: flag(data.saved, `${at}.saved`) },
      };
  }
}
