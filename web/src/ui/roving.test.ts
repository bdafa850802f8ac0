import { describe, expect, it } from 'vitest';
import { next, typeAhead } from './roving';

describe('next', () => {
  it('goes around at both ends', () => {
    expect(next('ArrowDown', 2, 3, { vertical: true })).toBe(0);
    expect(next('ArrowUp', 0, 3, { vertical: true })).toBe(2);
  });

  it('stops at the ends where it may not wrap', () => {
    expect(next('ArrowDown', 2, 3, { vertical: true, wrap: false })).toBeUndefined();
  });

  it('leaves the keys of the other direction alone', () => {
    expect(next('ArrowLeft', 1, 3, { vertical: true })).toBeUndefined();
    expect(next('ArrowLeft', 1, 3, { horizontal: true })).toBe(0);
  });

  it('knows Home and End, and nothing of an empty row', () => {
    expect(next('Home', 2, 3, {})).toBe(0);
    expect(next('End', 0, 3, {})).toBe(2);
    expect(next('End', 0, 0, {})).toBeUndefined();
  });
});

describe('typeAhead', () => {
  const texts = ['Block', 'Part', 'Profile'];

  it('finds the next one with this letter', () => {
    expect(typeAhead('p', 0, texts)).toBe(1);
    expect(typeAhead('p', 1, texts)).toBe(2);
    expect(typeAhead('p', 2, texts)).toBe(1);
  });

  it('keeps to the same one while a word is typed', () => {
    expect(typeAhead('pr', 2, texts)).toBe(2);
  });

  it('says when nothing begins so', () => {
    expect(typeAhead('x', 0, texts)).toBeUndefined();
  });
});
