import type { Edit } from './editing';

/** The longest text of a message, in code points. */
export const kTextMax = 16_000;

/** Puts a mark on both sides of the selection, or takes it away where it already stands there. */
export function wrapSelection(text: string, start: number, end: number, mark: string): Edit {
  const inner = text.slice(start, end);
  const { length } = mark;
  if (isMark(text.slice(0, start), mark, 'end') && isMark(text.slice(end), mark, 'start')) {
    return {
      from: start - length,
      to: end + length,
      text: inner,
      start: start - length,
      end: end - length,
    };
  }
  return {
    from: start,
    to: end,
    text: mark + inner + mark,
    start: start + length,
    end: end + length,
  };
}

/** Whether a text ends or begins with exactly this mark: `**` is no `*` beside another. */
function isMark(text: string, mark: string, side: 'start' | 'end'): boolean {
  const sign = mark.charAt(0);
  let run = 0;
  while (text.charAt(side === 'end' ? text.length - 1 - run : run) === sign) run++;
  // Three are both: bold and italic.
  return run === mark.length || (run === 3 && mark.length < 3);
}

/** Code: within a line between marks, over several lines as a block of its own. */
export function wrapCode(text: string, start: number, end: number): Edit {
  const inner = text.slice(start, end);
  if (!inner.includes('\n')) return wrapSelection(text, start, end, '`');
  const before = start === 0 || text.charAt(start - 1) === '\n' ? '```\n' : '\n```\n';
  const after = end === text.length || text.charAt(end) === '\n' ? '\n```' : '\n```\n';
  return {
    from: start,
    to: end,
    text: before + inner.replace(/\n$/, '') + after,
    start: start + before.length,
    end: start + before.length + inner.replace(/\n$/, '').length,
  };
}
