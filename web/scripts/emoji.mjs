// Makes the emoji that the picker offers out of emoji-picker-element-data (Unicode CLDR, emojibase),
// as small as they get: one line for each emoji, fields set apart by tabs, words by spaces or
// commas. Run it after an update of that package:
//   node scripts/emoji.mjs
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

// Newer ones are empty boxes on devices of a few years ago.
const VERSION_MAX = 15;
// Group 2 are parts of others: skin tones and hair.
const PARTS = 2;
const FLAGS = 9;

const require = createRequire(import.meta.url);
const read = async (path) =>
  JSON.parse(
    await readFile(require.resolve(`emoji-picker-element-data/${path}/data.json`), 'utf8'),
  );

const english = await read('en/github');
const full = new Map((await read('en/emojibase')).map((one) => [one.emoji, one]));
const chinese = new Map((await read('zh/cldr')).map((one) => [one.emoji, one]));

/** Fully qualified: what is drawn as a picture by itself takes no sign that says so. */
const plain = (emoji) =>
  /^\p{Emoji_Presentation}\uFE0F$/u.test(emoji) ? emoji.replace('\uFE0F', '') : emoji;

const unique = (words) => [...new Set(words)];

/**
 * The tags are many, and the data is held to a budget. Chinese words are looked
 * for anywhere in what is written, so a word that holds another says nothing new.
 */
const shortest = (name, tags, max) =>
  tags
    .filter(
      (tag, at) => !name.includes(tag) && !tags.some((one, i) => i !== at && tag.includes(one)),
    )
    .sort((a, b) => a.length - b.length)
    .slice(0, max);

const chosen = [...full.values()]
  .filter(({ group, version }) => group !== undefined && group !== PARTS && version <= VERSION_MAX)
  .sort((a, b) => a.group - b.group || a.order - b.order);

const codes = new Map(english.map((one) => [one.emoji, one.shortcodes]));
const groups = [];
const names = [];
const others = [];
for (const one of chosen) {
  const name = one.annotation.toLowerCase();
  const spelled = name.replaceAll(/[^a-z0-9]+/g, '_');
  const every = unique([...(codes.get(one.emoji) ?? []), ...one.shortcodes]);
  // What its name spells is a code already; flags have a short one besides.
  const short = every.filter((code, at) => code !== spelled && (at === 0 || one.group !== FLAGS));
  const first = every[0] === spelled ? spelled : (short[0] ?? spelled);
  const given = unique([first, ...short]);
  const said = new Set([
    ...name.split(/[^\p{L}\p{N}]+/u),
    ...given.flatMap((code) => code.split('_')),
  ]);
  const tags = unique(one.tags.map((tag) => tag.toLowerCase())).filter((tag) => !said.has(tag));
  // The first of a line: the emoji, and + where it comes in tones of skin.
  const list = (groups[one.group] ??= []);
  list.push([plain(one.emoji) + (one.skins ? '+' : ''), given.join(' ')].join('\t'));
  (names[one.group] ??= []).push(
    [given.includes(spelled) ? given.indexOf(spelled) : name, tags.join(',')].join('\t'),
  );
  const other = chinese.get(one.emoji);
  // The short codes of the Chinese data are pinyin.
  const pinyin = (other?.shortcodes ?? []).map((code) => code.replaceAll('_', ''));
  const more =
    one.group === FLAGS
      ? []
      : shortest(other?.annotation ?? '', other?.tags ?? [], one.group === 0 ? 3 : 1);
  (others[one.group] ??= []).push(
    [
      other?.annotation ?? '',
      one.group === FLAGS ? '' : unique(pinyin).join(' '),
      unique(more).join(','),
    ].join('\t'),
  );
}

const folder = new URL('../src/emoji/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [file, lists] of Object.entries({ base: groups, en: names, zh: others })) {
  const text = JSON.stringify(
    lists.filter((list) => list !== undefined).map((list) => list.join('\n')),
    null,
    0,
  );
  await writeFile(new URL(`${file}.json`, folder), `${text}\n`);
  console.log(file, (gzipSync(text, { level: 9 }).length / 1000).toFixed(1), 'kB');
}
