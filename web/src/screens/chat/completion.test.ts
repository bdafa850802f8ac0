import { describe, expect, it } from 'vitest';
import { fitting, tokenAt } from './completion';

/** The token before the bar. */
function at(text: string) {
  const cursor = text.includes('|') ? text.indexOf('|') : text.length;
  const found = tokenAt(text.replace('|', ''), cursor);
  return found && `${found.kind}${found.query} ${found.start}-${found.end}`;
}

describe('tokenAt', () => {
  it('finds names after @, also at the beginning and right behind Chinese', () => {
    expect(at('@')).toBe('@ 0-1');
    expect(at('hello @me')).toBe('@me 6-9');
    expect(at('(@mei')).toBe('@mei 1-5');
    expect(at('你好@mei')).toBe('@mei 2-6');
    expect(at('你好 ＠林')).toBe('@林 3-5');
    expect(at('@me| and more')).toBe('@me 0-3');
  });

  it('sees no name in an address', () => {
    expect(at('write to mei@example')).toBeNull();
    expect(at('mei @ home')).toBeNull();
  });

  it('finds emoji after a colon and two letters', () => {
    expect(at(':sm')).toBe(':sm 0-3');
    expect(at('so :+1')).toBe(':+1 3-6');
    expect(at('so ：笑')).toBe(':笑 3-5');
    for (const text of [
      ':',
      ':D',
      ':s',
      'at 10:30',
      'http://a',
      'note:well',
      '他说：好的',
      'a::bc',
    ]) {
      expect(at(text), text).toBeNull();
    }
  });

  it('finds rooms after #', () => {
    expect(at('#')).toBe('# 0-1');
    expect(at('see #print')).toBe('#print 4-10');
    expect(at('去 #读书')).toBe('#读书 2-5');
    expect(at('# heading')).toBeNull();
    expect(at('issue#12')).toBeNull();
  });

  it('leaves code alone', () => {
    expect(at('`@me')).toBeNull();
    expect(at('`x` @me')).toBe('@me 4-7');
    expect(at('```\n@me')).toBeNull();
    expect(at('```\nx\n```\n@me')).toBe('@me 10-13');
  });
});

describe('fitting', () => {
  it('puts beginnings first, then words, then anything inside', () => {
    const names = ['Anna Meier', 'Tomei', 'Mei Lin', '林梅'];
    expect(fitting('mei', names, (name) => [name])).toEqual(['Mei Lin', 'Anna Meier', 'Tomei']);
    expect(fitting('梅', names, (name) => [name])).toEqual(['林梅']);
    expect(fitting('', names, (name) => [name])).toEqual(names);
  });
});
