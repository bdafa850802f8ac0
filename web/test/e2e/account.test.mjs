// An account's life: it is made, it finds a friend, it changes how it looks and what it is called,
// and it sees where it is signed in.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, kPassword, message, openChat, row, say, says, until, World } from './support.mjs';

const field = (page, label) => page.getByLabel(label, { exact: true });
const refused = /api\/v1\/(me|me\/password|login|register|names\/.*): .*status of 4\d\d/;

describe('a new account', () => {
  it('is made with a check of every field, and comes straight into the chat', async (t) => {
    const world = await World.start(t);
    const page = await world.tab(await world.browser());
    page.expected.push(refused);
    await page.getByRole('link', { name: 'Create an account' }).click();
    const name = page.locator('input[name=username]');
    const password = page.locator('input[name=password]');
    const submit = page.getByRole('button', { name: 'Create account' });

    // The name is looked up while one types: another's (however it is written), a bad one, a free one.
    await name.fill('LIGER_zql');
    await page.getByText('This name is taken').waitFor();
    await name.fill('no spaces here');
    await page.getByText('Use only letters, digits, or . _ -').waitFor();
    await name.fill('诺亚');
    await page.getByText('This name is free').waitFor();

    // A short password is refused at its field; a weak one is called so.
    await password.fill('short');
    await submit.click();
    await page.waitForFunction(() => document.activeElement?.name === 'password');
    assert.equal(await password.getAttribute('aria-invalid'), 'true');
    await password.fill('aaaaaaaaaaaa');
    await page.getByText('Easy to guess').waitFor();
    await password.fill(kPassword);
    await page
      .getByText('Hard to guess')
      .or(page.getByText('Good', { exact: true }))
      .waitFor();

    // What is optional is checked too, and the focus goes to what is wrong.
    await page.getByText('More about you').click();
    await field(page, 'E-mail').fill('not an address');
    await field(page, 'Age').fill('1000');
    await submit.click();
    await page.getByText('This does not look like an e-mail address').waitFor();
    await field(page, 'E-mail').fill('noa@example.org');
    await field(page, 'Age').fill('151');
    await submit.click();
    await page.getByText('A whole number from 0 to 150').waitFor();
    await field(page, 'Age').fill('33');
    await field(page, 'Display name').or(page.locator('input[name=name]')).first().fill('Noa Lind');
    await submit.click();

    // In, with three things to begin with; the first leads to a friend.
    await page.getByText('Welcome, Noa Lind').waitFor();
    await page.locator('main a', { hasText: 'Add a friend' }).click();
    await page.getByLabel('Find people by user name').fill('ech');
    const echo = page.locator('.results li', { hasText: 'Echo' });
    await echo.getByRole('button', { name: 'Add friend' }).click();
    // Echo accepts by itself, a moment later.
    await row(page, 'Echo').waitFor();
    await row(page, 'Echo').dblclick();
    await page.locator('main h1', { hasText: 'Echo' }).waitFor();
    await box(page).waitFor();
    await say(page, 'Is this thing on?');
    await message(page, 'Is this thing on?').locator('.ticks').waitFor();
    await until(
      async () => (await page.locator('[role=feed] article:not(.own)').count()) > 0,
      'Echo answers',
    );

    // The card of the beginning goes when it is put away, and stays away.
    await page.locator('a.logo').click();
    await page.getByRole('button', { name: 'Got it' }).click();
    await page.getByText('Choose a chat').waitFor();
    await page.reload();
    await page.getByText('Choose a chat').waitFor();

    // The same name a second time, and what a wrong password says.
    const second = await world.tab(await world.browser(), '/register');
    second.expected.push(refused);
    await second.locator('input[name=username]').fill('诺亚');
    await second.locator('input[name=password]').fill(kPassword);
    await second.getByText('This name is taken').waitFor();
    await second.getByRole('link', { name: 'Sign in' }).click();
    await second.locator('input[name=username]').fill('诺亚');
    await second.locator('input[name=password]').fill('not the password');
    await second.keyboard.press('Enter');
    await second.locator('[role=alert]').waitFor();
    await second.locator('input[name=password]').fill(kPassword);
    await second.keyboard.press('Enter');
    await row(second, 'Echo').waitFor();
    world.assertClean();
  });

  it('goes to the address that was wanted before signing in', async (t) => {
    const world = await World.start(t);
    const page = await world.tab(await world.browser(), '/settings/privacy');
    await page.locator('input[name=username]').fill('liger_zql');
    await page.locator('input[name=password]').fill('12345');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/settings/privacy');
    await page.getByText('Read receipts').waitFor();
    page.expected.push(/nowhere: .*status of 404/);
    await page.goto(`${world.server.url}/nowhere`);
    await page.getByText('This address leads nowhere.').waitFor();
    // Nowhere of this site is anywhere else: a wish for another site is not granted.
    const stranger = await world.tab(await world.browser(), '/login?to=//example.org/');
    await stranger.locator('input[name=username]').fill('liger_zql');
    await stranger.locator('input[name=password]').fill('12345');
    await stranger.keyboard.press('Enter');
    await row(stranger, '漠然').waitFor();
    assert.ok(stranger.url().startsWith(world.server.url));
    world.assertClean();
  });
});

