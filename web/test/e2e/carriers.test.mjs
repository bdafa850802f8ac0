// Every way the stream can come, and what proxies do to each: the page finds the best one by itself,
// and whichever it is, nothing is missing and nothing comes twice.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultProxy } from './fault_proxy.mjs';
import { openChat, say, until, untilEndsWith, World } from './support.mjs';

const line = [/net::ERR_/, /WebSocket connection to .* failed/];

/** liger_zql behind the proxy with the chat open, and a program that speaks as the other. */
async function behind(t, faults = {}) {
  const world = await World.start(t);
  const proxy = Object.assign(await FaultProxy.start(t, world.server.port), faults);
  world.origins.push(proxy.url);
  const context = await world.browser();
  await world.signIn(context, 'liger_zql', '12345', proxy.url);
  const page = await world.tab(context, '/', proxy.url);
  page.expected.push(...line);
  await openChat(page, '漠然');
  const other = await world.program('indifferent');
  const talk = await other.talk('liger_zql');
  return { world, proxy, context, page, other, talk };
}

/** What Settings says of the connection, looked up in a tab of its own. */
async function carrierOf(page) {
  const back = page.url();
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByRole('link', { name: 'Connection' }).click();
  const route = page.locator('dl div', { hasText: 'Route' }).locator('dd');
  await route.waitFor();
  const words = (await route.textContent()).trim();
  await page.goBack();
  if (page.url() !== back) await page.goBack();
  return words;
}

/** Says `count` things a little apart, and waits until the page has each of them once. */
async function talks({ page, other, talk }, name, count = 6, apart = 50) {
  const texts = Array.from({ length: count }, (_, n) => `${name} ${n + 1}`);
  for (const text of texts) {
    await other.say(talk, text);
    await page.waitForTimeout(apart);
  }
  await untilEndsWith(page, texts);
  return texts;
}

