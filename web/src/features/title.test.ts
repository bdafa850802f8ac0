import { describe, expect, it } from 'vitest';
import { showTitle, titleText } from './title';

describe('titleText', () => {
  it('says how much waits, and where the reader is', () => {
    expect(titleText(3, 'Mei')).toBe('(3) Mei · Keepline');
    expect(titleText(0, 'Mei')).toBe('Mei · Keepline');
    expect(titleText(0, '')).toBe('Keepline');
    expect(titleText(140, 'Mei')).toBe('(99+) Mei · Keepline');
  });
});

describe('showTitle', () => {
  it('puts a dot on the picture while something is unread', () => {
    const link = document.createElement('link');
    link.rel = 'icon';
    link.href = '/logo.svg';
    document.head.append(link);
    showTitle(1, 'Mei');
    expect(link.getAttribute('href')).toBe('/logo-unread.svg');
    showTitle(0, 'Mei');
    expect(link.getAttribute('href')).toBe('/logo.svg');
    link.remove();
  });
});
