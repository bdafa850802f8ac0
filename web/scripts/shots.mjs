// Takes a picture of every screen at both widths, in both themes and both languages, in the
// system's own colours and at twice the size on a screen of 1280 by 800; and of the
// mock-up's four views with its own people and words beside the mock-up's pictures, where a folder
// with those is given. They are for looking at: npm run shots [part of a name]
//
//   KEEPLINE_MOCKUP=folder   where desktop-light.png, desktop-dark.png and so on lie
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser, startFront, startServer } from './front.mjs';
import { hour, mockupApi } from './mockup.mjs';
import { openContext, openScreen, prepareWorld, screens } from './screens.mjs';

const folder = fileURLToPath(new URL('../shots/', import.meta.url));
const wanted = process.argv[2] ?? '';
const widths = [
  [1280, 800],
  [390, 844],
];

if (!wanted) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const browser = await startBrowser();
try {
  await shootMockup();
  await shootScreens();
} finally {
  await browser.close();
}

async function shootScreens() {
  const chosen = screens.filter(({ name }) => name.includes(wanted));
  if (chosen.length === 0) return;
  const server = await startServer(['--demo']);
  const front = await startFront(server.origin);
  try {
    const world = await prepareWorld(server.origin);
    const shoot = async (screen, look, name) => {
      const context = await openContext(browser, front, world, screen, look);
      const page = await context.newPage();
      const file = `${screen.name}-${name}.png`;
      await openScreen(page, front, world, screen).catch((error) => {
        process.exitCode = 1;
        console.error(`${file}: ${error}`);
      });
      await page.screenshot({ path: join(folder, file) });
      await context.close();
    };
    for (const screen of chosen) {
      for (const [width, height] of widths) {
        for (const language of ['en', 'zh']) {
          for (const theme of ['light', 'dark']) {
            const look = { width, height, theme, language };
            await shoot(screen, look, `${width}-${language}-${theme}`);
          }
        }
      }
      const plain = { width: 1280, height: 800, theme: 'light', language: 'en' };
      for (const theme of ['light', 'dark']) {
        const options = { forcedColors: 'active', colorScheme: theme };
        await shoot(screen, { ...plain, theme, options }, `forced-${theme}`);
      }
      const options = { deviceScaleFactor: 2, hasTouch: false, isMobile: false };
      await shoot(screen, { ...plain, width: 640, height: 400, options }, 'zoomed');
    }
  } finally {
    await front.stop();
    await server.stop();
  }
}

async function shootMockup() {
  for (const theme of ['light', 'dark']) {
    const desktop = await view(`mockup-desktop-${theme}`, '/c/2', [1280, 960], { theme });
    const list = await view(`mockup-list-${theme}`, '/', [390, 844], { theme });
    const chat = await view(`mockup-chat-${theme}`, '/c/1', [390, 844], { theme, broken: true });
    await beside(`beside-desktop-${theme}`, [desktop], `desktop-${theme}.png`);
    await beside(`beside-phone-${theme}`, [list, chat], `phone-${theme}.png`);
  }
}

async function view(name, path, [width, height], options) {
  if (wanted && !name.includes(wanted)) return undefined;
  const front = await startFront('', mockupApi(options));
  const phone = width < 720;
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: phone,
    isMobile: phone,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  await context.addInitScript(
    (theme) => localStorage.setItem('keepline.theme', theme),
    options.theme,
  );
  const page = await context.newPage();
  await page.clock.install({ time: hour });
  await page.goto(front.origin + path);
  const last = path === '/' ? '[data-row]' : '[role=feed] article';
  await page.locator(last).last().waitFor();
  await page.waitForTimeout(800);
  // The parser of the messages comes a moment after the messages.
  await page.waitForFunction(() => !document.querySelector('.md.written:not(.large)'));
  await page.waitForFunction(() =>
    [...document.querySelectorAll('pre code')].every((code) => code.querySelector('span')),
  );
  if (options.broken) {
    await page.fill('#composer-box', 'Coffee or tea?');
    await page.click('button[type=submit]');
    await page.waitForTimeout(3500);
  }
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  await context.close();
  await front.stop();
  return file;
}

/** Ours and the mock-up's in one picture. */
async function beside(name, files, reference) {
  const source = process.env.KEEPLINE_MOCKUP;
  if (!source || files.includes(undefined)) return;
  const pictures = await Promise.all(
    [...files, join(source, reference)].map((file) => readFile(file, 'base64')),
  );
  const page = await browser.newPage({ viewport: { width: 2600, height: 1000 } });
  await page.setContent(
    `<body style="margin:0;display:flex;gap:16px;align-items:start;background:#888">${pictures
      .map((data) => `<img src="data:image/png;base64,${data}">`)
      .join('')}</body>`,
  );
  const picture = await page.locator('body').screenshot();
  await writeFile(join(folder, `${name}.png`), picture);
  await page.close();
}
