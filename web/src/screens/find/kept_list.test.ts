import { describe, expect, it, vi } from 'vitest';
import { ApiError, done, failed } from '../../api/errors';
import type { Mention, Message } from '../../protocol/types';
import type { ActsSurface, Page } from '../../state/surface';
import { KeptList } from './kept_list.svelte';

const AT = '2026-06-14T09:00:00.000Z';
const message = (id: number): Message => ({
  id,
  conversation: 1,
  seq: id,
  sender: 2,
  at: AT,
  text: `m${id}`,
});

function page(ids: readonly number[], next: number | null): Page<Mention> {
  return { items: ids.map((id) => ({ id, message: message(id) })), more: next !== null, next };
}

function acts(given: Partial<ActsSurface>): ActsSurface {
  return given as ActsSurface;
}

const ids = (list: KeptList) => list.items.map((item) => item.id);

describe('KeptList', () => {
  it('grows page by page, and has what is new at the top, each once', async () => {
    const pages = [page([9, 8], 8), page([7], null), page([10, 9], 9)];
    const mentions = vi.fn(() => Promise.resolve(done(pages.shift() ?? page([], null))));
    const learned: number[] = [];
    const list = new KeptList(acts({ mentions }), 'mentions', (some) =>
      learned.push(...some.map((one) => one.id)),
    );
    await list.next();
    await list.next();
    expect([ids(list), list.more]).toEqual([[9, 8, 7], false]);
    expect(mentions.mock.calls).toEqual([[null], [8]]);
    await list.refresh();
    expect(ids(list)).toEqual([10, 9, 8, 7]);
    expect(learned).toEqual([9, 8, 7, 10, 9]);
    list.drop(8);
    expect(ids(list)).toEqual([10, 9, 7]);
  });

  it('says that it could not be loaded, and goes on from there', async () => {
    const saved = vi
      .fn<ActsSurface['saved']>()
      .mockResolvedValueOnce(failed(new ApiError('network')))
      .mockResolvedValueOnce(
        done({ items: [{ id: 3, at: AT, message_id: 30 }], more: false, next: null }),
      );
    const list = new KeptList(acts({ saved }), 'saved', () => undefined);
    await list.next();
    expect(list.state).toBe('error');
    await list.next();
    expect(list.items).toEqual([{ id: 3, messageId: 30, at: AT, message: null }]);
  });
});
