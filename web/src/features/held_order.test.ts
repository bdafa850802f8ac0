import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldOrder } from './held_order.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function list(keys: string) {
  return [...keys].map((key) => ({ key }));
}

describe('HeldOrder', () => {
  it('keeps the order under the pointer, and takes the new one two seconds later', () => {
    let rows = list('abc');
    const order = new HeldOrder(() => rows);
    const shown = () => order.rows.map((row) => row.key).join('');
    order.pointer(true);
    rows = list('cab');
    expect(shown()).toBe('abc');
    order.pointer(false);
    vi.advanceTimersByTime(1999);
    expect(shown()).toBe('abc');
    vi.advanceTimersByTime(1);
    expect(shown()).toBe('cab');
  });

  it('puts what is new at the top and takes out what is gone', () => {
    let rows = list('abc');
    const order = new HeldOrder(() => rows);
    order.focus(true);
    rows = list('xca');
    expect(order.rows.map((row) => row.key).join('')).toBe('xac');
  });

  it('stays held while the focus is inside, though the pointer has left', () => {
    let rows = list('ab');
    const order = new HeldOrder(() => rows);
    order.focus(true);
    order.pointer(true);
    order.pointer(false);
    rows = list('ba');
    vi.advanceTimersByTime(10_000);
    expect(order.rows.map((row) => row.key).join('')).toBe('ab');
  });
});
