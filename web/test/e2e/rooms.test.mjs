// Groups and rooms: made, come into by link and by looking around, talked in, ruled, left and ended.
// Two or three people look on, and each sees what the others did without asking.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { button, details, dialog, heading, item, notice, ready } from './rooms_support.mjs';
import { box, row, say, says, untilEndsWith, World } from './support.mjs';

const WORDS = {
  en: {
    locale: 'en-GB',
    new: 'New chat or room',
    newRoom: 'New room',
    name: 'Name',
    makeRoom: 'Make room',
    inviteLink: 'Invite link',
    makeLink: 'Make a link',
    newLink: 'New invite link',
    close: 'Close',
    join: 'Join',
    joined: '漠然 joined',
    more: 'More about 漠然',
    makeAdmin: 'Make admin',
    admin: 'Admin',
    remove: 'Remove',
    ban: 'Ban',
    notHere: 'This chat is not here.',
    banned: 'You may not come in here.',
    settings: 'Room settings',
    ending: 'Leave',
    archive: 'Archive',
    archived: 'This is archived. It can be read, and nobody writes here any more.',
    unarchive: 'Bring back',
    delete: 'Delete for everybody',
  },
  zh: {
    locale: 'zh-CN',
    new: '新建聊天或聊天室',
    newRoom: '新建聊天室',
    name: '名称',
    makeRoom: '创建聊天室',
    inviteLink: '邀请链接',
    makeLink: '生成链接',
    newLink: '新的邀请链接',
    close: '关闭',
    join: '加入',
    joined: '漠然 加入了',
    more: '漠然 的更多操作',
    makeAdmin: '设为管理员',
    admin: '管理员',
    remove: '移出',
    ban: '封禁',
    notHere: '没有这个聊天。',
    banned: '你不能加入这里。',
    settings: '聊天室设置',
    ending: '退出',
    archive: '归档',
    archived: '这里已归档，只能查看，不能再发消息。',
    unarchive: '取消归档',
    delete: '为所有人删除',
  },
};

async function makeRoom(page, title, words = WORDS.en) {
  await button(page, words.new).click();
  await item(page, words.newRoom).click();
  await dialog(page).getByLabel(words.name, { exact: true }).fill(title);
  await button(dialog(page), words.makeRoom).click();
  await heading(page, title).waitFor();
}

