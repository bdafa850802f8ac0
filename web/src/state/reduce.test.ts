import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conversation } from '../protocol/types';
import { TYPING_MS } from './presence';
import { type Change, reduce } from './reduce';
import { emptyState, type State } from './types';
import { personOf } from './selectors';
import { ME, SETTINGS, user, World } from './world.test_support';

/** What two ways to the same truth must agree on; the event ids on the way are not part of it. */
function truth(state: State): unknown {
  const relations = [...state.relations].filter(([, register]) => register.value !== 'none');
  return {
    me: state.me.value,
    settings: state.settings.value,
    relations: relations.map(([id, register]) => [id, register.value]).sort(byFirst),
    conversations: [...state.conversations.values()]
      .map((item) => ({
        id: item.id,
        peer: item.peer,
        lastSeq: item.lastSeq,
        last: item.lastMessage,
        mentions: item.mentions,
        mine: item.mine,
        read: item.read.value,
        peerRead: item.peerRead.value,
      }))
      .sort((a, b) => a.id - b.id),
  };
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return Number(a[0]) - Number(b[0]);
}

function load(world: World, state = emptyState(), restored = false): State {
  return reduce(state, { type: 'snapshot', snapshot: world.snapshot(), restored });
}

/** Answers what the state has asked for, as the store does. */
function serve(world: World, state: State): State {
  let next = state;
  for (const id of state.wantedConversations) {
    const conversation = world.conversation(id);
    next = reduce(
      next,
      conversation
        ? { type: 'conversation', conversation, asked: state.conversations.get(id)?.heard }
        : { type: 'no-conversation', conversation: id },
    );
  }
  return next;
}

