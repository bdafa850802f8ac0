// The screens of groups and rooms: begun, come into, ruled and ended. A part of the list in
// screens.mjs.
const log = (page) => page.locator('[role=feed] article').last().waitFor();
const button = (page, name) => page.getByRole('button', { name });

/** What the screens need: a room with everybody's roles in it, and one that is archived. */
export async function prepareRooms(demo, [member, banned, memberId, bannedId]) {
  const wish = { kind: 'room', title: 'Studio', topic: 'Glazes, kilns and who brings lunch' };
  const { id } = await demo.ask('POST', '/conversations', { ...wish, history: 'all' });
  const link = await demo.ask('POST', `/conversations/${id}/invites`, {});
  const most = { expires_in: 3600, max_uses: 10 };
  await demo.ask('POST', `/conversations/${id}/invites`, most);
  await member.ask('POST', `/invites/${link.code}/join`);
  await banned.ask('POST', `/invites/${link.code}/join`);
  await demo.ask('PUT', `/conversations/${id}/bans/${bannedId}`);
  const say = (who, text) =>
    who.ask('POST', `/conversations/${id}/messages`, { nonce: `${Math.random()}`, text });
  await say(demo, 'The kiln is free on Monday.');
  await say(member, '@liger_zql I will take it.');
  await say(member, 'And bring the **blue** glaze.');
  await demo.ask('PATCH', `/conversations/${id}/members/${memberId}`, { role: 'admin' });
  const old = await demo.ask('POST', '/conversations', { kind: 'room', title: 'Last year' });
  await demo.ask('PATCH', `/conversations/${old.id}`, { archived: true });
  const { rooms } = await demo.ask('GET', '/rooms');
  return { room: id, archived: old.id, lobby: rooms[0].id, invite: link.code };
}

const inRoom = (name, act) => ({
  name,
  who: 'demo',
  path: (world) => `/c/${world.room}`,
  act: async (page) => {
    await log(page);
    await act?.(page);
  },
});

/** A tab of the settings, which the menu over the room leads to. */
const settings = (name, tab, act) =>
  inRoom(`room-settings-${name}`, async (page) => {
    await page.locator('main header [aria-haspopup=menu]').last().click();
    await page.locator('[role=menuitem]', { hasText: /Room settings|聊天室设置/ }).click();
    await page.locator('dialog[open] [role=tab]').nth(tab).click();
    await page.locator('dialog[open] [role=tabpanel]').waitFor();
    await act?.(page);
  });

/** An entry of what the "+" over the list offers. */
const begun = (name, entry, act) => ({
  name,
  who: 'demo',
  path: '/',
  act: async (page) => {
    await button(page, /^New chat or room$|^新建聊天或聊天室$/).click();
    await page.locator('[role=menuitem]').nth(entry).click();
    await page.locator('dialog[open]').waitFor();
    await act?.(page);
  },
});

export const roomScreens = [
  inRoom('room'),
  inRoom('room-details', async (page) => {
    const show = button(page, /^Show details$|^显示详情$/);
    if ((await show.count()) > 0) await show.click();
    await page.locator('section li .who').first().waitFor();
  }),
  inRoom('room-member-menu', async (page) => {
    const show = button(page, /^Show details$|^显示详情$/);
    if ((await show.count()) > 0) await show.click();
    await button(page, /^More about Max|^Max.*的更多操作$/).click();
    await page.locator('[role=menu]').waitFor();
  }),
  settings('general', 0),
  settings('members', 1),
  settings('invites', 2),
  settings('link', 2, async (page) => {
    await button(page, /^Make a link$|^生成链接$/).click();
    await page.locator('dialog[open] input[readonly]').waitFor();
  }),
  settings('bans', 3),
  settings('level', 4),
  settings('ending', 5),
  {
    name: 'room-archived',
    who: 'demo',
    path: (world) => `/c/${world.archived}`,
    act: (page) => page.locator('main .instead').waitFor(),
  },
  begun('new-chat', 0),
  begun('new-group', 0, async (page) => {
    for (const at of [0, 1]) await page.locator('dialog[open] li button').nth(at).click();
  }),
  begun('new-room', 1),
  begun('browse-rooms', 2, (page) => page.locator('dialog[open] li').first().waitFor()),
  {
    name: 'room-outside',
    who: 'new',
    path: (world) => `/c/${world.lobby}`,
    act: (page) => page.locator('main h2').waitFor(),
  },
  {
    name: 'invitation',
    who: 'new',
    path: (world) => `/#/invite/${world.invite}`,
    act: (page) => page.locator('main h2').waitFor(),
  },
  {
    name: 'invitation-gone',
    who: 'new',
    path: `/#/invite/${'x'.repeat(22)}`,
    act: (page) => page.locator('main .empty').waitFor(),
  },
];
