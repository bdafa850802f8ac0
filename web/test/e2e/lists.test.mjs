// Messages that are kept somewhere: those that name one, those one has saved, those that are pinned,
// and who has read a message; and of what a chat may tell.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, message, openChat, row, say, until, untilEndsWith, World } from './support.mjs';

const words = {
  'en-GB': {
    mentions: 'Mentions',
    mentionsN: (n) => `${n} mention${n === 1 ? '' : 's'} of you`,
    saved: 'Saved messages',
    save: 'Save for later',
    unsave: 'Remove from saved',
    noSaved: 'Nothing saved yet.',
    more: 'More about this chat',
    pins: 'Pinned messages',
    pin: 'Pin',
    unpin: 'Unpin',
    noPins: 'Nothing pinned here yet.',
    readBy: 'Read by',
    nobody: 'Nobody has read it yet.',
    one: 'Read by 1',
  },
  'zh-CN': {
    mentions: '提到我的',
    mentionsN: () => /提到/,
    saved: '收藏的消息',
    save: '收藏',
    unsave: '取消收藏',
    noSaved: '还没有收藏。',
    more: '更多操作',
    pins: '置顶消息',
    pin: '置顶',
    unpin: '取消置顶',
    noPins: '这里还没有置顶消息。',
    readBy: '已读成员',
    nobody: '还没有人读过。',
    one: '1 人已读',
  },
};

/** Chooses an entry of a message's menu, by keyboard. */
async function menu(page, text, name) {
  await message(page, text).last().focus();
  await page.keyboard.press('m');
  await page.getByRole('menuitem', { name, exact: true }).click();
}

const found = (page, text) => page.locator('[data-found]').filter({ hasText: text });
const dialog = (page) => page.locator('dialog[open]');

for (const [locale, word] of Object.entries(words)) {
  describe(`lists of messages (${locale})`, () => {
    it('hold what names one, from the moment it is said', async (t) => {
      const world = await World.start(t);
      const other = await world.program('indifferent');
      const talk = await other.talk('liger_zql');
      await other.say(talk, 'hey @liger_zql, look at this');
      const page = await world.person('liger_zql', { locale });
      await page.getByRole('button', { name: word.mentionsN(1) }).click();
      await found(page, 'look at this').waitFor();
      await other.say(talk, 'and @liger_zql once more');
      await found(page, 'once more').waitFor();
      assert.match(await page.locator('[data-found]').first().textContent(), /once more/);
      // Down and up by the keys, and Enter opens.
      await page.locator('[data-found]').first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.locator('.flash', { hasText: 'look at this' }).waitFor();
      world.assertClean();
    });

    it('hold what was saved, until it is taken out', async (t) => {
      const world = await World.start(t);
      const page = await world.person('liger_zql', { locale });
      await openChat(page, '漠然');
      await menu(page, 'Eleven reconnects', word.save);
      await page.getByRole('button', { name: word.saved }).click();
      await found(page, 'Eleven reconnects').click();
      await page.locator('.flash', { hasText: 'Eleven reconnects' }).waitFor();
      await page.goBack();
      await found(page, 'Eleven reconnects').waitFor();
      await page.getByRole('button', { name: word.unsave }).click();
      await page.getByText(word.noSaved).waitFor();
      await page.reload();
      await page.getByText(word.noSaved).waitFor();
      world.assertClean();
    });

    it('hold what is pinned in a chat, for both', async (t) => {
      const world = await World.start(t);
      const page = await world.person('liger_zql', { locale });
      const other = await world.person('indifferent');
      await openChat(page, '漠然');
      await menu(page, 'Eleven reconnects', word.pin);
      await openChat(other, 'liger_zql');
      await other.getByRole('button', { name: 'More about this chat' }).click();
      await other.getByRole('menuitem', { name: 'Pinned messages' }).click();
      await dialog(other).getByText('Pinned by liger_zql').waitFor();
      await found(other, 'Eleven reconnects').click();
      await other.locator('.flash', { hasText: 'Eleven reconnects' }).waitFor();
      assert.equal(await dialog(other).count(), 0);
      await page.getByRole('button', { name: word.more }).click();
      await page.getByRole('menuitem', { name: word.pins }).click();
      await dialog(page).getByRole('button', { name: word.unpin }).click();
      await dialog(page).getByText(word.noPins).waitFor();
      world.assertClean();
    });

    it('say who has read a message', async (t) => {
      const world = await World.start(t);
      const page = await world.person('liger_zql', { locale });
      await openChat(page, '漠然');
      await say(page, 'are you there?');
      await untilEndsWith(page, ['are you there?']);
      await menu(page, 'are you there?', word.readBy);
      await dialog(page).getByText(word.nobody).waitFor();
      await page.keyboard.press('Escape');
      const other = await world.person('indifferent');
      await openChat(other, 'liger_zql');
      await message(page, 'are you there?').last().locator('.ticks.read button').click();
      await dialog(page).getByText(word.one).waitFor();
      await dialog(page).getByText('漠然').first().waitFor();
      world.assertClean();
    });
  });
}

