// Many tabs of one browser: of one person, or of one and then another.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  box,
  byPollOnly,
  expectOutage,
  message,
  messages,
  openChat,
  row,
  say,
  until,
  untilEndsWith,
  World,
} from './support.mjs';

describe('somebody else signs in under an open tab', () => {
  it('tells it, sends nothing from it, and keeps what waited for its own user', async (t) => {
    const world = await World.start(t);
    // A tab that has stood at the door since before the first one signed in.
    const context = await world.browser();
    const second = await world.tab(context, '/login');
    await second.getByLabel('User name').waitFor();
    await world.signIn(context, 'liger_zql');
    const first = await world.tab(context);
    await openChat(first, '漠然');

    // A message waits, because no send comes through, and a draft is begun.
    expectOutage(first);
    let sends = 0;
    await first.route('**/messages', (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      sends += 1;
      return route.abort('internetdisconnected');
    });
    await say(first, 'from liger_zql, and from nobody else');
    await first.locator('.bubble.waiting, .bubble.sending').waitFor();
    await until(() => sends > 0, 'the first try');
    await box(first).fill('half a thou');

    // The cookie becomes another's.
    await second.getByLabel('User name').fill('indifferent');
    await second.getByLabel('Password', { exact: true }).fill('12345');
    await second.keyboard.press('Enter');
    await row(second, 'liger_zql').waitFor();

    for (const tab of [first, second]) tab.expected.push(/status of (401|409)/);
    await first.unroute('**/messages');
    const asked = [];
    first.on('request', (request) => request.method() !== 'GET' && asked.push(request.url()));
    const told = first.locator('dialog[open]', { hasText: 'Another person is signed in' });
    await told.waitFor();
    await told.getByText('This page belongs to liger_zql').waitFor();
    // It asks for nothing any more, also when the browser finds a network.
    await first.evaluate(() => dispatchEvent(new Event('online')));
    await first.waitForTimeout(1_000);
    assert.deepEqual(asked, []);

    // Nothing was sent, as whoever it may be.
    await openChat(second, 'liger_zql');
    await say(second, 'written as indifferent');
    await message(second, 'written as indifferent')
      .locator('.ticks', { hasText: 'Sent' })
      .waitFor();
    const program = await world.program('indifferent');
    const talk = await program.talk('liger_zql');
    const unsent = (await program.texts(talk)).filter((text) => text.includes('nobody else'));
    assert.deepEqual(unsent, []);
    // Nor does the other see any of it in this browser.
    assert.equal(await message(second, 'nobody else').count(), 0);
    assert.equal(await box(second).inputValue(), '');

    // The first user comes back: the draft is there, and the message goes out, once.
    await second.goto(`${world.server.url}/settings/profile`);
    await second.locator('.out button:visible').click();
    await second.locator('dialog[open]').getByRole('button', { name: 'Sign out' }).click();
    await second.getByLabel('User name').fill('liger_zql');
    await second.getByLabel('Password', { exact: true }).fill('12345');
    await second.keyboard.press('Enter');
    await openChat(second, '漠然');
    await untilEndsWith(second, ['written as indifferent', 'from liger_zql, and from nobody else']);
    assert.equal(await box(second).inputValue(), 'half a thou');
    world.assertClean();
  });

  it('is told also where the waiting message is the first to find out', async (t) => {
    const world = await World.start(t);
    const context = await world.browser();
    const second = await world.tab(context, '/login');
    await second.getByLabel('User name').waitFor();
    await world.signIn(context, 'liger_zql');
    // The first tab is deaf: its parked requests hang, and so does what it asks when another tab
    // says that somebody has signed in.
    await byPollOnly(context);
    await context.route(/events\?.*wait=[1-9]/, () => {});
    const first = await world.tab(context);
    await openChat(first, '漠然');
    await first.route(/\/api\/v1\/me$/, () => {});
    for (const tab of [first, second]) tab.expected.push(/net::ERR_|status of (401|409)/);
    await first.route('**/messages', (route) =>
      route.request().method() === 'POST' ? route.abort('internetdisconnected') : route.fallback(),
    );
    await say(first, 'from liger_zql, and from nobody else');
    await first.locator('.bubble.waiting').waitFor();

    await second.getByLabel('User name').fill('indifferent');
    await second.getByLabel('Password', { exact: true }).fill('12345');
    await second.keyboard.press('Enter');
    await row(second, 'liger_zql').waitFor();
    const program = await world.program('indifferent');
    const talk = await program.talk('liger_zql');

    // The next try reaches the server under the other's cookie.
    const answer = first.waitForResponse((one) => one.request().method() === 'POST');
    await first.unroute('**/messages');
    assert.equal((await answer).status(), 409);
    await first.locator('dialog[open]', { hasText: 'Another person is signed in' }).waitFor();
    const texts = await program.texts(talk);
    assert.ok(!texts.includes('from liger_zql, and from nobody else'));
    world.assertClean();
  });
});

