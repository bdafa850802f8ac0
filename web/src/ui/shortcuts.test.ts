import { afterEach, describe, expect, it, vi } from 'vitest';
import { addShortcuts, keyText, matches } from './shortcuts';

function press(init: KeyboardEventInit, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

let remove: (() => void) | undefined;
afterEach(() => {
  remove?.();
  document.body.replaceChildren();
});

describe('shortcuts', () => {
  it('run, and keep the browser from acting', () => {
    const run = vi.fn();
    remove = addShortcuts([{ key: 'k', mod: true, run }]);
    const event = press({ key: 'k', ctrlKey: true });
    expect(run).toHaveBeenCalledTimes(1);
    expect(event.defaultPrevented).toBe(true);
  });

  it('compare all the held keys', () => {
    const run = vi.fn();
    expect(matches(new KeyboardEvent('keydown', { key: 'k' }), { key: 'k', mod: true, run })).toBe(
      false,
    );
    const both = new KeyboardEvent('keydown', { key: 'K', ctrlKey: true, shiftKey: true });
    expect(matches(both, { key: 'k', mod: true, run })).toBe(false);
    expect(matches(both, { key: 'k', mod: true, shift: true, run })).toBe(true);
  });

  it('take a sign that this keyboard writes with Shift', () => {
    const event = new KeyboardEvent('keydown', { key: '/', ctrlKey: true, shiftKey: true });
    expect(matches(event, { key: '/', mod: true, run: vi.fn() })).toBe(true);
  });

  it('leave single letters to a text field', () => {
    const run = vi.fn();
    remove = addShortcuts([{ key: 'c', run }]);
    const field = document.createElement('textarea');
    document.body.append(field);
    press({ key: 'c' }, field);
    expect(run).not.toHaveBeenCalled();
    press({ key: 'c' });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('stay away while an input method is at work', () => {
    const run = vi.fn();
    remove = addShortcuts([{ key: 'Escape', inText: true, run }]);
    press({ key: 'Escape', isComposing: true });
    expect(run).not.toHaveBeenCalled();
  });

  it('ask the newest first, and the next where it declines', () => {
    const older = vi.fn();
    const removeOlder = addShortcuts([{ key: 'Escape', run: older }]);
    const removeNewer = addShortcuts([{ key: 'Escape', run: () => false }]);
    press({ key: 'Escape' });
    expect(older).toHaveBeenCalledTimes(1);
    removeNewer();
    removeOlder();
    press({ key: 'Escape' });
    expect(older).toHaveBeenCalledTimes(1);
  });

  it('are written for the reader', () => {
    expect(keyText({ key: 'k', mod: true })).toBe('Ctrl K');
    expect(keyText({ key: 'ArrowUp', alt: true, shift: true })).toBe('Alt Shift ↑');
  });
});