for (const [language, words] of Object.entries(WORDS)) {
  describe(`a room, in ${language}`, () => {
    it('is made, come into by a link, talked in, and ruled', async (t) => {
      const world = await World.start(t);
      const { locale } = words;
      const liger = await world.person('liger_zql', { locale });
      await makeRoom(liger, 'Studio', words);
      await button(details(liger), words.inviteLink).click();
      await button(dialog(liger), words.makeLink).click();
      const link = await dialog(liger).getByLabel(words.newLink).inputValue();
      assert.match(link, /\/#\/invite\/[\w-]{22}$/);
      await button(dialog(liger), words.close).click();

      const path = link.slice(world.server.url.length);
      const other = await world.person('indifferent', { locale, path });
      await other.getByRole('heading', { name: 'Studio' }).waitFor();
      await button(other, words.join).click();
      await heading(other, 'Studio').waitFor();
      await notice(liger, words.joined).waitFor();

      await say(liger, 'welcome');
      await say(other, 'thank you');
      await untilEndsWith(liger, ['welcome', 'thank you']);
      await untilEndsWith(other, ['welcome', 'thank you']);
      await row(liger, 'Studio').getByText('漠然').waitFor();

      await button(details(liger), words.more).click();
      await item(liger, words.makeAdmin).click();
      await details(other).locator('li', { hasText: '漠然' }).getByText(words.admin).waitFor();

      await button(details(liger), words.more).click();
      await item(liger, words.remove).click();
      await button(dialog(liger), words.remove).click();
      await other.getByText(words.notHere).waitFor();
      assert.equal(await row(other, 'Studio').count(), 0);

      // The link is good still, until somebody is banned.
      await other.goto(world.server.url + path);
      await other.reload();
      await button(other, words.join).click();
      await heading(other, 'Studio').waitFor();
      await button(details(liger), words.more).click();
      await item(liger, words.ban).click();
      await button(dialog(liger), words.ban).click();
      await other.getByText(words.notHere).waitFor();
      other.expected.push(/status of 40[34]/);
      await other.goto(world.server.url + path);
      await other.reload();
      await other.getByText(words.banned).waitFor();
      world.assertClean();
    });

    it('is archived, brought back, and deleted by its name', async (t) => {
      const { world, id } = await ready(t);
      const { locale } = words;
      const page = await world.person('liger_zql', { locale, path: `/c/${id}` });
      const other = await world.person('indifferent', { locale, path: `/c/${id}` });
      await heading(other, 'Studio').waitFor();
      const open = async () => {
        await button(details(page), words.settings).click();
        await dialog(page).getByRole('tab', { name: words.ending }).click();
      };
      await open();
      await button(dialog(page), words.archive).click();
      await other.getByText(words.archived).waitFor();
      assert.equal(await box(other).count(), 0);
      await button(dialog(page), words.unarchive).click();
      await box(other).waitFor();
      const sure = button(dialog(page), words.delete);
      const typed = dialog(page).locator('input').last();
      await typed.fill('Studi');
      assert.equal(await sure.isDisabled(), true);
      await typed.fill('Studio');
      await sure.click();
      await row(page, 'Studio').waitFor({ state: 'detached' });
      await other.getByText(words.notHere).waitFor();
      other.expected.push(/status of 404/);
      page.expected.push(/status of 404/);
      world.assertClean();
    });
  });
}

describe('an open room', () => {
  it('is found by looking around, joined, left, and joined again by its address', async (t) => {
    const { world, id } = await ready(t, { access: 'open', title: 'Announcements', users: [] });
    const page = await world.person('indifferent');
    await button(page, 'New chat or room').click();
    await item(page, 'Browse open rooms').click();
    await dialog(page).getByRole('searchbox').fill('nounce');
    await dialog(page).getByText('1 member').waitFor();
    await page.getByRole('button', { name: 'Join Announcements' }).click();
    await heading(page, 'Announcements').waitFor();
    await page.locator('header').getByText('2 members').waitFor();
    await button(details(page), 'Leave').click();
    await button(dialog(page), 'Leave').click();
    await says(page, 'You left Announcements');
    await row(page, 'Announcements').waitFor({ state: 'detached' });
    page.expected.push(/status of 404/);
    await page.goto(`${world.server.url}/c/${id}`);
    await page.getByText('You are not in this room').waitFor();
    await button(page, 'Join').click();
    await box(page).fill('here I am');
    await box(page).press('Enter');
    await untilEndsWith(page, ['here I am']);
    world.assertClean();
  });

  it('cannot be left by its only owner, who is told what to do', async (t) => {
    const { world, id } = await ready(t);
    const page = await world.person('liger_zql', { path: `/c/${id}` });
    page.expected.push(/status of 409/);
    await button(details(page), 'Leave').click();
    await button(dialog(page), 'Leave').click();
    await page
      .getByText('You are the only owner. Make somebody else owner first.')
      .last()
      .waitFor();
    await button(page, 'Choose').click();
    await button(dialog(page), 'More about 漠然').click();
    await item(page, 'Make owner').click();
    await button(page.getByRole('alertdialog'), 'Make owner').click();
    await dialog(page).locator('li', { hasText: '漠然' }).getByText('Owner').waitFor();
    world.assertClean();
  });
});

describe('an invitation', () => {
  it('leads there after signing in', async (t) => {
    const { world, id, liger } = await ready(t, { users: [] });
    const { code } = await liger.ask('POST', `/conversations/${id}/invites`, {});
    const page = await world.tab(await world.browser(), `/#/invite/${code}`);
    await page.getByLabel('User name').fill('indifferent');
    await page.getByLabel('Password', { exact: true }).fill('12345');
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await page.getByText('You are invited to a room').waitFor();
    await button(page, 'Join').click();
    await heading(page, 'Studio').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    world.assertClean();
  });

  it('that was taken back says so', async (t) => {
    const { world, id, liger } = await ready(t, { users: [] });
    const { code } = await liger.ask('POST', `/conversations/${id}/invites`, { max_uses: 1 });
    const owner = await world.person('liger_zql', { path: `/c/${id}` });
    await button(details(owner), 'Invite link').click();
    await dialog(owner).getByText('Used 0 of 1 times').waitFor();
    await button(dialog(owner), 'Revoke').click();
    await says(owner, 'The link no longer lets anybody in');
    const page = await world.person('indifferent', { path: `/#/invite/${code}` });
    page.expected.push(/status of 404/);
    await page.getByText('This invitation is not valid any more.').waitFor();
    world.assertClean();
  });
});

describe('a group', () => {
  it('is made of people, by keyboard alone, and renamed by any of them', async (t) => {
    const world = await World.start(t);
    const mei = await world.register('meilin', 'Mei Lin');
    const page = await world.person('liger_zql');
    await button(page, 'New chat or room').focus();
    await page.keyboard.press('Enter');
    await item(page, 'New chat or group').waitFor();
    await page.keyboard.press('Enter');
    await dialog(page).getByLabel('Name of a person').waitFor();
    await page.keyboard.type('indiff');
    await dialog(page).getByRole('button', { name: /漠然/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('meilin');
    await dialog(page)
      .getByRole('button', { name: /Mei Lin/ })
      .waitFor();
    await page.keyboard.press('Enter');
    await dialog(page).getByLabel('Name of the group').fill('Lunch');
    await page.keyboard.press('Enter');
    await heading(page, 'Lunch').waitFor();
    await page.locator('header').getByText('3 members').waitFor();
    const { conversations } = await mei.ask('GET', '/conversations');
    const { id } = conversations.find((one) => one.title === 'Lunch');
    await mei.ask('PATCH', `/conversations/${id}`, { title: 'Dinner', topic: 'At eight' });
    await heading(page, 'Dinner').waitFor();
    await notice(page, 'The name is now “Dinner”').waitFor();
    await page.locator('header').getByText('At eight').waitFor();
    world.assertClean();
  });
});

describe('on a phone', () => {
  it('a room is made, and its members and settings are at hand', async (t) => {
    const world = await World.start(t);
    const phone = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
    const page = await world.person('liger_zql', phone);
    await makeRoom(page, 'Studio');
    await button(page, 'Show details').click();
    await dialog(page).getByText('Private room').waitFor();
    await button(dialog(page), 'Room settings').click();
    const tabs = dialog(page).last().getByRole('tab');
    await tabs.first().waitFor();
    assert.ok((await tabs.count()) >= 5);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${wide} px wide`);
    world.assertClean();
  });
});
