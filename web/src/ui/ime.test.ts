import { describe, expect, it } from 'vitest';
import { isComposing } from './ime';

describe('isComposing', () => {
  it('sees an input method that says so', () => {
    expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true }))).toBe(
      true,
    );
  });

  it('sees the key code of Safari, which ends the composition first', () => {
    const event = new KeyboardEvent('keydown', { key: 'Enter' });
    Object.defineProperty(event, 'keyCode', { value: 229 });
    expect(isComposing(event)).toBe(true);
  });

  it('lets a plain Enter through', () => {
    expect(isComposing(new KeyboardEvent('keydown', { key: 'Enter' }))).toBe(false);
  });
});