describe('the stream', () => {
  it('comes by WebSocket where nothing is in its way', async (t) => {
    const bench = await behind(t);
    const { proxy, page, world } = bench;
    await until(() => proxy.tunnels === 1 && proxy.parked('/events') === 0, 'only the WebSocket');
    const polls = proxy.asked.filter((one) => one === 'poll').length;
    await talks(bench, 'by WebSocket');
    await say(page, 'and back');
    await untilEndsWith(page, ['by WebSocket 6', 'and back']);
    assert.equal(proxy.asked.filter((one) => one === 'poll').length, polls);
    assert.equal(await carrierOf(page), 'WebSocket');
    world.assertClean();
  });

  it('comes by SSE where a proxy knows no WebSocket, and that is remembered', async (t) => {
    const bench = await behind(t, { strips: true });
    const { proxy, page, world } = bench;
    await until(() => proxy.asked.includes('sse'), 'an SSE is asked for');
    await until(() => proxy.parked('/events') === 0, 'the poll is dropped');
    await talks(bench, 'by SSE');
    assert.equal(await carrierOf(page), 'Stream (SSE)');
    assert.equal(proxy.asked.filter((one) => one === 'websocket').length, 2);
    await page.reload();
    await until(() => proxy.asked.filter((one) => one === 'sse').length >= 2, 'SSE at once');
    await talks(bench, 'after the reload');
    assert.equal(proxy.asked.filter((one) => one === 'websocket').length, 2);
    world.assertClean();
  });

  it('comes by long poll where a proxy holds back what has no end', async (t) => {
    const bench = await behind(t, { strips: true, buffers: true });
    const { proxy, page, world } = bench;
    await talks(bench, 'while it tries', 10, 1_500);
    await until(() => proxy.asked.filter((one) => one === 'sse').length === 2, 'both tries');
    await until(() => proxy.parked('/events') === 1, 'the poll is parked');
    await talks(bench, 'by long poll');
    assert.equal(await carrierOf(page), 'Long poll');
    world.assertClean();
  });

  it('is cut again and again, and goes on', async (t) => {
    // As often as a proxy does in a minute, in a few seconds: short lives count as failures, so all
    // three ways are gone through.
    const bench = await behind(t, { cuts: 1_200 });
    const { proxy, page, world } = bench;
    await talks(bench, 'between cuts', 60, 150);
    assert.ok(proxy.asked.filter((one) => one === 'websocket').length >= 2);
    assert.ok(proxy.asked.includes('sse'));
    await say(page, 'still here');
    await untilEndsWith(page, ['between cuts 60', 'still here']);
    world.assertClean();
  });

  it('is cut every 30 s by a proxy, and is opened anew each time', async (t) => {
    const bench = await behind(t, { cuts: 30_000 });
    const { proxy, world } = bench;
    await talks(bench, 'over two cuts', 70, 1_000);
    const opened = proxy.asked.filter((one) => one === 'websocket').length;
    assert.ok(opened >= 3, `${opened} WebSockets`);
    assert.ok(!proxy.asked.includes('sse'));
    world.assertClean();
  });

  it('goes over a restart of the server', async (t) => {
    const bench = await behind(t);
    const { proxy, page, world, other, talk } = bench;
    await until(() => proxy.tunnels === 1, 'the WebSocket');
    await talks(bench, 'before');
    page.expected.push(/status of 50[23]/);
    await world.server.kill();
    await page.waitForTimeout(500);
    await world.server.again();
    await other.say(talk, 'right after');
    await untilEndsWith(page, ['before 6', 'right after']);
    await until(() => proxy.tunnels === 1, 'a WebSocket again');
    await talks(bench, 'afterwards');
    assert.equal(await carrierOf(page), 'WebSocket');
    world.assertClean();
  });

  it('is replaced when it is silent after the page was woken', async (t) => {
    const bench = await behind(t);
    const { proxy, page, world, other, talk } = bench;
    await until(() => proxy.tunnels === 1 && proxy.parked('/events') === 0, 'the WebSocket');
    proxy.forget();
    await other.say(talk, 'into a dead socket');
    const before = Date.now();
    await page.evaluate(() => document.dispatchEvent(new Event('resume')));
    await untilEndsWith(page, ['into a dead socket']);
    assert.ok(Date.now() - before < 5_000, `shown after ${Date.now() - before} ms`);
    await until(() => proxy.tunnels === 1, 'another WebSocket');
    await talks(bench, 'by the new one');
    world.assertClean();
  });

  it('is the long poll alone where somebody wants that, in every tab, until it is not', async (t) => {
    const bench = await behind(t);
    const { world, proxy, context, page } = bench;
    const settings = await world.tab(context, '/settings/connection', proxy.url);
    settings.expected.push(...line);
    const route = settings.locator('dl div', { hasText: 'Route' }).locator('dd');
    const choice = (name) => settings.getByRole('radio', { name });
    await until(() => proxy.tunnels === 2, 'both tabs by WebSocket');
    await until(async () => (await route.textContent()) === 'WebSocket', 'which is told');
    assert.ok(await choice('Automatic').isChecked());
    await choice('Long poll only').check();
    await until(async () => (await route.textContent()) === 'Long poll', 'the poll is told');
    await until(() => proxy.tunnels === 0 && proxy.parked('/events') === 2, 'both tabs by poll');
    await talks(bench, 'by wish');
    const streams = () => proxy.asked.filter((one) => one !== 'poll').length;
    const before = streams();
    for (const tab of [page, settings]) await tab.reload();
    await talks(bench, 'after the reload');
    assert.equal(streams(), before);
    assert.ok(await choice('Long poll only').isChecked());
    await choice('Automatic').check();
    await until(() => proxy.tunnels === 2, 'both tabs by WebSocket again');
    await talks(bench, 'as before');
    await until(async () => (await route.textContent()) === 'WebSocket', 'which is told again');
    world.assertClean();
  });

  it('is told of in Chinese too', async (t) => {
    const { world, proxy } = await behind(t);
    const context = await world.browser({ locale: 'zh-CN' });
    await world.signIn(context, 'indifferent', '12345', proxy.url);
    const page = await world.tab(context, '/settings/connection', proxy.url);
    page.expected.push(...line);
    const route = page.locator('dl div', { hasText: '传输方式' }).locator('dd');
    await until(async () => (await route.textContent()) === 'WebSocket', 'WebSocket');
    await page.getByRole('radio', { name: '仅用长轮询' }).check();
    await until(async () => (await route.textContent()) === '长轮询', 'long poll');
    world.assertClean();
  });

  it('leaves eight tabs usable, by WebSocket and by SSE', async (t) => {
    for (const strips of [false, true]) {
      const bench = await behind(t, { strips });
      const { world, context, proxy, page, other, talk } = bench;
      const tabs = [page];
      for (let n = 1; n < 8; n++) {
        const tab = await world.tab(context, '/', proxy.url);
        tab.expected.push(...line);
        await openChat(tab, '漠然');
        tabs.push(tab);
      }
      const name = strips ? 'eight by SSE' : 'eight by WebSocket';
      await other.say(talk, name);
      for (const tab of tabs) {
        await tab.bringToFront();
        await untilEndsWith(tab, [name]);
      }
      await say(tabs[3], `from the fourth: ${name}`);
      for (const tab of tabs) await untilEndsWith(tab, [`from the fourth: ${name}`]);
      if (!strips) assert.equal(proxy.tunnels, 8);
      world.assertClean();
    }
  });
});
