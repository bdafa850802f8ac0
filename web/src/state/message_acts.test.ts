import { describe, expect, it, vi } from 'vitest';
import { ApiError, done, failed, type Outcome } from '../api/errors';
import type { Message } from '../protocol/types';
import { Bench } from './chat.test_support';
import { ME } from './world.test_support';

/** A visit to a conversation of three messages, the last one the user's own. */
async function setUp() {
  const bench = new Bench(2);
  bench.world.say(1, ME, 'mine');
  const visit = await bench.sync().open();
  const last = (): (typeof visit.rows)[number] => visit.rows.at(-1) ?? expect.fail();
  const ref = { id: last().id ?? 0, conversation: 1, seq: last().seq ?? 0 };
  /** What the server has of it by now. */
  const stored = (): Outcome<Message> =>
    done(bench.world.rooms.get(1)?.messages.find((one) => one.seq === ref.seq) ?? expect.fail());
  return { bench, visit, last, ref, stored };
}

describe('a deletion', () => {
  it('shows at once, is asked for after five seconds, and not before', async () => {
    const { bench, last, ref, stored } = await setUp();
    const remove = vi.fn(() => {
      bench.world.remove(1, ref.seq);
      return Promise.resolve(stored());
    });
    bench.messages.remove = remove;
    bench.chat.acts.remove(ref, () => expect.fail());
    expect([last().deleted, last().text]).toEqual([true, '']);
    expect(bench.chat.conversation(1)?.lastLine?.deleted).toBe(true);
    await bench.settle(4_900);
    expect(remove).not.toHaveBeenCalled();
    await bench.settle(200);
    await vi.waitFor(() => expect(remove).toHaveBeenCalledTimes(1));
    await vi.waitFor(() => expect(bench.chat.known.leaving.size).toBe(0));
    expect(last().deleted).toBe(true);
  });

  it('leaves nothing behind where it is undone', async () => {
    const { bench, last, ref } = await setUp();
    const remove = vi.fn();
    bench.messages.remove = remove;
    const undo = bench.chat.acts.remove(ref, () => expect.fail());
    undo();
    await bench.settle(10_000);
    expect(remove).not.toHaveBeenCalled();
    expect([last().deleted, last().text]).toEqual([false, 'mine']);
  });

  it('comes back where it is refused, and says so', async () => {
    const { bench, last, ref } = await setUp();
    bench.messages.remove = () => Promise.resolve(failed(new ApiError('not_allowed', 403)));
    const told = vi.fn();
    bench.chat.acts.remove(ref, told);
    await bench.settle(6_000);
    await vi.waitFor(() => expect(told).toHaveBeenCalledTimes(1));
    await vi.waitFor(() => expect(last().text).toBe('mine'));
  });

  it('is asked for at once when the page goes, and once', async () => {
    const { bench, ref, stored } = await setUp();
    const remove = vi.fn(() => Promise.resolve(stored()));
    bench.messages.remove = remove;
    bench.chat.acts.remove(ref, () => expect.fail());
    bench.chat.acts.flush();
    bench.chat.acts.flush();
    await bench.settle(10_000);
    await vi.waitFor(() => expect(remove).toHaveBeenCalledTimes(1));
  });
});

describe('a reaction', () => {
  it('shows before it is answered, and ends as the last wish', async () => {
    const { bench, last, ref, stored } = await setUp();
    const asked: boolean[] = [];
    bench.messages.react = (_, emoji, on) => {
      asked.push(on);
      bench.world.react(1, ref.seq, ME, emoji, on);
      return Promise.resolve(stored());
    };
    const first = bench.chat.acts.react(ref, '👍', true);
    expect(last().reactions).toEqual([{ emoji: '👍', count: 1, mine: true, users: [ME] }]);
    const second = bench.chat.acts.react(ref, '👍', false);
    expect(last().reactions).toEqual([]);
    await Promise.all([first, second]);
    expect(asked).toEqual([true, false]);
    expect(last().reactions).toEqual([]);
  });

  it('goes again where it is refused', async () => {
    const { bench, last, ref, stored } = await setUp();
    bench.messages.react = () => Promise.resolve(failed(new ApiError('conflict', 409)));
    bench.messages.message = () => Promise.resolve(stored());
    const outcome = await bench.chat.acts.react(ref, '👍', true);
    expect(outcome.ok).toBe(false);
    expect(last().reactions).toEqual([]);
  });
});

