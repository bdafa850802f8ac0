import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, done, failed, type Outcome } from '../../api/errors';
import type { Person } from '../../state/surface';
import { SEARCH_AFTER_MS, UserSearch } from './user_search.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function person(name: string): Person {
  const user = { id: 1, name, display_name: name, sex: null, age: null, version: 1 };
  return { user, relation: 'none', presence: null, lastSeen: null, conversation: null };
}

const names = (search: UserSearch) => search.found.map((one) => one.user.name);

describe('UserSearch', () => {
  it('asks once when the fingers rest', async () => {
    const ask = vi.fn(() => Promise.resolve(done([person('mei')])));
    const search = new UserSearch(ask);
    search.look('m');
    search.look('me');
    await vi.advanceTimersByTimeAsync(SEARCH_AFTER_MS);
    expect(ask.mock.calls).toEqual([['me', undefined]]);
    expect(names(search)).toEqual(['mei']);
    expect(search.more).toBe(false);
  });

  it('drops the answer to an older wish', async () => {
    const answers: ((outcome: Outcome<Person[]>) => void)[] = [];
    const search = new UserSearch(() => new Promise((resolve) => answers.push(resolve)));
    search.look('a');
    await vi.advanceTimersByTimeAsync(SEARCH_AFTER_MS);
    search.look('b');
    await vi.advanceTimersByTimeAsync(SEARCH_AFTER_MS);
    answers[1]?.(done([person('bo')]));
    answers[0]?.(done([person('ana')]));
    await vi.advanceTimersByTimeAsync(0);
    expect(names(search)).toEqual(['bo']);
  });

  it('adds the next page behind the first, from its last name on', async () => {
    const page = Array.from({ length: 20 }, (_, index) => person(`m${index}`));
    const ask = vi.fn((_query: string, after?: string) =>
      Promise.resolve(done(after === undefined ? page : [person('mz')])),
    );
    const search = new UserSearch(ask);
    search.look('m');
    await vi.advanceTimersByTimeAsync(SEARCH_AFTER_MS);
    expect(search.more).toBe(true);
    await search.next();
    expect(ask).toHaveBeenLastCalledWith('m', 'm19');
    expect(search.found).toHaveLength(21);
    expect(search.more).toBe(false);
  });

  it('says that it failed, and tries again', async () => {
    let answer: Outcome<Person[]> = failed(new ApiError('network'));
    const search = new UserSearch(() => Promise.resolve(answer));
    search.look('m');
    await vi.advanceTimersByTimeAsync(SEARCH_AFTER_MS);
    expect(search.state).toBe('error');
    answer = done([person('mei')]);
    search.again();
    await vi.advanceTimersByTimeAsync(0);
    expect(search.state).toBe('done');
  });

  it('forgets what it found when the field is emptied', async () => {
    const search = new UserSearch(() => Promise.resolve(done([person('mei')])));
    search.look('m');
    await vi.advanceTimersByTimeAsync(SEARCH_AFTER_MS);
    search.look('');
    expect(search.found).toEqual([]);
    expect(search.state).toBe('idle');
  });
});
