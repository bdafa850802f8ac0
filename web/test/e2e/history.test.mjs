// A long conversation: the way to its beginning does not move by a pixel under the reader, and the
// page never holds more than a window of it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { message, openChat, say, until, untilEndsWith, World } from './support.mjs';

const kCount = 1_200;

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

async function tell(world) {
  const liger = await world.program('liger_zql');
  const indifferent = await world.program('indifferent');
  const talk = await liger.talk('indifferent');
  for (let n = 1; n <= kCount; n += 40) {
    const numbers = Array.from({ length: 40 }, (_, at) => n + at).filter((one) => one <= kCount);
    await Promise.all(
      numbers.map((one) => (one % 3 ? liger : indifferent).say(talk, text(one), `history-${one}`)),
    );
  }
  const { last_seq: seq } = await liger.ask('GET', `/conversations/${talk}`);
  await liger.ask('PUT', `/conversations/${talk}/read`, { seq });
  return { indifferent, talk };
}

/**
 * Scrolls up in steps to the beginning, in the page. After each step the first visible row is
 * watched frame by frame, until nothing is being loaded: from where the reader has put it, it may
 * not move. Answers the most it did, and the most rows there ever were.
 */
function walkUp(page, step) {
  return page.evaluate(async (pixels) => {
    const log = document.querySelector('[role=feed]');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const rows = () => [...log.querySelectorAll('article')];
    const found = { jump: 0, rows: 0, steps: 0, where: '' };
    const atStart = () => log.querySelector('.beginning') && log.scrollTop === 0;
    while (!atStart() && found.steps < 3_000) {
      found.steps += 1;
      log.scrollTop -= pixels;
      const edge = log.getBoundingClientRect().top;
      const anchor = rows().find((row) => row.getBoundingClientRect().bottom > edge);
      const top = anchor.getBoundingClientRect().top;
      for (let frames = 0; frames < 4 || log.getAttribute('aria-busy') === 'true'; frames += 1) {
        await frame();
        const moved = Math.abs(anchor.getBoundingClientRect().top - top);
        if (!anchor.isConnected) found.where = 'the row that was read has left the page';
        if (moved > found.jump) {
          found.jump = moved;
          found.where = `step ${found.steps}, frame ${frames}: ${anchor.textContent.slice(0, 40)}`;
        }
        found.rows = Math.max(found.rows, rows().length);
      }
    }
    return found;
  }, step);
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

describe('a conversation of 1 200 messages', () => {
  it('is read back to its beginning without a jump, and left again', async (t) => {
    const world = await World.start(t);
    const { indifferent, talk } = await tell(world);
    const page = await world.person('liger_zql');
    await openChat(page, '漠然');
    await message(page, `message ${kCount}`).waitFor();

    await wheelUp(page, 20);
    const walked = await walkUp(page, 600);
    t.diagnostic(`${walked.steps} steps, at most ${walked.rows} rows, moved ${walked.jump} px`);
    assert.ok(walked.jump <= 1, `moved by ${walked.jump} px at ${walked.where}`);
    assert.ok(walked.rows <= 300, `${walked.rows} rows`);
    assert.ok(walked.rows >= 250, 'the window was used');
    await page.locator('.beginning').waitFor();
    await page.getByText('在吗？我把那篇讲 Comet 的文章又读了一遍。').waitFor();

    // Somebody writes: nothing moves here, and the way to it is shown.
    const place = () =>
      page.evaluate(() => {
        const first = document.querySelector('[role=feed] article');
        return [first.dataset.key, first.getBoundingClientRect().top];
      });
    const before = await place();
    await indifferent.say(talk, 'written far below');
    const jump = page.getByRole('button', { name: 'Jump to latest, 1 new message' });
    await jump.waitFor();
    assert.deepEqual(await place(), before);
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

function isAtEnd(page) {
  return page
    .locator('[role=feed]')
    .evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop <= 1);
}
