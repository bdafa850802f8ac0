// Writing with an input method, and doing everything without a mouse.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, message, messages, openChat, row, untilEndsWith, World } from './support.mjs';

/** What an input method does: keys that are its own (229), and a text that is not yet final. */
async function inputMethod(page) {
  const debug = await page.context().newCDPSession(page);
  const key = (type, name, code) =>
    debug.send('Input.dispatchKeyEvent', {
      type,
      key: name,
      code: name,
      windowsVirtualKeyCode: code,
    });
  return {
    compose: async (text) => {
      await key('rawKeyDown', 'Process', 229);
      await debug.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
    },
    /**
     * Enter while composing takes the text as it stands. It is told as key 229, also by Safari,
     * where the composition has ended by then, or as Enter with `isComposing`.
     */
    enter: async (code = 229) => {
      await key('rawKeyDown', 'Enter', code);
      await key('keyUp', 'Enter', 13);
    },
    commit: (text) => debug.send('Input.insertText', { text }),
  };
}

describe('an input method', () => {
  it('never sends with the Enter that is its own', async (t) => {
    const world = await World.start(t);
    const liger = await world.person('liger_zql');
    await openChat(liger, '漠然');
    const before = await messages(liger).count();
    let sends = 0;
    liger.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/messages')) sends += 1;
    });
    await box(liger).focus();
    const ime = await inputMethod(liger);

    const composed = liger.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener(
            'keydown',
            (event) => event.key === 'Enter' && resolve(event.isComposing),
            {
              capture: true,
              once: false,
            },
          );
        }),
    );

    // Pinyin that becomes a word: Enter in its middle, before the word is chosen.
    for (const text of ['n', 'ni', 'nih', 'ni hao']) await ime.compose(text);
    await ime.enter(13);
    await ime.enter();
    assert.equal(await composed, true, 'the browser itself takes it for a composition');
    assert.equal(sends, 0);
    await ime.commit('你好');
    assert.match(await box(liger).inputValue(), /你好$/);
    // The Enter that ended the composition, told after its end.
    await ime.enter();
    assert.equal(await messages(liger).count(), before);
    assert.equal(sends, 0);

    // The draft with what is being composed in it is kept as it is.
    const written = await box(liger).inputValue();
    await ime.compose('shi');
    await ime.enter();
    await ime.commit('世界');
    assert.match(await box(liger).inputValue(), /世界$/);
    assert.ok((await box(liger).inputValue()).startsWith(written));
    assert.equal(sends, 0);

    // Enter by itself is the person's own, and sends once.
    const final = (await box(liger).inputValue()).trim();
    await liger.keyboard.press('Enter');
    await untilEndsWith(liger, [final]);
    assert.equal(sends, 1);
    assert.equal(await box(liger).inputValue(), '');
    world.assertClean();
  });

  it('chooses no person in the switcher with the Enter that is its own', async (t) => {
    const world = await World.start(t);
    const liger = await world.person('liger_zql');
    await row(liger, '漠然').waitFor();
    await liger.keyboard.press('Control+k');
    await liger.locator('dialog[open] input').waitFor();
    const ime = await inputMethod(liger);
    await ime.compose('lin');
    await ime.enter();
    assert.equal(await liger.locator('dialog[open]').count(), 1);
    await ime.commit('林');
    await liger.locator('dialog [role=option]', { hasText: 'Mei Lin' }).waitFor();
    await liger.keyboard.press('Enter');
    await liger.locator('main h1', { hasText: 'Mei Lin' }).waitFor();
    world.assertClean();
  });
});

/** Presses Tab until the focus is on what is wanted; gives up after a whole round. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses += 1) {
    const there = await page.evaluate((one) => document.activeElement?.matches(one), selector);
    if (there) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never comes to ${selector}`);
}

/** What has the focus shows that it has it. */
async function assertRing(page) {
  const ring = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  });
  assert.ok(ring, 'the focus cannot be seen');
}

describe('the keyboard alone', () => {
  it('signs in, writes, reads, and goes to another chat and back', async (t) => {
    const world = await World.start(t);
    const page = await world.tab(await world.browser());
    const { keyboard } = page;
    const focusIs = (selector) =>
      page.waitForFunction((one) => document.activeElement?.matches(one), selector);

    await focusIs('input[name=username]');
    await keyboard.type('liger_zql');
    await keyboard.press('Tab');
    await focusIs('input[name=password]');
    await keyboard.type('not the password');
    await keyboard.press('Enter');
    // The error takes the focus, and the way back to the field is short.
    await page.waitForFunction(() => document.activeElement?.closest('[role=alert]'));
    await keyboard.press('Shift+Tab');
    await tabTo(page, 'input[name=password]');
    await keyboard.type('12345');
    await keyboard.press('Enter');
    await row(page, '漠然').waitFor();

    // To the list, down to the friend, in, and write.
    await tabTo(page, '.side [data-row]');
    await assertRing(page);
    for (let downs = 0; downs < 10; downs += 1) {
      if (await page.evaluate(() => document.activeElement.textContent.includes('漠然'))) break;
      await keyboard.press('ArrowDown');
    }
    await assertRing(page);
    await keyboard.press('Enter');
    await focusIs('#composer-box');
    await page.locator('main h1', { hasText: '漠然' }).waitFor();
    await keyboard.type('By hand');
    await keyboard.press('Shift+Enter');
    await keyboard.type('and on two lines');
    await keyboard.press('Enter');
    await message(page, 'and on two lines').locator('.ticks', { hasText: 'Sent' }).waitFor();

    // Into the messages: one stop, arrows within, a letter begins to write.
    await keyboard.press('Shift+Tab');
    await focusIs('[role=feed] article');
    const newest = await page.evaluate(() => document.activeElement.dataset.key);
    await keyboard.press('ArrowUp');
    assert.notEqual(await page.evaluate(() => document.activeElement.dataset.key), newest);
    await assertRing(page);
    await keyboard.press('m');
    await page.locator('[role=menu]').waitFor();
    await keyboard.press('Escape');
    await page.locator('[role=menu]').waitFor({ state: 'detached' });
    await focusIs('[role=feed] article, [role=feed] article *');
    await page.evaluate(() => document.activeElement.closest('article').focus());
    await keyboard.press('w');
    await focusIs('#composer-box');
    assert.equal(await box(page).inputValue(), 'w');
    await keyboard.press('Backspace');

    // Another chat and back, two ways.
    await keyboard.press('Alt+ArrowDown');
    await page.waitForFunction(
      () => !document.querySelector('main h1')?.textContent.includes('漠然'),
    );
    await focusIs('#composer-box');
    await keyboard.press('Control+k');
    await focusIs('dialog input');
    await keyboard.type('indiff');
    await page.locator('dialog [role=option]', { hasText: '漠然' }).waitFor();
    await keyboard.press('Enter');
    await page.locator('main h1', { hasText: '漠然' }).waitFor();
    await focusIs('#composer-box');
    await message(page, 'and on two lines').waitFor();

    // The panes with F6, the list of keys, and out of it.
    await keyboard.press('F6');
    assert.ok(await page.evaluate(() => document.activeElement?.id !== 'composer-box'));
    await keyboard.press('Control+/');
    await page.locator('dialog[open]').waitFor();
    await keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    page.expected.push(/api\/v1\/login: .*status of 401/);
    world.assertClean();
  });
});
