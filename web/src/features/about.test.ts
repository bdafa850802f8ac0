import { describe, expect, it } from 'vitest';
import { ageWrong, emailWrong, sexChoices } from './about';

describe('what people tell about themselves', () => {
  it('may be an age of at most 150, or none', () => {
    for (const text of ['', ' ', '0', '7', '42', ' 99 ', '100', '149', '150']) {
      expect(ageWrong(text), text).toBe(false);
    }
    for (const text of ['-1', '151', '1000', '07', '4.2', 'forty', '4 2', '١٢']) {
      expect(ageWrong(text), text).toBe(true);
    }
  });

  it('may be an address, or none', () => {
    for (const text of ['', ' ', 'a@b', ' yoana@example.org ', '林@例子.中国']) {
      expect(emailWrong(text), text).toBe(false);
    }
    for (const text of ['yoana', '@b', 'a@', 'a b@c', 'a@b@c']) {
      expect(emailWrong(text), text).toBe(true);
    }
  });

  it('may be a word of their own, which stays among the choices', () => {
    const words = { none: 'Not said', female: 'Female', male: 'Male', other: 'Other' };
    expect(sexChoices(words, null).map(({ value }) => value)).toEqual([
      'none',
      'female',
      'male',
      'other',
    ]);
    expect(sexChoices(words, 'female')).toHaveLength(4);
    expect(sexChoices(words, '女').at(-1)).toEqual({ value: '女', text: '女' });
  });
});
