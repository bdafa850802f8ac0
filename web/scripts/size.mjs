// Holds what a person must load before they see something against its budget, and the whole
// output against what the page may never ask for. Follows Vite's manifest: an entry, what it
// imports statically, and the stylesheets of both. Run after a build; fails above a budget.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = 'dist';
const MANIFEST = 'node_modules/.keepline/manifest.json';

// `screens` are the chunks without which the first view cannot be drawn. The text of one language
// belongs to each: the larger one is counted.
const MOMENTS = [
  { name: 'sign in', budget: 60_000, screens: [] },
  { name: 'chat', budget: 120_000, screens: [/screens\/shell\/Home\.svelte$/] },
];
const LAZY = [
  { name: 'Markdown', budget: 45_000, chunk: /text\/markdown\.ts$/ },
  { name: 'highlight', budget: 15_000, chunk: /text\/highlight\.ts$/ },
  {
    name: 'emoji',
    budget: 45_000,
    chunk: /emoji\/EmojiPicker\.svelte$/,
    also: ['src/emoji/base.json'],
    texts: ['src/emoji/en.json', 'src/emoji/zh.json'],
  },
];

const manifest = JSON.parse(await readFile(MANIFEST, 'utf8'));
const sizes = new Map();
const faults = [];

async function size(file) {
  let bytes = sizes.get(file);
  if (bytes === undefined) {
    bytes = gzipSync(await readFile(join(DIST, file)), { level: 9 }).length;
    sizes.set(file, bytes);
  }
  return bytes;
}

function closure(keys) {
  const files = new Set();
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const next of chunk.imports ?? []) visit(next);
  };
  keys.forEach(visit);
  return files;
}

async function sum(files) {
  let total = 0;
  for (const file of files) total += await size(file);
  return total;
}

function report(name, bytes, budget) {
  const line = `${name.padEnd(12)} ${(bytes / 1000).toFixed(1).padStart(7)} of ${budget / 1000} kB`;
  console.log(bytes > budget ? `${line}  TOO LARGE` : line);
  if (bytes > budget) faults.push(`${name} is ${bytes - budget} bytes over its budget`);
}

const keys = Object.keys(manifest);
const entry = keys.filter((key) => manifest[key].isEntry);
const languages = keys.filter((key) => /i18n\/(en|zh)\.ts$/.test(key));
if (entry.length !== 1) faults.push(`there are ${entry.length} entries, not one`);
if (languages.length !== 2) faults.push('the texts of two languages are not chunks of their own');

for (const moment of MOMENTS) {
  const screens = moment.screens.flatMap((pattern) => keys.filter((key) => pattern.test(key)));
  if (screens.length !== moment.screens.length) {
    faults.push(`${moment.name}: its screen is not a chunk of its own`);
    continue;
  }
  const files = closure([...entry, ...screens]);
  const texts = await Promise.all(languages.map((key) => size(manifest[key].file)));
  const html = await size('index.html');
  const theme = await size('theme.js');
  report(moment.name, (await sum(files)) + Math.max(0, ...texts) + html + theme, moment.budget);
}

const first = closure(entry);
const chat = closure(keys.filter((key) => MOMENTS[1].screens[0].test(key)));
for (const lazy of LAZY) {
  const key = keys.find((name) => lazy.chunk.test(name));
  if (key === undefined || first.has(manifest[key].file)) {
    faults.push(`${lazy.name} is not a chunk that is loaded later`);
    continue;
  }
  const wanted = closure([key, ...(lazy.also ?? [])]);
  const files = [...wanted].filter((file) => !first.has(file) && !chat.has(file));
  const texts = await Promise.all((lazy.texts ?? []).map((text) => size(manifest[text].file)));
  report(lazy.name, (await sum(files)) + Math.max(0, ...texts), lazy.budget);
}

// Nothing of the output may name another server, bring a font, or hold a script in the page.
// Namespaces, and the pages that error messages name, are not addresses that anybody asks.
const NAMESPACE = /^https?:\/\/(www\.w3\.org\/|svelte\.dev\/e\/|github\.com\/highlightjs\/)/;
for (const name of await readdir(DIST, { recursive: true })) {
  if (/\.(woff2?|ttf|otf|eot)$/.test(name)) faults.push(`${name} is a font`);
  if (!/\.(js|css|html|svg)$/.test(name)) continue;
  const text = await readFile(join(DIST, name), 'utf8');
  for (const [address] of text.matchAll(/https?:\/\/[\w.-]+\.[a-z]{2,}[\w./-]*/g)) {
    if (!NAMESPACE.test(address)) faults.push(`${name} names ${address}`);
  }
  if (/@font-face/.test(text)) faults.push(`${name} brings a font`);
  if (name.endsWith('.css') && /url\(\s*['"]?data:/.test(text))
    faults.push(`${name} has a data: address`);
  if (name.endsWith('.html') && /<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=/.test(text)) {
    faults.push(`${name} has an inline script or style`);
  }
}

for (const fault of faults) console.error(`size: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
