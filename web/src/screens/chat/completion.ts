// What is being written that the page could complete: a name after @, an emoji after :, a room
// after #. Pure; nothing here knows the page.

import type { Person } from '../../state/surface';

export type Token = {
  readonly kind: '@' | ':' | '#';
  /** What stands after the sign. */
  readonly query: string;
  /** Where the sign stands, and where the text ends that would be replaced. */
  readonly start: number;
  readonly end: number;
};

export type Suggestion = {
  readonly key: string;
  /** What is put in place of the token. */
  readonly insert: string;
  readonly text: string;
  readonly detail: string;
  readonly picture:
    | { readonly kind: 'person'; readonly id: number }
    | { readonly kind: 'emoji'; readonly emoji: string }
    | { readonly kind: 'icon'; readonly icon: 'hash' | 'users' };
};

export const SUGGESTIONS_MAX = 8;

/**
 * The token that ends at the cursor. A sign in the middle of a word, as in an address or a time,
 * begins none. A colon wants two letters, so that ":D" and a colon before a line stay what they are;
 * one between Chinese words is punctuation.
 */
const NAME = /(?:^|[^\p{L}\p{N}._@＠])[@＠](?<query>[\p{L}\p{N}._-]{0,32})$/u;
const NAME_AFTER_HAN = /\p{Script=Han}[@＠](?<query>[A-Za-z0-9._-]{0,32})$/u;
const EMOJI = /(?:^|[\s(（])[:：](?<query>[a-z0-9+][a-z0-9_+-]{1,30}|\p{Script=Han}{1,10})$/iu;
const ROOM = /(?:^|[\s(（，。、：；])[#＃](?<query>[\p{L}\p{N}_-][\p{L}\p{N}_ -]{0,38})?$/u;

export function tokenAt(text: string, cursor: number): Token | null {
  const before = text.slice(Math.max(0, cursor - 80), cursor);
  if (inCode(text.slice(0, cursor))) return null;
  return (
    token('@', NAME, before, cursor) ??
    token('@', NAME_AFTER_HAN, before, cursor) ??
    token(':', EMOJI, before, cursor) ??
    token('#', ROOM, before, cursor)
  );
}

function token(kind: Token['kind'], pattern: RegExp, text: string, end: number): Token | null {
  const match = pattern.exec(text);
  if (!match) return null;
  const query = match.groups?.query ?? '';
  return { kind, query, start: end - query.length - 1, end };
}

/** Code is not completed: an odd number of marks stands before the cursor. */
function inCode(before: string): boolean {
  const blocks = before.split('```');
  if (blocks.length % 2 === 0) return true;
  const line = blocks.at(-1)?.split('\n').at(-1) ?? '';
  return (line.split('`').length - 1) % 2 === 1;
}

/** What somebody is found by. */
export function personNames({ user }: Person): readonly string[] {
  return [user.display_name, user.name];
}

/** How well a name fits what was typed: 0 best, null not at all. */
export function fit(query: string, ...names: readonly string[]): number | null {
  const wanted = query.toLocaleLowerCase();
  if (wanted === '') return 1;
  let best: number | null = null;
  for (const name of names) {
    const text = name.toLocaleLowerCase();
    const at = text.indexOf(wanted);
    if (at < 0) continue;
    const inside = at > 0 && /[\p{L}\p{N}]/u.test(text.charAt(at - 1));
    // Chinese names have no spaces: their middle is as good a beginning as any.
    const rank = at === 0 ? 0 : inside && !/\p{Script=Han}/u.test(wanted) ? 3 : 1;
    best = best === null ? rank : Math.min(best, rank);
  }
  return best;
}

/** Those that fit, the best first and otherwise as they came. */
export function fitting<T>(
  query: string,
  all: readonly T[],
  names: (one: T) => readonly string[],
): T[] {
  return all
    .map((one) => ({ one, rank: fit(query, ...names(one)) }))
    .filter((item): item is { one: T; rank: number } => item.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, SUGGESTIONS_MAX)
    .map((item) => item.one);
}
