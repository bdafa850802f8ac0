// Changes to the text of a box that its own undo knows: the browser is asked to type them.

export interface Edit {
  /** What is replaced. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** What is selected afterwards. */
  readonly start: number;
  readonly end: number;
}

export function applyEdit(box: HTMLTextAreaElement, edit: Edit): void {
  box.focus({ preventScroll: true });
  box.setSelectionRange(edit.from, edit.to);
  const before = box.value;
  // Deprecated, and still the only way that every browser can undo.
  const typed = edit.text !== '' && document.execCommand?.('insertText', false, edit.text) === true;
  if (!typed || box.value === before) {
    box.setRangeText(edit.text, edit.from, edit.to, 'end');
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  box.setSelectionRange(edit.start, edit.end);
}

/** Types a text where the cursor stands, or over what is selected. */
export function insertion(box: HTMLTextAreaElement, text: string): Edit {
  const end = box.selectionStart + text.length;
  return { from: box.selectionStart, to: box.selectionEnd, text, start: end, end };
}

/** How far from the left edge of the box a place in its text stands, in pixels. */
export function leftOf(box: HTMLTextAreaElement, place: number): number {
  const style = getComputedStyle(box);
  const mirror = document.createElement('div');
  for (const name of [
    'font',
    'letterSpacing',
    'paddingLeft',
    'paddingRight',
    'lineHeight',
  ] as const) {
    mirror.style[name] = style[name];
  }
  Object.assign(mirror.style, {
    position: 'fixed',
    visibility: 'hidden',
    width: `${box.clientWidth}px`,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    boxSizing: 'border-box',
  });
  const mark = document.createElement('span');
  mirror.append(box.value.slice(0, place), mark);
  mark.textContent = '\u200b';
  document.body.append(mirror);
  const left = mark.offsetLeft;
  mirror.remove();
  return left;
}
