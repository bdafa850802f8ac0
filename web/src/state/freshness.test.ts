import { describe, expect, it } from 'vitest';
import type { Conversation } from '../protocol/types';
import { reduce } from './reduce';
import { emptyState, type ConversationState, type State } from './types';
import { ME, World } from './world.test_support';

// What a request answers about a conversation, held against what the stream tells meanwhile.

function begun(world: World): State {
  return reduce(emptyState(), { type: 'snapshot', snapshot: world.snapshot(), restored: false });
}

function tell(state: State, world: World, from: number): State {
  return world.log.slice(from).reduce((sum, event) => reduce(sum, { type: 'event', event }), state);
}

const of = (state: State): ConversationState => state.conversations.get(1) ?? expect.fail();
const answer = (world: World): Conversation => world.conversation(1) ?? expect.fail();

/** A conversation of one message that somebody has reacted to, so that its last event is an older. */
function reacted(): { world: World; state: State } {
  const world = new World();
  world.open(1, 11);
  world.say(1, 11, 'one');
  const before = begun(world);
  const told = world.log.length;
  world.react(1, 1, 11, '👍', true);
  return { world, state: tell(before, world, told) };
}

describe('the freshness of an answer', () => {
  it('is not judged by the last event: an answer asked for after a reaction counts', () => {
    const { world, state } = reacted();
    expect(of(state).lastEvent).toBe(answer(world).last_event);
    expect(of(state).heard).toBeGreaterThan(of(state).lastEvent);
    const asked = of(state).heard;
    const conversation = { ...answer(world), title: 'new', member_count: 7 };
    const next = reduce(state, { type: 'conversation', conversation, asked });
    expect(of(next)).toMatchObject({ title: 'new', memberCount: 7, heard: asked });
  });

  it('is less than what was told since it was asked for', () => {
    const { world, state } = reacted();
    const asked = of(state).heard;
    const old = answer(world);
    const told = world.log.length;
    world.say(1, 11, 'two');
    world.keep(1, { top: true });
    const next = reduce(tell(state, world, told), {
      type: 'conversation',
      conversation: old,
      asked,
    });
    expect(of(next)).toMatchObject({ lastSeq: 2, mine: { top: true } });
    expect(of(next).lastMessage?.text).toBe('two');
  });

  it('is unknown where nobody knows when it was asked for; its newer settings still count', () => {
    const { world, state } = reacted();
    const conversation = { ...answer(world), member_count: 7, title: 'new', version: 9 };
    const next = reduce(state, { type: 'conversation', conversation });
    expect(of(next)).toMatchObject({ memberCount: 2, title: 'new', version: 9 });
  });

  it('is less than an own message whose event is still to come', () => {
    const { world, state } = reacted();
    const asked = of(state).heard;
    const old = answer(world);
    const message = world.send(1, 'n', 'mine') ?? expect.fail();
    const sent = reduce(state, { type: 'sent', nonce: 'n', message });
    const next = reduce(sent, { type: 'conversation', conversation: old, asked });
    expect(of(next).lastSeq).toBe(2);
    const last = tell(next, world, world.log.length - 1);
    expect([of(last).lastSeq, of(last).read.value]).toEqual([2, 2]);
    expect(message.sender).toBe(ME);
  });
});
