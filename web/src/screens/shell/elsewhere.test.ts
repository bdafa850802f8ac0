import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { done } from '../../api/errors';
import { chat } from '../../state/chat.svelte';
import { finder } from '../../state/finder';
import type { FoundRoom } from '../../state/search';
import type { Person, SidebarRow } from '../../state/surface';
import { Elsewhere, rowsOf } from './elsewhere.svelte';

const person = (id: number, name: string): Person =>
  ({ user: { id, name, display_name: name, version: 1, bio: '' }, relation: 'none' }) as never;
const known = (id: number, name: string): SidebarRow =>
  ({ key: `u${id}`, person: person(id, name), conversation: null }) as never;
const room = (id: number, title: string, joined = false): FoundRoom => ({
  id,
  title,
  topic: '',
  color: 0,
  memberCount: 3,
  joined,
});

const keys = (words: string, people: readonly Person[], rooms: readonly FoundRoom[]) =>
  rowsOf([known(2, 'mei'), known(3, 'tomas')], words, { people, rooms }).map((row) => row.key);

describe('rowsOf', () => {
  it('has the chats, and the search last, where nothing is written', () => {
    expect(keys('', [person(9, 'ida')], [room(5, 'Idylls')])).toEqual(['u2', 'u3', 'search']);
  });

  it('adds whom and what else there is, each once', () => {
    const people = [person(2, 'mei'), person(9, 'meike')];
    const rooms = [room(5, 'Meise'), room(6, 'Meile', true)];
    expect(keys('mei', people, rooms)).toEqual(['u2', 'p9', 'r5', 'search']);
  });

  it('keeps the search in sight', () => {
    const many = Array.from({ length: 30 }, (_, at) => person(100 + at, `zed${at}`));
    expect(keys('zed', many, [])).toHaveLength(7);
  });
});

describe('Elsewhere', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('asks once the fingers rest, and drops the answer to an older wish', async () => {
    const answers: ((people: Person[]) => void)[] = [];
    const asked = vi
      .spyOn(chat, 'searchUsers')
      .mockImplementation(() => new Promise((tell) => answers.push((all) => tell(done(all)))));
    vi.spyOn(finder, 'rooms').mockResolvedValue(done([]));
    const elsewhere = new Elsewhere();
    elsewhere.look('m');
    elsewhere.look('me');
    await vi.advanceTimersByTimeAsync(300);
    elsewhere.look('mei');
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.mock.calls.map(([words]) => words)).toEqual(['me', 'mei']);
    answers[1]?.([person(9, 'meike')]);
    answers[0]?.([person(8, 'meg')]);
    await vi.advanceTimersByTimeAsync(0);
    expect(elsewhere.people.map(({ user }) => user.id)).toEqual([9]);
    elsewhere.look('');
    expect(elsewhere.people).toEqual([]);
  });
});
