// Collects the icons the client uses from Lucide into one SVG sprite, and their names into a type,
// so that a name without an icon does not compile. Run it after changing the list:
//   node scripts/icons.mjs
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const names = [
  'archive',
  'arrow-down',
  'at-sign',
  'ban',
  'bell',
  'bell-off',
  'bookmark',
  'calendar',
  'check',
  'check-check',
  'chevron-down',
  'chevron-left',
  'chevron-right',
  'circle-alert',
  'clock',
  'code',
  'compass',
  'copy',
  'ellipsis',
  'eye',
  'eye-off',
  'face-slightly-smiling',
  'forward',
  'hand',
  'hash',
  'history',
  'inbox',
  'info',
  'keyboard',
  'languages',
  'laptop',
  'link',
  'lock',
  'log-out',
  'mail',
  'message-circle',
  'monitor',
  'moon',
  'palette',
  'panel-right',
  'pencil',
  'pin',
  'pin-off',
  'plug',
  'plus',
  'reply',
  'rotate-cw',
  'search',
  'send-horizontal',
  'settings',
  'shield',
  'smartphone',
  'smile-plus',
  'sun',
  'trash-2',
  'triangle-alert',
  'undo-2',
  'user',
  'user-minus',
  'user-plus',
  'users',
  'wifi',
  'wifi-off',
  'x',
];

const icons = join(
  dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')),
  'icons',
);
const symbols = [];
for (const name of names) {
  const svg = await readFile(join(icons, `${name}.svg`), 'utf8');
  const shapes = svg
    .replace(/<!--.*?-->/gs, '')
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/\s*\n\s*/g, '')
    .replace(/ \/>/g, '/>');
  symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`);
}
const ui = new URL('../src/ui/', import.meta.url);
await writeFile(
  new URL('icons.svg', ui),
  `<svg xmlns="http://www.w3.org/2000/svg"><!-- Lucide, ISC license -->\n${symbols.join('\n')}\n</svg>\n`,
);
await writeFile(
  new URL('icon_name.ts', ui),
  `// Written by scripts/icons.mjs.\nexport type IconName =\n${names
    .map((name) => `  | '${name}'`)
    .join('\n')};\n`,
);
