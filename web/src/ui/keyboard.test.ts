// The primitives that own a keyboard pattern: menu, tabs, dialog.
import { cleanup, render, screen } from '@testing-library/svelte';
import { createRawSnippet, tick } from 'svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { i18n } from '../i18n/index.svelte';
import Dialog from './Dialog.svelte';
import MenuButton from './MenuButton.svelte';
import Tabs from './Tabs.svelte';

beforeAll(() => i18n.choose('en'));
afterEach(cleanup);

function press(key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  (document.activeElement ?? document.body).dispatchEvent(event);
  return event;
}

const settle = async () => {
  await tick();
  await tick();
};
const here = () => document.activeElement?.textContent?.trim();
const words = (text: string) => createRawSnippet(() => ({ render: () => `<p>${text}</p>` }));

describe('Menu', () => {
  async function openMenu() {
    const block = vi.fn();
    const part = vi.fn();
    render(MenuButton, {
      label: 'More',
      items: [
        { text: 'Part', run: part },
        { text: 'Block', run: block },
        { text: 'Profile', run: vi.fn() },
      ],
    });
    const button = screen.getByRole('button', { name: 'More' });
    button.focus();
    button.click();
    await settle();
    return { button, block, part };
  }

  it('opens with the focus on its first item', async () => {
    const { button } = await openMenu();
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(here()).toBe('Part');
  });

  it('goes around with the arrow keys, and to the ends with Home and End', async () => {
    await openMenu();
    press('ArrowDown');
    expect(here()).toBe('Block');
    press('End');
    expect(here()).toBe('Profile');
    press('ArrowDown');
    expect(here()).toBe('Part');
    press('ArrowUp');
    expect(here()).toBe('Profile');
    press('Home');
    expect(here()).toBe('Part');
  });

  it('finds an item by its first letters', async () => {
    await openMenu();
    press('b');
    expect(here()).toBe('Block');
  });

  it('closes on Esc, and the focus goes back to its button', async () => {
    const { button } = await openMenu();
    press('Escape');
    await settle();
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(button);
  });

  it('runs what was chosen, once, and closes', async () => {
    const { block } = await openMenu();
    screen.getByRole('menuitem', { name: 'Block' }).click();
    await settle();
    expect(block).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole('menu')).toBeNull();
  });

  it('closes when something else is pressed', async () => {
    await openMenu();
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    await settle();
    expect(screen.queryByRole('menu')).toBeNull();
  });
});

describe('Tabs', () => {
  function show() {
    const onselect = vi.fn();
    render(Tabs, {
      label: 'Friends',
      selected: 'all',
      tabs: [
        { id: 'all', text: 'All' },
        { id: 'online', text: 'Online' },
        { id: 'blocked', text: 'Blocked' },
      ],
      onselect,
      children: words('panel'),
    });
    return onselect;
  }

  it('is one tab stop', () => {
    show();
    expect(screen.getAllByRole('tab').map((tab) => tab.tabIndex)).toEqual([0, -1, -1]);
  });

  it('chooses with the arrow keys, around both ends', () => {
    const onselect = show();
    screen.getByRole('tab', { name: 'All' }).focus();
    press('ArrowRight');
    expect(onselect).toHaveBeenLastCalledWith('online');
    expect(here()).toBe('Online');
    screen.getByRole('tab', { name: 'All' }).focus();
    press('ArrowLeft');
    expect(onselect).toHaveBeenLastCalledWith('blocked');
  });

  it('names its panel', () => {
    show();
    expect(screen.getByRole('tabpanel', { name: 'All' })).toBeTruthy();
  });
});

describe('Dialog', () => {
  it('is named, and takes the focus inside', async () => {
    render(Dialog, { title: 'Block Mei?', onclose: vi.fn(), children: words('Sure?') });
    await settle();
    const dialog = screen.getByRole('dialog', { name: 'Block Mei?' });
    expect(dialog.hasAttribute('open')).toBe(true);
    expect(dialog.contains(document.activeElement)).toBe(true);
  });

  it('closes by its button and by Esc', async () => {
    const onclose = vi.fn();
    render(Dialog, { title: 'Title', onclose, children: words('text') });
    await settle();
    screen.getByRole('button', { name: 'Close' }).click();
    screen.getByRole('dialog').dispatchEvent(new Event('cancel', { cancelable: true }));
    expect(onclose).toHaveBeenCalledTimes(2);
  });

  it('offers no way out where it has to be answered', async () => {
    const onclose = vi.fn();
    render(Dialog, { title: 'Title', modal: true, onclose, children: words('text') });
    await settle();
    expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
    const cancel = new Event('cancel', { cancelable: true });
    screen.getByRole('dialog').dispatchEvent(cancel);
    expect(cancel.defaultPrevented).toBe(true);
    expect(onclose).not.toHaveBeenCalled();
  });

  it('gives the focus back to what opened it', async () => {
    const opener = document.createElement('button');
    document.body.append(opener);
    opener.focus();
    const { unmount } = render(Dialog, { title: 'Title', children: words('text') });
    await settle();
    unmount();
    expect(document.activeElement).toBe(opener);
    opener.remove();
  });
});
