// Every text that comes from a person, through every field and everywhere it is shown: nothing in
// it runs, nothing is fetched because of it, and the policy of the page has nothing to stop.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, message, messages, openChat, row, until, World } from './support.mjs';
import { corpus, cut } from './xss_corpus.mjs';

/** A tab that notes, beside what every tab notes, whatever it asks its own server for. */
async function wary(world, name, path = '/') {
  const page = await world.person(name, { path });
  page.asked = [];
  page.on('request', (request) => page.asked.push(new URL(request.url()).pathname));
  page.on('popup', (popup) => page.wrong.push(`opens ${popup.url()}`));
  return page;
}

/** Nothing ran, and nothing stands in the page that could. */
async function assertHarmless(page) {
  const found = await page.evaluate(() => {
    const bad = [];
    if (window.__xss !== undefined || {}.__xss !== undefined) bad.push('something ran');
    const own = /^\/(assets\/|theme\.js|logo)/;
    const forbidden =
      'script, iframe, frame, object, embed, applet, base, meta[http-equiv], style, link, img, ' +
      'picture, video, audio, form[action], math, template, portal, marquee, dialog dialog';
    for (const element of document.querySelectorAll(forbidden)) {
      const address = element.getAttribute('src') ?? element.getAttribute('href') ?? 'none:';
      const { origin, pathname } = new URL(address, location.origin);
      if (origin === location.origin && own.test(pathname)) continue;
      bad.push(`${element.tagName} ${address}`);
    }
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (/^on|^(srcdoc|srcset|ping|formaction|background|xlink:href)$/.test(name)) {
          bad.push(`${element.tagName} ${name}=${value}`);
        }
      }
    }
    for (const link of document.querySelectorAll('main a, .side a')) {
      if (!/^(https?|mailto):$/.test(link.protocol)) bad.push(`link to ${link.href}`);
      const away = link.origin !== location.origin;
      if (away && !/noopener/.test(link.rel)) bad.push(`link without rel to ${link.href}`);
    }
    return bad;
  });
  assert.deepEqual(found, []);
  const known = /^\/(api\/v1\/(?!log)|assets\/|logo|theme\.js|c\/|friends|settings|login|$)/;
  assert.deepEqual(
    page.asked.filter((path) => !known.test(path)),
    [],
  );
}

