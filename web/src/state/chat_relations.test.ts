import { describe, expect, it } from 'vitest';
import { done, type Outcome } from '../api/errors';
import type { Relation, RelationState } from '../protocol/types';
import { Bench } from './chat.test_support';
import { user } from './world.test_support';

describe('a relation', () => {
  /** Requests whose answers come when the test lets them. */
  const asked = (bench: Bench) => {
    let befriended: (answer: Outcome<Relation>) => void = () => undefined;
    let unfriended: (answer: Outcome) => void = () => undefined;
    bench.requests.befriend = () => new Promise((resolve) => (befriended = resolve));
    bench.requests.unfriend = () => new Promise((resolve) => (unfriended = resolve));
    return {
      says: (state: RelationState) => {
        befriended(done({ user: user(12), state }));
      },
      isGone: () => {
        unfriended(done());
      },
    };
  };

  it('is what an answer says where the stream has not told of it', async () => {
    const bench = new Bench().sync();
    const answer = asked(bench);
    const request = bench.chat.requestFriend(12);
    answer.says('requested');
    expect(await request).toEqual(done('requested'));
    expect(bench.chat.person(12)?.relation).toBe('requested');
    const withdrawal = bench.chat.withdraw(12);
    answer.isGone();
    await withdrawal;
    expect(bench.chat.person(12)?.relation).toBe('none');
  });

  it('stays what the stream told while an older answer was on its way', async () => {
    const bench = new Bench().sync();
    const answer = asked(bench);
    const request = bench.chat.requestFriend(12);
    bench.world.relate(12, 'requested');
    bench.world.relate(12, 'friends');
    bench.tell();
    answer.says('requested');
    await request;
    expect(bench.chat.person(12)?.relation).toBe('friends');
    const parting = bench.chat.part(12);
    bench.world.relate(12, 'none');
    bench.world.relate(12, 'incoming');
    bench.tell();
    answer.isGone();
    await parting;
    expect(bench.chat.person(12)?.relation).toBe('incoming');
  });
});
