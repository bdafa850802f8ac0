import { beforeAll, describe, expect, it } from 'vitest';
import { i18n } from '../../i18n/index.svelte';
import type { Notice } from '../../state/notices';
import type { ConversationState } from '../../state/types';
import { noticeLines } from './notice_text';

beforeAll(() => i18n.choose('en'));

const AT = '2026-06-14T09:00:00.000Z';
const ME = 1;
const name = (id: number): string => (id === ME ? 'You' : `User ${id}`);
const person = (id: number) => ({
  id,
  name: `user${id}`,
  display_name: `User ${id}`,
  sex: null,
  age: null,
  version: 0,
});
const lines = (...notices: Notice[]) =>
  noticeLines(notices, { name, me: ME }).map((line) => line.text);

let last = 0;
function joined(user: number, by = user): Notice {
  const id = ++last;
  const data = { user: person(user), role: 'member' as const, by };
  return { id, event: { id, type: 'joined', at: AT, conversation: 7, data } };
}
function left(user: number, why: 'left' | 'removed' | 'banned', by = user): Notice {
  const id = ++last;
  const data = { user: person(user), role: 'member' as const, by, why };
  return { id, event: { id, type: 'left', at: AT, conversation: 7, data } };
}
function stood(user: number, role: 'member' | 'admin', until?: string): Notice {
  const id = ++last;
  const data = { user: person(user), role, by: 2, ...(until ? { silenced_until: until } : {}) };
  return { id, event: { id, type: 'member', at: AT, conversation: 7, data } };
}
function changed(now: object): Notice {
  const id = ++last;
  const was = {
    title: 'Studio',
    topic: 'Then',
    color: 0,
    access: 'private',
    history: 'joined',
    version: 1,
  } as const;
  const data = { ...was, ...now, version: 2 };
  return {
    id,
    event: { id, type: 'conversation', at: AT, conversation: 7, data },
    before: { ...was, archivedAt: null } as unknown as ConversationState,
  };
}

describe('the lines between the messages', () => {
  it('say who came, by themselves or by whom', () => {
    expect(lines(joined(3), joined(4, 2), joined(ME, 2))).toEqual([
      'User 3 joined',
      'User 2 added User 4',
      'User 2 added you',
    ]);
  });

  it('say in one line that many came at once', () => {
    expect(lines(joined(3), joined(ME))).toEqual(['User 3 and you joined']);
    expect(lines(...[3, 4, 5, 6, 7, 8].map((id) => joined(id)))).toEqual([
      'User 3, User 4, User 5 and 3 others joined',
    ]);
  });

  it('say nothing of who made it: that is where it begins', () => {
    const made = joined(ME);
    if (made.event.type === 'joined') {
      const data = { ...made.event.data, role: 'owner' as const };
      expect(lines({ id: made.id, event: { ...made.event, data } })).toEqual([]);
    }
  });

  it('say who went, and how', () => {
    expect(lines(left(3, 'left'), left(3, 'removed', ME), left(3, 'banned', 2))).toEqual([
      'User 3 left',
      'You removed User 3',
      'User 2 banned User 3',
    ]);
  });

  it('say who is what now, and who is silenced', () => {
    expect(lines(stood(3, 'admin'), stood(ME, 'member', '9999-12-31T23:59:59.999Z'))).toEqual([
      'User 3: now admin',
      'User 2 silenced you',
    ]);
    expect(lines(stood(3, 'member', '2026-06-14T10:00:00.000Z'))[0]).toMatch(/until/);
    const lifted = { ...stood(3, 'member'), wasSilent: '9999-12-31T23:59:59.999Z' };
    expect(lines(lifted)).toEqual(['User 2 let User 3 write again']);
  });

  it('say what was changed, and nothing of a colour', () => {
    expect(lines(changed({ title: 'Atelier', topic: '' }))).toEqual([
      'The name is now “Atelier”. There is no topic any more',
    ]);
    expect(lines(changed({ archived_at: AT }))).toEqual(['It was archived']);
    expect(lines(changed({ access: 'open' }))).toEqual(['Anybody can find and join it now']);
    expect(lines(changed({ color: 4 }))).toEqual([]);
  });

  it('are written in Chinese as well', async () => {
    await i18n.choose('zh');
    expect(lines(joined(3), left(3, 'removed', 2))).toEqual([
      'User 3 加入了',
      'User 2 移出了 User 3',
    ]);
    await i18n.choose('en');
  });
});
