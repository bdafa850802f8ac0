// How a conversation stands with its reader alone: on top, muted, unread again. Two browsers of one
// person agree on it, and so do their titles.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, openChat, row, until, World } from './support.mjs';

async function choose(page, name, item) {
  await row(page, name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: item }).click();
  // The order holds still for as long as somebody points at the list or is in it.
  await box(page).click();
}

const languages = {
  'en-GB': {
    top: 'Keep on top',
    mute: 'Mute for an hour',
    muted: 'Muted',
    unmute: 'Unmute',
    read: 'Mark as read',
    unread: 'Mark as unread',
    noTop: 'No longer on top',
  },
  'zh-CN': {
    top: '置顶聊天',
    mute: '静音一小时',
    muted: '已静音',
    unmute: '取消静音',
    read: '标为已读',
    unread: '标为未读',
    noTop: '取消置顶',
  },
};

const order = (page) => page.locator('.side [data-row] .name').allTextContents();

for (const [locale, word] of Object.entries(languages)) {
  describe(`the marks of a conversation (${locale})`, () => {
    it('are the same in every browser of their owner', async (t) => {
      const world = await World.start(t);
      const indifferent = await world.program('indifferent');
      const talk = await indifferent.talk('liger_zql');
      const one = await world.person('liger_zql', { locale });
      const two = await world.person('liger_zql', { locale });
      // Elsewhere, so that nothing is read by being looked at.
      await openChat(one, 'Tomás');
      await openChat(two, 'Tomás');
      for (const page of [one, two]) await box(page).click();
      const badge = (page) =>
        page.title().then((title) => Number(/^\((\d+)/.exec(title)?.[1] ?? 0));
      const before = await badge(one);
      assert.equal(await badge(two), before);

      await choose(one, 'Priya', word.top);
      for (const page of [one, two])
        await until(async () => /Priya/.test((await order(page))[0]), 'on top');

      await indifferent.say(talk, 'hello there');
      for (const page of [one, two])
        await until(async () => (await badge(page)) === before + 1, 'counted');
      await choose(one, '漠然', word.mute);
      for (const page of [one, two]) {
        await row(page, '漠然').getByText(word.muted).waitFor({ state: 'attached' });
        await until(async () => (await badge(page)) === before, 'counted no more');
      }
      await choose(two, '漠然', word.unmute);
      for (const page of [one, two])
        await until(async () => (await badge(page)) === before + 1, 'again');
      await choose(two, '漠然', word.read);
      for (const page of [one, two])
        await until(async () => (await badge(page)) === before, 'read');
      await choose(one, '漠然', word.unread);
      for (const page of [one, two])
        await until(async () => (await badge(page)) === before + 1, 'unread');
      await choose(two, 'Priya', word.noTop);
      for (const page of [one, two])
        await until(async () => !/Priya/.test((await order(page))[0]), 'down');
      world.assertClean();
    });
  });
}
