import { describe, expect, it } from 'vitest';
import type { SidebarRow } from '../../state/surface';
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
});
