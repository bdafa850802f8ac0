import { describe, expect, it } from 'vitest';
import { wrapSelection } from './composing';

describe('wrapSelection', () => {
  it('puts the mark around and keeps the words selected', () => {
    expect(wrapSelection('say it loud', 4, 6, '**')).toEqual({
      text: 'say **it** loud',
      start: 6,
      end: 8,
    });
  });

  it('takes the mark away where it stands', () => {
    expect(wrapSelection('say **it** loud', 6, 8, '**')).toEqual({
      text: 'say it loud',
      start: 4,
      end: 6,
    });
  });

  it('opens a pair for an empty selection', () => {
    expect(wrapSelection('', 0, 0, '`')).toEqual({ text: '``', start: 1, end: 1 });
  });
});
