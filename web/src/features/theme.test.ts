import { beforeEach, describe, expect, it } from 'vitest';
import { setTheme, theme } from './theme';

beforeEach(() => setTheme(''));

describe('theme', () => {
  it('is shown at once and kept', () => {
    setTheme('dark');
    expect(theme()).toBe('dark');
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(localStorage.getItem('keepline.theme')).toBe('dark');
  });

  it('follows the system again when nothing is wished', () => {
    setTheme('dark');
    setTheme('');
    expect(localStorage.getItem('keepline.theme')).toBeNull();
    expect(document.documentElement.dataset.theme).toBe('light');
  });

  it('colours the bar of the browser', () => {
    const meta = document.createElement('meta');
    meta.name = 'theme-color';
    document.head.append(meta);
    setTheme('dark');
    expect(meta.content).toBe('#15171a');
    meta.remove();
  });
});