describe('a list of messages', () => {
  it('follows what is saved and pinned elsewhere', async (t) => {
    const world = await World.start(t);
    const liger = await world.program('liger_zql');
    const talk = await liger.talk('indifferent');
    const one = await liger.say(talk, 'a thing to keep');
    const page = await world.person('liger_zql', { path: '/saved' });
    await page.getByText('Nothing saved yet.').waitFor();
    await liger.ask('PUT', `/messages/${one.id}/saved`);
    await found(page, 'a thing to keep').waitFor();
    // And what is deleted is read there no more.
    const two = await liger.say(talk, 'a thing to forget');
    await liger.ask('PUT', `/messages/${two.id}/saved`);
    await found(page, 'a thing to forget').waitFor();
    await liger.ask('DELETE', `/messages/${two.id}`);
    await found(page, 'Message deleted').waitFor();
    assert.equal(await found(page, 'a thing to forget').count(), 0);
    await liger.ask('DELETE', `/messages/${two.id}/saved`);
    await liger.ask('DELETE', `/messages/${one.id}/saved`);
    await page.getByText('Nothing saved yet.').waitFor();
    await openChat(page, '漠然');
    await page.getByRole('button', { name: 'More about this chat' }).click();
    await page.getByRole('menuitem', { name: 'Pinned messages' }).click();
    await dialog(page).getByText('Nothing pinned here yet.').waitFor();
    await liger.ask('PUT', `/messages/${one.id}/pin`);
    await dialog(page).getByText('Pinned by you').waitFor();
    world.assertClean();
  });

  it('says who of a group has read', async (t) => {
    const world = await World.start(t);
    const liger = await world.program('liger_zql');
    const ida = await world.register('ida_holm', 'Ida Holm');
    const other = await world.program('indifferent');
    const users = [ida.user.id, other.user.id];
    const group = await liger.ask('POST', '/conversations', {
      kind: 'group',
      title: 'Harbour walk',
      users,
    });
    const before = await liger.say(group.id, 'shall we?');
    await ida.ask('PUT', `/conversations/${group.id}/read`, { seq: before.seq });
    const page = await world.person('liger_zql');
    await openChat(page, 'Harbour walk');
    // What was read before the page knew of it, and what is read while it looks.
    await message(page, 'shall we?').last().locator('.ticks.read button').waitFor();
    await say(page, 'at two');
    await untilEndsWith(page, ['shall we?', 'at two']);
    assert.equal(await message(page, 'at two').locator('.ticks.read').count(), 0);
    const { last_seq: seq } = await ida.ask('GET', `/conversations/${group.id}`);
    await ida.ask('PUT', `/conversations/${group.id}/read`, { seq });
    await other.ask('PUT', `/conversations/${group.id}/read`, { seq });
    await message(page, 'at two').last().locator('.ticks.read button').click();
    await dialog(page).getByText('Read by 2').waitFor();
    world.assertClean();
  });
});

describe('what a chat may tell', () => {
  it('is chosen over it, and counts in every browser', async (t) => {
    const world = await World.start(t);
    const other = await world.program('indifferent');
    const talk = await other.talk('liger_zql');
    const page = await world.person('liger_zql');
    const beside = await world.person('liger_zql');
    await openChat(beside, 'Tomás');
    await box(beside).click();
    const badge = () => beside.title().then((title) => Number(/^\((\d+)/.exec(title)?.[1] ?? 0));
    await openChat(page, '漠然');
    const before = await badge();
    await page.getByRole('button', { name: 'Notifications' }).click();
    await dialog(page)
      .getByRole('radio', { name: /^Mentions/ })
      .check({ force: true });
    await until(async () => (await other.ask('GET', `/conversations/${talk}`)).id === talk, 'x');
    await page.keyboard.press('Escape');
    await openChat(page, 'Tomás');
    await other.say(talk, 'nothing for you');
    await row(beside, '漠然').locator('.dot').waitFor();
    assert.equal(await badge(), before);
    await other.say(talk, 'but this, @liger_zql');
    await until(async () => (await badge()) === before + 1, 'the mention counts');
    // Nothing: not even that.
    await openChat(page, 'Priya');
    await row(page, '漠然').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Notifications' }).click();
    await dialog(page)
      .getByRole('radio', { name: /^Nothing/ })
      .check({ force: true });
    await until(async () => (await badge()) === before, 'nothing counts');
    await dialog(page).getByRole('button', { name: 'For eight hours' }).click();
    await dialog(page)
      .getByText(/^Muted until/)
      .waitFor();
    await row(beside, '漠然').getByText('Muted').waitFor({ state: 'attached' });
    await dialog(page).getByRole('button', { name: 'Unmute' }).click();
    await dialog(page).getByRole('button', { name: 'Until I undo it' }).waitFor();
    world.assertClean();
  });
});
