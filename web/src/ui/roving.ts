/**
 * One tab stop for a row of things, with the arrow keys between them. `next` says where a key
 * leads; nothing here touches the page.
 */
export interface RovingKeys {
  vertical?: boolean;
  horizontal?: boolean;
  /** From the last to the first, and back. */
  wrap?: boolean;
}

export function next(
  key: string,
  index: number,
  count: number,
  { vertical = false, horizontal = false, wrap = true }: RovingKeys,
): number | undefined {
  if (count === 0) return undefined;
  const forward = (vertical && key === 'ArrowDown') || (horizontal && key === 'ArrowRight');
  const back = (vertical && key === 'ArrowUp') || (horizontal && key === 'ArrowLeft');
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (!forward && !back) return undefined;
  const wished = index + (forward ? 1 : -1);
  if (wished >= 0 && wished < count) return wished;
  if (!wrap) return undefined;
  return (wished + count) % count;
}

/** The item whose text begins with what was typed, looked for from the one after `index` on. */
export function typeAhead(letters: string, index: number, texts: string[]): number | undefined {
  const wanted = letters.toLocaleLowerCase();
  for (let step = letters.length > 1 ? 0 : 1; step <= texts.length; step++) {
    const at = (index + step) % texts.length;
    if (texts[at]?.toLocaleLowerCase().startsWith(wanted)) return at;
  }
  return undefined;
}
