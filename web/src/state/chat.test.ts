import { describe, expect, it, vi } from 'vitest';
import { done } from '../api/errors';
import type { Conversation } from '../protocol/types';
import { Bench } from './chat.test_support';
import type { Visit } from './visit.svelte';
import { ME } from './world.test_support';

const SEEN = { visible: true, focused: true, atEnd: true };
const texts = (visit: Visit): string[] => visit.rows.map((row) => row.text);

describe('a visit', () => {
  it('shows the newest page and loads upward to the beginning', async () => {
    const bench = new Bench(120);
    bench.world.read(1, ME, 120, false);
    const visit = await bench.sync().open();
    expect([visit.state, visit.rows.length, visit.atStart]).toEqual(['ready', 50, false]);
    await visit.loadOlder();
    await visit.loadOlder();
    expect([visit.rows.length, visit.atStart]).toEqual([120, true]);
    expect(texts(visit)[0]).toBe('m1');
    const pages = bench.pages.length;
    await visit.loadOlder();
    expect(bench.pages).toHaveLength(pages);
  });

  it('never shows more than three hundred, and comes back to the end', async () => {
    const bench = new Bench(1000);
    bench.world.read(1, ME, 1000, false);
    const visit = await bench.sync().open();
    for (let n = 0; n < 12; n++) {
      await visit.loadOlder();
      expect(visit.rows.length).toBeLessThanOrEqual(300);
    }
    expect([texts(visit)[0], visit.hasNewer]).toEqual(['m351', true]);
    await visit.loadNewer();
    expect(texts(visit).at(-1)).toBe('m700');
    await visit.toLatest();
    expect([texts(visit).at(-1), visit.hasNewer]).toEqual(['m1000', false]);
  });

  it('begins where reading ended where much is unread', async () => {
    const bench = new Bench(500);
    bench.world.read(1, ME, 100, false);
    const visit = await bench.sync().open();
    expect(visit.unreadFrom).toBe(101);
    expect([visit.unreadCount, visit.hasNewer]).toEqual([400, true]);
    while (visit.hasNewer) await visit.loadNewer();
    expect(texts(visit).at(-1)).toBe('m500');
  });

  it('reads only what is seen: visible, focused and at the end', async () => {
    const bench = new Bench(3);
    const visit = await bench.sync().open();
    for (const miss of ['visible', 'focused', 'atEnd']) visit.attend({ ...SEEN, [miss]: false });
    await bench.settle();
    expect(bench.marks).toEqual([]);
    visit.attend(SEEN);
    await bench.settle();
    expect(bench.marks).toEqual([[1, 3, false]]);
    expect(visit.view?.unread).toBe(0);
    // The divider stays for the visit.
    expect(visit.unreadFrom).toBe(1);
  });

  it('stays unread from where it was marked, until the next visit', async () => {
    const bench = new Bench(5);
    const visit = await bench.sync().open();
    visit.attend(SEEN);
    await bench.settle();
    await visit.markUnreadFrom(3);
    bench.world.say(1, 11, 'm6');
    bench.tell();
    visit.attend(SEEN);
    await bench.settle();
    expect(bench.marks.at(-1)).toEqual([1, 2, true]);
    expect([visit.unreadFrom, visit.view?.unread]).toEqual([3, 4]);
  });

  it('counts what came in below, and leaves the list where it is', async () => {
    const bench = new Bench(300);
    bench.world.read(1, ME, 300, false);
    const visit = await bench.sync().open();
    visit.attend({ ...SEEN, atEnd: false });
    for (let n = 0; n < 5; n++) await visit.loadOlder();
    const first = texts(visit)[0];
    for (let n = 0; n < 3; n++) bench.world.say(1, 11, 'new');
    bench.tell();
    expect([visit.below, texts(visit)[0]]).toEqual([3, first]);
    expect(visit.rows.length).toBeLessThanOrEqual(300);
    await visit.toLatest();
    visit.attend(SEEN);
    expect([visit.below, texts(visit).at(-1)]).toEqual([0, 'new']);
  });

  it('fills what is missing after the stream broke, once and in order', async () => {
    const bench = new Bench(10);
    bench.world.read(1, ME, 10, false);
    const visit = await bench.sync().open();
    visit.attend(SEEN);
    for (let n = 11; n <= 60; n++) bench.world.say(1, 11, `m${n}`);
    bench.sync();
    bench.world.say(1, 11, 'm61');
    bench.tell();
    expect(visit.rows.some((row) => row.gapBefore)).toBe(true);
    await bench.settle(1000);
    expect(texts(visit)).toEqual(Array.from({ length: 61 }, (_, n) => `m${n + 1}`));
  });

  it('says what is wrong, and tries again', async () => {
    const bench = new Bench(3).sync();
    bench.down = true;
    const visit = await bench.open();
    expect([visit.state, visit.error?.code]).toEqual(['error', 'network']);
    bench.down = false;
    await visit.reload();
    expect(visit.state).toBe('ready');
    const nowhere = bench.chat.open(99);
    await bench.settle();
    expect([nowhere.state, nowhere.error?.code]).toEqual(['error', 'not_found']);
  });

  it('waits for the snapshot where it was opened before', async () => {
    const bench = new Bench(3);
    const visit = await bench.open();
    expect(visit.state).toBe('loading');
    bench.sync();
    await bench.settle();
    expect(visit.rows).toHaveLength(3);
  });
});

