/**
 * The one tooltip of the page. An element asks for it with {@attach tooltip(() => text)}; it
 * shows after a moment under the pointer, and at once with the keyboard. What it says must also
 * be the accessible name of the element: a tooltip is for the eye alone.
 */
import type { Attachment } from 'svelte/attachments';

const kDelayMs = 450;

class Tooltip {
  anchor: Element | undefined = $state.raw();
  text = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(anchor: Element, text: string, delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!anchor.isConnected) return;
      this.text = text;
      this.anchor = anchor;
    }, delay);
  }

  hide(anchor?: Element): void {
    if (anchor && this.anchor && this.anchor !== anchor) return;
    clearTimeout(this.#timer);
    // An element that leaves the page loses the focus in the middle of an update of it, where no
    // state may change.
    if (this.anchor) queueMicrotask(() => (this.anchor = undefined));
  }
}

export const shownTooltip = new Tooltip();

export function tooltip(text: () => string): Attachment<HTMLElement> {
  return (element) => {
    const enter = (event: PointerEvent) => {
      if (event.pointerType !== 'touch') shownTooltip.show(element, text(), kDelayMs);
    };
    const focus = () => {
      if (element.matches(':focus-visible')) shownTooltip.show(element, text(), 0);
    };
    const hide = () => shownTooltip.hide(element);
    element.addEventListener('pointerenter', enter);
    element.addEventListener('pointerleave', hide);
    element.addEventListener('pointerdown', hide);
    element.addEventListener('focus', focus);
    element.addEventListener('blur', hide);
    return () => {
      element.removeEventListener('pointerenter', enter);
      element.removeEventListener('pointerleave', hide);
      element.removeEventListener('pointerdown', hide);
      element.removeEventListener('focus', focus);
      element.removeEventListener('blur', hide);
      hide();
    };
  };
}
