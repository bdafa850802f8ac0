// Every screen the client has, with its empty, loading and error states, and how to get there.
// What looks at all of them (the pictures, the check for accessibility) walks this list.
//
// `who`: whose session the page has: nobody's, the demonstration's first user's, or a new user's.
import { person } from './front.mjs';
import { findScreens } from './screens_find.mjs';
import { prepareRooms, roomScreens } from './screens_rooms.mjs';

const problem = (status, code) => ({
  status,
  contentType: 'application/problem+json',
  headers: status === 401 ? { 'WWW-Authenticate': 'Bearer realm="keepline"' } : {},
  body: JSON.stringify({ type: 'about:blank', title: code, status, detail: code, code }),
});

const never = () => new Promise(() => {});
const chatOf = (world) => `/c/${world.conversation}`;
const log = (page) => page.locator('[role=feed] article').last().waitFor();

export const screens = [
  { name: 'sign-in', who: 'nobody', path: '/login' },
  {
    name: 'sign-in-refused',
    who: 'nobody',
    path: '/login?as=liger_zql',
    act: async (page) => {
      await page.fill('input[name=password]', 'not the password');
      await page.keyboard.press('Enter');
      await page.locator('[role=alert]').waitFor();
    },
  },
  { name: 'register', who: 'nobody', path: '/register' },
  {
    name: 'register-wrong',
    who: 'nobody',
    path: '/register',
    act: async (page) => {
      await page.fill('input[name=username]', 'liger_zql');
      await page.fill('input[name=password]', 'short');
      await page.click('summary');
      await page.keyboard.press('Enter');
      await page.click('button[type=submit]');
      await page.locator('[aria-invalid]').nth(1).waitFor();
    },
  },
  {
    name: 'starting-failed',
    who: 'nobody',
    path: '/',
    before: (page) => page.route('**/api/v1/me', (route) => route.abort()),
    act: (page) => page.locator('[role=alert]').waitFor(),
  },
  { name: 'home', who: 'demo', path: '/' },
  {
    name: 'home-loading',
    who: 'demo',
    path: '/',
    before: (page) => page.route('**/api/v1/sync', never),
  },
  { name: 'home-empty', who: 'new', path: '/' },
  {
    name: 'first-run',
    who: 'new',
    path: '/',
    before: (page) => page.addInitScript(() => sessionStorage.setItem('keepline.first-run', '1')),
  },
  { name: 'chat', who: 'demo', path: chatOf, act: log },
  {
    name: 'chat-menu',
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page.locator('[role=feed] article').last().focus();
      await page.keyboard.press('m');
      await page.locator('[role=menu]').waitFor();
    },
  },
  {
    name: 'chat-emoji',
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page.locator('.composer [aria-haspopup=dialog]').click();
      await page.locator('.picker .grid button').first().waitFor();
    },
  },
  {
    name: 'chat-emoji-found',
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page.locator('.composer [aria-haspopup=dialog]').click();
      await page.locator('.picker input').fill('heart');
      await page.locator('.picker .grid button').first().waitFor();
    },
  },
  {
    name: 'chat-suggestions',
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page.locator('#composer-box').pressSequentially('well :hea');
      await page.locator('[role=listbox] [role=option]').first().waitFor();
    },
  },
  ...[
    ['edit', 'e', 'article textarea', '.own .bubble'],
    ['reply', 'r', '.answer', 'article'],
    ['react', '+', '.picker .grid button', 'article'],
  ].map(([name, key, wanted, from]) => ({
    name: `chat-${name}`,
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page
        .locator('[role=feed] article', { has: page.locator(from) })
        .or(page.locator(`[role=feed] ${from}`))
        .last()
        .evaluate((one) => one.closest('article').focus());
      await page.keyboard.press(key);
      await page.locator(wanted).first().waitFor();
    },
  })),
  {
    name: 'chat-forward',
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page.locator('[role=feed] article').last().focus();
      await page.keyboard.press('m');
      await page.locator('[role=menuitem]', { hasText: /Forward|转发/ }).click();
      await page.locator('dialog[open] li').first().waitFor();
    },
  },
  {
    name: 'chat-changed',
    who: 'demo',
    path: (world) => `/c/${world.changed}`,
    act: log,
  },
  {
    name: 'chat-history',
    who: 'demo',
    path: (world) => `/c/${world.changed}`,
    act: async (page) => {
      await log(page);
      await page.locator('button.edited').first().click();
      await page.locator('dialog[open] li').first().waitFor();
    },
  },
  {
    name: 'chat-loading',
    who: 'demo',
    path: chatOf,
    before: (page) => page.route('**/messages?*', never),
  },
  {
    name: 'chat-error',
    who: 'demo',
    path: chatOf,
    before: (page) =>
      page.route('**/messages?*', (route) => route.fulfill(problem(500, 'internal'))),
  },
  { name: 'chat-missing', who: 'demo', path: '/c/999999' },
  {
    name: 'chat-failed-send',
    who: 'demo',
    path: chatOf,
    before: (page) =>
      page.route('**/messages', (route) =>
        route.request().method() === 'POST'
          ? route.fulfill(problem(403, 'not_allowed'))
          : route.continue(),
      ),
    act: async (page) => {
      await log(page);
      await page.fill('#composer-box', 'Are you there?');
      await page.click('button[type=submit]');
      await page.locator('article [role=alert]').waitFor();
    },
  },
  {
    name: 'chat-reconnecting',
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page.route('**/api/v1/**', (route) => route.abort());
      await page.fill('#composer-box', 'This one waits.');
      await page.click('button[type=submit]');
      await page.context().setOffline(true);
      await page.waitForTimeout(600);
    },
  },
  { name: 'friends', who: 'demo', path: '/friends' },
  { name: 'friends-online', who: 'demo', path: '/friends?tab=online' },
  { name: 'friends-requests', who: 'demo', path: '/friends?tab=requests' },
  { name: 'friends-blocked', who: 'demo', path: '/friends?tab=blocked' },
  { name: 'friends-empty', who: 'new', path: '/friends' },
  { name: 'friends-no-requests', who: 'new', path: '/friends?tab=requests' },
  {
    name: 'friends-search',
    who: 'new',
    path: '/friends?q=e',
    act: (page) => page.locator('.results li').first().waitFor(),
  },
  { name: 'friends-nobody', who: 'new', path: '/friends?q=zzzz' },
  {
    name: 'person-card',
    who: 'demo',
    path: '/friends',
    act: async (page) => {
      await page.locator('main .who').first().click();
      await page.locator('[role=dialog]').waitFor();
    },
  },
  {
    name: 'confirm',
    who: 'demo',
    path: '/settings/profile',
    act: async (page) => {
      await page.locator('.out button:visible').first().click();
      await page.locator('dialog[open]').waitFor();
    },
  },
  ...['profile', 'account', 'appearance', 'language', 'privacy', 'connection'].map((tab) => ({
    name: `settings-${tab}`,
    who: 'demo',
    path: `/settings/${tab}`,
  })),
  {
    name: 'switcher',
    who: 'demo',
    path: '/',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.locator('dialog[open]').waitFor();
    },
  },
  {
    name: 'shortcuts',
    who: 'demo',
    path: '/',
    act: async (page) => {
      await page.keyboard.press('Control+/');
      await page.locator('dialog[open]').waitFor();
    },
  },
  ...findScreens,
  ...roomScreens,
  { name: 'not-found', who: 'demo', path: '/nowhere' },
  {
    name: 'session-ended',
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page.fill('#composer-box', 'half a thou');
      await page.route('**/api/v1/**', (route) => route.fulfill(problem(401, 'sign_in_required')));
      // What is under way has been asked before; a page that is woken asks anew.
      await page.evaluate(() => document.dispatchEvent(new Event('resume')));
      await page.locator('dialog[open]').waitFor({ timeout: 35_000 });
    },
  },
  {
    name: 'other-user',
    who: 'demo',
    path: chatOf,
    act: async (page) => {
      await log(page);
      await page.fill('#composer-box', 'half a thou');
      await page.route('**/api/v1/**', (route) => route.fulfill(problem(409, 'other_user')));
      // What is under way has been asked before; a page that is woken asks anew.
      await page.evaluate(() => document.dispatchEvent(new Event('resume')));
      await page.locator('dialog[open]').waitFor({ timeout: 35_000 });
    },
  },
];

