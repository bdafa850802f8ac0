import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, done, failed } from '../../api/errors';
import type { Notice } from '../../state/notices';
import type { Member } from '../../state/rooms';
import { LOOK_AFTER_MS, MemberList } from './member_list.svelte';

const AT = '2026-06-14T09:00:00.000Z';
const PAGE = 3;

const member = (id: number, role: Member['role'] = 'member'): Member => ({
  user: { id, name: `user${id}`, display_name: `User ${id}`, sex: null, age: null, version: 0 },
  role,
});

function setUp(count: number) {
  const all = Array.from({ length: count }, (_, index) => member(index + 1));
  const ask = vi.fn((query: string, after: number) => {
    const fits = all.filter(({ user }) => user.name.startsWith(query) && user.id > after);
    return Promise.resolve(done({ members: fits.slice(0, PAGE), more: fits.length > PAGE }));
  });
  const list = new MemberList(ask);
  const ids = (): number[] => list.members.map(({ user }) => user.id);
  return { all, ask, list, ids };
}

function notice(id: number, type: 'joined' | 'left' | 'member', who: Member): Notice {
  const { user, role, silenced_until } = who;
  const head = { id, at: AT, conversation: 7 };
  const data = { user, role, by: 1 };
  if (type === 'left') return { id, event: { ...head, type, data: { ...data, why: 'left' } } };
  if (type === 'joined') return { id, event: { ...head, type, data } };
  return {
    id,
    event: { ...head, type, data: silenced_until ? { ...data, silenced_until } : data },
  };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(LOOK_AFTER_MS);

describe('MemberList', () => {
  it('shows a page at a time, on and back', async () => {
    const { list, ids } = setUp(7);
    await settle();
    expect([ids(), list.more, list.earlier]).toEqual([[1, 2, 3], true, false]);
    await list.next();
    await list.next();
    expect([ids(), list.more, list.earlier]).toEqual([[7], false, true]);
    await list.back();
    expect(ids()).toEqual([4, 5, 6]);
    await list.back();
    await list.back();
    expect([ids(), list.earlier]).toEqual([[1, 2, 3], false]);
  });

  it('finds by name when the fingers rest, from the first page', async () => {
    const { list, ids, ask } = setUp(30);
    await settle();
    await list.next();
    list.look('u');
    list.look('user2');
    await settle();
    expect(ids()).toEqual([2, 20, 21]);
    expect(ask.mock.calls.at(-1)).toEqual(['user2', 0]);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('hears who comes, goes and changes, each once', async () => {
    const { list, ids } = setUp(2);
    await settle();
    const told = [notice(10, 'joined', member(3)), notice(11, 'member', member(1, 'admin'))];
    list.hear(told, 3);
    list.hear([...told, notice(12, 'left', member(2))], 2);
    list.hear([...told, notice(12, 'left', member(2))], 2);
    expect(ids()).toEqual([1, 3]);
    expect(list.members[0]?.role).toBe('admin');
  });

  it('lets nobody onto a page where they do not belong', async () => {
    const { list, ids } = setUp(7);
    await settle();
    list.hear([notice(10, 'joined', member(50))], 8);
    expect(ids()).toEqual([1, 2, 3]);
    list.drop(2);
    list.put(member(2));
    expect(ids()).toEqual([1, 2, 3]);
  });

  it('asks again where it missed something, once for each count', async () => {
    const { all, ask, list, ids } = setUp(2);
    await settle();
    all.push(member(3));
    list.hear([], 3);
    await settle();
    expect(ids()).toEqual([1, 2, 3]);
    list.hear([], 9);
    await settle();
    list.hear([], 9);
    await settle();
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('says what went wrong, and tries again', async () => {
    const { ask, list, ids } = setUp(1);
    ask.mockResolvedValueOnce(failed(new ApiError('network')) as never);
    await list.again();
    await settle();
    expect(list.state).toBe('error');
    await list.again();
    expect([list.state, ids()]).toEqual(['ready', [1]]);
  });

  it('hears no answer any more after it has stopped', async () => {
    const { list, ids } = setUp(2);
    list.stop();
    await settle();
    expect(ids()).toEqual([]);
  });
});