describe('somebody else signs in after a sign-out', () => {
  it('is known to every open tab at once, without a look at it', async (t) => {
    const world = await World.start(t);
    const first = await world.person('liger_zql', { path: '/settings/profile' });
    const second = await world.tab(first.context());
    await openChat(second, '漠然');
    for (const tab of [first, second])
      tab.expected.push(/status of (401|409)/, /WebSocket connection/);
    await first.locator('.out button:visible').click();
    await first.locator('dialog[open]').getByRole('button', { name: 'Sign out' }).click();
    await second.locator('dialog[open]', { hasText: 'Sign in again' }).waitFor();
    // Later than a tab looks again by itself.
    await first.waitForTimeout(1_500);
    await first.getByLabel('User name').fill('indifferent');
    await first.getByLabel('Password', { exact: true }).fill('12345');
    await first.keyboard.press('Enter');
    await row(first, 'liger_zql').waitFor();
    await second.locator('dialog[open]', { hasText: 'Another person is signed in' }).waitFor();
    world.assertClean();
  });
});

describe('eight tabs of one browser', () => {
  it('stay usable: each hears everything once and can send', async (t) => {
    const world = await World.start(t);
    const context = await world.browser();
    await world.signIn(context, 'liger_zql');
    const program = await world.program('indifferent');
    const talk = await program.talk('liger_zql');
    const tabs = [];
    for (let n = 0; n < 8; n += 1) tabs.push(await world.tab(context, `/c/${talk}`));
    for (const tab of tabs) await messages(tab).first().waitFor();

    await program.say(talk, 'to all eight');
    for (const tab of tabs) await untilEndsWith(tab, ['to all eight']);

    const texts = ['to all eight'];
    for (const [n, tab] of tabs.entries()) {
      texts.push(`from tab ${n + 1}`);
      await tab.bringToFront();
      const from = Date.now();
      await say(tab, texts.at(-1));
      await message(tab, texts.at(-1))
        .locator('.ticks', { hasText: /Sent|Read/ })
        .waitFor();
      t.diagnostic(`tab ${n + 1}: stored after ${Date.now() - from} ms`);
    }
    assert.deepEqual((await program.texts(talk)).slice(-9), texts);
    for (const tab of tabs) await untilEndsWith(tab, texts);

    // And with some of them gone, the rest goes on.
    for (const tab of tabs.splice(0, 5)) await tab.close();
    world.tabs = tabs;
    await program.say(talk, 'to those who stayed');
    for (const tab of tabs) await untilEndsWith(tab, [...texts, 'to those who stayed']);
    world.assertClean();
  });

  it('sign out together: a tab that goes on asks to sign in again', async (t) => {
    const world = await World.start(t);
    const one = await world.person('liger_zql');
    await openChat(one, '漠然');
    await box(one).fill('half a thou');
    const other = await world.tab(one.context(), '/settings/profile');
    await other.locator('.out button:visible').click();
    await other.locator('dialog[open]').getByRole('button', { name: 'Sign out' }).click();
    await other.getByLabel('User name').waitFor();
    for (const tab of [one, other]) tab.expected.push(/status of 401/);
    await until(
      async () =>
        (await one.locator('dialog[open]', { hasText: 'Sign in again' }).count()) > 0 ||
        new URL(one.url()).pathname === '/login',
      'the tab that stayed says that the session is over',
    );
    world.assertClean();
  });
});
