// Looking for what was said, for people and for rooms: the search screen and the quick switcher, in
// English and in Chinese, by mouse and by keyboard, wide and narrow.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, openChat, row, until, World } from './support.mjs';

const words = {
  'en-GB': {
    search: 'Search',
    here: 'Search in this chat',
    none: (text, place) => `Nothing for “${text}” in ${place}.`,
    everywhere: 'Search everywhere',
    back: 'Back to results',
    jump: 'Search or jump',
    messages: (text) => `Search messages for “${text}”`,
    rooms: 'Rooms',
  },
  'zh-CN': {
    search: '搜索',
    here: '在此聊天中搜索',
    none: (text, place) => `在 ${place} 中没有找到“${text}”。`,
    everywhere: '在所有聊天中搜索',
    back: '返回结果',
    jump: '搜索或跳转',
    messages: (text) => `在消息中搜索“${text}”`,
    rooms: '聊天室',
  },
};

const results = (page) => page.locator('main [data-found]');
const field = (page) => page.locator('main [role=combobox]');

/** The message is in sight, and shows for a moment that it is the one. */
async function led(page, text) {
  const one = page.locator('.flash', { hasText: text });
  await one.waitFor();
  assert.ok(
    await one.evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      const log = one.closest('[role=feed]').getBoundingClientRect();
      return top >= log.top - 1 && bottom <= log.bottom + 1;
    }),
    'in sight',
  );
}

for (const [locale, say] of Object.entries(words)) {
  describe(`the search (${locale})`, () => {
    it('finds a word of two characters, and leads to the message and back', async (t) => {
      const world = await World.start(t);
      const page = await world.person('liger_zql', { locale });
      await row(page, '漠然').waitFor();
      await page.keyboard.press('Control+Shift+f');
      await field(page).fill('咖啡');
      const found = results(page).filter({ hasText: '我带咖啡' });
      await found.waitFor();
      assert.equal(await found.locator('mark').textContent(), '咖啡');
      await found.click();
      await led(page, '我带咖啡');
      await page.getByRole('link', { name: say.back }).click();
      await results(page).filter({ hasText: '我带咖啡' }).waitFor();
      assert.equal(await field(page).inputValue(), '咖啡');
      world.assertClean();
    });

    it('looks in one chat, and then everywhere', async (t) => {
      const world = await World.start(t);
      const page = await world.person('liger_zql', { locale });
      await openChat(page, 'Tomás');
      await page.getByRole('button', { name: say.here }).click();
      await field(page).press('End');
      await field(page).pressSequentially('reconnects');
      await page.getByText(say.none('reconnects', 'Tomás Ruiz')).waitFor();
      await page.getByRole('button', { name: say.everywhere }).click();
      const found = results(page).filter({ hasText: 'Eleven reconnects' });
      await found.waitFor();
      // By keyboard: Enter leads into the results, and opens.
      await field(page).focus();
      await page.keyboard.press('Enter');
      await until(() => found.evaluate((one) => one === document.activeElement), 'the result');
      await page.keyboard.press('Enter');
      await led(page, 'Eleven reconnects');
      world.assertClean();
    });

    it('is offered by the switcher, beside chats, people and rooms', async (t) => {
      const world = await World.start(t);
      const ida = await world.register('ida_holm', 'Ida Holm');
      await ida.ask('POST', '/conversations', { kind: 'room', title: 'Idylls', access: 'open' });
      const page = await world.person('liger_zql', { locale });
      await row(page, '漠然').waitFor();
      await page.getByRole('button', { name: say.jump }).click();
      const options = page.locator('dialog [role=option]');
      const input = page.locator('dialog [role=combobox]');
      await input.fill('id');
      await options.filter({ hasText: 'Ida Holm' }).waitFor();
      await options.filter({ hasText: 'Idylls' }).waitFor();
      await options.filter({ hasText: say.messages('id') }).waitFor();
      // A room that one may join is joined by choosing it.
      await options.filter({ hasText: 'Idylls' }).click();
      await page.locator('main h1', { hasText: 'Idylls' }).waitFor();
      // Initials of a Chinese name, and the search by its key.
      await page.keyboard.press('Control+k');
      await input.fill('mr');
      await options.filter({ hasText: '漠然' }).waitFor();
      await input.fill('咖啡');
      await page.keyboard.press('Control+Enter');
      await results(page).filter({ hasText: '我带咖啡' }).waitFor();
      world.assertClean();
    });
  });
}

