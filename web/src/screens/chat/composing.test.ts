import { describe, expect, it } from 'vitest';
import { wrapCode, wrapSelection } from './composing';
import type { Edit } from './editing';

/** A text with what is selected between brackets, before and after. */
function marked(text: string, edit: (text: string, start: number, end: number) => Edit): string {
  const start = text.indexOf('[');
  const end = text.indexOf(']') - 1;
  const plain = text.replace(/[[\]]/g, '');
  const made = edit(plain, start, end);
  const after = plain.slice(0, made.from) + made.text + plain.slice(made.to);
  return `${after.slice(0, made.start)}[${after.slice(made.start, made.end)}]${after.slice(made.end)}`;
}

const wrap = (mark: string) => (text: string, start: number, end: number) =>
  wrapSelection(text, start, end, mark);

describe('wrapSelection', () => {
  it('puts the mark around and keeps the words selected', () => {
    expect(marked('say [it] loud', wrap('**'))).toBe('say **[it]** loud');
  });

  it('takes the mark away where it stands', () => {
    expect(marked('say **[it]** loud', wrap('**'))).toBe('say [it] loud');
    expect(marked('say ~~[it]~~', wrap('~~'))).toBe('say [it]');
  });

  it('opens a pair for an empty selection', () => {
    expect(marked('[]', wrap('`'))).toBe('`[]`');
  });

  it('knows bold from italic', () => {
    expect(marked('**[it]**', wrap('*'))).toBe('***[it]***');
    expect(marked('*[it]*', wrap('**'))).toBe('***[it]***');
    expect(marked('***[it]***', wrap('*'))).toBe('**[it]**');
    expect(marked('***[it]***', wrap('**'))).toBe('*[it]*');
  });
});

describe('wrapCode', () => {
  it('stays within a line, and makes a block of several', () => {
    expect(marked('a [b] c', wrapCode)).toBe('a `[b]` c');
    expect(marked('[one\ntwo]', wrapCode)).toBe('```\n[one\ntwo]\n```');
    expect(marked('so: [one\ntwo\n]!', wrapCode)).toBe('so: \n```\n[one\ntwo]\n```\n!');
  });
});
