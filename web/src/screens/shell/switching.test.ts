import { describe, expect, it } from 'vitest';
import type { SidebarRow } from '../../state/surface';
import { initials } from './pinyin';
import { found } from './switching';

function row(name: string, display: string): SidebarRow {
  const user = { id: 1, name, display_name: display, sex: null, age: null, version: 1 };
  return {
    key: name,
    conversation: null,
    person: { user, relation: 'friends', presence: null, lastSeen: null, conversation: null },
  };
}

const rows = [row('tomas', 'Tomás Sá'), row('mei', 'Mei Lin 林梅'), row('sam', 'Emil Meier')];
const keys = (query: string) => found(rows, query).map((one) => one.key);

describe('found', () => {
  it('shows everybody, most recent first, while nothing is wished', () => {
    expect(keys('  ')).toEqual(['tomas', 'mei', 'sam']);
  });

  it('puts a name that begins so before a word inside', () => {
    expect(keys('mei')).toEqual(['mei', 'sam']);
  });

  it('finds user names, and Chinese inside a name', () => {
    expect(keys('TOM')).toEqual(['tomas']);
    expect(keys('林')).toEqual(['mei']);
    expect(keys('zz')).toEqual([]);
  });

  it('finds by initials, and by those of how Chinese is read', () => {
    expect(keys('ts')).toEqual(['tomas']);
    expect(keys('lm')).toEqual(['mei']);
    expect(keys('em')).toEqual(['sam']);
  });
});

describe('initials', () => {
  it.each([
    ['林梅', 'lm'],
    ['读书会', 'dsh'],
    ['张伟', 'zw'],
    ['Mei Lin 林梅', 'mllm'],
    ['Studio', 's'],
    ['', ''],
  ])('of %s are %s', (text, letters) => expect(initials(text)).toBe(letters));
});
