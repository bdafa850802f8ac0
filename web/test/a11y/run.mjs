// Goal: no screen breaks a rule of axe, in either theme, either width and either language, and none
// asks for what the Content-Security-Policy forbids. The screens are looked at wide in English and
// narrow in Chinese, where things are tightest, in turn; --all looks at each in all four pairs.
// Method: walk every screen against the real server and run axe in the page. axe is handed over by
// the debugger, which the policy of the page does not concern.
//
//   node test/a11y/run.mjs [--all] [part of a screen's name]
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { startBrowser, startFront, startServer } from '../../scripts/front.mjs';
import { openContext, openScreen, prepareWorld, screens } from '../../scripts/screens.mjs';

const wanted = process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '';
const every = process.argv.includes('--all');
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const server = await startServer(['--demo']);
const front = await startFront(server.origin);
const browser = await startBrowser();
const found = new Map();
let checked = 0;

try {
  const world = await prepareWorld(server.origin);
  const work = screens
    .filter(({ name }) => name.includes(wanted))
    .flatMap((screen, at) => looks(at).map((look) => () => check(world, screen, look)));
  // Two at a time: while one page settles the other is looked at.
  const worker = async () => {
    for (let next = work.shift(); next; next = work.shift()) await next();
  };
  await Promise.all([worker(), worker()]);
} finally {
  await browser.close();
  await front.stop();
  await server.stop();
}

function looks(at) {
  const all = [1280, 390].flatMap((width) =>
    ['en', 'zh'].map((language) => ({ width, height: 800, language, theme: 'light' })),
  );
  return every ? all : [all[at % 2 === 0 ? 0 : 3]];
}

async function check(world, screen, look) {
  const context = await openContext(browser, front, world, screen, look);
  const page = await context.newPage();
  const place = `${screen.name} ${look.width} ${look.language}`;
  page.on('console', (message) => {
    if (/Content.Security.Policy|TrustedHTML/i.test(message.text()))
      note('csp', message.text(), place);
  });
  page.on('pageerror', (error) => note('error', error.message, place));
  try {
    await openScreen(page, front, world, screen);
    await page.evaluate(axe);
    // A theme is colours alone, so one page is looked at in both.
    for (const theme of ['light', 'dark']) {
      await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
      await lookAt(page, `${place} ${theme}`);
    }
  } catch (error) {
    note('failed', String(error).slice(0, 300), place);
  }
  await context.close();
}

async function lookAt(page, where) {
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }),
    tags,
  );
  for (const { id, help, nodes } of violations) {
    for (const node of nodes) note(id, `${help}\n      ${node.html.slice(0, 160)}`, where);
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) note('reflow', 'the page scrolls sideways', where);
  checked += 1;
}

function note(rule, text, where) {
  const key = `${rule}: ${text}`;
  // Told at once: a run that is cut short has said what it found.
  if (!found.has(key)) console.log(`${where}: ${rule}`);
  found.set(key, [...(found.get(key) ?? []), where]);
}

for (const [key, places] of found) {
  console.log(`${key}\n      in ${places.length}: ${places.slice(0, 4).join(', ')}`);
}
console.log(`${checked} pages checked, ${found.size} violations`);
process.exitCode = found.size > 0 ? 1 : 0;