/** Signs the people of the list in, and adds what the demonstration lacks. */
export async function prepareWorld(origin) {
  const demo = person(origin);
  const demoUser = await demo.signIn('liger_zql', '12345');
  const { conversations } = await demo.ask('GET', '/conversations');
  const fresh = person(origin);
  await fresh.register(`newcomer${Date.now() % 100_000}`, 'Noa Lind');
  const offers = person(origin);
  const stranger = await offers.register('best.offers', 'Best Offers');
  await demo.ask('PUT', `/blocks/${stranger.id}`);
  const asked = person(origin);
  const max = await asked.register('max', 'Max Weber');
  await demo.befriend(max.id);
  // A conversation in which everything has happened to messages that can.
  const said = async (who, id, text, reply_to) =>
    who.ask('POST', `/conversations/${id}/messages`, {
      nonce: `${Math.random()}`,
      text,
      ...(reply_to ? { reply_to } : {}),
    });
  const changed = await demo.talk(max.id);
  const first = await said(asked, changed, '@liger_zql, shall we meet on Thursday, at nine?');
  const second = await said(demo, changed, 'Yes, at tne', first.seq);
  await demo.ask('PATCH', `/messages/${second.id}`, { text: 'Yes, at ten', version: 0 });
  await asked.ask('PUT', `/messages/${second.id}/reactions/${encodeURIComponent('👍')}`);
  await demo.ask('PUT', `/messages/${first.id}/reactions/${encodeURIComponent('🎉')}`);
  await demo.ask('PUT', `/messages/${first.id}/pin`);
  await demo.ask('PUT', `/messages/${first.id}/saved`);
  const third = await said(asked, changed, 'A slip');
  await asked.ask('DELETE', `/messages/${third.id}`);
  await demo.ask('POST', `/conversations/${changed}/forwards`, { nonce: 'f', message: first.id });
  return {
    changed,
    ...(await prepareRooms(demo, [asked, offers, max.id, stranger.id])),
    user: demoUser,
    conversation: conversations[0]?.id ?? (await demo.talk(2)),
    cookies: { demo: demo.cookie, new: fresh.cookie },
  };
}

/** Opens one screen of the list and waits until it has come to rest. */
export async function openScreen(page, front, world, screen) {
  await screen.before?.(page);
  const path = typeof screen.path === 'function' ? screen.path(world) : screen.path;
  await page.goto(front.origin + path);
  if (screen.who !== 'nobody') await page.locator('[data-pane]').first().waitFor();
  await page.waitForTimeout(200);
  await screen.act?.(page, world);
  await page.waitForTimeout(200);
}

/** A browser window of the wished kind, signed in as the screen needs it. */
export async function openContext(
  browser,
  front,
  world,
  screen,
  { width, height, theme, language, options = {} },
) {
  const phone = width < 720;
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: phone,
    isMobile: phone,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  await context.addInitScript(
    ([chosenTheme, chosenLanguage]) => {
      localStorage.setItem('keepline.theme', chosenTheme);
      localStorage.setItem('keepline.language', chosenLanguage);
    },
    [theme, language],
  );
  const cookie = world.cookies[screen.who];
  if (cookie) {
    const [name, value] = cookie.split('=');
    await context.addCookies([{ name, value, url: front.origin }]);
  }
  return context;
}
