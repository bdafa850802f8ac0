import { describe, expect, it } from 'vitest';
import { Trail } from './trail.svelte';

describe('Trail', () => {
  it('leads back the way one came', () => {
    const trail = new Trail();
    expect(trail.open).toBe(false);
    for (const place of [null, 40, 40, 7]) trail.leave(place);
    expect([trail.back(), trail.back(), trail.open]).toEqual([7, 40, true]);
    expect([trail.back(), trail.open]).toEqual([null, false]);
  });

  it('leads no more to the end for who is there', () => {
    const trail = new Trail();
    for (const place of [40, null]) trail.leave(place);
    trail.arrived();
    expect([trail.open, trail.back()]).toEqual([true, 40]);
    trail.arrived();
    expect(trail.open).toBe(false);
  });

  it('holds twenty places, and none after it was cleared', () => {
    const trail = new Trail();
    for (let n = 0; n < 30; n++) trail.leave(n);
    let count = 0;
    for (; trail.open; count++) trail.back();
    expect(count).toBe(20);
    trail.leave(1);
    trail.clear();
    expect(trail.open).toBe(false);
  });
});
