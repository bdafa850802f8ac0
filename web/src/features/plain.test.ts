import { describe, expect, it } from 'vitest';
import { plain } from './plain';

describe('plain', () => {
  it('takes the marks away and keeps the words', () => {
    expect(plain('hello **there**, it is `16:9` and *really* ~~old~~')).toBe(
      'hello there, it is 16:9 and really old',
    );
    expect(plain('see [the notes](https://example.org)')).toBe('see the notes');
    expect(plain('> quoted\n- one\n- two')).toBe('quoted one two');
    expect(plain('```css\n.a { b: c }\n```')).toBe('.a { b: c }');
  });

  it('leaves what only looks like a mark', () => {
    expect(plain('2 * 3 * 4')).toBe('2 * 3 * 4');
    expect(plain('snake_case_name')).toBe('snake_case_name');
  });

  it('takes a hostile text in no time', () => {
    const began = performance.now();
    for (const text of [
      '**'.repeat(8000),
      '*a_'.repeat(5000),
      '['.repeat(16_000),
      '`'.repeat(16_000),
    ]) {
      plain(text);
    }
    expect(performance.now() - began).toBeLessThan(200);
  });
});
