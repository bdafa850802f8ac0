// A long conversation: the way through it does not move by a pixel under the reader, in neither
// direction, and the page never holds more than a window of it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { message, openChat, say, until, untilEndsWith, World } from './support.mjs';

/** Messages of every height: one line, many lines, lists, code, long words. */
function text(n) {
  const shapes = [
    () => `message ${n}`,
    () => `message ${n}\n${'and more of it, over several lines, '.repeat(n % 9)}`,
    () => `message ${n}\n\n- one\n- two\n- three ${'x'.repeat(n % 60)}`,
    () => `message ${n}\n\n\`\`\`js\nconst n = ${n};\nreturn n;\n\`\`\``,
    () => `第 ${n} 条消息，message ${n}，${'很长的一句话。'.repeat(n % 20)}`,
    () => `> message ${n}\n\nsaid somebody, **${n}** times`,
  ];
  return shapes[n % shapes.length]();
}

async function tell(world, count) {
  const liger = await world.program('liger_zql');
  const indifferent = await world.program('indifferent');
  const talk = await liger.talk('indifferent');
  for (let n = 1; n <= count; n += 80) {
    const numbers = Array.from({ length: 80 }, (_, at) => n + at).filter((one) => one <= count);
    await Promise.all(
      numbers.map((one) => (one % 3 ? liger : indifferent).say(talk, text(one), `history-${one}`)),
    );
  }
  const { last_seq: seq } = await liger.ask('GET', `/conversations/${talk}`);
  await liger.ask('PUT', `/conversations/${talk}/read`, { seq });
  return { indifferent, talk };
}

/**
 * Scrolls in steps, up (a negative step) or down, in the page, past `messages` messages or to where
 * there is no more. After each step the first visible row is watched frame by frame, until nothing
 * is being loaded: from where the reader has put it, it may not move. Answers the most it did, the
 * most rows there ever were, and how many messages have gone past.
 */
function walk(page, step, messages) {
  return page.evaluate(
    async ([pixels, wanted]) => {
      const log = document.querySelector('[role=feed]');
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const rows = () => [...log.querySelectorAll('article[data-key]')];
      const found = { jump: 0, rows: 0, past: 0, steps: 0, skeletons: 0, where: '' };
      const seen = new Set(rows().map((row) => row.dataset.key));
      const begun = seen.size;
      const atStart = () => log.querySelector('.beginning') && log.scrollTop === 0;
      const jump = () => document.querySelector('.log-box > button');
      const atEnd = () => !jump() && log.scrollHeight - log.clientHeight - log.scrollTop < 1;
      while (!(pixels < 0 ? atStart() : atEnd()) && found.past < wanted && found.steps < 5_000) {
        found.steps += 1;
        log.scrollTop += pixels;
        const edge = log.getBoundingClientRect().top;
        const anchor = rows().find((row) => row.getBoundingClientRect().bottom > edge);
        const top = anchor.getBoundingClientRect().top;
        const busy = () => log.getAttribute('aria-busy') === 'true';
        for (let frames = 0; frames < 3 || busy(); frames += 1) {
          await frame();
          const moved = Math.abs(anchor.getBoundingClientRect().top - top);
          if (!anchor.isConnected) found.where = 'the row that was read has left the page';
          if (moved > found.jump) {
            found.jump = moved;
            found.where = `step ${found.steps}, frame ${frames}: ${anchor.textContent.slice(0, 40)}`;
          }
          found.rows = Math.max(found.rows, rows().length);
          found.skeletons = Math.max(
            found.skeletons,
            log.querySelectorAll('.skeleton .row').length,
          );
        }
        for (const row of rows()) seen.add(row.dataset.key);
        found.past = seen.size - begun;
      }
      return found;
    },
    [step, messages],
  );
}

function holds(found, what) {
  assert.ok(found.jump < 1, `${what}: moved by ${found.jump} px at ${found.where}`);
  assert.ok(found.rows <= 300, `${what}: ${found.rows} rows`);
}

/** What the reader sees first, and where. */
function place(page) {
  return page.evaluate(() => {
    const log = document.querySelector('[role=feed]');
    const edge = log.getBoundingClientRect().top;
    const rows = [...log.querySelectorAll('article[data-key]')];
    const row = rows.find((one) => one.getBoundingClientRect().bottom > edge);
    return { key: row.dataset.key, top: row.getBoundingClientRect().top };
  });
}

/** Does something to the page and asserts that what is read stays where it is. */
async function holdsOver(page, what, change) {
  const before = await place(page);
  await change();
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  const top = await page
    .locator(`[data-key="${before.key}"]`)
    .evaluate((row) => row.getBoundingClientRect().top);
  assert.ok(Math.abs(top - before.top) < 1, `${what}: moved by ${top - before.top} px`);
}

