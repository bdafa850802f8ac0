// The first letters of how Chinese is read: 林梅 is "lm". The browser sorts Chinese by its reading,
// so the first character of each letter tells where the letter begins. A character with several
// readings has the most common one, which is enough to find a name by.
const kFirst = '阿八嚓哒妸发旮哈讥咔垃麻拏噢妑七呥仨他屲夕丫帀';
const kLetters = 'abcdefghjklmnopqrstwxyz';
const collator = new Intl.Collator('zh-u-co-pinyin');
const kept = new Map<string, string>();

function letter(character: string): string {
  let found = '';
  for (const [at, first] of [...kFirst].entries()) {
    if (collator.compare(first, character) > 0) break;
    found = kLetters.charAt(at);
  }
  return found;
}

/** The initials of a text: a letter for each Chinese character, the first one of other words. */
export function initials(text: string): string {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const parts =
    text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+?(?=\p{Script=Han}|[^\p{L}\p{N}]|$)/gu) ??
    [];
  const found = parts
    .map((part) => (/\p{Script=Han}/u.test(part) ? letter(part) : part.charAt(0)))
    .join('');
  if (kept.size > 5_000) kept.clear();
  kept.set(text, found);
  return found;
}