describe('an edit', () => {
  it('names the version it was based on, and shows what the answer says', async () => {
    const { bench, last, ref, stored } = await setUp();
    const versions: number[] = [];
    bench.messages.edit = (_, text, version) => {
      versions.push(version);
      bench.world.edit(1, ref.seq, text);
      return Promise.resolve(stored());
    };
    await bench.chat.acts.edit(ref, 'changed', last().version);
    expect(last().text).toBe('changed');
    const first = last().version;
    expect(first).toBeGreaterThan(0);
    await bench.chat.acts.edit(ref, 'again', last().version);
    expect(versions).toEqual([0, first]);
    expect(last().text).toBe('again');
  });

  it('that met another one shows how it is now', async () => {
    const { bench, last, ref, stored } = await setUp();
    bench.world.edit(1, ref.seq, 'from elsewhere');
    bench.messages.edit = () => Promise.resolve(failed(new ApiError('conflict', 409)));
    bench.messages.message = () => Promise.resolve(stored());
    expect((await bench.chat.acts.edit(ref, 'mine again', 0)).ok).toBe(false);
    expect(last().text).toBe('from elsewhere');
  });
});

describe('a mark', () => {
  it('shows at once and goes where it is refused', async () => {
    const { bench, last, ref } = await setUp();
    bench.messages.save = () => Promise.resolve(failed(new ApiError('conflict', 409)));
    const asked = bench.chat.acts.save(ref, true);
    expect(last().saved).toBe(true);
    await asked;
    expect(last().saved).toBe(false);
  });
});

describe('a reply', () => {
  it('is part of the draft, goes with the send, and shows what it answers to', async () => {
    const { bench, visit } = await setUp();
    visit.draft = 'yes';
    visit.reply(1);
    expect(visit.replyTo).toMatchObject({ seq: 1, text: 'm1' });
    visit.send('yes');
    expect(bench.posted.at(-1)).toMatchObject({ type: 'send', send: { text: 'yes', replyTo: 1 } });
    expect(visit.replyTo).toBeNull();
  });
});

describe('a break of the stream', () => {
  it('hides no edit: what is on the list is read again', async () => {
    const { bench, visit } = await setUp();
    bench.world.edit(1, 1, 'edited meanwhile');
    bench.world.remove(1, 2);
    bench.chat.receive({ type: 'snapshot', snapshot: bench.world.snapshot(), restored: false });
    await vi.waitFor(() => expect(visit.rows[0]?.text).toBe('edited meanwhile'));
    expect(visit.rows[1]?.deleted).toBe(true);
  });
});

describe('a jump', () => {
  it('brings a place into the list that was never loaded, and the way on from there', async () => {
    const bench = new Bench(900);
    bench.requests.around = (id, seq, limit) => {
      const all = bench.world.rooms.get(id)?.messages ?? [];
      const from = Math.max(0, seq - limit / 2);
      const messages = all.slice(from, from + limit);
      const ends = { more_before: from > 0, more_after: from + limit < all.length };
      return Promise.resolve(done({ messages, more: ends.more_after, ...ends }));
    };
    bench.world.read(1, ME, 900, false);
    const visit = await bench.sync().open();
    expect(await visit.jumpTo(200)).toBe(true);
    expect(visit.rows.some((row) => row.seq === 200)).toBe(true);
    expect(visit.hasNewer).toBe(true);
    const first = visit.rows[0]?.seq ?? 0;
    await visit.loadOlder();
    expect(visit.rows[0]?.seq).toBe(first - 50);
    expect(await visit.jumpTo(5_000)).toBe(false);
    await visit.toLatest();
    expect(visit.rows.at(-1)?.seq).toBe(900);
  });
});
