// The client behind nginx, as Debian ships it, set up in the ways that people meet: it is live soon,
// finds the best way that the path lets through, and nothing is missing or comes twice.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Nginx, upgrades } from './nginx.mjs';
import {
  messages,
  openChat,
  patience,
  say,
  shown,
  until,
  untilEndsWith,
  World,
} from './support.mjs';

/** After how many seconds of silence the cutting ones cut. Whatever bears 25 s is never met. */
const kCutS = Number(process.env.KEEPLINE_CUT_S ?? 6);
const kFlood = 200;

const line = [/net::ERR_/, /WebSocket connection to .* failed/, /events.*status of 504/];

const sites = [
  { name: 'as it is by itself', site: '', carrier: 'Stream (SSE)' },
  {
    name: 'that compresses everything',
    site: 'gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any;',
    carrier: 'Stream (SSE)',
  },
  {
    name: 'that holds streams back',
    site: 'proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;',
    carrier: 'Long poll',
  },
  { name: 'that passes Upgrade on', site: upgrades, carrier: 'WebSocket' },
  {
    name: 'that strips Upgrade and streams',
    site: 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;',
    carrier: 'Stream (SSE)',
  },
];

/** Both of the demonstration behind one nginx, each live in a browser of their own. */
async function behind(t, site) {
  const world = await World.start(t);
  const nginx = await Nginx.start(t, world.server.port, site);
  world.origins.push(nginx.url);
  const program = await world.program('indifferent');
  const talk = await program.talk('liger_zql');
  const pages = [];
  for (const [name, other] of [
    ['liger_zql', '漠然'],
    ['indifferent', 'liger_zql'],
  ]) {
    const context = await world.browser();
    await world.signIn(context, name, '12345', nginx.url);
    const page = await world.tab(context, '/', nginx.url);
    page.expected.push(...line);
    await openChat(page, other);
    const painted = Date.now();
    const mark = `are you live, ${name}?`;
    await program.say(talk, mark);
    await untilEndsWith(page, [mark]);
    // Ten seconds are the promise; the machine's own load is not part of it, so it is told, not asserted.
    t.diagnostic(`${name} is live ${Date.now() - painted} ms after the messages were there`);
    pages.push(page);
  }
  return { world, nginx, program, talk, pages };
}

/** All that was said since `from`, by what the server has stored. */
async function stored({ program, talk }, from) {
  const texts = [];
  let before = '';
  while (!texts.includes(from)) {
    const path = `/conversations/${talk}/messages?limit=100${before}`;
    const { messages: some } = await program.ask('GET', path);
    assert.ok(some.length > 0, `"${from}" was never said`);
    texts.unshift(...some.map(({ text }) => text));
    before = `&before=${some[0].seq}`;
  }
  return texts.slice(texts.indexOf(from));
}

/** Both say something now and then while a program says a lot; everybody has all of it, in order. */
async function talkAll(bench, name, count = kFlood, apart = 25) {
  const { program, talk, pages } = bench;
  const first = `${name} begins`;
  await program.say(talk, first);
  const flood = async () => {
    for (let n = 1; n <= count; n++) {
      await program.say(talk, `${name} ${n} of ${count}`);
      await new Promise((resolve) => setTimeout(resolve, apart));
    }
  };
  const speak = async (page, who) => {
    for (let n = 1; n <= 10; n++) {
      await say(page, `${name}, says ${who}: ${n}`);
      await page.waitForTimeout((count * apart) / 10);
    }
  };
  await Promise.all([flood(), speak(pages[0], 'first'), speak(pages[1], 'second')]);
  const count_all = 1 + count + 20;
  await until(async () => (await stored(bench, first)).length === count_all, 'all of it is stored');
  const wanted = await stored(bench, first);
  assert.equal(new Set(wanted).size, count_all);
  for (const who of ['first', 'second']) {
    const own = wanted.filter((text) => text.startsWith(`${name}, says ${who}: `));
    assert.deepEqual(
      own,
      Array.from({ length: 10 }, (_, n) => `${name}, says ${who}: ${n + 1}`),
    );
  }
  for (const page of pages) {
    await until(
      async () => (await messages(page).last().textContent()).includes(wanted.at(-1)),
      'the last',
    );
    await untilEndsWith(page, wanted.slice(-3));
    assert.deepEqual(await shown(page, first), wanted);
  }
}

/** Waits until Settings > Connection says that the stream comes so. */
async function untilCarrier(page, carrier) {
  const back = new URL(page.url()).pathname;
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByRole('link', { name: 'Connection' }).click();
  const route = page.locator('dl div', { hasText: 'Route' }).locator('dd');
  await route.filter({ hasText: carrier }).waitFor({ timeout: patience });
  const state = page.locator('dl div', { hasText: 'State' }).locator('dd');
  assert.equal((await state.textContent()).trim(), 'Connected');
  while (new URL(page.url()).pathname !== back) await page.goBack();
  await messages(page).first().waitFor();
}

describe('behind an nginx', () => {
  for (const { name, site, carrier } of sites) {
    it(`${name}, it comes by ${carrier}`, async (t) => {
      const bench = await behind(t, site);
      const { world, program, talk, pages } = bench;
      await talkAll(bench, 'a lot');
      for (const page of pages) await untilCarrier(page, carrier);
      await program.say(talk, 'and at rest');
      for (const page of pages) await untilEndsWith(page, ['and at rest']);
      world.assertClean();
    });
  }

  it('that compresses everything, the answers and the stream are compressed', async (t) => {
    const { nginx, world, pages } = await behind(t, sites[1].site);
    for (const page of pages) await untilCarrier(page, sites[1].carrier);
    for (const page of pages) await page.close();
    const compressed = async (kind) =>
      (await nginx.streams()).some((one) => one.kind === kind && one.coding === 'gzip');
    for (const kind of ['poll', 'sse']) await until(() => compressed(kind), `${kind} with gzip`);
    world.assertClean();
  });

  it('that cuts what is silent, it learns to be silent for less', async (t) => {
    const cut = `proxy_read_timeout ${kCutS}s;`;
    const all = [
      { site: upgrades + cut, carrier: 'WebSocket' },
      { site: cut, carrier: 'Stream (SSE)' },
      { site: `${cut} proxy_ignore_headers X-Accel-Buffering;`, carrier: 'Long poll' },
    ];
    const one = async ({ site, carrier }) => {
      const bench = await behind(t, site);
      const { world, nginx, program, talk, pages } = bench;
      const said = [];
      for (let n = 1; n <= 4; n++) {
        // Long enough to be cut, by whatever it has come so far.
        await pages[0].waitForTimeout((kCutS + 2) * 1_000);
        said.push(`after a silence ${n}`);
        if (n % 2 === 0) await say(pages[0], said.at(-1));
        else await program.say(talk, said.at(-1));
        for (const page of pages) await untilEndsWith(page, said);
      }
      for (const page of pages) await untilCarrier(page, carrier);
      const cuts = async () =>
        (await nginx.streams()).filter(({ seconds }) => seconds >= kCutS - 0.1).length;
      const before = await cuts();
      await pages[0].waitForTimeout(kCutS * 2_500);
      assert.equal(await cuts(), before, `${carrier} is still cut`);
      await program.say(talk, 'and at rest');
      for (const page of pages) await untilEndsWith(page, [...said, 'and at rest']);
      world.assertClean();
    };
    await Promise.all(all.map(one));
  });
});
