import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { tick } from 'svelte';
import type { Person } from '../../state/surface';
import { i18n } from '../../i18n/index.svelte';
import Composer from './Composer.svelte';

beforeAll(() => i18n.choose('en'));
afterEach(cleanup);

const sources = {
  people: (query: string) =>
    Promise.resolve([person(3, 'mei', '林梅'), person(4, 'tomas', 'Tomás')]).then((people) =>
      people.filter(({ user }) => user.name.startsWith(query)),
    ),
  rooms: () => [],
};

function person(id: number, name: string, display_name: string): Person {
  const user = { id, name, display_name, sex: null, age: null, version: 1 };
  return { user, relation: 'none', presence: null, lastSeen: null, conversation: null };
}

function setUp(draft = 'hello') {
  const onsend = vi.fn();
  const ondraft = vi.fn();
  render(Composer, { title: 'Mei', draft, sources, onsend, ondraft });
  return { box: screen.getByRole<HTMLTextAreaElement>('textbox'), onsend, ondraft };
}

function press(target: Element, init: KeyboardEventInit, keyCode = 0): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  if (keyCode) Object.defineProperty(event, 'keyCode', { value: keyCode });
  target.dispatchEvent(event);
  return event;
}

function fingers(coarse: boolean): void {
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: coarse && query.includes('coarse'),
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
}

afterEach(() => vi.unstubAllGlobals());

describe('Composer', () => {
  it('sends on Enter and keeps the line break out', () => {
    const { box, onsend } = setUp();
    const event = press(box, { key: 'Enter' });
    expect(onsend.mock.calls).toEqual([['hello']]);
    expect(event.defaultPrevented).toBe(true);
  });

  it('leaves Shift Enter to the box: a new line', () => {
    const { box, onsend } = setUp();
    const event = press(box, { key: 'Enter', shiftKey: true });
    expect(onsend).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(false);
  });

  it('never sends while an input method composes', () => {
    const { box, onsend } = setUp('ni hao');
    press(box, { key: 'Enter', isComposing: true });
    // Safari has ended the composition by then; the key code alone says whose the key was.
    press(box, { key: 'Enter' }, 229);
    press(box, { key: 'Process' }, 229);
    expect(onsend).not.toHaveBeenCalled();
    press(box, { key: 'Enter' });
    expect(onsend).toHaveBeenCalledTimes(1);
  });

  it('takes Enter as a new line under fingers, and sends with the button', () => {
    fingers(true);
    const { box, onsend } = setUp();
    expect(press(box, { key: 'Enter' }).defaultPrevented).toBe(false);
    expect(onsend).not.toHaveBeenCalled();
    screen.getByRole('button', { name: 'Send message' }).click();
    expect(onsend).toHaveBeenCalledTimes(1);
  });

  it('sends nothing that is empty or too long, and says by how much', () => {
    const empty = setUp('  \n ');
    press(empty.box, { key: 'Enter' });
    expect(empty.onsend).not.toHaveBeenCalled();
    cleanup();
    const long = setUp('字'.repeat(16_002));
    press(long.box, { key: 'Enter' });
    expect(long.onsend).not.toHaveBeenCalled();
    expect(screen.getByRole('status').textContent).toBe('2 characters too long');
  });

  it('sends a text of exactly the longest length', () => {
    const { box, onsend } = setUp('🙂'.repeat(16_000));
    press(box, { key: 'Enter' });
    expect(onsend).toHaveBeenCalledTimes(1);
  });

  it('tells of every letter at once, so that no draft is lost', () => {
    const { box, ondraft } = setUp('');
    box.value = 'h';
    box.dispatchEvent(new Event('input', { bubbles: true }));
    expect(ondraft.mock.calls).toEqual([['h']]);
  });

  it('puts marks around the selection', () => {
    const { box, ondraft } = setUp('say it');
    box.setSelectionRange(4, 6);
    press(box, { key: 'b', ctrlKey: true });
    expect(ondraft.mock.calls).toEqual([['say **it**']]);
    expect([box.selectionStart, box.selectionEnd]).toEqual([6, 8]);
  });
});

describe('its suggestions', () => {
  async function write(box: HTMLTextAreaElement, text: string): Promise<void> {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await vi.waitFor(() => expect(screen.queryAllByRole('option')).not.toEqual([]));
  }

  it('are chosen with the arrow keys and Enter, which then does not send', async () => {
    const { box, ondraft, onsend } = setUp('');
    await write(box, 'hello @');
    expect(screen.getAllByRole('option').map((one) => one.textContent)).toHaveLength(2);
    expect(press(box, { key: 'ArrowDown' }).defaultPrevented).toBe(true);
    await tick();
    expect(box.getAttribute('aria-activedescendant')).toBe(screen.getAllByRole('option')[1]?.id);
    press(box, { key: 'Enter' });
    expect(onsend).not.toHaveBeenCalled();
    expect(ondraft.mock.lastCall).toEqual(['hello @tomas ']);
    await tick();
    expect(screen.queryByRole('listbox')).toBeNull();
  });

  it('leave every key to an input method', async () => {
    const { box, ondraft } = setUp('');
    await write(box, '@');
    for (const key of ['Enter', 'Tab', 'ArrowDown', 'Escape']) {
      press(box, { key, isComposing: true });
      press(box, { key }, 229);
    }
    expect(ondraft.mock.calls).toEqual([['@']]);
    expect(screen.getAllByRole('option')[0]?.getAttribute('aria-selected')).toBe('true');
    // What it is at work on asks for nothing either.
    box.value = '@xyz';
    box.setSelectionRange(4, 4);
    box.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
    await tick();
    expect(screen.getAllByRole('option')).toHaveLength(2);
  });

  it('go with Esc, and stay away for the word that is written', async () => {
    const { box } = setUp('');
    await write(box, '@');
    press(box, { key: 'Escape' });
    await tick();
    expect(screen.queryByRole('listbox')).toBeNull();
    box.value = '@m';
    box.setSelectionRange(2, 2);
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await new Promise((done) => setTimeout(done));
    expect(screen.queryByRole('listbox')).toBeNull();
    await write(box, '@m @t');
  });

  it('put a space before a name that would stand behind a letter', async () => {
    const { box, ondraft } = setUp('');
    await write(box, '你好@me');
    press(box, { key: 'Tab' });
    expect(ondraft.mock.lastCall).toEqual(['你好 @mei ']);
  });

  it('offer emoji by their code', async () => {
    const { box, ondraft } = setUp('');
    await write(box, 'well :tada');
    press(box, { key: 'Enter' });
    expect(ondraft.mock.lastCall).toEqual(['well 🎉']);
  });
});
