import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, done, failed, type Outcome } from '../../api/errors';
import type { Found, FoundPage } from '../../state/search';
import { MessageSearch, SEARCH_AFTER_MS } from './message_search.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const AT = '2026-06-14T09:00:00.000Z';
const found = (id: number): Found => ({
  id,
  conversation: 1,
  seq: id,
  sender: 2,
  at: AT,
  text: `m${id}`,
  marks: [],
});

function page(ids: readonly number[], next: number | null = null, cut = false): FoundPage {
  return { results: ids.map(found), more: next !== null, next, cut };
}

const ids = (search: MessageSearch) => search.found.map((one) => one.id);
const rest = () => vi.advanceTimersByTimeAsync(SEARCH_AFTER_MS);

describe('MessageSearch', () => {
  it('asks once when the fingers rest, and not for what asks for nothing', async () => {
    const ask = vi.fn(() => Promise.resolve(done(page([3, 2]))));
    const search = new MessageSearch(ask);
    search.look('after:2026-01-01');
    await rest();
    expect(ask).not.toHaveBeenCalled();
    expect(search.state).toBe('idle');
    search.look('l');
    search.look('light');
    await rest();
    expect(ask.mock.calls.map((call) => (call as unknown[])[0])).toEqual(['light']);
    expect([search.state, ids(search)]).toEqual(['done', [3, 2]]);
    search.look('');
    expect([search.state, ids(search)]).toEqual(['idle', []]);
  });

  it('drops the answer to an older wish, and ends its request', async () => {
    const answers: ((outcome: Outcome<FoundPage>) => void)[] = [];
    const signals: AbortSignal[] = [];
    const search = new MessageSearch((_, __, signal) => {
      signals.push(signal);
      return new Promise((resolve) => answers.push(resolve));
    });
    search.look('one');
    await rest();
    search.look('two');
    await rest();
    expect(signals[0]?.aborted).toBe(true);
    answers[1]?.(done(page([2])));
    await rest();
    answers[0]?.(done(page([1])));
    await rest();
    expect(ids(search)).toEqual([2]);
  });

  it('pages on, over pages that are empty', async () => {
    const pages = [page([9, 8], 8), page([], 5), page([4]), page([1])];
    const cursors: (number | null)[] = [];
    const search = new MessageSearch((_, cursor) => {
      cursors.push(cursor);
      return Promise.resolve(done(pages.shift() ?? page([])));
    });
    search.look('x');
    await rest();
    expect([ids(search), search.more]).toEqual([[9, 8], true]);
    await search.next();
    expect([ids(search), search.more, cursors]).toEqual([[9, 8, 4], false, [null, 8, 5]]);
    await search.next();
    expect(cursors).toHaveLength(3);
  });

  it('says when it was too common, and what went wrong, and tries again', async () => {
    const answers = [failed(new ApiError('network')), done(page([1], null, true))];
    const search = new MessageSearch(() => Promise.resolve(answers.shift() ?? expect.fail()));
    search.look('the');
    await rest();
    expect([search.state, search.error?.code]).toEqual(['error', 'network']);
    search.again();
    await rest();
    expect([search.state, search.cut, ids(search)]).toEqual(['done', true, [1]]);
  });
});
