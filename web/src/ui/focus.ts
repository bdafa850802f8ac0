/** Helpers around the keyboard focus. */
const kFocusable =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), ' +
  'textarea:not([disabled]), [tabindex]:not([tabindex="-1"])';

export function focusable(root: Element): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(kFocusable)].filter(
    (element) => element.tabIndex >= 0 && !element.closest('[hidden]'),
  );
}

/** Focus moves without scrolling: who asks for it knows where the reader looks. */
export function focusFirst(root: Element): void {
  const wished = root.querySelector<HTMLElement>('[data-autofocus]');
  (wished ?? focusable(root)[0] ?? (root as HTMLElement)).focus({ preventScroll: true });
}

export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLTextAreaElement || target.isContentEditable) return true;
  return (
    target instanceof HTMLInputElement &&
    !['checkbox', 'radio', 'button', 'submit', 'reset', 'range', 'color'].includes(target.type)
  );
}

/**
 * Whether the main pointer is a finger. Opening a chat must not raise the keyboard then, and
 * Enter on a touch keyboard is a new line.
 */
export function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches;
}
