import { describe, expect, it } from 'vitest';
import { SERVER_CODES } from '../api/client';
import { MemoryStore } from '../state/storage';
import { en } from './en';
import { ago, dayLabel, daysBetween, plural, shortTime, timeOfDay } from './format';
import { I18n, negotiate } from './index.svelte';
import { zh } from './zh';

/** Every text with its path; a function with its number of parameters. */
function flat(value: unknown, path = ''): [string, string | number][] {
  if (typeof value === 'function') return [[path, value.length]];
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, item]) => flat(item, `${path}.${key}`));
}

describe('the catalogues', () => {
  const english = new Map(flat(en));
  const chinese = new Map(flat(zh));

  it('have the same keys, taking as much', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, value] of english) expect(typeof chinese.get(key)).toBe(typeof value);
  });

  it('leave no text empty, and none untranslated by accident', () => {
    for (const [key, value] of chinese) expect(value, key).not.toBe('');
    for (const [key, value] of english) expect(value, key).not.toBe('');
    const same = [...english].filter(
      ([key, value]) => typeof value === 'string' && chinese.get(key) === value,
    );
    // Names and examples are the same in every language.
    expect(same.filter(([, value]) => /[a-z]{4,} [a-z]{2,}/.test(String(value)))).toEqual([]);
  });

  it('have a sentence for every error', () => {
    for (const code of SERVER_CODES) {
      expect(en.errors[code], code).toMatch(/[.?]$/);
      expect(zh.errors[code], code).toMatch(/[。？]$/);
    }
  });

  it('write Chinese with its own punctuation', () => {
    for (const [key, value] of chinese) {
      if (typeof value === 'string')
        expect(value, key).not.toMatch(/[\p{Script=Han}][,;:!?](?!\/)/u);
    }
  });
});

describe('format', () => {
  const now = new Date(2026, 5, 14, 10, 0);
  const daysAgo = (days: number): Date => new Date(2026, 5, 14 - days, 9, 5);

  it('names days as people do', () => {
    const label = (days: number): string[] => [
      dayLabel('en', daysAgo(days), now),
      dayLabel('zh', daysAgo(days), now),
    ];
    expect(label(0)).toEqual(['Today, 14 June', '今天 6月14日']);
    expect(label(1)).toEqual(['Yesterday, 13 June', '昨天 6月13日']);
    expect(label(2)).toEqual(['Friday, 12 June', '星期五 6月12日']);
    expect(label(6)[0]).toBe('Monday, 8 June');
    expect(label(7)).toEqual(['7 June', '6月7日']);
    expect(label(400)).toEqual(['10 May 2025', '2025年5月10日']);
  });

  it('shortens times in a narrow column', () => {
    expect(shortTime('en', daysAgo(0), now)).toBe('09:05');
    expect(shortTime('en', daysAgo(1), now)).toBe('Sat');
    expect(shortTime('zh', daysAgo(1), now)).toBe('周六');
    expect(shortTime('en', daysAgo(30), now)).toBe('15 May');
    expect(shortTime('en', daysAgo(400), now)).toBe('10/05/2025');
  });

  it('writes midnight as 00', () => {
    expect(timeOfDay('en', new Date(2026, 0, 1, 0, 3))).toBe('00:03');
    expect(timeOfDay('zh', new Date(2026, 0, 1, 0, 3))).toBe('00:03');
  });

  it('counts days by the calendar, not by hours', () => {
    expect(daysBetween(new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 29, 0, 1))).toBe(1);
    expect(daysBetween(new Date(2026, 2, 28, 12), new Date(2026, 2, 30, 11))).toBe(2);
  });

  it('never speaks of the future, because clocks differ', () => {
    expect(ago('en', new Date(now.getTime() + 5000), now)).toBe('now');
    expect(ago('en', new Date(now.getTime() - 5 * 60_000), now)).toBe('5 minutes ago');
    expect(ago('zh', new Date(now.getTime() - 3 * 3_600_000), now)).toBe('3小时前');
  });

  it('knows the plural of both', () => {
    expect([0, 1, 2].map((n) => plural('en', n, 'one', 'other'))).toEqual([
      'other',
      'one',
      'other',
    ]);
    expect([0, 1, 2].map((n) => plural('zh', n, 'one', 'other'))).toEqual([
      'other',
      'other',
      'other',
    ]);
  });
});

describe('I18n', () => {
  it.each([
    [['zh-TW', 'en'], 'zh'],
    [['fr', 'EN-us'], 'en'],
    [['fr'], 'en'],
    [[], 'en'],
  ])('of %j speaks %s', (wanted, language) => {
    expect(negotiate(wanted)).toBe(language);
  });

  it('remembers what was chosen, and follows the browser otherwise', async () => {
    const store = new MemoryStore();
    const i18n = new I18n(store, () => ['zh-CN']);
    await i18n.start();
    expect([i18n.language, i18n.chosen, document.documentElement.lang]).toEqual([
      'zh',
      '',
      'zh-CN',
    ]);
    await i18n.choose('en');
    expect(i18n.t).toBe(en);
    const later = new I18n(store, () => ['zh-CN']);
    await later.start();
    expect([later.language, later.chosen]).toEqual(['en', 'en']);
    await later.choose('');
    expect(later.t).toBe(zh);
  });

  it('lets the last of two quick choices win', async () => {
    const i18n = new I18n(new MemoryStore(), () => []);
    await Promise.all([i18n.choose('zh'), i18n.choose('en')]);
    expect(i18n.language).toBe('en');
  });
});
