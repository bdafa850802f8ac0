/** The letters and the colour that stand for a person. */

/**
 * The first letters of two words; the first character of a name in Chinese, Japanese or Korean,
 * where a second one would be half a name.
 */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s_.\-·]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const east = words.find((word) =>
    /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word),
  );
  if (east) return first(east);
  const [one, two] = words;
  if (!one) return first(name.trim()) || '?';
  return (first(one) + (two ? first(two) : second(one))).toLocaleUpperCase();
}

function first(word: string): string {
  return [...word][0] ?? '';
}

function second(word: string): string {
  return [...word][1] ?? '';
}

/** One of eight hues, 1 to 8, spread by a hash of the id, so that neighbours differ. */
export function hue(id: number): number {
  let hash = Math.imul(id ^ (id / 0x1_0000_0000), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (((hash ^ (hash >>> 13)) >>> 0) % 8) + 1;
}
