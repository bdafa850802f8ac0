import type { Attachment } from 'svelte/attachments';

const kHoldMs = 500;
const kSlop = 10;

/**
 * Calls back when a finger rests on the element. A finger that moves is scrolling. The click that
 * follows is swallowed, so that a link under the finger does not open as well.
 */
export function longPress(run: () => void): Attachment<HTMLElement> {
  return (element) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let held = false;
    let x = 0;
    let y = 0;

    const stop = () => clearTimeout(timer);
    const down = (event: PointerEvent) => {
      held = false;
      if (event.pointerType !== 'touch' || !event.isPrimary) return;
      x = event.clientX;
      y = event.clientY;
      timer = setTimeout(() => {
        held = true;
        run();
      }, kHoldMs);
    };
    const move = (event: PointerEvent) => {
      if (Math.hypot(event.clientX - x, event.clientY - y) > kSlop) stop();
    };
    const click = (event: MouseEvent) => {
      if (!held) return;
      held = false;
      event.preventDefault();
      event.stopPropagation();
    };
    const context = (event: Event) => {
      if (timer !== undefined && matchMedia('(pointer: coarse)').matches) event.preventDefault();
    };

    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', stop);
    element.addEventListener('pointercancel', stop);
    element.addEventListener('click', click, true);
    element.addEventListener('contextmenu', context);
    return () => {
      stop();
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', stop);
      element.removeEventListener('pointercancel', stop);
      element.removeEventListener('click', click, true);
      element.removeEventListener('contextmenu', context);
    };
  };
}
