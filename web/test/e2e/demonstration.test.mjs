// The demonstration: two friends, each with a window, and what the first minute shows.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, message, messages, openChat, row, say, untilEndsWith, World } from './support.mjs';

/** From the address that the server prints to the list of chats. */
async function comeIn(page, name) {
  const nameBox = page.getByLabel('User name');
  await nameBox.waitFor();
  assert.equal(await nameBox.inputValue(), name);
  // The name is filled in, so the cursor waits for the password.
  await page.waitForFunction(() => document.activeElement?.name === 'password');
  await page.keyboard.type('12345');
  await page.keyboard.press('Enter');
  await page.locator('.side [data-row]').first().waitFor();
}

async function chatTogether(world, liger, indifferent) {
  // A double click opens the chat, and the next key lands in the box.
  await row(liger, '漠然').dblclick();
  await liger.locator('main h1', { hasText: '漠然' }).waitFor();
  await messages(liger).first().waitFor();
  await liger.waitForFunction(() => document.activeElement?.id === 'composer-box');
  await liger.keyboard.type('Hello from the first window');
  assert.equal(await box(liger).inputValue(), 'Hello from the first window');

  // The other sees that somebody types, then the message, without a reload.
  await row(indifferent, 'liger_zql').locator('.typing', { hasText: 'typing…' }).waitFor();
  await liger.keyboard.press('Enter');
  await row(indifferent, 'liger_zql').getByText('Hello from the first window').waitFor();
  await row(indifferent, 'liger_zql').locator('.sr', { hasText: '1 unread' }).waitFor();
  assert.match(await indifferent.title(), /^\(\d+\) /);
  const own = message(liger, 'Hello from the first window');
  await own.locator('.ticks', { hasText: 'Sent' }).waitFor();
  assert.equal(await own.locator('.ticks.read').count(), 0, 'nobody has looked yet');

  // Opened and looked at, it is read, and the sender is told.
  await indifferent.bringToFront();
  await row(indifferent, 'liger_zql').dblclick();
  await message(indifferent, 'Hello from the first window').waitFor();
  await own.locator('.ticks.read').waitFor();

  // The typing line stands above the box, and goes with the message.
  await indifferent.keyboard.type('你好，第二个窗口');
  await liger.locator('.slot', { hasText: '漠然 is typing…' }).waitFor();
  await indifferent.keyboard.press('Enter');
  await untilEndsWith(liger, ['Hello from the first window', '你好，第二个窗口']);
  await untilEndsWith(indifferent, ['Hello from the first window', '你好，第二个窗口']);
  await liger.locator('.slot', { hasText: 'is typing' }).waitFor({ state: 'detached' });
  world.assertClean();
}

describe('the demonstration', () => {
  it('works in two browsers', async (t) => {
    const world = await World.start(t);
    const liger = await world.tab(await world.browser(), '/?as=liger_zql');
    const indifferent = await world.tab(await world.browser(), '/?as=indifferent');
    await comeIn(liger, 'liger_zql');
    await comeIn(indifferent, 'indifferent');
    await chatTogether(world, liger, indifferent);
  });

  it('works in two tabs of one browser, at two names of this machine', async (t) => {
    const world = await World.start(t);
    const context = await world.browser();
    const localhost = world.origins[1];
    const liger = await world.tab(context, '/?as=liger_zql', localhost);
    await comeIn(liger, 'liger_zql');
    const indifferent = await world.tab(context, '/?as=indifferent');
    await comeIn(indifferent, 'indifferent');
    assert.ok(liger.url().startsWith(localhost));
    assert.ok(!liger.url().includes('as='), 'the address is clean once it has served');
    await liger.bringToFront();
    await chatTogether(world, liger, indifferent);
  });

  it('answers in one window: echo types and answers', async (t) => {
    const world = await World.start(t);
    const liger = await world.person('liger_zql');
    await openChat(liger, 'Echo');
    await say(liger, 'Is anybody there?');
    await liger.locator('.slot', { hasText: 'Echo is typing…' }).waitFor();
    await messages(liger).last().and(liger.locator('article:not(.own)')).waitFor();
    await message(liger, 'Is anybody there?').last().waitFor();
    await liger.locator('.slot', { hasText: 'Echo is typing…' }).waitFor({ state: 'detached' });
    world.assertClean();
  });

  it('joins the modern page and the classic one', async (t) => {
    const world = await World.start(t);
    const modern = await world.person('liger_zql');
    const classic = await world.tab(await world.browser(), '/classic/');
    await classic.fill('#UserId', 'indifferent');
    await classic.fill('#PassWord', '12345');
    await classic.press('#PassWord', 'Enter');
    await classic.waitForURL('**/classic/chat.html');

    // Presence goes from the classic page to the modern one and back.
    await row(modern, '漠然').locator('.sr', { hasText: 'Online' }).waitFor();
    await classic.locator('#online .friend', { hasText: 'liger_zql' }).dblclick();
    await openChat(modern, '漠然');
    const texts = ['modern says hello', 'classic answers', '<b>not bold</b> & "so"', '再见'];
    await say(modern, texts[0]);
    await classic.locator('#log .text', { hasText: texts[0] }).waitFor();
    await classic.fill('#Content', texts[1]);
    await classic.press('#Content', 'Enter');
    await message(modern, texts[1]).waitFor();
    await classic.fill('#Content', texts[2]);
    await classic.press('#Content', 'Enter');
    await say(modern, texts[3]);
    await classic.locator('#log .text', { hasText: texts[3] }).waitFor();
    await message(modern, '<b>not bold</b>').waitFor();
    assert.deepEqual(await classic.locator('#log .text').allTextContents(), texts);
    await untilEndsWith(modern, texts);
    world.assertClean();
  });
});
