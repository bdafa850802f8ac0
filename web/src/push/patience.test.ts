import { describe, expect, it } from 'vitest';
import { PARK_S } from './machine';
import { ALIKE_MS, Patience, SILENT_LEAST_MS } from './patience';

const after = (...cuts: number[]): Patience => {
  const patience = new Patience();
  for (const ms of cuts) patience.cut(ms);
  return patience;
};

describe('patience', () => {
  it('is what the server allows until a path proves shorter', () => {
    expect([new Patience().wait, new Patience().beat]).toEqual([PARK_S, PARK_S]);
  });

  it.each([
    ['one cut, which may be a server that died', [10_000], PARK_S],
    ['two after the same time, by somebody’s clock', [10_000, 10_400], 7],
    ['two after different times', [10_000, 10_000 + ALIKE_MS + 1], PARK_S],
    ['what ends at once', [1_000, 1_000], PARK_S],
    ['what is just not at once', [SILENT_LEAST_MS, SILENT_LEAST_MS], 2],
    ['what was silent for too long anyway', [25_000, 25_000], PARK_S],
    ['a shorter one later', [20_000, 20_000, 8_000, 8_000], 6],
    ['a longer one later, which was cut for something else', [8_000, 8_000, 20_000, 20_000], 6],
  ])('%s', (_, cuts, wait) => {
    expect(after(...cuts).wait).toBe(wait);
  });

  it('says when it has become less', () => {
    const patience = after(7_000);
    expect([patience.cut(7_100), patience.cut(7_000)]).toEqual([true, false]);
  });

  it('asks no stream to beat more often than the server lets one', () => {
    expect([after(3_000, 3_000).wait, after(3_000, 3_000).beat]).toEqual([2, 5]);
  });

  it('begins anew on another network', () => {
    const patience = after(7_000, 7_000);
    patience.forget();
    expect(patience.wait).toBe(PARK_S);
    expect(patience.cut(7_000)).toBe(false);
  });
});