describe('the search', () => {
  it('narrows down by filters, typed, chosen and taken away again', async (t) => {
    const world = await World.start(t);
    const page = await world.person('liger_zql', { path: '/search' });
    await field(page).pressSequentially('from:mei');
    await page.getByRole('option', { name: /Mei Lin/ }).waitFor();
    await page.keyboard.press('Enter');
    await results(page).filter({ hasText: 'the notes for Thursday' }).waitFor();
    assert.ok((await results(page).count()) >= 3);
    await page.getByRole('button', { name: 'Has a link' }).click();
    await until(async () => (await results(page).count()) === 1, 'the link alone');
    await results(page).filter({ hasText: '有两处我不太确定' }).waitFor();
    // A filter that is done is a chip; the field has the words alone.
    assert.equal(await field(page).inputValue(), '');
    await field(page).press('Backspace');
    await page.getByRole('button', { name: /^Remove From/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Remove Has/ }).waitFor();
    await field(page).pressSequentially('from:mei ');
    await page.getByRole('button', { name: /^Remove From/ }).waitFor();
    await page.getByRole('button', { name: /^Remove Has/ }).click();
    await until(async () => (await results(page).count()) >= 3, 'all of theirs');
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('After').fill(tomorrow);
    await page.getByText('No message fits these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await field(page).fill('x after:soon');
    await page.getByText('Write the date after “after:” as 2026-01-31.').waitFor();
    page.expected.push(/status of 422/);
    world.assertClean();
  });

  it('pages on, and tells what is too far or not there', async (t) => {
    const world = await World.start(t);
    const liger = await world.program('liger_zql');
    const talk = await liger.talk('indifferent');
    for (let n = 1; n <= 45; n += 1) await liger.say(talk, `harbour ${n}`);
    const page = await world.person('liger_zql', { path: '/search?q=harbour' });
    await results(page).filter({ hasText: 'harbour 45' }).waitFor();
    assert.equal(await results(page).count(), 20);
    while (await page.getByRole('button', { name: 'Show more' }).isVisible()) {
      const before = await results(page).count();
      await page.getByRole('button', { name: 'Show more' }).click();
      await until(async () => (await results(page).count()) > before, 'more');
    }
    assert.equal(await results(page).count(), 45);
    // The oldest is far above the end: it is loaded, and both ways out of it are offered.
    await results(page).last().click();
    await led(page, 'harbour 1');
    await page.goBack();
    await results(page).first().waitFor();
    await field(page).fill('zanzibar');
    await page.getByText('Nothing for “zanzibar”.').waitFor();
    world.assertClean();
  });

  it('finds people and rooms, and works on a phone', async (t) => {
    const world = await World.start(t);
    const page = await world.person('liger_zql', {
      path: '/search?q=mei',
      viewport: { width: 390, height: 780 },
      hasTouch: true,
    });
    await page.getByRole('tab', { name: 'People' }).tap();
    await page
      .getByRole('button', { name: /Mei Lin/ })
      .first()
      .waitFor();
    await page.getByRole('tab', { name: 'Rooms' }).tap();
    await field(page).fill('lobby');
    await page.getByRole('link', { name: /Lobby/ }).tap();
    await page.locator('main h1', { hasText: 'Lobby' }).waitFor();
    await box(page).waitFor();
    world.assertClean();
  });
});
