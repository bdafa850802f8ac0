import type { Attachment } from 'svelte/attachments';

/** How far the finger must go to the right. Going back before it is lifted takes it back. */
export const SWIPE_PX = 48;
/** So far the element follows at most. */
const kFollow = 64;
/** Before that it may still become a scroll or a press. */
const kSlop = 10;
/** A swipe from the edge of the screen is the browser's. */
const kEdge = 24;

/**
 * Calls back when a finger draws the element to the right. What scrolls sideways itself is left
 * alone. Without a browser that tells fingers from scrolling (`touch-action`) nothing happens.
 */
export function swipe(run: () => void): Attachment<HTMLElement> {
  return (element) => {
    let from: { x: number; y: number; id: number } | null = null;
    let drawn = false;
    let far = 0;

    const rest = (): void => {
      from = null;
      drawn = false;
      far = 0;
      element.style.removeProperty('transform');
    };
    const down = (event: PointerEvent): void => {
      rest();
      if (event.pointerType !== 'touch' || !event.isPrimary || event.clientX < kEdge) return;
      if (event.target instanceof Element && event.target.closest('pre, table, textarea')) return;
      from = { x: event.clientX, y: event.clientY, id: event.pointerId };
    };
    const move = (event: PointerEvent): void => {
      if (from?.id !== event.pointerId) return;
      far = event.clientX - from.x;
      const up = Math.abs(event.clientY - from.y);
      if (!drawn) {
        if (up > kSlop || far < -kSlop) return rest();
        if (far <= kSlop) return;
        drawn = true;
      }
      element.style.transform = `translateX(${Math.max(0, Math.min(kFollow, far))}px)`;
    };
    const lift = (event: PointerEvent): void => {
      if (from?.id !== event.pointerId) return;
      const enough = drawn && far >= SWIPE_PX;
      rest();
      if (enough) run();
    };

    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', lift);
    element.addEventListener('pointercancel', rest);
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', lift);
      element.removeEventListener('pointercancel', rest);
    };
  };
}