describe(`${corpus.length} hostile texts`, () => {
  it('are texts in messages, as they are written and as they are shown', async (t) => {
    assert.ok(corpus.length >= 300);
    const world = await World.start(t);
    const sender = await world.program('indifferent');
    const talk = await sender.talk('liger_zql');
    const page = await wary(world, 'liger_zql');
    await openChat(page, '漠然');
    // Half of them arrive while the chat is open, half are read from its history.
    const refused = [];
    const send = async (text, n) => {
      await sender.say(talk, text, `xss-${n}`).catch(() => refused.push(text));
    };
    for (let n = 0; n < corpus.length; n += 20) {
      await Promise.all(corpus.slice(n, n + 20).map((text, at) => send(text, n + at)));
    }
    await sender.say(talk, 'the end');
    await message(page, 'the end').waitFor();
    assert.ok(refused.length <= 2, `refused: ${JSON.stringify(refused)}`);
    assert.ok(corpus.length - refused.length >= 300);
    await assertHarmless(page);

    await page.reload();
    await message(page, 'the end').or(messages(page).first()).first().waitFor();
    const log = page.locator('[role=feed]');
    const seen = new Set();
    await until(async () => {
      await log.evaluate((element) => element.scrollBy(0, -2_000));
      const texts = await page.locator('[role=feed] article .text').allTextContents();
      for (const text of texts) seen.add(text.trim());
      await assertHarmless(page);
      return page.locator('.beginning').count();
    }, 'the beginning of the conversation');
    // What Markdown leaves alone is shown to the letter.
    for (const text of ["{{constructor.constructor('__xss=1')()}}", '<svg onload=__xss=1>']) {
      assert.ok(
        [...seen].some((one) => one.replaceAll(/\s+/g, ' ') === text),
        text,
      );
    }
    assert.ok(seen.size > 300, `${seen.size} different texts were shown`);
    // Everything that can be touched is touched.
    await page.evaluate(() => {
      for (const element of document.querySelectorAll('[role=feed] article *')) {
        for (const type of ['mouseover', 'pointerenter', 'focusin', 'animationstart', 'toggle']) {
          element.dispatchEvent(new Event(type, { bubbles: true }));
        }
      }
    });
    await assertHarmless(page);
    world.assertClean();
  });

  it('are texts in names, wherever a name is shown', async (t) => {
    const world = await World.start(t);
    const friend = await world.program('indifferent');
    // Eight friends, so that eight names change at a time.
    const liger = await world.program('liger_zql');
    const friends = [];
    for (let n = 0; n < 8; n += 1) {
      const one = await world.register(`friend${n}`);
      await one.ask('PUT', `/friends/${liger.user.id}`);
      await liger.ask('PUT', `/friends/${one.user.id}`);
      friends.push(one);
    }
    const page = await wary(world, 'liger_zql', '/friends');
    await page.locator('main li', { hasText: 'friend7' }).waitFor();
    const names = cut(64).map((text) => text.trim());
    let shownNames = 0;
    for (let n = 0; n < names.length; n += friends.length) {
      const told = await Promise.all(
        names.slice(n, n + friends.length).map((display_name, at) =>
          friends[at].ask('PATCH', '/me', { display_name }).then(
            (me) => me.display_name,
            () => null,
          ),
        ),
      );
      const wanted = told.filter((name) => name !== null);
      await page.waitForFunction((all) => {
        const has = [...document.querySelectorAll('main li b')].map((one) => one.textContent);
        return all.every((name) => has.includes(name));
      }, wanted);
      shownNames += wanted.length;
    }
    assert.ok(shownNames >= 300, `${shownNames} names were shown`);
    await assertHarmless(page);
    await openChat(page, '漠然');

    // And in what is shown on demand: the card, a question, a word about it, the switcher.
    for (const name of [`Zed <img src=x onerror=__xss=1>`, `Zoe "><script>__xss=1</script>`]) {
      await friend.ask('PATCH', '/me', { display_name: name, sex: '<b onclick=x()>' });
      await row(page, name).waitFor();
      await page.locator('header .face').click();
      await page.locator('[role=dialog]', { hasText: name }).waitFor();
      await assertHarmless(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'More about this chat' }).click();
      await page.getByRole('menuitem', { name: 'Remove friend' }).click();
      await page.locator('dialog[open]', { hasText: name }).waitFor();
      await assertHarmless(page);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.keyboard.press('Control+k');
      await page.locator('dialog [role=option]', { hasText: name }).waitFor();
      await assertHarmless(page);
      await page.keyboard.press('Escape');
    }
    world.assertClean();
  });

  it('are texts while they are written: drafts, searches, names that are asked for', async (t) => {
    const world = await World.start(t);
    const page = await wary(world, 'liger_zql');
    await openChat(page, '漠然');
    const beside = await world.tab(page.context(), '/friends');
    beside.asked = [];
    await row(beside, '漠然').waitFor();

    // Typed into the box, where the other tab shows each as the draft it is.
    await type(page, '#composer-box', corpus);
    const last = corpus.at(-1);
    await row(beside, '漠然').locator('.line', { hasText: 'Draft: ' }).waitFor();
    assert.equal((await box(page).inputValue()).replaceAll('\r', ''), last.replaceAll('\r', ''));
    await assertHarmless(page);
    await assertHarmless(beside);
    await page.reload();
    await box(page).waitFor();
    await assertHarmless(page);

    // Typed into the search, which asks for the last of each run and shows what it asked for.
    await type(beside, 'main [role=search] input', corpus);
    for (const text of corpus.filter((_, n) => n % 25 === 0)) {
      const query = text.replaceAll(/\s/g, ' ').slice(0, 60).trim();
      await beside.locator('main [role=search] input').fill(query);
      await beside.locator('.results:not([aria-busy=true])').waitFor();
    }
    await assertHarmless(beside);
    await beside.keyboard.press('Control+k');
    await beside.locator('dialog input').waitFor();
    await type(beside, 'dialog input', corpus);
    await assertHarmless(beside);
    await beside.keyboard.press('Escape');

    // In the address: of a search, of a chat, of nothing, of the way back.
    for (const path of [
      `/friends?q=${encodeURIComponent('<img src=x onerror=__xss=1>')}`,
      `/c/${encodeURIComponent('javascript:__xss=1')}`,
      `/${encodeURIComponent('"><svg onload=__xss=1>')}`,
      `/friends?tab=${encodeURIComponent("'-__xss=1-'")}`,
    ]) {
      await beside.goto(world.server.url + path);
      await beside.locator('.home').waitFor();
      beside.asked = [];
      await assertHarmless(beside);
    }
    for (const tab of [page, beside]) tab.expected.push(/status of 4(04|22)/);
    world.assertClean();
  });

  it('are texts at the door, and make no account that is more than a name', async (t) => {
    const world = await World.start(t);
    const door = await world.tab(await world.browser(), '/register');
    door.asked = [];
    await door.locator('input[name=username]').waitFor();
    await type(door, 'input[name=username]', corpus);
    await type(door, 'input[name=name]', corpus);
    await assertHarmless(door);
    for (const text of corpus.filter((_, n) => n % 40 === 0)) {
      await door.locator('input[name=username]').fill(text.replaceAll(/\s/g, '').slice(0, 30));
      await door.getByText(/Use only letters|This name is|At least 2/).waitFor();
    }
    const wished = encodeURIComponent(`"><img src=x onerror=__xss=1>`);
    await door.goto(`${world.server.url}/login?as=${wished}&to=javascript:__xss=1`);
    await door.locator('input[name=username]').fill('liger_zql');
    await door.locator('input[name=password]').fill('12345');
    await door.keyboard.press('Enter');
    await row(door, '漠然').waitFor();
    assert.ok(door.url().startsWith(world.server.url));
    await assertHarmless(door);

    // No name that could be anything but a name is ever registered.
    const register = async (name) => {
      const answer = await fetch(`${world.server.url}/api/v1/register`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ name, password: 'kettle lamp window' }),
      });
      if (answer.ok) assert.match(name, /^[\p{L}\p{M}\p{N}_.-]+$/u);
      else assert.ok([409, 422].includes(answer.status), `${name}: ${answer.status}`);
    };
    const names = cut(32);
    for (let n = 0; n < names.length; n += 20) {
      await Promise.all(names.slice(n, n + 20).map(register));
    }
    door.expected.push(/status of 4\d\d/);
    world.assertClean();
  });
});

/** Types each text into a field, one after the other, letting the page draw each. */
function type(page, selector, texts) {
  return page.evaluate(
    async ([field, all]) => {
      const input = document.querySelector(field);
      const proto = Object.getPrototypeOf(input);
      const { set } = Object.getOwnPropertyDescriptor(proto, 'value');
      for (const text of all) {
        set.call(input, text);
        input.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    [selector, texts],
  );
}
