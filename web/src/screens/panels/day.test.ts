import { describe, expect, it } from 'vitest';
import { dayText, startOf } from './day';

describe('a day', () => {
  it('begins at midnight where the reader is', () => {
    const begin = startOf('2026-06-14');
    expect([begin?.getFullYear(), begin?.getMonth(), begin?.getDate()]).toEqual([2026, 5, 14]);
    expect([begin?.getHours(), begin?.getMinutes()]).toEqual([0, 0]);
    expect(begin && dayText(begin)).toBe('2026-06-14');
  });

  it.each(['', '2026-02-30', '2026-6-14', 'today', '14.06.2026'])('%s is none', (text) =>
    expect(startOf(text)).toBeNull(),
  );
});
