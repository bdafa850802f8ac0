import { describe, expect, it } from 'vitest';
import { decodeEvent } from '../protocol/decode';
import { placed } from './notices';
import { reduce } from './reduce';
import type { TimelineRow } from './surface';
import { emptyState, type State } from './types';
import { ME, user, World } from './world.test_support';

const AT = '2026-06-14T09:00:00.000Z';
const ROOM = 7;

function begun(): State {
  const world = new World();
  world.open(ROOM, 2);
  return reduce(emptyState(), { type: 'snapshot', snapshot: world.snapshot(), restored: false });
}

function told(state: State, id: number, type: string, data: unknown): State {
  const event = decodeEvent({ id, type, at: AT, conversation: ROOM, data }, 'event');
  return event ? reduce(state, { type: 'event', event }) : expect.fail();
}

const joined = (id: number) => ({ user: user(id), role: 'member', by: id, member_count: 3 });
const ids = (state: State) => (state.notices.get(ROOM) ?? []).map((notice) => notice.id);

const settings = {
  title: 'Studio',
  topic: '',
  color: 0,
  access: 'private',
  history: 'joined',
  version: 30,
};

describe('a notice', () => {
  it('is kept of who comes, goes and changes, once, in order', () => {
    let state = told(begun(), 20, 'joined', joined(3));
    state = told(state, 20, 'joined', joined(3));
    state = told(state, 21, 'member', { user: user(3), role: 'admin', by: ME });
    state = told(state, 22, 'left', { ...joined(3), why: 'removed', by: ME });
    expect(ids(state)).toEqual([20, 21, 22]);
  });

  it('of a change knows what it was before', () => {
    const state = told(begun(), 30, 'conversation', settings);
    const [notice] = state.notices.get(ROOM) ?? [];
    expect(notice && 'before' in notice && notice.before.version).toBe(
      begun().conversations.get(ROOM)?.version,
    );
    // The same change told again is none.
    expect(ids(told(state, 31, 'conversation', settings))).toEqual([30]);
  });

  it('of a silence lifted knows that there was one', () => {
    const silenced_until = '9999-12-31T23:59:59.999Z';
    let state = told(begun(), 20, 'member', {
      user: user(3),
      role: 'member',
      by: ME,
      silenced_until,
    });
    state = told(state, 21, 'member', { user: user(3), role: 'member', by: ME });
    const notice = state.notices.get(ROOM)?.at(-1);
    expect(notice && 'wasSilent' in notice && notice.wasSilent).toBe(silenced_until);
  });

  it('wants whoever did it to be known', () => {
    const state = told(begun(), 20, 'left', { ...joined(3), why: 'removed', by: 99 });
    expect(state.wantedUsers.has(99)).toBe(true);
  });

  it('is not kept of who left themselves, and goes with the room', () => {
    let state = told(begun(), 20, 'joined', joined(3));
    state = told(state, 21, 'left', { ...joined(ME), user: user(ME), why: 'banned', by: 3 });
    expect(state.notices.has(ROOM)).toBe(false);
  });

  it('is one of the latest hundred', () => {
    let state = begun();
    for (let id = 100; id < 300; id++) state = told(state, id, 'joined', joined(id));
    expect(ids(state)).toHaveLength(100);
    expect(ids(state).at(-1)).toBe(299);
  });
});

describe('the place of a notice', () => {
  const state = told(told(begun(), 20, 'joined', joined(3)), 40, 'joined', joined(4));
  const row = (id: number | null) => ({ key: `k${id}`, id }) as TimelineRow;
  const keys = (rows: TimelineRow[], atStart: boolean, hasNewer: boolean) => [
    ...placed(state, { id: ROOM, rows, atStart, hasNewer }).keys(),
  ];

  it('is below the message before it', () => {
    expect(keys([row(15), row(25), row(null)], false, false)).toEqual(['k15', 'k25']);
  });

  it('is above all at the very start, and nowhere where older ones are not shown', () => {
    expect(keys([row(25)], true, false)).toEqual(['', 'k25']);
    expect(keys([row(25)], false, false)).toEqual(['k25']);
    expect(keys([], true, false)).toEqual(['']);
  });

  it('is not shown where the newest messages are not', () => {
    expect(keys([row(15), row(25)], false, true)).toEqual(['k15']);
  });
});
