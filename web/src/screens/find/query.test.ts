import { describe, expect, it } from 'vitest';
import {
  asks,
  complete,
  openFilter,
  parse,
  pieces,
  split,
  toServer,
  withFilter,
  without,
} from './query';

const filters = (text: string) => parse(text).tokens.map((one) => `${one.filter}=${one.value}`);

describe('parse', () => {
  it('sets the filters apart from the words', () => {
    const query = parse('from:mei light  in:"The Studio" has:link 早上');
    expect(query.tokens.map((one) => one.value)).toEqual(['mei', 'The Studio', 'link']);
    expect(query.words).toBe('light 早上');
  });

  it('knows the colon of Chinese input, whatever the case', () => {
    expect(filters('From：mei 好')).toEqual(['from=mei']);
    expect(toServer('From：mei 好：的')).toBe('From:mei 好：的');
  });

  it('finds none inside a word, and none without a value', () => {
    expect(filters('https://a.example/in:x login:7')).toEqual([]);
    expect(parse('in: before:').tokens).toEqual([]);
    expect(parse('in: word').words).toBe('word');
  });

  it('says whether there is something to look for', () => {
    expect(asks(parse('after:2026-01-01'))).toBe(false);
    expect(asks(parse('after:2026-01-01 x'))).toBe(true);
    expect(asks(parse('in:7'))).toBe(true);
    expect(asks(parse('  '))).toBe(false);
  });
});

describe('the text with a filter more or less', () => {
  it('loses it, and the space beside it', () => {
    const text = 'one in:7 two';
    const token = parse(text).tokens[0];
    expect(token && without(text, token)).toBe('one two');
  });

  it('has one of each, quoted where it must be; has: several times', () => {
    expect(withFilter('light in:7', 'in', 'The Studio')).toBe('in:"The Studio" light');
    expect(withFilter('has:link', 'has', 'code')).toBe('has:code has:link');
  });

  it('is completed where a value is being written', () => {
    expect(openFilter('light from:me')).toEqual({ filter: 'from', value: 'me' });
    expect(openFilter('in:"The st')).toEqual({ filter: 'in', value: 'The st' });
    expect(openFilter('in:7 ')).toBeNull();
    expect(complete('light from:me', 'from', 'mei')).toBe('light from:mei ');
    expect(complete('in:"The st', 'in', 'The Studio')).toBe('in:"The Studio" ');
  });
});

describe('pieces', () => {
  it('are cut at code points, not within one', () => {
    expect(pieces('🎉🎉 早上好', [[3, 5]])).toEqual([
      { text: '🎉🎉 ', marked: false },
      { text: '早上', marked: true },
      { text: '好', marked: false },
    ]);
  });

  it('stay whole where the marks make no sense', () => {
    expect(pieces('abc', [[2, 1]])).toEqual([{ text: 'abc', marked: false }]);
    const overlapping = pieces('abcdef', [
      [0, 4],
      [2, 6],
    ]);
    expect(overlapping.map((one) => one.text).join('')).toBe('abcdef');
  });
});

describe('split', () => {
  it.each([
    ['', '', ''],
    ['light ', '', 'light '],
    ['in:4 ', 'in:4 ', ''],
    ['in:4', '', 'in:4'],
    ['in:4 light', 'in:4 ', 'light'],
    ['light in:4 more', 'in:4 ', 'light more'],
    ['light from:mei ', 'from:mei ', 'light '],
    ['has:link in:"The Studio" light from:m', 'has:link in:"The Studio" ', 'light from:m'],
    ['in: x', '', 'in: x'],
  ])('of "%s": "%s" is done, "%s" is being written', (text, head, rest) => {
    expect(split(text)).toEqual({ head, rest });
    expect(parse(head + rest)).toEqual(expect.objectContaining({ words: parse(text).words }));
  });
});
