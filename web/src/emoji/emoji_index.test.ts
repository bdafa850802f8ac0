import { describe, expect, it } from 'vitest';
import { GROUPS, loadEmoji, searchEmoji } from './emoji_index';

async function found(language: 'en' | 'zh', query: string): Promise<string[]> {
  return searchEmoji(await loadEmoji(language), query, 8).map((one) => one.emoji);
}

describe('the emoji', () => {
  it('are all there, in nine groups, each with a name in both languages', async () => {
    for (const language of ['en', 'zh'] as const) {
      const all = await loadEmoji(language);
      expect(all.length).toBeGreaterThan(1_700);
      expect(new Set(all.map((one) => one.group)).size).toBe(GROUPS);
      expect(new Set(all.map((one) => one.emoji)).size).toBe(all.length);
      expect(all.filter((one) => one.name === '').map((one) => one.emoji)).toEqual([]);
      // One picture each, at most as long as the server takes one for a reaction.
      const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
      const broken = all.filter(
        ({ emoji }) =>
          [...segmenter.segment(emoji)].length !== 1 || new TextEncoder().encode(emoji).length > 32,
      );
      expect(broken.map((one) => one.emoji)).toEqual([]);
    }
  });

  it('carry no sign that they are pictures where they are anyway', async () => {
    const all = await loadEmoji('en');
    const has = (emoji: string): boolean => all.some((one) => one.emoji === emoji);
    expect(has('👍')).toBe(true);
    expect(has('👍\uFE0F')).toBe(false);
    expect(has('❤️')).toBe(true);
  });

  it('are found by their codes, the usual one first', async () => {
    expect((await found('en', 'smile'))[0]).toBe('😄');
    expect((await found('en', '+1'))[0]).toBe('👍');
    expect((await found('en', 'tada'))[0]).toBe('🎉');
    expect((await found('en', 'hea'))[0]).toBe('❤️');
    expect(await found('zh', 'rocket')).toContain('🚀');
  });

  it('are found by the beginning of any word, and by several words', async () => {
    expect(await found('en', 'harb')).toEqual([]);
    expect(await found('en', 'sail')).toContain('⛵');
    expect(await found('en', 'red heart')).toContain('❤️');
    expect(await found('en', 'heart red')).toContain('❤️');
  });

  it('are found in Chinese and by pinyin', async () => {
    expect(await found('zh', '大笑')).toContain('😄');
    expect(await found('zh', '笑')).not.toEqual([]);
    expect((await found('zh', 'haha'))[0]).toBe('😃');
    expect(await found('zh', '火箭')).toContain('🚀');
  });

  it('are not found by nothing', async () => {
    expect(await found('en', '  ')).toEqual([]);
    expect(await found('en', 'xyzzy')).toEqual([]);
  });
});
