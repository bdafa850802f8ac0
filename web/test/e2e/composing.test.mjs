// The box to write in: what it completes, its emoji, its formats, and that each of them can be undone.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { box, openChat, until, untilEndsWith, World } from './support.mjs';

const text = (page) => box(page).inputValue();
const options = (page) => page.getByRole('option');

async function select(page, from, to) {
  await box(page).evaluate((area, [start, end]) => area.setSelectionRange(start, end), [from, to]);
}

describe('the composer', () => {
  it('completes names and emoji, and sends only when nothing is suggested', async (t) => {
    const world = await World.start(t);
    const page = await world.person('liger_zql');
    await openChat(page, '漠然');

    await box(page).pressSequentially('hello @ind');
    await options(page).filter({ hasText: '@indifferent' }).waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await text(page), 'hello @indifferent ');
    await page.keyboard.press('Control+z');
    assert.equal(await text(page), 'hello @ind', 'a completion is undone in one step');
    await page.keyboard.press('Control+y');

    await box(page).pressSequentially('well done :tada');
    await options(page).first().waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await text(page), 'hello @indifferent well done 🎉');
    assert.equal(await options(page).count(), 0);
    await page.keyboard.press('Enter');
    await untilEndsWith(page, ['hello @indifferent well done 🎉']);

    // Esc closes the list and nothing else; Enter then sends what stands there.
    await box(page).pressSequentially('see :rocket');
    await options(page).first().waitFor();
    await page.keyboard.press('Escape');
    await options(page).first().waitFor({ state: 'detached' });
    assert.equal(await text(page), 'see :rocket');
    await page.keyboard.press('Enter');
    await untilEndsWith(page, ['see :rocket']);

    // What is written every day is none of it.
    await box(page).pressSequentially('at 10:30, :D mail@example');
    await new Promise((done) => setTimeout(done, 200));
    assert.equal(await options(page).count(), 0);
    world.assertClean();
  });

  it('acts on nothing while pinyin is typed, and completes what it has become', async (t) => {
    const world = await World.start(t);
    const page = await world.person('liger_zql', { locale: 'zh-CN' });
    await openChat(page, '漠然');
    await box(page).pressSequentially('你好 @');
    await options(page).first().waitFor();
    const debug = await page.context().newCDPSession(page);
    const key = (type, name, code) =>
      debug.send('Input.dispatchKeyEvent', { type, key: name, windowsVirtualKeyCode: code });
    await key('rawKeyDown', 'Process', 229);
    await debug.send('Input.imeSetComposition', {
      text: "mo'ran",
      selectionStart: 6,
      selectionEnd: 6,
    });
    await key('rawKeyDown', 'Enter', 229);
    await key('rawKeyDown', 'ArrowDown', 229);
    assert.equal(await text(page), "你好 @mo'ran", 'Enter belongs to the input method');
    await debug.send('Input.insertText', { text: '漠' });
    await options(page).filter({ hasText: '漠然' }).waitFor();
    await page.keyboard.press('Enter');
    assert.equal(await text(page), '你好 @indifferent ');
    world.assertClean();
  });

  it('picks emoji by mouse and by keyboard, remembers them, and goes back to the text', async (t) => {
    const world = await World.start(t);
    const page = await world.person('liger_zql');
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await openChat(page, '漠然');
    assert.deepEqual(asked.filter((url) => /emoji|base-|en-.*json/i.test(url)).length, 0);

    await box(page).fill('ab');
    await select(page, 1, 1);
    await page.getByRole('button', { name: 'Emoji' }).click();
    const field = page.getByRole('textbox', { name: 'Search emoji' });
    await until(() => field.evaluate((one) => one === document.activeElement), 'focus in search');
    await field.pressSequentially('rocket');
    await page.keyboard.press('Enter');
    assert.equal(await text(page), 'a🚀b');
    await until(() => box(page).evaluate((one) => one === document.activeElement), 'focus back');

    // By keyboard through the grid: down into it, right, and down a line.
    await page.getByRole('button', { name: 'Emoji' }).click();
    await page.getByRole('button', { name: 'rocket' }).waitFor();
    await page.getByRole('button', { name: 'Smileys' }).click();
    await page.getByRole('button', { name: 'grinning face', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const label = await page.evaluate(() => document.activeElement.textContent);
    await page.keyboard.press('Enter');
    assert.equal(await text(page), `a🚀${label}b`);
    await page.getByRole('button', { name: 'Emoji' }).click();
    const recent = page.getByRole('group', { name: 'Often used' }).getByRole('button');
    await recent.first().waitFor();
    assert.deepEqual((await recent.allTextContents()).slice(0, 2), [label, '🚀']);

    // In Chinese too, and Esc leaves.
    await field.fill('火箭');
    await page.getByRole('button', { name: '火箭' }).waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    world.assertClean();
  });

  it('formats what is selected, and undoes it', async (t) => {
    const world = await World.start(t);
    const page = await world.person('liger_zql');
    await openChat(page, '漠然');
    await box(page).pressSequentially('say it loud');
    const keys = [
      ['Control+b', 'say **it** loud'],
      ['Control+i', 'say *it* loud'],
      ['Control+e', 'say `it` loud'],
      ['Control+Shift+x', 'say ~~it~~ loud'],
    ];
    for (const [key, formatted] of keys) {
      await select(page, 4, 6);
      await page.keyboard.press(key);
      assert.equal(await text(page), formatted);
      await page.keyboard.press(key);
      assert.equal(await text(page), 'say it loud', `${key} again takes it away`);
      await page.keyboard.press('Control+z');
      assert.equal(await text(page), formatted, 'undone');
      await page.keyboard.press('Control+z');
      assert.equal(await text(page), 'say it loud', 'undone twice');
    }
    world.assertClean();
  });
});
