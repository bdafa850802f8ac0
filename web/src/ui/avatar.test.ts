import { describe, expect, it } from 'vitest';
import { hue, initials } from './avatar';

describe('initials', () => {
  it('takes the first letters of two words', () => {
    expect(initials('Tomás Sá')).toBe('TS');
    expect(initials('liger_zql')).toBe('LZ');
  });

  it('takes two letters of a single word', () => {
    expect(initials('echo')).toBe('EC');
  });

  it('takes one character of a name in Chinese, also beside a Latin one', () => {
    expect(initials('张伟')).toBe('张');
    expect(initials('Mei Lin 林梅')).toBe('林');
  });

  it('keeps a character outside the first plane whole', () => {
    expect(initials('𠮷田')).toBe('𠮷');
  });

  it('has something to show for a name without letters', () => {
    expect(initials('🙂')).toBe('🙂');
    expect(initials('')).toBe('?');
  });
});

describe('hue', () => {
  it('is one of eight, the same each time', () => {
    for (let id = 1; id < 500; id++) {
      expect(hue(id)).toBeGreaterThanOrEqual(1);
      expect(hue(id)).toBeLessThanOrEqual(8);
      expect(hue(id)).toBe(hue(id));
    }
  });

  it('gives neighbours all the hues', () => {
    expect(new Set(Array.from({ length: 40 }, (_, index) => hue(index + 1))).size).toBe(8);
  });

  it('takes the largest id there can be', () => {
    expect(hue(Number.MAX_SAFE_INTEGER)).toBeGreaterThanOrEqual(1);
  });
});
