// Two readings of one message: what each of them knows better.
import type { Message, Reaction } from '../protocol/types';

type Said = Pick<
  Message,
  | 'version'
  | 'edited_at'
  | 'deleted_at'
  | 'deleted_by'
  | 'reply_to'
  | 'forwarded'
  | 'mentions'
  | 'here'
>;

/**
 * The message as it is after a reading. Its text is of the higher version, its reactions of theirs;
 * `whole` says that the reading also knows whether it is pinned and saved, as an event does not.
 */
export function laterOf(read: Message, known: Message, whole: boolean): Message {
  const said = (read.version ?? 0) >= (known.version ?? 0) ? read : known;
  const given = (read.reaction_version ?? 0) >= (known.reaction_version ?? 0) ? read : known;
  const marked = whole ? read : known;
  return message(said, said.deleted_at === undefined ? given : said, marked);
}

function message(said: Message, given: Message, marked: Message): Message {
  const { id, conversation, seq, sender, at, text } = said;
  return {
    ...{ id, conversation, seq, sender, at, text },
    ...saidOf(said),
    ...defined('reactions', given.reactions),
    ...defined('reaction_version', given.reaction_version),
    ...defined('pinned', said.deleted_at === undefined ? marked.pinned : undefined),
    ...defined('saved', marked.saved),
  };
}

function saidOf(message: Message): Said {
  return {
    ...defined('version', message.version),
    ...defined('edited_at', message.edited_at),
    ...defined('deleted_at', message.deleted_at),
    ...defined('deleted_by', message.deleted_by),
    ...defined('reply_to', message.reply_to),
    ...defined('forwarded', message.forwarded),
    ...defined('mentions', message.mentions),
    ...defined('here', message.here),
  };
}

function defined<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}

/** A message with one of its marks set or taken away; false is never written. */
export function withMark(given: Message, mark: 'pinned' | 'saved', on: boolean): Message {
  if ((given[mark] ?? false) === on) return given;
  const { [mark]: _, ...rest } = given;
  return on ? { ...rest, [mark]: true } : rest;
}

/** The reactions after one more, or one less, of the user's own. */
export function withReaction(
  reactions: readonly Reaction[],
  emoji: string,
  me: number,
  on: boolean,
): Reaction[] {
  const known = reactions.find((one) => one.emoji === emoji);
  if ((known?.mine ?? false) === on) return [...reactions];
  if (!known) return [...reactions, { emoji, count: 1, mine: true, users: [me] }];
  const count = known.count + (on ? 1 : -1);
  const others = known.users.filter((user) => user !== me);
  const changed = { emoji, count, mine: on, users: on ? [...others, me].slice(0, 10) : others };
  return reactions.flatMap((one) => (one !== known ? [one] : count > 0 ? [changed] : []));
}
