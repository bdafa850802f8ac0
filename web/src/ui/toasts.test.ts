import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toasts } from './toasts.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const toast of [...toasts.list]) toasts.close(toast.id);
  vi.useRealTimers();
});

describe('Toasts', () => {
  it('go by themselves', () => {
    toasts.show({ text: 'Saved' });
    expect(toasts.list).toHaveLength(1);
    vi.advanceTimersByTime(3500);
    expect(toasts.list).toHaveLength(0);
  });

  it('stay while the pointer is on them', () => {
    const id = toasts.show({ text: 'Blocked', action: { text: 'Undo', run: vi.fn() } });
    toasts.pause(id);
    vi.advanceTimersByTime(60_000);
    expect(toasts.list).toHaveLength(1);
    toasts.resume(id);
    vi.advanceTimersByTime(7000);
    expect(toasts.list).toHaveLength(0);
  });

  it('run their action once and close', () => {
    const run = vi.fn();
    const id = toasts.show({ text: 'Blocked', action: { text: 'Undo', run } });
    toasts.act(id);
    toasts.act(id);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('are three at most; the oldest makes room', () => {
    for (const text of ['1', '2', '3', '4']) toasts.show({ text });
    expect(toasts.list.map((toast) => toast.text)).toEqual(['2', '3', '4']);
  });

  it('wait for an answer where they must', () => {
    toasts.show({ text: 'Update ready', stays: true });
    vi.advanceTimersByTime(600_000);
    expect(toasts.list).toHaveLength(1);
  });
});
