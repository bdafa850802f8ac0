import { describe, expect, it } from 'vitest';
import { Api } from '../api/client';
import { Session } from './session.svelte';
import { SETTINGS, user } from './world.test_support';

const AT = '2026-06-14T09:00:00.000Z';
const own = (id: number) => ({ ...user(id), email: null, created_at: AT });

type Reply = readonly [status: number, body: unknown];

/** A server of few words: what it answers to each path, and who the cookie says is asking. */
function bench(cookie: number | null = null) {
  const server = {
    cookie,
    asked: [] as { path: string; user: string | null }[],
    down: false,
    demo: false,
  };
  const problem = (status: number, code: string): Reply => [status, { code }];
  const answer = async (request: Request): Promise<Reply> => {
    const path = new URL(request.url).pathname.replace('/api/v1', '');
    const claimed = request.headers.get('keepline-user');
    server.asked.push({ path, user: claimed });
    if (server.down) throw new TypeError('no network');
    if (path === '/server') return [200, { demo: server.demo }];
    if (path === '/login') {
      const { name, password } = (await request.json()) as { name: string; password: string };
      if (password !== 'right') return problem(401, 'wrong_credentials');
      server.cookie = Number(name);
      return [200, { user: own(server.cookie) }];
    }
    if (server.cookie === null) return problem(401, 'sign_in_required');
    if (claimed !== null && Number(claimed) !== server.cookie) return problem(409, 'other_user');
    if (path === '/me') return [200, own(server.cookie)];
    if (path === '/me/settings') return [200, SETTINGS];
    if (path === '/logout') {
      server.cookie = null;
      return [204, null];
    }
    return problem(404, 'not_found');
  };
  const api = new Api({
    base: 'http://keepline.test',
    fetch: async (request) => {
      const [status, body] = await answer(request);
      return new Response(body === null ? null : JSON.stringify(body), { status });
    },
  });
  const session = new Session(api);
  const phases: string[] = [];
  session.follow((phase) => phases.push(phase));
  return { server, api, session, phases };
}

describe('Session', () => {
  it('knows a demonstration, and takes a server that does not answer for none', async () => {
    const { session, server } = bench();
    expect(await session.isDemo()).toBe(false);
    server.demo = true;
    expect(await session.isDemo()).toBe(true);
    server.down = true;
    expect(await session.isDemo()).toBe(false);
  });

  it('finds out who is signed in', async () => {
    const { session, api } = bench(7);
    await session.load();
    expect([session.phase, session.me?.id, api.user]).toEqual(['signed-in', 7, 7]);
    expect(session.settings).toEqual(SETTINGS);
  });

  it('is a stranger’s without a cookie, and says where nobody answers', async () => {
    const { session, server } = bench();
    server.down = true;
    await session.load();
    expect([session.phase, session.error?.code]).toEqual(['loading', 'network']);
    server.down = false;
    await session.load();
    expect([session.phase, session.error]).toEqual(['anonymous', null]);
  });

  it('lets in with the right password only', async () => {
    const { session } = bench();
    await session.load();
    const wrong = await session.signIn('7', 'wrong');
    expect(wrong.ok ? null : wrong.error.code).toBe('wrong_credentials');
    expect(session.phase).toBe('anonymous');
    expect((await session.signIn('7', 'right')).ok).toBe(true);
    expect(session.phase).toBe('signed-in');
  });

  it('keeps the user when the session ends, and goes on when they are back', async () => {
    const { session, server, api } = bench(7);
    await session.load();
    server.cookie = null;
    await session.sessions();
    expect([session.phase, session.me?.id]).toEqual(['ended', 7]);
    await session.signIn('7', 'wrong');
    expect([session.phase, api.user]).toEqual(['ended', 7]);
    await session.signIn('7', 'right');
    expect(session.phase).toBe('signed-in');
  });

  it('notices that the user has come back in another tab, or somebody else', async () => {
    for (const [cookie, phase] of [
      [null, 'ended'],
      [7, 'signed-in'],
      [8, 'other-user'],
    ] as const) {
      const { session, server } = bench(7);
      await session.load();
      server.cookie = null;
      await session.sessions();
      server.cookie = cookie;
      await session.recheck();
      expect(session.phase).toBe(phase);
    }
  });

  it('asks where all seems well only if something says that it may not be', async () => {
    const { session, server } = bench(7);
    await session.load();
    server.asked.length = 0;
    await session.recheck();
    expect(server.asked).toEqual([]);
    await session.recheck(true);
    expect([session.phase, session.me?.id]).toEqual(['signed-in', 7]);
    server.cookie = 8;
    await session.recheck(true);
    expect(session.phase).toBe('other-user');
  });

  it('never goes on as somebody else', async () => {
    const { session, server, api } = bench(7);
    await session.load();
    server.cookie = 8;
    await session.sessions();
    expect([session.phase, session.me?.id]).toEqual(['other-user', 7]);
    // Every request of this page still names the user it believed in, so nothing is done.
    server.asked.length = 0;
    await session.patchMe({ display_name: 'x' });
    expect(server.asked).toEqual([{ path: '/me', user: '7' }]);
    expect(api.user).toBe(7);
  });

  it('takes a sign-in of somebody else over an ended page for what it is', async () => {
    const { session, server } = bench(7);
    await session.load();
    server.cookie = null;
    await session.sessions();
    await session.signIn('8', 'right');
    expect([session.phase, session.me?.id]).toEqual(['other-user', 7]);
  });

  it('signs out, also where the session was over already', async () => {
    for (const over of [false, true]) {
      const { session, server, api, phases } = bench(7);
      await session.load();
      if (over) server.cookie = null;
      expect((await session.signOut()).ok).toBe(true);
      expect([session.phase, session.me, api.user]).toEqual(['anonymous', null, null]);
      expect(phases[0]).toBe('loading');
    }
  });
});
