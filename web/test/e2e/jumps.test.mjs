// Ways to another place of a conversation, and back: a date, a link to a room; and the gesture that
// answers a message.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, message, openChat, row, say, until, untilEndsWith, World } from './support.mjs';

const languages = {
  'en-GB': {
    more: 'More about this chat',
    toDate: 'Jump to a date',
    date: 'Date',
    go: 'Jump',
    back: 'Jump back',
  },
  'zh-CN': { more: '更多操作', toDate: '跳转到日期', date: '日期', go: '跳转', back: '返回原处' },
};

const dialog = (page) => page.locator('dialog[open]');

/** A day as the date field writes it, so many days ago. */
function day(ago) {
  const date = new Date(Date.now() - ago * 86_400_000);
  const two = (n) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const inSight = (page, text) =>
  until(
    () =>
      message(page, text)
        .first()
        .evaluate((one) => {
          const { top, bottom } = one.getBoundingClientRect();
          const log = one.closest('[role=feed]').getBoundingClientRect();
          return bottom > log.top && top < log.bottom;
        })
        .catch(() => false),
    `${text} is in sight`,
  );

for (const [locale, word] of Object.entries(languages)) {
  describe(`a jump (${locale})`, () => {
    it('to a date leads to its first message, and back to where one was', async (t) => {
      const world = await World.start(t);
      const liger = await world.program('liger_zql');
      const talk = await liger.talk('indifferent');
      for (let n = 1; n <= 150; n += 1) await liger.say(talk, `line ${n}`);
      const page = await world.person('liger_zql', { locale });
      await openChat(page, '漠然');
      await message(page, 'line 150').waitFor();
      await page.getByRole('button', { name: word.more }).click();
      await page.getByRole('menuitem', { name: word.toDate }).click();
      await dialog(page).getByLabel(word.date).fill(day(30));
      await dialog(page).getByRole('button', { name: word.go, exact: true }).click();
      await page.locator('.flash', { hasText: '在吗？' }).waitFor();
      await inSight(page, '在吗？');
      // The day's own divider is the same way.
      await page.locator('.day button').first().click();
      await dialog(page).getByLabel(word.date).fill(day(0));
      await dialog(page).getByRole('button', { name: word.go, exact: true }).click();
      await until(async () => (await page.locator('.flash').count()) === 1, 'led to today');
      await page.getByRole('button', { name: word.back }).click();
      await inSight(page, '在吗？');
      await page.getByRole('button', { name: word.back }).click();
      await inSight(page, 'line 150');
      await page.getByRole('button', { name: word.back }).waitFor({ state: 'detached' });
      world.assertClean();
    });

    it('follows a room that a message names', async (t) => {
      const world = await World.start(t);
      const page = await world.person('liger_zql', { locale });
      await openChat(page, '漠然');
      await say(page, 'come to #Lobby now');
      await untilEndsWith(page, ['come to #Lobby now']);
      await message(page, 'come to').last().getByRole('link', { name: '#Lobby' }).click();
      await page.locator('main h1', { hasText: 'Lobby' }).waitFor();
      await say(page, '也可以去#Lobby看看');
      await message(page, '也可以去').last().getByRole('link', { name: '#Lobby' }).waitFor();
      world.assertClean();
    });
  });
}

describe('a swipe to the right', () => {
  it('answers the message', async (t) => {
    const world = await World.start(t);
    const page = await world.person('liger_zql', {
      viewport: { width: 390, height: 780 },
      hasTouch: true,
      isMobile: true,
    });
    await row(page, '漠然').tap();
    await message(page, '一言为定').waitFor();
    const bubble = message(page, '我带咖啡').locator('.bubble');
    const { x, y, width, height } = await bubble.boundingBox();
    const touch = await page.context().newCDPSession(page);
    const at = (left) => [{ x: left, y: y + height / 2 }];
    const start = x + width / 3;
    const send = (type, touchPoints) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints });
    await send('touchStart', at(start));
    for (const far of [15, 30, 45, 60]) await send('touchMove', at(start + far));
    await send('touchEnd', []);
    await page.locator('.answer').getByText('我带咖啡').waitFor();
    assert.equal(await bubble.evaluate((one) => one.style.transform), '');
    await box(page).waitFor();
    world.assertClean();
  });
});
