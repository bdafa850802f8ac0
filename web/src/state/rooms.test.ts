import { describe, expect, it, vi } from 'vitest';
import { Api } from '../api/client';
import type { Change } from './reduce';
import { user, World } from './world.test_support';

// The page's own instance is not what is tested, and a test has no page.
vi.mock('./live', () => ({ chat: { dispatch: vi.fn() } }));
const { Rooms } = await import('./rooms');

function bench(status: number, body: unknown) {
  const asked: { method: string; path: string; body: unknown }[] = [];
  const changes: Change[] = [];
  const api = new Api({
    base: 'http://keepline.test',
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const text = await request.text();
      asked.push({
        method: request.method,
        path: pathname.replace('/api/v1', '') + search,
        body: text === '' ? null : (JSON.parse(text) as unknown),
      });
      return new Response(status === 204 ? null : JSON.stringify(body), {
        status,
        headers: { 'content-type': 'application/json' },
      });
    },
  });
  const rooms = new Rooms({ api, dispatch: (more) => void changes.push(...more) });
  return { rooms, asked, changes };
}

const conversation = (() => {
  const world = new World();
  world.open(7, 2);
  return world.snapshot().conversations[0];
})();
const member = { user: user(3), role: 'admin' };
const room = { id: 7, title: 'Studio', topic: '', color: 1, member_count: 4, joined: false };

describe('Rooms', () => {
  it('makes one, and what is made is known', async () => {
    const { rooms, asked, changes } = bench(201, conversation);
    const wish = { kind: 'room', title: 'Studio', access: 'open' } as const;
    expect(await rooms.create(wish)).toEqual({ ok: true, value: 7 });
    expect(asked).toEqual([{ method: 'POST', path: '/conversations', body: wish }]);
    expect(changes).toMatchObject([{ type: 'conversation', conversation: { id: 7 } }]);
  });

  it('forgets what was left or deleted, and only then', async () => {
    const left = bench(204, null);
    await left.rooms.leave(7);
    expect(left.changes).toEqual([{ type: 'no-conversation', conversation: 7 }]);
    const refused = bench(409, { code: 'conflict' });
    const outcome = await refused.rooms.leave(7);
    expect(outcome.ok ? null : outcome.error.code).toBe('conflict');
    expect(refused.changes).toEqual([]);
    const removed = bench(204, null);
    await removed.rooms.remove(7, 'Studio');
    expect(removed.asked[0]).toMatchObject({ method: 'DELETE', body: { title: 'Studio' } });
  });

  it('asks for members by page and by name, and learns who they are', async () => {
    const { rooms, asked, changes } = bench(200, { members: [member], more: true });
    const page = await rooms.members(7, 'me', 5);
    expect(page).toEqual({ ok: true, value: { members: [member], more: true } });
    expect(asked[0]?.path).toBe('/conversations/7/members?limit=50&q=me&after=5');
    expect(changes).toMatchObject([{ type: 'users', users: [{ id: 3 }] }]);
    await rooms.members(7, '');
    expect(asked[1]?.path).toBe('/conversations/7/members?limit=50');
  });

  it('reads invitations, bans and open rooms', async () => {
    const view = bench(200, { kind: 'group', room });
    expect(await view.rooms.invitation('code')).toEqual({
      ok: true,
      value: { kind: 'group', room },
    });
    const found = bench(200, { rooms: [room], next: 'on' });
    expect(await found.rooms.find('', 'from')).toEqual({
      ok: true,
      value: { rooms: [room], next: 'on' },
    });
    expect(found.asked[0]?.path).toBe('/rooms?after=from');
    const at = '2026-06-14T09:00:00.000Z';
    const bans = bench(200, { bans: [{ user: user(3), by: 1, at }], more: false });
    expect(await bans.rooms.bans(7)).toMatchObject({ value: { bans: [{ by: 1 }], more: false } });
    const invite = {
      id: 4,
      code: 'x'.repeat(22),
      created_by: 1,
      created_at: at,
      uses: 0,
      max_uses: 1,
    };
    expect(await bench(201, invite).rooms.invite(7, { max_uses: 1 })).toEqual({
      ok: true,
      value: invite,
    });
  });

  it.each([
    ['members', { members: [{ user: user(3), role: 'king' }], more: false }],
    ['rooms', { rooms: [{ ...room, joined: 'yes' }] }],
  ])('takes no %s that are none', async (_, body) => {
    const { rooms } = bench(200, body);
    const answer = 'rooms' in body ? await rooms.find('') : await rooms.members(7, '');
    expect(answer.ok ? null : answer.error.code).toBe('unreadable');
  });
});
