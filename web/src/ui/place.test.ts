import { describe, expect, it } from 'vitest';
import { place } from './place';

const window = { width: 400, height: 600 };
const anchor = { left: 180, top: 280, width: 40, height: 40 };

describe('place', () => {
  it('puts the box below, aligned with the start of its anchor', () => {
    expect(place(anchor, { width: 100, height: 50 }, window, 'bottom', 'start')).toEqual({
      left: 180,
      top: 326,
      side: 'bottom',
    });
  });

  it('goes to the other side where the wished one has no room', () => {
    const low = { ...anchor, top: 560 };
    const spot = place(low, { width: 100, height: 50 }, window, 'bottom', 'start');
    expect(spot.side).toBe('top');
    expect(spot.top).toBe(504);
  });

  it('stays on the wished side where the other one is no better', () => {
    const spot = place(anchor, { width: 100, height: 500 }, window, 'bottom', 'start');
    expect(spot.side).toBe('bottom');
  });

  it('never leaves the window', () => {
    const edge = { left: 390, top: 0, width: 10, height: 10 };
    const spot = place(edge, { width: 200, height: 50 }, window, 'bottom', 'center');
    expect(spot.left).toBe(192);
  });

  it('shows the beginning of a box that is larger than the window', () => {
    const spot = place(anchor, { width: 900, height: 900 }, window, 'right', 'center');
    expect(spot.left).toBe(8);
    expect(spot.top).toBe(8);
  });
});