describe('an own message', () => {
  const send = (nonce: string, text: string, attemptedAt: number | null, afterSeq = 3) => ({
    nonce,
    text,
    attemptedAt,
    afterSeq,
    replyTo: null,
    conversation: 1,
    createdAt: 1_000_000,
    order: 1,
    status: attemptedAt === null ? ('waiting' as const) : ('sending' as const),
    error: null,
  });

  it('goes to the hub with its conversation, and empties the draft', async () => {
    const bench = new Bench(3);
    const visit = await bench.sync().open();
    visit.draft = 'hello';
    visit.send('hello');
    visit.send('   ');
    expect(bench.posted).toEqual([
      {
        type: 'send',
        send: { nonce: 'n0', conversation: 1, text: 'hello', replyTo: null, afterSeq: 3 },
      },
    ]);
    expect(visit.draft).toBe('');
  });

  // Goal: it never shows twice, whichever of event and answer comes first, and its row stays the
  // same row.
  it.each(['event first', 'answer first'])('shows once: %s', async (order) => {
    const bench = new Bench(3);
    const visit = await bench.sync().open();
    bench.chat.receive({ type: 'sends', sends: [send('n0', 'mine', 1_000_000)] });
    expect(texts(visit).slice(3)).toEqual(['mine']);
    const message = bench.world.send(1, 'n0', 'mine');
    const answer = (): void => {
      if (message) bench.chat.receive({ type: 'sent', nonce: 'n0', message });
      bench.chat.receive({ type: 'sends', sends: [] });
    };
    if (order === 'answer first') answer();
    else bench.tell();
    expect(visit.rows.slice(3).map((row) => [row.key, row.text])).toEqual([['n0', 'mine']]);
    if (order === 'answer first') bench.tell();
    else answer();
    expect(visit.rows.slice(3).map((row) => [row.key, row.status])).toEqual([['n0', 'sent']]);
  });

  it('shows once after a reload that found it in the history', async () => {
    const bench = new Bench(3);
    bench.world.send(1, 'n0', 'mine');
    bench.chat.receive({ type: 'sends', sends: [send('n0', 'mine', 999_000)] });
    const visit = await bench.sync().open();
    expect(texts(visit).filter((text) => text === 'mine')).toHaveLength(1);
  });

  it('of another tab shows at once where nothing is unanswered here', async () => {
    const bench = new Bench(3);
    const visit = await bench.sync().open();
    bench.chat.receive({ type: 'sends', sends: [send('n0', 'waiting', null)] });
    bench.world.say(1, ME, 'elsewhere');
    bench.tell();
    expect(texts(visit).slice(3)).toEqual(['elsewhere', 'waiting']);
  });

  it('is read when the other has read it, if receipts are shared', async () => {
    const bench = new Bench(3);
    const visit = await bench.sync().open();
    bench.world.say(1, ME, 'mine');
    bench.world.read(1, 11, 4, false);
    bench.tell();
    expect(visit.rows.at(-1)?.status).toBe('read');
    bench.world.set({ receipts: false });
    bench.tell();
    expect(visit.rows.at(-1)?.status).toBe('sent');
  });
});

