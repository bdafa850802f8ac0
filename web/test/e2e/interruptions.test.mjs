// A conversation through whatever befalls the page, the line, the server and the machine: nothing
// is missing, nothing comes twice, and what was typed is still there.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultProxy } from './fault_proxy.mjs';
import {
  box,
  byPollOnly,
  expectOutage,
  freeze,
  message,
  openChat,
  say,
  until,
  untilEndsWith,
  World,
} from './support.mjs';

const isSend = (request) => request.method() === 'POST' && /\/messages$/.test(request.url());

/** Both of the demonstration, each in a browser of their own, with each other's chat open. */
async function chatting(t) {
  const world = await World.start(t);
  const liger = await world.person('liger_zql');
  const indifferent = await world.person('indifferent');
  await openChat(liger, '漠然');
  await openChat(indifferent, 'liger_zql');
  return { world, liger, indifferent };
}

/** Notes, in the page's own time, when it woke and when a message was on the screen. */
async function watchFor(page, text) {
  await page.evaluate((wanted) => {
    window.woke = window.saw = null;
    document.addEventListener('resume', () => (window.woke = performance.now()));
    new MutationObserver(() => {
      const found = [...document.querySelectorAll('[role=feed] article')].some((one) =>
        one.textContent.includes(wanted),
      );
      if (found) window.saw ??= performance.now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, text);
}

// Two at a time, since one of them waits for a minute.
describe('a conversation', { concurrency: 2 }, () => {
  describe('the machine sleeps', () => {
    // Every connection of before is dead when the page wakes, and nobody has told it: the proxy has
    // dropped the parked request without a word. The two seconds are taken in the page, from its
    // waking to the message on the screen, so that a busy machine's debugger is not counted.
    for (const polls of [false, true]) {
      const way = polls ? 'by long poll' : 'by WebSocket';
      const waits = (proxy) =>
        polls
          ? proxy.parked('/events') === 1
          : proxy.tunnels === 1 && proxy.parked('/events') === 0;

      it(`a page that was frozen for 60 s is live within 2 s of waking, ${way}`, async (t) => {
        const world = await World.start(t);
        const proxy = await FaultProxy.start(t, world.server.port);
        world.origins.push(proxy.url);
        const context = await world.browser();
        if (polls) await byPollOnly(context);
        await world.signIn(context, 'liger_zql', '12345', proxy.url);
        const liger = await world.tab(context, '/', proxy.url);
        const indifferent = await world.person('indifferent');
        await openChat(liger, '漠然');
        await openChat(indifferent, 'liger_zql');
        await box(liger).fill('half a thou');
        await watchFor(liger, 'said while the page slept');
        await until(() => waits(proxy), 'the page waits for what comes');

        // The browser itself closes what a page that sleeps holds open, and says so.
        liger.expected.push(/Page entered Back-Forward Cache/);
        const wake = await freeze(liger);
        proxy.forget();
        await say(indifferent, 'said while the page slept');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
        await wake();

        const took = await until(
          () =>
            liger.evaluate(
              () => window.saw !== null && window.woke !== null && window.saw - window.woke,
            ),
          'the page shows what was said',
        );
        t.diagnostic(`live ${Math.round(took)} ms after waking`);
        assert.ok(took < 2_000, `it took ${Math.round(took)} ms`);
        assert.equal(await box(liger).inputValue(), 'half a thou');
        await say(liger, 'awake');
        await untilEndsWith(indifferent, ['said while the page slept', 'awake']);
        await untilEndsWith(liger, ['said while the page slept', 'awake']);
        world.assertClean();
      });

      it(`a clock that jumped makes the page ask at once, without any event, ${way}`, async (t) => {
        const world = await World.start(t);
        const proxy = await FaultProxy.start(t, world.server.port);
        world.origins.push(proxy.url);
        const context = await world.browser();
        if (polls) await byPollOnly(context);
        await context.clock.install();
        await world.signIn(context, 'liger_zql', '12345', proxy.url);
        const liger = await world.tab(context, '/', proxy.url);
        const indifferent = await world.person('indifferent');
        await openChat(liger, '漠然');
        await openChat(indifferent, 'liger_zql');
        await until(() => waits(proxy), 'the page waits for what comes');
        proxy.forget();
        await say(indifferent, 'said while the lid was closed');
        await untilEndsWith(indifferent, ['said while the lid was closed']);
        await liger.waitForTimeout(1_000);
        assert.equal(await message(liger, 'said while the lid was closed').count(), 0);
        const before = Date.now();
        // As a laptop that slept for 15 s: the silent request would be given up only 20 s later, so
        // what comes before that comes from noticing the sleep.
        await context.clock.fastForward(15_000);
        await message(liger, 'said while the lid was closed').waitFor({ timeout: 10_000 });
        t.diagnostic(`shown ${Date.now() - before} ms after the lid was opened`);
        world.assertClean();
      });
    }
  });

  describe('a reload', () => {
    it('keeps the draft, the place and the conversation', async (t) => {
      const { world, liger, indifferent } = await chatting(t);
      await say(liger, 'before the reload');
      await untilEndsWith(indifferent, ['before the reload']);
      await box(liger).fill('half a thou');
      await liger.reload();
      await message(liger, 'before the reload').waitFor();
      assert.equal(await box(liger).inputValue(), 'half a thou');
      await say(indifferent, 'meanwhile');
      await untilEndsWith(liger, ['before the reload', 'meanwhile']);
      await box(liger).press('Enter');
      await untilEndsWith(indifferent, ['before the reload', 'meanwhile', 'half a thou']);
      assert.equal(await box(liger).inputValue(), '');
      world.assertClean();
    });

    it('sends what was on its way once, although the first try arrived', async (t) => {
      const { world, liger, indifferent } = await chatting(t);
      expectOutage(liger);
      // The request reaches the server, its answer never reaches the page, and then the page goes.
      let arrived;
      const lost = new Promise((resolve) => (arrived = resolve));
      await liger.route('**/messages', async (route) => {
        if (!isSend(route.request())) return route.fallback();
        await route.fetch();
        arrived();
      });
      await say(liger, 'once');
      await say(liger, 'and in order');
      await lost;
      await untilEndsWith(indifferent, ['once']);
      await liger.unroute('**/messages');
      await liger.reload();
      await untilEndsWith(indifferent, ['once', 'and in order']);
      await untilEndsWith(liger, ['once', 'and in order']);
      await liger.reload();
      await untilEndsWith(liger, ['once', 'and in order']);
      world.assertClean();
    });
  });

  describe('the server', () => {
    it('is killed in the middle of sends and started again: each once, in order', async (t) => {
      const { world, liger, indifferent } = await chatting(t);
      expectOutage(liger, indifferent);
      const texts = Array.from({ length: 12 }, (_, n) => `number ${n + 1}`);
      for (const text of texts.slice(0, 6)) await say(liger, text);
      // Some of the six are stored, some may be on their way, some still wait.
      await world.server.kill();
      for (const text of texts.slice(6)) await say(liger, text);
      await liger.getByText('Reconnecting…').first().waitFor();
      await liger.getByText(/messages? (is|are) waiting and will be sent/).waitFor();
      await say(indifferent, 'the other side writes too');
      await world.server.again();

      const answer = 'the other side writes too';
      const ask = await world.program('liger_zql');
      const talk = await ask.talk('indifferent');
      const stored = await until(async () => {
        const found = (await ask.texts(talk)).slice(-13);
        return found.includes(answer) && found.includes('number 12') && found;
      }, 'all thirteen are stored');
      assert.deepEqual(
        stored.filter((text) => text !== answer),
        texts,
      );
      // Both see what is stored, in the order in which it is.
      await untilEndsWith(liger, stored);
      await untilEndsWith(indifferent, stored);
      await liger.getByText('Reconnecting…').first().waitFor({ state: 'detached' });
      world.assertClean();
    });

    it('is away for more than two seconds: the page says so, and stops saying so', async (t) => {
      const { world, liger, indifferent } = await chatting(t);
      expectOutage(liger, indifferent);
      const told = liger.locator('main').getByText('Reconnecting…');
      await world.server.kill();
      const gone = Date.now();
      await told.waitFor();
      // Not before the two seconds: a short interruption is nobody's business.
      assert.ok(Date.now() - gone >= 1_900, `told after ${Date.now() - gone} ms`);
      assert.ok(await box(liger).isEditable());
      await liger.getByRole('button', { name: 'Retry now' }).click();
      await world.server.again();
      await liger.locator('main').getByText('Connected').waitFor();
      await told.waitFor({ state: 'detached' });
      await liger.locator('main').getByText('Connected').waitFor({ state: 'detached' });
      await say(liger, 'there again');
      await untilEndsWith(indifferent, ['there again']);
      world.assertClean();
    });

    it('loses answers again and again, and still stores each message once', async (t) => {
      const { world, liger, indifferent } = await chatting(t);
      expectOutage(liger);
      let tries = 0;
      await liger.route('**/messages', async (route) => {
        if (!isSend(route.request())) return route.fallback();
        tries += 1;
        if (tries % 3 === 0) return route.fallback();
        // Two of three get no answer: one arrived, one did not.
        if (tries % 3 === 1) await route.fetch();
        await route.abort('connectionreset');
      });
      const texts = ['first', 'second', 'third'];
      for (const text of texts) await say(liger, text);
      await untilEndsWith(liger, texts);
      await untilEndsWith(indifferent, texts);
      assert.ok(tries >= 9, `${tries} tries`);
      world.assertClean();
    });

    it('refuses a message, which stays with Retry, Edit and Delete', async (t) => {
      const { world, liger, indifferent } = await chatting(t);
      liger.expected.push(/status of 403/);
      let refuses = true;
      await liger.route('**/messages', (route) => {
        if (!isSend(route.request()) || !refuses) return route.fallback();
        const body = { type: 'about:blank', title: 'no', status: 403, code: 'not_allowed' };
        const contentType = 'application/problem+json';
        return route.fulfill({ status: 403, contentType, body: JSON.stringify(body) });
      });
      for (const text of ['to be retried', 'to be edited', 'to be deleted']) await say(liger, text);
      const failed = liger.locator('article:has(.failure)');
      await failed.nth(2).waitFor();
      await failed
        .filter({ hasText: 'to be deleted' })
        .getByRole('button', { name: 'Delete' })
        .click();
      await message(liger, 'to be deleted').waitFor({ state: 'detached' });
      // It survives a reload in its state.
      await liger.reload();
      await failed.nth(1).waitFor();
      refuses = false;
      await failed
        .filter({ hasText: 'to be edited' })
        .getByRole('button', { name: 'Edit' })
        .click();
      assert.equal(await box(liger).inputValue(), 'to be edited');
      await failed
        .filter({ hasText: 'to be retried' })
        .getByRole('button', { name: 'Retry' })
        .click();
      await untilEndsWith(indifferent, ['to be retried']);
      await say(liger, 'was edited');
      await untilEndsWith(indifferent, ['to be retried', 'was edited']);
      await untilEndsWith(liger, ['to be retried', 'was edited']);
      world.assertClean();
    });
  });

  describe('the line', () => {
    it('is gone and back: what was written meanwhile is sent once, nothing is missing', async (t) => {
      const { world, liger, indifferent } = await chatting(t);
      expectOutage(liger);
      await liger.context().setOffline(true);
      await liger.locator('main').getByText('You are offline.').waitFor();
      assert.ok(await box(liger).isEditable());
      await say(liger, 'written in the tunnel');
      await say(liger, 'and one more');
      await liger.locator('.bubble.waiting, .bubble.sending').nth(1).waitFor();
      for (const n of [1, 2, 3]) await say(indifferent, `meanwhile ${n}`);
      await untilEndsWith(indifferent, ['meanwhile 1', 'meanwhile 2', 'meanwhile 3']);
      await liger.context().setOffline(false);
      const all = [1, 2, 3].map((n) => `meanwhile ${n}`);
      all.push('written in the tunnel', 'and one more');
      await untilEndsWith(indifferent, all);
      await untilEndsWith(liger, all);
      await liger.locator('main').getByText('You are offline.').waitFor({ state: 'detached' });
      await say(liger, 'daylight');
      await untilEndsWith(indifferent, [...all, 'daylight']);
      world.assertClean();
    });
  });
});
