// What people do with a message that was sent: react, reply, edit, delete with a way back, forward,
// pin, save, point to it. Two people look at it, and each sees what the other did without asking.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, message, openChat, row, say, says, until, untilEndsWith, World } from './support.mjs';

const languages = {
  'en-GB': {
    actions: 'Message actions',
    reactWith: 'React with 👍',
    searchEmoji: 'Search emoji',
    rocket: 'rocket',
    reaction: /^🚀 1 from 漠然/,
    editText: 'Edit the message',
    edited: 'edited',
    history: 'Earlier versions',
    deleted: 'Message deleted',
    undo: 'Undo',
    forward: 'Forward',
    forwardTo: 'Forward to',
    forwardedFrom: 'Forwarded from',
    pin: 'Pin',
    pinned: 'Pinned',
    unpin: 'Unpin',
    didUnpin: 'No longer pinned',
    save: 'Save for later',
    saved: 'Saved',
    jump: 'Jump to latest',
  },
  'zh-CN': {
    actions: '消息操作',
    reactWith: '用 👍 回应',
    searchEmoji: '搜索表情',
    rocket: '火箭',
    reaction: /^🚀 1，来自漠然/,
    editText: '编辑消息',
    edited: '已编辑',
    history: '编辑记录',
    deleted: '消息已删除',
    undo: '撤销',
    forward: '转发',
    forwardTo: '转发给',
    forwardedFrom: '转发自',
    pin: '置顶',
    pinned: '已置顶',
    unpin: '取消置顶',
    didUnpin: '已取消置顶',
    save: '收藏',
    saved: '已收藏',
    jump: '回到最新消息',
  },
};

async function two(t, locale) {
  const world = await World.start(t);
  const liger = await world.person('liger_zql', { locale });
  const other = await world.person('indifferent', { locale });
  await openChat(liger, '漠然');
  await openChat(other, 'liger_zql');
  return { world, liger, other };
}

/** Chooses an entry of a message's menu, by keyboard. */
async function menu(page, text, name) {
  await message(page, text).last().focus();
  await page.keyboard.press('m');
  await page.getByRole('menuitem', { name, exact: true }).click();
}