/** Turns the wheel: each turn moves what is read by exactly that, also while older messages arrive. */
async function wheelUp(page, turns) {
  const log = page.locator('[role=feed]');
  await log.hover();
  for (let turn = 0; turn < turns; turn += 1) {
    const before = await log.evaluate((box) => {
      const edge = box.getBoundingClientRect().top;
      const rows = [...box.querySelectorAll('article')];
      const row = rows.find((one) => one.getBoundingClientRect().bottom > edge);
      return { key: row.dataset.key, top: row.getBoundingClientRect().top, left: box.scrollTop };
    });
    const wished = Math.min(500, before.left);
    await page.mouse.wheel(0, -500);
    const top = () =>
      log.evaluate(
        (box, key) =>
          box.getAttribute('aria-busy') === 'true'
            ? null
            : box.querySelector(`[data-key="${key}"]`)?.getBoundingClientRect().top,
        before.key,
      );
    // A wheel turns over several frames: wait until it has come to rest where it should.
    await until(
      async () => {
        const now = await top();
        return now !== null && now !== undefined && Math.abs(now - before.top - wished) <= 1;
      },
      `turn ${turn} moved the row by ${wished} px, from ${before.top} (now ${await top()})`,
    );
  }
}

const isAtEnd = (page) =>
  page
    .locator('[role=feed]')
    .evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop <= 1);

describe('a conversation of 10 000 messages', () => {
  it('is read 3 000 back and to its end again without a jump of one pixel', async (t) => {
    const world = await World.start(t);
    await tell(world, 10_000);
    const page = await world.person('liger_zql');
    await openChat(page, '漠然');
    await message(page, 'message 10000').waitFor();

    const back = await walk(page, -1_400, 3_000);
    t.diagnostic(
      `back: ${back.past} messages in ${back.steps} steps, at most ${back.rows} rows, moved ${back.jump} px`,
    );
    holds(back, 'back');
    assert.ok(back.past >= 3_000, `${back.past} messages back`);
    assert.ok(back.rows >= 250, 'the window was used');
    assert.equal(back.skeletons, 3, 'what is on its way is shown');

    // What changes around the reader does not move them.
    await page.locator('[role=feed]').evaluate((log) => (log.scrollTop += 2_000));
    await holdsOver(page, 'a narrower window', () =>
      page.setViewportSize({ width: 760, height: 800 }),
    );
    await holdsOver(page, 'a keyboard opens', () =>
      page.setViewportSize({ width: 760, height: 420 }),
    );
    await holdsOver(page, 'the window as before', () =>
      page.setViewportSize({ width: 1280, height: 800 }),
    );
    await holdsOver(page, 'rows above grow, as when pictures arrive', () =>
      page.evaluate(() => {
        for (const row of [...document.querySelectorAll('article[data-key]')].slice(0, 20)) {
          row.style.paddingTop = '60px';
        }
      }),
    );
    await holdsOver(page, 'larger letters', () =>
      page.evaluate(() => (document.querySelector('[role=feed]').style.fontSize = '19px')),
    );
    await holdsOver(page, 'letters as before', () =>
      page.evaluate(() => (document.querySelector('[role=feed]').style.fontSize = '')),
    );

    const forward = await walk(page, 1_400, Infinity);
    t.diagnostic(
      `forward: ${forward.steps} steps, at most ${forward.rows} rows, moved ${forward.jump} px`,
    );
    holds(forward, 'forward');
    await message(page, 'message 10000').waitFor();
    assert.ok(await isAtEnd(page), 'the list stands at its end');

    // Back again, and End leads to the latest from there.
    await walk(page, -3_000, 600);
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await page.locator('main h1').click();
    await page.keyboard.press('End');
    await message(page, 'message 10000').waitFor();
    await until(() => isAtEnd(page), 'the list stands at its end');
    world.assertClean();
  });
});

describe('a conversation of 600 messages', () => {
  it('is read back to its beginning without a jump, and left again', async (t) => {
    const world = await World.start(t);
    const { indifferent, talk } = await tell(world, 600);
    const page = await world.person('liger_zql');
    await openChat(page, '漠然');
    await message(page, 'message 600').waitFor();

    await wheelUp(page, 20);
    const walked = await walk(page, -600, Infinity);
    holds(walked, 'back');
    await page.locator('.beginning').waitFor();
    await page.getByText('在吗？我把那篇讲 Comet 的文章又读了一遍。').waitFor();

    // Somebody writes: nothing moves here, and the way to it is shown.
    const before = await place(page);
    await indifferent.say(talk, 'written far below');
    const jump = page.getByRole('button', { name: 'Jump to latest, 1 new message' });
    await jump.waitFor();
    assert.deepEqual(await place(page), before);
    await jump.click();
    await untilEndsWith(page, ['written far below']);
    await message(page, 'written far below').waitFor();
    assert.ok(await isAtEnd(page), 'the list stands at its end');
    await jump.waitFor({ state: 'detached' });

    // One's own message leads to the end from wherever one reads.
    await page.locator('[role=feed]').evaluate((log) => (log.scrollTop = 0));
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await say(page, 'mine');
    await untilEndsWith(page, ['written far below', 'mine']);
    await until(() => isAtEnd(page), 'the list stands at its end');
    world.assertClean();
  });
});
