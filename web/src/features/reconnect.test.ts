import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReconnectBanner } from './reconnect.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('ReconnectBanner', () => {
  it('says that the connection is back, for a moment', () => {
    const banner = new ReconnectBanner();
    banner.follow('waiting', true);
    expect(banner.state).toBe('waiting');
    banner.follow('live', true);
    expect(banner.state).toBe('back');
    vi.advanceTimersByTime(1500);
    expect(banner.state).toBe('none');
  });

  it('says nothing of a connection that comes up for the first time', () => {
    const banner = new ReconnectBanner();
    banner.follow('connecting', false);
    banner.follow('live', true);
    expect(banner.state).toBe('none');
  });

  it('calls a first one that takes long no reconnection, and never says that it is back', () => {
    const banner = new ReconnectBanner();
    banner.follow('waiting', false);
    expect(banner.state).toBe('first');
    banner.follow('live', true);
    expect(banner.state).toBe('none');
  });

  it('keeps what it says while a try is on its way', () => {
    const banner = new ReconnectBanner();
    banner.follow('offline', true);
    banner.follow('connecting', true);
    expect(banner.state).toBe('offline');
  });

  it('does not take back a new interruption with an old timer', () => {
    const banner = new ReconnectBanner();
    banner.follow('waiting', true);
    banner.follow('live', true);
    banner.follow('offline', true);
    vi.advanceTimersByTime(5000);
    expect(banner.state).toBe('offline');
  });
});
