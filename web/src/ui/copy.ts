/**
 * Copies a text. Over plain http there is no clipboard to ask for, so the old way is tried: select
 * the text and say "copy". Answers whether it worked.
 */
export async function copyText(text: string): Promise<boolean> {
  // The types promise a clipboard; a page that came over plain http has none.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  try {
    if (clipboard) {
      await clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused: the old way may still be allowed.
  }
  const focused = document.activeElement;
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'sr';
  box.setAttribute('aria-hidden', 'true');
  // Inside an open dialog nothing outside of it can be selected.
  (document.querySelector('dialog[open]') ?? document.body).append(box);
  box.select();
  const copied = document.execCommand('copy');
  box.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}