type Act = (world: World) => void;
const room = fc.integer({ min: 1, max: 3 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(room, fc.boolean(), fc.constantFrom('a', 'b', 'hey @me')).map(
      ([id, own, text]): Act =>
        (world) =>
          void world.say(id, own ? ME : id + 10, text),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(room, fc.boolean(), fc.nat(12), fc.boolean()).map(
      ([id, own, seq, lower]): Act =>
        (world) =>
          world.read(id, own ? ME : id + 10, seq, own && lower),
    ),
  },
  room.map(
    (id): Act =>
      (world) =>
        world.open(id, id + 10),
  ),
  fc.tuple(room, fc.nat(12), fc.string({ minLength: 1, maxLength: 3 }), fc.boolean()).map(
    ([id, seq, text, named]): Act =>
      (world) =>
        world.edit(id, seq, text, named),
  ),
  fc.tuple(room, fc.nat(12)).map(
    ([id, seq]): Act =>
      (world) =>
        world.remove(id, seq),
  ),
  fc.tuple(room, fc.nat(12), fc.boolean(), fc.constantFrom('👍', '🎉'), fc.boolean()).map(
    ([id, seq, own, emoji, on]): Act =>
      (world) =>
        world.react(id, seq, own ? ME : id + 10, emoji, on),
  ),
  fc
    .tuple(room, fc.nat(12), fc.constantFrom('pinned' as const, 'saved' as const), fc.boolean())
    .map(
      ([id, seq, mark, on]): Act =>
        (world) =>
          world.mark(id, seq, mark, on),
    ),
  fc.tuple(room, fc.constantFrom('all' as const, 'mentions' as const), fc.boolean()).map(
    ([id, level, top]): Act =>
      (world) =>
        world.keep(id, { level, top }),
  ),
  fc.tuple(room, fc.nat(12)).map(
    ([id, seq]): Act =>
      (world) =>
        void world.say(id, id + 10, 'yes', seq),
  ),
  fc.tuple(room, fc.constantFrom('none', 'requested', 'incoming', 'friends', 'blocked')).map(
    ([id, state]): Act =>
      (world) =>
        world.relate(id + 10, state as 'none'),
  ),
  fc.string({ minLength: 1, maxLength: 4 }).map(
    (name): Act =>
      (world) =>
        world.rename(name),
  ),
  fc.boolean().map(
    (receipts): Act =>
      (world) =>
        world.set({ receipts }),
  ),
);

describe('reduce', () => {
  // Goal: loading a snapshot and applying what followed gives exactly the snapshot loaded later.
  // Method: a random history; the client starts somewhere in it, batches are cut anywhere, any
  // stretch is told again, and in between the stream may break and a snapshot be loaded anew.
  it('comes to the same truth by every way', () => {
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(20)), { maxLength: 30 }),
        fc.nat(20),
        (acts, ways, startAt) => {
          const world = new World();
          world.open(1, 11);
          acts.slice(0, startAt).forEach((one) => one(world));
          let state = load(world);
          state = reduce(state, { type: 'opened', conversation: 1 });
          const first = world.page(1, {}, 5);
          state = reduce(state, {
            type: 'page',
            conversation: 1,
            request: { kind: 'newest', upTo: world.rooms.get(1)?.messages.length ?? 0 },
            ...first,
          });
          let seen = world.log.length;
          let base = seen;
          let next = startAt;
          for (const [forward, back, reset] of ways) {
            acts.slice(next, next + forward).forEach((one) => one(world));
            next += forward;
            if (reset === 0) {
              // What a break of the stream may have hidden is read again, as a visit does.
              state = reduce(load(world, state), { type: 'dropped', conversation: 1 });
              state = reduce(state, { type: 'opened', conversation: 1 });
              state = reduce(state, {
                type: 'page',
                conversation: 1,
                request: { kind: 'newest', upTo: world.rooms.get(1)?.messages.length ?? 0 },
                ...world.page(1, {}, 5),
              });
              base = seen = world.log.length;
              continue;
            }
            // What a snapshot holds already is not told again: the cursor came with it.
            for (const event of world.log.slice(Math.max(base, seen - back))) {
              state = reduce(state, { type: 'event', event });
              if (reset % 3 === 0) state = serve(world, state);
            }
            seen = world.log.length;
            state = serve(world, state);
          }
          acts.slice(next).forEach((one) => one(world));
          for (const event of world.log.slice(seen))
            state = reduce(state, { type: 'event', event });
          state = serve(world, state);
          expect(truth(state)).toEqual(truth(load(world)));
          const known = state.timelines.get(1) ?? [];
          const all = world.rooms.get(1)?.messages ?? [];
          // No stretch lacks a message of its range, and none has one twice.
          for (const segment of known) {
            const wanted = all.filter(({ seq }) => seq >= segment.from && seq <= segment.to);
            expect(segment.messages).toEqual(wanted);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('skips an event that is older than what it knows', () => {
    const world = new World();
    world.relate(11, 'incoming');
    world.relate(11, 'friends');
    const [first, second] = world.log;
    let state = load(new World());
    for (const event of [second, first, second]) {
      if (event) state = reduce(state, { type: 'event', event });
    }
    expect(state.relations.get(11)?.value).toBe('friends');
  });

  it('counts unread from the mark, also after it was moved back', () => {
    const world = new World();
    world.open(1, 11);
    for (let n = 0; n < 5; n++) world.say(1, 11, 'hello');
    let state = load(world);
    const seen = world.log.length;
    world.read(1, ME, 5, false);
    world.read(1, ME, 2, true);
    for (const event of world.log.slice(seen)) state = reduce(state, { type: 'event', event });
    expect(state.conversations.get(1)?.read.value).toBe(2);
  });

  it('shows typing for six seconds, and no longer than until the message', () => {
    const signal = { kind: 'typing', user: 11, conversation: 1, data: { typing: true } } as const;
    const typing = reduce(load(new World()), { type: 'signal', signal, now: 1000 });
    expect(reduce(typing, { type: 'expire', now: 1000 + TYPING_MS - 1 }).typing).toHaveLength(1);
    expect(reduce(typing, { type: 'expire', now: 1000 + TYPING_MS }).typing).toHaveLength(0);
    const world = new World();
    world.open(1, 11);
    world.say(1, 11, 'here');
    const event = world.log.at(-1);
    expect(event && reduce(typing, { type: 'event', event }).typing).toEqual([]);
  });

  it('asks for a profile only where its version is new', () => {
    const world = new World();
    world.relate(11, 'friends');
    const state = load(world);
    const signal = (version: number): Change => ({
      type: 'signal',
      signal: { kind: 'profile', user: 11, data: { version } },
      now: 0,
    });
    expect(reduce(state, signal(0)).wantedUsers.size).toBe(0);
    const wanting = reduce(state, signal(7));
    expect([...wanting.wantedUsers]).toEqual([11]);
    const answered = reduce(wanting, { type: 'users', users: [user(11, 7, 'new')] });
    expect(answered.wantedUsers.size).toBe(0);
    expect(
      reduce(answered, { type: 'users', users: [user(11, 3, 'old')] }).users.get(11)?.name,
    ).toBe('new');
  });

  it('asks for the conversation with somebody whose profile changed, and takes what it says', () => {
    const world = new World();
    world.relate(11, 'friends');
    world.open(1, 11);
    world.open(2, 12);
    world.say(1, 11, 'one');
    let state = load(world);
    const told = (): number | null | undefined => state.conversations.get(1)?.peerRead.value;
    const ask = (): void => {
      const signal = { kind: 'profile', user: 11, data: { version: 0 } } as const;
      state = reduce(state, { type: 'signal', signal, now: 0 });
      expect([...state.wantedConversations]).toEqual([1]);
    };
    const answer = (shows: boolean): void => {
      const { peer_read_seq, ...rest } = world.conversation(1) ?? expect.fail();
      const conversation = shows ? { ...rest, peer_read_seq } : rest;
      state = reduce(state, { type: 'conversation', conversation: conversation as Conversation });
      expect(state.wantedConversations.size).toBe(0);
    };
    ask();
    answer(false);
    expect(told()).toBeNull();
    ask();
    answer(true);
    expect(told()).toBe(1);
    // Also where the stream was quicker with something else.
    ask();
    const { heard = 0 } = state.conversations.get(1) ?? {};
    const head = { id: heard + 5, type: 'message' as const, at: '', conversation: 1, seq: 2 };
    state = reduce(state, { type: 'event', event: { ...head, data: { sender: 1, text: 'x' } } });
    answer(false);
    expect([told(), state.conversations.get(1)?.lastSeq]).toEqual([null, 2]);
  });

  it('drops what may be of another history when the database was restored', () => {
    const world = new World();
    world.open(1, 11);
    world.say(1, 11, 'before');
    let state = reduce(load(world), { type: 'opened', conversation: 1 });
    state = reduce(state, {
      type: 'page',
      conversation: 1,
      request: { kind: 'newest', upTo: 1 },
      ...world.page(1, {}, 50),
    });
    expect(load(world, state).timelines.get(1)).toHaveLength(1);
    expect(load(world, state, true).timelines.get(1)).toEqual([]);
  });

  it('shows friends as they are seen: online, busy or gone', () => {
    const world = new World();
    world.relate(11, 'friends');
    let state = load(world);
    const seen = () => personOf(state, 11)?.presence;
    const tell = (data: { online: boolean; busy?: boolean }) => {
      const signal = { kind: 'presence' as const, user: 11, data };
      state = reduce(state, { type: 'signal', signal, now: 0 });
      return seen();
    };
    expect(seen()).toBe('offline');
    expect(tell({ online: true })).toBe('online');
    expect(tell({ online: true, busy: true })).toBe('busy');
    expect(tell({ online: true })).toBe('online');
    expect(tell({ online: false })).toBe('offline');
    const relation = { user: user(11), state: 'friends' as const, online: true, busy: true };
    state = reduce(state, { type: 'relation', relation });
    expect(seen()).toBe('busy');
    const snapshot = { ...world.snapshot(), relations: [relation] };
    state = reduce(load(world), { type: 'snapshot', snapshot, restored: false });
    expect(seen()).toBe('busy');
    state = reduce(state, { type: 'unrelated', user: 11 });
    expect(seen()).toBeNull();
  });

  it('tells lists that hold a copy of a message that it was deleted', () => {
    const world = new World();
    world.open(1, 11);
    const { id } = world.say(1, 11, 'one') ?? expect.fail();
    let state = load(world);
    world.mark(1, 1, 'saved', true);
    world.remove(1, 1);
    for (const event of world.log.slice(-2)) state = reduce(state, { type: 'event', event });
    expect(state.marks.get(id)).toEqual({ saved: true, deleted: true });
  });

  it('changes nothing it was given', () => {
    const before = load(new World());
    const frozen = JSON.stringify([...before.relations]);
    reduce(before, {
      type: 'relation',
      relation: { user: user(11), state: 'friends', online: true },
    });
    expect(JSON.stringify([...before.relations])).toBe(frozen);
    expect(before.settings.value).toEqual(SETTINGS);
  });
});
