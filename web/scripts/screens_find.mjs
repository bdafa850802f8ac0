// The screens on which something is found again: the search, the lists of messages, the ways to
// another place of a conversation. A part of the list in screens.mjs.
const found = (page) => page.locator('[data-found]').first().waitFor();
const empty = (page) => page.locator('main .empty').waitFor();
const log = (page) => page.locator('[role=feed] article').last().waitFor();
const never = () => new Promise(() => {});

const problem = {
  status: 500,
  contentType: 'application/problem+json',
  body: JSON.stringify({ title: 'internal', status: 500, detail: 'internal', code: 'internal' }),
};

/** Chooses an entry of the menu over the chat; its dialog opens. */
function overChat(name, text) {
  return {
    name,
    who: 'demo',
    path: (world) => `/c/${world.changed}`,
    act: async (page) => {
      await log(page);
      await page.locator('main header [aria-haspopup=menu]').last().click();
      await page.locator('[role=menuitem]', { hasText: text }).click();
      await page.locator('dialog[open]').waitFor();
    },
  };
}

export const findScreens = [
  { name: 'search', who: 'demo', path: '/search', act: empty },
  { name: 'search-found', who: 'demo', path: '/search?q=the', act: found },
  { name: 'search-filters', who: 'demo', path: '/search?q=from%3Ame%20in%3A1%20x' },
  {
    name: 'search-suggestions',
    who: 'demo',
    path: '/search',
    act: async (page) => {
      await page.locator('main [role=combobox]').fill('from:');
      await page.locator('main [role=option]').first().waitFor();
    },
  },
  { name: 'search-nothing', who: 'demo', path: '/search?q=zanzibar', act: empty },
  { name: 'search-wrong', who: 'demo', path: '/search?q=x%20after%3Asoon', act: empty },
  {
    name: 'search-loading',
    who: 'demo',
    path: '/search?q=the',
    before: (page) => page.route('**/api/v1/search?*', never),
  },
  {
    name: 'search-error',
    who: 'demo',
    path: '/search?q=the',
    before: (page) => page.route('**/api/v1/search?*', (route) => route.fulfill(problem)),
  },
  { name: 'search-people', who: 'demo', path: '/search?q=mei&tab=people' },
  { name: 'search-rooms', who: 'demo', path: '/search?q=lo&tab=rooms', act: found },
  { name: 'mentions', who: 'demo', path: '/mentions', act: found },
  { name: 'mentions-empty', who: 'new', path: '/mentions', act: empty },
  { name: 'saved', who: 'demo', path: '/saved', act: found },
  { name: 'saved-empty', who: 'new', path: '/saved', act: empty },
  {
    name: 'saved-error',
    who: 'demo',
    path: '/saved',
    before: (page) => page.route('**/api/v1/saved*', (route) => route.fulfill(problem)),
  },
  {
    name: 'switcher-found',
    who: 'demo',
    path: '/',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.locator('dialog[open] [role=combobox]').fill('e');
      await page.waitForTimeout(600);
    },
  },
  {
    name: 'chat-led',
    who: 'demo',
    path: (world) => `/c/${world.conversation}/m/1`,
    act: (page) => page.locator('.flash').waitFor(),
  },
  overChat('pins', /Pinned messages|置顶消息/),
  overChat('jump-date', /Jump to a date|跳转到日期/),
  overChat('notifications', /Notifications|通知/),
  {
    name: 'readers',
    who: 'demo',
    path: (world) => `/c/${world.changed}`,
    act: async (page) => {
      await log(page);
      await page.locator('[role=feed] article.own').last().focus();
      await page.keyboard.press('m');
      await page.locator('[role=menuitem]', { hasText: /Read by|已读成员/ }).click();
      await page.locator('dialog[open]').waitFor();
    },
  },
];
