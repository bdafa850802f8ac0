// The emoji there are, and how they are found: by their short codes, by English and Chinese words,
// by pinyin. The data is made by scripts/emoji.mjs and loaded when it is first asked for.
import type { Language } from '../i18n/catalogue';

export type Emoji = {
  readonly emoji: string;
  /** Without the colons; the first is the usual one. */
  readonly codes: readonly string[];
  readonly name: string;
  readonly group: number;
  /** All that it is found by, in lower case. */
  readonly words: readonly string[];
};

export const GROUPS = 9;

type Lists = readonly string[];
const loaders = {
  base: (): Promise<Lists> => import('./base.json').then((module) => module.default),
  en: (): Promise<Lists> => import('./en.json').then((module) => module.default),
  zh: (): Promise<Lists> => import('./zh.json').then((module) => module.default),
};

const kept = new Map<string, Promise<readonly Emoji[]>>();

/** Every emoji, in the order of the groups, named in a language. A failure is tried again later. */
export function loadEmoji(language: Language): Promise<readonly Emoji[]> {
  const known = kept.get(language);
  if (known) return known;
  const loading = Promise.all([loaders.base(), loaders[language]()]).then(([base, words]) =>
    read(language, base, words),
  );
  kept.set(language, loading);
  loading.catch(() => kept.delete(language));
  return loading;
}

function read(language: Language, base: Lists, words: Lists): Emoji[] {
  return base.flatMap((lines, group) => {
    const named = words[group]?.split('\n') ?? [];
    return lines.split('\n').map((line, index) => {
      const [picture = '', short = ''] = line.split('\t');
      const [first = '', second = '', third = ''] = (named[index] ?? '').split('\t');
      const [pinyin, tags] = language === 'zh' ? [second.split(' '), third] : [[], second];
      const codes = short.split(' ');
      // A number says which of the codes spells the name.
      const name = /^\d$/.test(first) ? (codes[Number(first)] ?? '').replaceAll('_', ' ') : first;
      const own = language === 'en' ? name.split(' ') : [name];
      return {
        emoji: picture.replace(/\+$/, ''),
        codes,
        name,
        group,
        words: [...own, ...pinyin, ...tags.split(',')].filter(Boolean),
      };
    });
  });
}

/** Whether a word is found anywhere in another: Chinese is written without spaces. */
const HAN = /\p{Script=Han}/u;

/** The best ones first; what is found equally well stays in the order of the groups. */
export function searchEmoji(all: readonly Emoji[], query: string, limit: number): readonly Emoji[] {
  const wanted = query
    .trim()
    .toLowerCase()
    .split(/[\s_]+/)
    .filter(Boolean);
  if (wanted.length === 0) return [];
  const whole = wanted.join('_');
  const found: { readonly emoji: Emoji; readonly rank: number }[] = [];
  for (const emoji of all) {
    const rank = rankOf(emoji, whole, wanted);
    if (rank !== null) found.push({ emoji, rank });
  }
  found.sort((a, b) => a.rank - b.rank);
  return found.slice(0, limit).map((one) => one.emoji);
}

function rankOf(emoji: Emoji, whole: string, wanted: readonly string[]): number | null {
  if (emoji.emoji === whole || emoji.codes[0] === whole || emoji.name === whole) return 0;
  if (emoji.codes.includes(whole) || emoji.words.includes(whole)) return 1;
  const begun = emoji.codes.filter((code) => code.startsWith(whole)).map((code) => code.length);
  // The less is left to write, the likelier it is meant.
  if (begun.length > 0) return 2 + Math.min(...begun) / 100;
  const parts = [...emoji.words, ...emoji.codes.flatMap((code) => code.split('_'))];
  const has = (word: string): boolean =>
    parts.some((part) => (HAN.test(word) ? part.includes(word) : part.startsWith(word)));
  return wanted.every(has) ? 3 : null;
}
