/**
 * How hard a password is to guess, roughly: its length counts most, variety a little, and what
 * everybody uses not at all. A hint for the eye; the rule itself is the server's.
 */
export type Strength = 'short' | 'weak' | 'fair' | 'strong';

export const kPasswordMin = 10;

const kCommon = /pass(word)?|qwert|asdf|1234|abcd|iloveyou|letmein|admin|keepline|welcome/gi;

export function strength(password: string, name = ''): Strength {
  const points = [...password.normalize('NFC')];
  if (points.length < kPasswordMin) return 'short';
  let rest = password.replace(kCommon, '');
  if (name.length > 1) rest = rest.replaceAll(name, '');
  // A run of one sign counts as one: aaaaaaaaaa is no longer than a.
  rest = rest.replace(/(.)\1+/gu, '$1');
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u, /\p{Lo}/u].filter((kind) =>
    kind.test(rest),
  ).length;
  const score = [...rest].length + 2 * (kinds - 1);
  if (score < 10) return 'weak';
  return score < 16 ? 'fair' : 'strong';
}