for (const [locale, word] of Object.entries(languages)) {
  describe(`a message (${locale})`, () => {
    const toolbar = (page) => page.getByRole('toolbar', { name: word.actions });

    it('is reacted to, by tool, chip and picker, and both see who did', async (t) => {
      const { world, liger, other } = await two(t, locale);
      await say(liger, 'shall we meet?');
      await message(other, 'shall we meet?').hover();
      await toolbar(other).getByRole('button', { name: word.reactWith }).click();
      const chip = (page) => message(page, 'shall we meet?').getByRole('button', { name: /^👍/ });
      await chip(other).waitFor();
      await chip(liger).waitFor();
      assert.equal(await chip(other).getAttribute('aria-pressed'), 'true');
      assert.equal(await chip(liger).getAttribute('aria-pressed'), 'false');
      await chip(liger).click();
      await until(async () => /2/.test(await chip(other).textContent()), 'two of them');
      await chip(other).click();
      await until(async () => /1/.test(await chip(liger).textContent()), 'one is left');
      // The picker, by keyboard alone.
      await message(other, 'shall we meet?').focus();
      await other.keyboard.press('+');
      await other.getByRole('textbox', { name: word.searchEmoji }).fill(word.rocket);
      await other.keyboard.press('Enter');
      await message(liger, 'shall we meet?').getByRole('button', { name: word.reaction }).waitFor();
      world.assertClean();
    });

    it('is answered, and the quote leads to it', async (t) => {
      const { world, liger, other } = await two(t, locale);
      await say(liger, 'tea or coffee?');
      await message(other, 'tea or coffee?').focus();
      await other.keyboard.press('r');
      await other.locator('.answer').getByText('tea or coffee?').waitFor();
      await until(() => box(other).evaluate((one) => one === document.activeElement), 'in the box');
      // The reply is part of the draft: it is there after a reload, and Esc takes it away.
      await box(other).fill('tea');
      await other.reload();
      await other.locator('.answer').getByText('tea or coffee?').waitFor();
      await box(other).press('Enter');
      const quote = message(liger, 'tea').last().locator('.quote');
      await quote.getByText('tea or coffee?').waitFor();
      assert.equal(await other.locator('.answer').count(), 0);
      await quote.click();
      await liger.locator('.flash').getByText('tea or coffee?').waitFor();
      await message(liger, 'tea or coffee?').first().focus();
      await liger.keyboard.press('r');
      await liger.locator('.answer').waitFor();
      await liger.keyboard.press('Escape');
      await liger.locator('.answer').waitFor({ state: 'detached' });
      world.assertClean();
    });

    it('is edited in its place, and shows what it said before', async (t) => {
      const { world, liger, other } = await two(t, locale);
      await say(liger, 'at nine');
      await untilEndsWith(other, ['at nine']);
      await box(liger).press('ArrowUp');
      const edit = liger.getByRole('textbox', { name: word.editText });
      await edit.fill('at ten');
      await edit.press('Enter');
      await untilEndsWith(other, ['at ten']);
      await untilEndsWith(liger, ['at ten']);
      await message(other, 'at ten').getByRole('button', { name: word.edited }).click();
      const dialog = other.getByRole('dialog', { name: word.history });
      await dialog.getByText('at nine').waitFor();
      await dialog.getByText('at ten').waitFor();
      await other.keyboard.press('Escape');
      // Esc leaves it as it was.
      await message(liger, 'at ten').focus();
      await liger.keyboard.press('e');
      await edit.fill('never');
      await edit.press('Escape');
      await untilEndsWith(liger, ['at ten']);
      world.assertClean();
    });

    it('is deleted for all, unless it is undone', async (t) => {
      const { world, liger, other } = await two(t, locale);
      await say(liger, 'a secret');
      await say(liger, 'no secret');
      await untilEndsWith(other, ['a secret', 'no secret']);
      await message(liger, 'no secret').focus();
      await liger.keyboard.press('Delete');
      await untilEndsWith(liger, ['a secret', word.deleted]);
      await liger.getByRole('button', { name: word.undo }).click();
      await untilEndsWith(liger, ['a secret', 'no secret']);
      await message(liger, 'a secret').focus();
      await liger.keyboard.press('Delete');
      await untilEndsWith(other, [word.deleted, 'no secret']);
      await untilEndsWith(liger, [word.deleted, 'no secret']);
      // One that was about to go goes with the page.
      await message(liger, 'no secret').focus();
      await liger.keyboard.press('Delete');
      await liger.goto('about:blank');
      await untilEndsWith(other, [word.deleted, word.deleted]);
      world.assertClean();
    });

    it('is forwarded, pinned and saved', async (t) => {
      const { world, liger, other } = await two(t, locale);
      await say(liger, 'pass it on');
      await untilEndsWith(other, ['pass it on']);
      await menu(other, 'pass it on', word.forward);
      const dialog = other.getByRole('dialog', { name: word.forwardTo });
      await dialog.getByRole('textbox').fill('liger');
      await dialog.getByRole('button', { name: /liger_zql/ }).click();
      await message(liger, word.forwardedFrom).getByText('pass it on').waitFor();
      await menu(other, 'pass it on', word.pin);
      await message(liger, 'pass it on')
        .last()
        .getByText(word.pinned)
        .waitFor({ state: 'attached' });
      await menu(liger, 'pass it on', word.unpin);
      await says(liger, word.didUnpin);
      await menu(liger, 'pass it on', word.save);
      await message(liger, 'pass it on')
        .last()
        .getByText(word.saved)
        .waitFor({ state: 'attached' });
      // Only for who saved it.
      assert.equal(await message(other, 'pass it on').last().getByText(word.saved).count(), 0);
      world.assertClean();
    });

    it('has an address of its own, also far back', async (t) => {
      const world = await World.start(t);
      const program = await world.program('liger_zql');
      const talk = await program.talk('indifferent');
      for (let n = 1; n <= 240; n += 40) {
        const numbers = Array.from({ length: 40 }, (_, at) => n + at);
        await Promise.all(numbers.map((one) => program.say(talk, `line ${one}`)));
      }
      const { messages } = await program.ask('GET', `/conversations/${talk}/messages?around=60`);
      const { text, seq } = messages.find((one) => one.seq === 60);
      const page = await world.person('liger_zql', { path: `/c/${talk}/m/${seq}`, locale });
      await page.locator('.flash').getByText(text, { exact: true }).waitFor();
      await page.getByRole('button', { name: word.jump }).click();
      await until(
        () =>
          page
            .locator('[role=feed]')
            .evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop <= 1),
        'at the end',
      );
      await row(page, '漠然').waitFor();
      world.assertClean();
    });
  });
}
