// Takes the pictures of README and docs anew: the demonstration's two people with each other's chat
// open, on a desk and on a telephone.
//
//   npm run pictures
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { person, startBrowser, startFront, startServer } from './front.mjs';

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));
await mkdir(folder, { recursive: true });
const server = await startServer(['--demo']);
const front = await startFront(server.origin);
const browser = await startBrowser();

async function open(name, path, options) {
  const who = person(server.origin);
  await who.signIn(name, '12345');
  const context = await browser.newContext({
    timezoneId: 'Europe/Lisbon',
    reducedMotion: 'reduce',
    ...options,
  });
  const [key, value] = who.cookie.split('=');
  await context.addCookies([{ name: key, value, url: front.origin }]);
  const page = await context.newPage();
  await page.goto(front.origin + path);
  await page.getByText('Mei Lin').first().waitFor();
  return page;
}

const desk = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true };
const light = { colorScheme: 'light', locale: 'en-GB' };
const dark = { colorScheme: 'dark', locale: 'zh-CN' };
const formatted = (page) =>
  page.waitForFunction(() => !document.querySelector('.md.written:not(.large)'));
const shoot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });

try {
  const talk = await conversation();
  const first = await open('liger_zql', talk, { ...desk, ...light });
  const second = await open('indifferent', talk, { ...desk, ...dark });
  for (const page of [first, second]) {
    await page.locator('[role=feed] article').last().waitFor();
    await formatted(page);
  }
  // Both are seen typing, each by the other.
  await second.locator('#composer-box').pressSequentially('周六见', { delay: 60 });
  await first.getByText('is typing').waitFor();
  await shoot(first, 'chat-light');
  await first.locator('#composer-box').pressSequentially('See you on Saturday', { delay: 20 });
  await second.getByText('正在输入').first().waitFor();
  await shoot(second, 'chat-dark');
  await shoot(await open('liger_zql', '/', { ...phone, ...light }), 'phone-list');
  const hand = await open('liger_zql', '/', { ...phone, ...dark });
  await hand.getByText('Tomás').first().tap();
  await hand.locator('[role=feed] article').last().waitFor();
  await formatted(hand);
  await hand.waitForTimeout(500);
  await shoot(hand, 'phone-chat');
} finally {
  await browser.close();
  await front.stop();
  await server.stop();
}

async function conversation() {
  const liger = person(server.origin);
  await liger.signIn('liger_zql', '12345');
  const { conversations } = await liger.ask('GET', '/conversations');
  const found = conversations.find(({ peer }) => peer?.name === 'indifferent');
  return `/c/${found.id}`;
}
