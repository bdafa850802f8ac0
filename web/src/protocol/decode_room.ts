// What groups and rooms are, and who comes, goes and stands how in them, from the wire.
import { count, type Decoder, type Fields, id, object, oneOf, optional, text, time } from './shape';
import type { Conversation, KeeplineEvent, User } from './types';

export const decodeRole = oneOf(['member', 'admin', 'owner']);
const why = oneOf(['left', 'removed', 'banned']);

type Settings = Pick<
  Conversation,
  'title' | 'topic' | 'color' | 'access' | 'history' | 'archived_at' | 'version'
>;

export function decodeRoomSettings(fields: Fields, at: string): Settings {
  return {
    title: text(fields.title, `${at}.title`),
    topic: text(fields.topic, `${at}.topic`),
    color: count(fields.color, `${at}.color`),
    access: oneOf(['private', 'open'])(fields.access, `${at}.access`),
    history: oneOf(['joined', 'all'])(fields.history, `${at}.history`),
    version: count(fields.version, `${at}.version`),
    ...optional(fields, 'archived_at', time, at),
  };
}

type Head = { readonly id: number; readonly at: string; readonly conversation: number };

/** Events of membership: the user is decoded by whoever calls, who knows users. */
export function decodeRoomEvent(
  type: 'joined' | 'left' | 'member' | 'conversation' | 'closed',
  head: Head,
  value: unknown,
  at: string,
  user: Decoder<User>,
): KeeplineEvent {
  const data = object(value, at);
  const by = () => id(data.by, `${at}.by`);
  const member = () => ({
    user: user(data.user, `${at}.user`),
    role: decodeRole(data.role, `${at}.role`),
    by: by(),
  });
  switch (type) {
    case 'joined':
      return { ...head, type, data: { ...member(), ...optional(data, 'member_count', count, at) } };
    case 'left':
      return {
        ...head,
        type,
        data: {
          ...member(),
          why: why(data.why, `${at}.why`),
          ...optional(data, 'member_count', count, at),
        },
      };
    case 'member':
      return {
        ...head,
        type,
        data: { ...member(), ...optional(data, 'silenced_until', time, at) },
      };
    case 'conversation':
      return { ...head, type, data: decodeRoomSettings(data, at) };
    case 'closed':
      return { ...head, type, data: { by: by() } };
  }
}
