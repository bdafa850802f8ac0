import { render } from '@testing-library/svelte';
import { beforeAll, describe, expect, it } from 'vitest';
import { i18n } from '../i18n/index.svelte';
import { FORMAT_MAX, formatter } from './formatter.svelte';
import { namesIn, placesIn } from './tree';
import Md from './Md.svelte';

beforeAll(async () => {
  await i18n.choose('en');
  await formatter.load();
});

function show(text: string): HTMLElement {
  return render(Md, { text }).container;
}

describe('Md', () => {
  it('draws no space that nobody wrote', () => {
    expect(show('a**b**c`d`e').textContent).toBe('abcde');
    expect(show('**a** *b*').querySelector('p')?.textContent).toBe('a b');
  });

  it('draws HTML as the text it is', () => {
    const box = show('<img src=x onerror=alert(1)> **b**');
    expect(box.querySelector('img')).toBeNull();
    expect(box.textContent).toContain('<img src=x onerror=alert(1)>');
  });

  it('gives links no hold on the page', () => {
    const link = show('[a](https://b.example/c)').querySelector('a');
    expect(link?.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    expect(link?.getAttribute('title')).toBe('b.example');
  });

  it('shows a long text as it was written until it is asked for more', async () => {
    const box = show(`**a** ${'b'.repeat(FORMAT_MAX)}`);
    expect(box.querySelector('strong')).toBeNull();
    box.querySelector('button')?.click();
    await Promise.resolve();
    expect(box.querySelector('strong')?.textContent).toBe('a');
    expect(box.querySelector('button')).toBeNull();
  });

  it('draws emoji large only where they stand alone', () => {
    expect(show('👍').querySelector('.large')).not.toBeNull();
    expect(show('👍 yes').querySelector('.large')).toBeNull();
  });

  it('labels code, and lets the keyboard reach it', () => {
    const box = show('```cpp\nint a;\n```');
    expect(box.querySelector('pre')?.getAttribute('tabindex')).toBe('0');
    expect(box.querySelector('pre')?.textContent).toBe('int a;');
  });
});

describe('namesIn', () => {
  const parts = (text: string, ...names: string[]): string =>
    namesIn(text, names)
      .map((part) => (part.named ? `[${part.text}]` : part.text))
      .join('');

  it('sets apart whom a text names, the longest name first', () => {
    expect(parts('hey @mei, and @meifang', 'mei', 'meifang')).toBe('hey [@mei], and [@meifang]');
    expect(parts('@Mei', 'mei')).toBe('[@Mei]');
    expect(parts('你好 @林梅！', '林梅')).toBe('你好 [@林梅]！');
    expect(parts('你好 @林梅你看 @amy看', '林梅', 'amy')).toBe('你好 [@林梅]你看 [@amy]看');
  });

  it('leaves everybody else alone', () => {
    expect(parts('mail@mei.org @meiX @a.b', 'mei', 'a+b')).toBe('mail@mei.org @meiX @a.b');
    expect(parts('@mei')).toBe('@mei');
  });
});

describe('placesIn', () => {
  const places = [
    { id: 5, title: 'Lobby' },
    { id: 6, title: 'Lobby 2' },
    { id: 7, title: '读书会' },
  ];
  const parts = (text: string): string =>
    placesIn(text, places)
      .map((part) => (part.place === null ? part.text : `[${part.text}=${part.place}]`))
      .join('');

  it('sets apart the rooms a text points to, also within a Chinese sentence', () => {
    expect(parts('come to #lobby, or #Lobby 2!')).toBe('come to [#lobby=5], or [#Lobby 2=6]!');
    expect(parts('也可以去#Lobby看看#读书会吧')).toBe('也可以去[#Lobby=5]看看[#读书会=7]吧');
  });

  it('leaves everything else alone', () => {
    expect(parts('a#Lobby #Lobbyist #nothing Lobby')).toBe('a#Lobby #Lobbyist #nothing Lobby');
  });
});
