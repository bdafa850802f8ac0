// Friends: asking, answering, parting, blocking, and the other side of each.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, kPassword, row, says, World } from './support.mjs';

const person = (page, name) => page.locator('main li', { hasText: name });
const button = (page, name, text) =>
  person(page, name).getByRole('button', { name: text, exact: true });
const tab = (page, name) => page.getByRole('tab', { name });

async function find(page, name) {
  await page.getByLabel('Find people by user name').fill(name);
  await page.locator('.results li').first().waitFor();
}

async function choose(page, name, item) {
  await button(page, name, `More about ${name}`).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function confirm(page, action) {
  await page.locator('dialog[open]').getByRole('button', { name: action }).click();
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
}

describe('friends', () => {
  it('ask, take it back, decline, accept and part, and both sides see it live', async (t) => {
    const world = await World.start(t);
    await world.register('ana', 'Ana Brito');
    await world.register('ben', 'Ben Okri');
    const ana = await world.person('ana', { password: kPassword, path: '/friends' });
    const ben = await world.person('ben', { password: kPassword, path: '/friends?tab=requests' });
    await ben.getByText('No friend requests.').waitFor();

    // Asked, and taken back.
    await find(ana, 'ben');
    await button(ana, 'Ben Okri', 'Add friend').click();
    await says(ana, 'Asked Ben Okri to be your friend');
    await button(ben, 'Ana Brito', 'Accept').waitFor();
    await ben.locator('.side .requests', { hasText: '1 friend request' }).waitFor();
    await button(ana, 'Ben Okri', 'Undo').click();
    await button(ana, 'Ben Okri', 'Add friend').waitFor();
    await ben.getByText('No friend requests.').waitFor();
    await ben.locator('.side .requests').waitFor({ state: 'detached' });

    // Asked and declined, quietly.
    await button(ana, 'Ben Okri', 'Add friend').click();
    await button(ben, 'Ana Brito', 'Decline').click();
    await says(ben, 'Declined. Ana Brito is not told.');
    await ben.getByText('No friend requests.').waitFor();

    // Asked and accepted: both see each other, and see each other online.
    await button(ana, 'Ben Okri', 'Add friend').click();
    await button(ben, 'Ana Brito', 'Accept').click();
    await ben.getByText('You and Ana Brito are friends').first().waitFor();
    await row(ana, 'Ben Okri').locator('.sr', { hasText: 'Online' }).waitFor();
    await row(ben, 'Ana Brito').locator('.sr', { hasText: 'Online' }).waitFor();

    // "Say hello" leads to the box.
    await ben.getByRole('button', { name: 'Say hello', exact: true }).click();
    await ben.locator('main h1', { hasText: 'Ana Brito' }).waitFor();
    await ben.waitForFunction(() => document.activeElement?.id === 'composer-box');
    await ben.keyboard.type('hello');
    await ben.keyboard.press('Enter');
    await row(ana, 'Ben Okri').getByText('hello').waitFor();

    // Parted, after a question.
    await ana.getByRole('button', { name: 'Clear the search' }).click();
    await tab(ana, 'All').click();
    await choose(ana, 'Ben Okri', 'Remove friend');
    await ana.locator('dialog[open]').getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await person(ana, 'Ben Okri').count(), 1);
    await choose(ana, 'Ben Okri', 'Remove friend');
    await confirm(ana, 'Remove friend');
    await says(ana, 'Ben Okri is no longer your friend');
    await person(ana, 'Ben Okri').waitFor({ state: 'detached' });
    await ben.goto(`${world.server.url}/friends`);
    await ben.getByText('Chats start with one friend.').first().waitFor();
    world.assertClean();
  });

  it('block and unblock: nothing comes through, and the other is not told', async (t) => {
    const world = await World.start(t);
    const liger = await world.person('liger_zql', { path: '/friends' });
    const indifferent = await world.person('indifferent');
    await row(indifferent, 'liger_zql').click();
    await box(indifferent).waitFor();
    await choose(liger, '漠然', 'Block');
    await confirm(liger, 'Block');
    await says(liger, '漠然 is blocked');
    await tab(liger, 'Blocked').click();
    await button(liger, '漠然', 'Unblock').waitFor();

    indifferent.expected.push(/status of 403/);
    await box(indifferent).fill('can you hear me?');
    await box(indifferent).press('Enter');
    await indifferent.locator('article .failure').waitFor();
    assert.doesNotMatch(await indifferent.locator('article .failure').textContent(), /block/i);

    // In the chat of a blocked one there is no box, but the way back.
    await row(liger, '漠然').click();
    await liger.getByText('You blocked 漠然. Unblock to write again.').waitFor();
    assert.equal(await box(liger).count(), 0);
    await liger.locator('.instead').getByRole('button', { name: 'Unblock' }).click();
    await box(liger).waitFor();
    await indifferent.locator('article .failure').getByRole('button', { name: 'Retry' }).click();
    await liger.locator('[role=feed] article', { hasText: 'can you hear me?' }).waitFor();
    world.assertClean();
  });

  it('answer the open request of the demonstration from its card', async (t) => {
    const world = await World.start(t);
    const liger = await world.person('liger_zql');
    await liger.locator('.side .requests').click();
    await liger.waitForURL('**/friends?tab=requests');
    // A click shows who it is; the card has the same ways to answer.
    await person(liger, 'Sam Okafor').locator('.who').click();
    const card = liger.locator('[role=dialog]', { hasText: 'Sam Okafor' });
    await card.getByText('Wants to be your friend').waitFor();
    await card.getByRole('button', { name: 'Accept' }).click();
    await liger.getByText('You and Sam Okafor are friends').first().waitFor();
    await row(liger, 'Sam Okafor').waitFor();
    await liger.locator('.side .requests').waitFor({ state: 'detached' });
    await tab(liger, 'Online').click();
    await person(liger, 'Echo').waitFor();
    assert.equal(await person(liger, 'Sam Okafor').count(), 0);
    world.assertClean();
  });
});