describe('the settings', () => {
  it('change the language and the theme at once, and for the next sign-in', async (t) => {
    const world = await World.start(t);
    const page = await world.person('liger_zql', { path: '/settings/language' });
    await page.getByRole('radio', { name: '简体中文' }).click();
    await page.getByRole('heading', { name: '设置' }).waitFor();
    await page.waitForFunction(() => document.documentElement.lang.startsWith('zh'));
    await says(page, '已保存');
    await page.goto(`${world.server.url}/settings/appearance`);
    await page.getByRole('radio', { name: '深色' }).click();
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await says(page, '已保存');
    await page.reload();
    await page.getByRole('heading', { name: '设置' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');

    // Elsewhere the account brings its choices along.
    const elsewhere = await world.person('liger_zql', { path: '/settings/language' });
    await elsewhere.getByRole('heading', { name: '设置' }).waitFor();
    assert.equal(await elsewhere.evaluate(() => document.documentElement.dataset.theme), 'dark');
    await elsewhere.getByRole('radio', { name: 'English' }).click();
    await elsewhere.getByRole('heading', { name: 'Settings' }).waitFor();
    await says(elsewhere, 'Saved');
    // And the page that was open hears of it.
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    world.assertClean();
  });

  it("show a changed name in a friend's window without a reload", async (t) => {
    const world = await World.start(t);
    const friend = await world.person('liger_zql');
    await openChat(friend, '漠然');
    const page = await world.person('indifferent', { path: '/settings/profile' });
    await field(page, 'Display name')
      .or(page.locator('input[autocomplete=name]'))
      .first()
      .fill('  ');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Enter a name.').waitFor();
    await page.locator('input[autocomplete=name]').fill('漠然 (away)');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await says(page, 'Saved');
    await row(friend, '漠然 (away)').waitFor();
    await friend.locator('main h1', { hasText: '漠然 (away)' }).waitFor();
    world.assertClean();
  });

  it('change the password, list the sessions, and end another one', async (t) => {
    const world = await World.start(t);
    await world.register('noa', 'Noa Lind');
    const enter = () => world.person('noa', { password: kPassword, path: '/settings/account' });
    const page = await enter();
    const other = await world.person('noa', { password: kPassword });
    for (const tab of [page, other]) tab.expected.push(/status of 401/);
    const talk = await (await world.program('noa', kPassword)).talk('tomas');
    await other.goto(`${world.server.url}/c/${talk}`);
    await box(other).fill('half a thou');

    const old = field(page, 'Current password');
    const wished = field(page, 'New password');
    await old.fill('not the password');
    await wished.fill('another long password');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('This is not your current password.').waitFor();
    await old.fill(kPassword);
    await wished.fill('short');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid'));
    await wished.fill(kPassword);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Choose another one than before.').waitFor();

    // The other browser is in the list, and is signed out from here: it says so, with all it has.
    const sessions = page.locator('section[aria-labelledby=sessions-title]');
    await sessions.getByText('This device').waitFor();
    await page.reload();
    await sessions.getByText('This device').waitFor();
    await sessions
      .getByRole('button', { name: /^Sign out Chrom/ })
      .first()
      .click();
    await says(page, 'Signed out there');
    const ended = other.locator('dialog[open]', { hasText: 'Sign in again' });
    await ended.waitFor();
    await ended.locator('input[type=password]').fill(kPassword);
    await other.keyboard.press('Enter');
    await ended.waitFor({ state: 'detached' });
    assert.equal(await box(other).inputValue(), 'half a thou');
    await box(other).press('Enter');
    await message(other, 'half a thou').locator('.ticks', { hasText: 'Sent' }).waitFor();

    // A new password signs out everywhere else, and only it opens the door again.
    await box(other).fill('and another half');
    await old.fill(kPassword);
    await wished.fill('another long password');
    await page.getByRole('button', { name: 'Change password' }).click();
    await says(page, 'Password changed. Every other device is signed out.');
    await ended.waitFor();
    await ended.locator('input[type=password]').fill(kPassword);
    await other.keyboard.press('Enter');
    await ended.locator('[role=alert]').waitFor();
    await ended.locator('input[type=password]').fill('another long password');
    await other.keyboard.press('Enter');
    await ended.waitFor({ state: 'detached' });
    assert.equal(await box(other).inputValue(), 'and another half');
    await until(
      async () => (await sessions.getByText('This device').count()) === 1,
      'the page that changed the password goes on',
    );
    world.assertClean();
  });
});
