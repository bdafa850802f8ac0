import { cleanup, render, screen } from '@testing-library/svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { i18n } from '../../i18n/index.svelte';
import Composer from './Composer.svelte';

beforeAll(() => i18n.choose('en'));
afterEach(cleanup);

function setUp(draft = 'hello') {
  const onsend = vi.fn();
  const ondraft = vi.fn();
  render(Composer, { title: 'Mei', draft, onsend, ondraft });
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
  });
});
