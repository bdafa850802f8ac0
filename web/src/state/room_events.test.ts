import { describe, expect, it } from 'vitest';
import { decodeEvent } from '../protocol/decode';
import { reduce } from './reduce';
import { emptyState, type State } from './types';
import { ME, user, World } from './world.test_support';

const AT = '2026-06-14T09:00:00.000Z';
const ROOM = 7;

function begun(): State {
  const world = new World();
  world.open(ROOM, 2);
  return reduce(emptyState(), { type: 'snapshot', snapshot: world.snapshot(), restored: false });
}

/** As it comes from the wire, so that the decoder is part of it. */
function told(state: State, id: number, type: string, data: unknown): State {
  const event = decodeEvent({ id, type, at: AT, conversation: ROOM, data }, 'event');
  expect(event).not.toBeNull();
  return event ? reduce(state, { type: 'event', event }) : state;
}

const settings = {
  title: 'Studio',
  topic: 'What is next',
  color: 3,
  access: 'private',
  history: 'joined',
  version: 20,
};

describe('a room', () => {
  it('is renamed, archived and brought back, and an older change does not undo a newer', () => {
    let state = told(begun(), 20, 'conversation', { ...settings, archived_at: AT });
    expect(state.conversations.get(ROOM)).toMatchObject({ title: 'Studio', archivedAt: AT });
    state = told(state, 21, 'conversation', { ...settings, title: 'Atelier', version: 21 });
    state = told(state, 20, 'conversation', settings);
    expect(state.conversations.get(ROOM)).toMatchObject({
      title: 'Atelier',
      topic: 'What is next',
      color: 3,
      archivedAt: null,
    });
    expect(state.wantedConversations.has(ROOM)).toBe(false);
  });

  it('is asked for again where more or less may be read than before', () => {
    const open = told(begun(), 20, 'conversation', { ...settings, access: 'open' });
    expect(open.wantedConversations.has(ROOM)).toBe(true);
    const all = told(begun(), 20, 'conversation', { ...settings, history: 'all' });
    expect(all.wantedConversations.has(ROOM)).toBe(true);
  });

  it('counts who comes and goes', () => {
    let state = told(begun(), 20, 'joined', {
      user: user(3),
      role: 'member',
      by: 3,
      member_count: 3,
    });
    expect(state.conversations.get(ROOM)?.memberCount).toBe(3);
    expect(state.users.get(3)?.name).toBe('user3');
    state = told(state, 21, 'left', {
      user: user(3),
      role: 'member',
      by: 2,
      why: 'removed',
      member_count: 2,
    });
    expect(state.conversations.get(ROOM)?.memberCount).toBe(2);
    state = told(state, 20, 'joined', { user: user(3), role: 'member', by: 3, member_count: 3 });
    expect(state.conversations.get(ROOM)?.memberCount).toBe(2);
  });

  it('gives the user a role, and silences them; what others are is not theirs', () => {
    const until = '2026-06-14T10:00:00.000Z';
    let state = told(begun(), 20, 'member', {
      user: user(ME),
      role: 'admin',
      by: 2,
      silenced_until: until,
    });
    state = told(state, 21, 'member', { user: user(2), role: 'owner', by: 2 });
    expect(state.conversations.get(ROOM)).toMatchObject({ role: 'admin', silencedUntil: until });
    state = told(state, 22, 'member', { user: user(ME), role: 'admin', by: 2 });
    expect(state.conversations.get(ROOM)?.silencedUntil).toBeNull();
  });

  it('is gone when the user has left or was removed, and when it was closed', () => {
    const removed = told(begun(), 20, 'left', {
      user: user(ME),
      role: 'member',
      by: 2,
      why: 'banned',
    });
    expect(removed.conversations.has(ROOM)).toBe(false);
    const closed = told(begun(), 20, 'closed', { by: 2 });
    expect(closed.conversations.has(ROOM)).toBe(false);
  });

  it('has been read as far as anybody else has, who has read furthest', () => {
    const first = begun();
    const direct = first.conversations.get(ROOM) ?? expect.fail();
    const room = { ...direct, kind: 'room' as const, peer: null };
    let state: State = { ...first, conversations: new Map([[ROOM, room]]) };
    state = reduce(state, { type: 'seen', conversation: ROOM, seq: 2 });
    expect(state.seen.get(ROOM)).toBe(2);
    state = told(state, 30, 'read', { user: 3, seq: 4 });
    state = told(state, 31, 'read', { user: 5, seq: 1 });
    state = reduce(state, { type: 'seen', conversation: ROOM, seq: 3 });
    expect(state.seen.get(ROOM)).toBe(4);
    expect(state.conversations.get(ROOM)?.peerRead.value).toBe(direct.peerRead.value);
    // The own mark on another device is none of it.
    state = told(state, 32, 'read', { user: ME, seq: 9 });
    expect([state.seen.get(ROOM), state.conversations.get(ROOM)?.read.value]).toEqual([4, 9]);
    // Of what is not known nothing is kept.
    expect(told(first, 33, 'read', { user: 2, seq: 1 }).seen.size).toBe(0);
    state = reduce(state, { type: 'no-conversation', conversation: ROOM });
    expect(state.seen.size).toBe(0);
  });
});