describe('rows', () => {
  it('that have not changed stay the same objects', async () => {
    const bench = new Bench(3);
    const visit = await bench.sync().open();
    const before = visit.rows;
    bench.world.say(1, 11, 'm4');
    bench.tell();
    expect(visit.rows.slice(0, 3).every((row, index) => row === before[index])).toBe(true);
  });
});

describe('the sidebar', () => {
  it('shows friends without a conversation too, and drafts, and typing', () => {
    const bench = new Bench(2);
    bench.world.relate(12, 'friends');
    bench.sync();
    expect(bench.chat.sidebar.map((row) => row.key)).toEqual(['u11', 'u12']);
    bench.drafts.set(1, 'later');
    expect(bench.chat.conversation(1)?.draft).toBe('later');
    const signal = { kind: 'typing', user: 11, conversation: 1, data: { typing: true } } as const;
    const batch = { cursor: 'c', events: [], signals: [signal], more: false };
    bench.chat.receive({ type: 'batch', batch });
    expect(bench.chat.conversation(1)?.typing).toHaveLength(1);
  });

  it('lets typing end after six seconds', async () => {
    const bench = new Bench(2).sync();
    const signal = { kind: 'typing', user: 11, conversation: 1, data: { typing: true } } as const;
    const batch = { cursor: 'c', events: [], signals: [signal], more: false };
    bench.chat.receive({ type: 'batch', batch });
    await bench.settle(5_900);
    expect(bench.chat.conversation(1)?.typing).toHaveLength(1);
    await bench.settle(200);
    expect(bench.chat.conversation(1)?.typing).toHaveLength(0);
  });
});

describe('read marks', () => {
  it('are loaded again everywhere when one shows or hides one’s own, and at no other change', () => {
    const bench = new Bench(2);
    const asked = (): number => bench.posted.filter(({ type }) => type === 'resync').length;
    bench.sync();
    bench.world.set({ typing: false });
    bench.tell();
    expect(asked()).toBe(0);
    bench.world.set({ receipts: false });
    bench.tell();
    expect(asked()).toBe(1);
    bench.sync();
    bench.world.set({ receipts: true });
    bench.tell();
    expect(asked()).toBe(2);
  });

  it('of somebody are loaded again when they show or hide theirs', async () => {
    const bench = new Bench(2).sync();
    expect(bench.chat.conversation(1)?.peerReadSeq).toBe(2);
    const conversation = vi.spyOn(bench.chat.deps.requests, 'conversation');
    const { peer_read_seq: _, ...hidden } = bench.world.conversation(1) ?? expect.fail();
    conversation.mockResolvedValueOnce(done(hidden as Conversation));
    const signal = { kind: 'profile', user: 11, data: { version: 0 } } as const;
    const batch = { cursor: 'c', events: [], signals: [signal], more: false };
    bench.chat.receive({ type: 'batch', batch });
    await bench.settle();
    expect(bench.chat.conversation(1)?.peerReadSeq).toBeNull();
    bench.chat.receive({ type: 'batch', batch });
    await bench.settle();
    expect(bench.chat.conversation(1)?.peerReadSeq).toBe(2);
  });
});

describe('typing', () => {
  it('is told every three seconds at most, and never for an empty box', async () => {
    const bench = new Bench(1);
    const typing = vi.spyOn(bench.chat.deps.requests, 'typing');
    const visit = await bench.sync().open();
    visit.draft = ' ';
    expect(typing).not.toHaveBeenCalled();
    for (const text of ['a', 'ab', 'abc']) visit.draft = text;
    expect(typing).toHaveBeenCalledTimes(1);
    bench.now += 3_000;
    visit.draft = 'abcd';
    expect(typing).toHaveBeenCalledTimes(2);
  });
});
