/**
 * The keys of the whole page. A screen adds its own and takes them back when it goes; the newest
 * wins. Keys are compared by what they write, not where they lie, so that they follow the layout
 * of the keyboard. Nothing here answers while an input method is at work.
 */
import { isTextField } from './focus';
import { isComposing } from './ime';

export interface Shortcut {
  /** As KeyboardEvent.key; letters in lower case. */
  key: string;
  /** Ctrl, or Cmd on a Mac. */
  mod?: boolean;
  alt?: boolean;
  shift?: boolean;
  /** Also while the focus is in a text field. Those with mod or alt always are. */
  inText?: boolean;
  /** Returns false to say that the key was not for it. */
  run: (event: KeyboardEvent) => unknown;
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const active: Shortcut[] = [];

export function matches(event: KeyboardEvent, wish: Shortcut): boolean {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key !== wish.key) return false;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  if (other || mod !== (wish.mod ?? false) || event.altKey !== (wish.alt ?? false)) return false;
  // A sign such as ? or / may need Shift on this keyboard: there the sign itself is the key.
  const needsShift = wish.shift ?? false;
  const sign = key.length === 1 && !/[\p{L}\p{N}]/u.test(key);
  return (sign && !needsShift) || event.shiftKey === needsShift;
}

export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || isComposing(event)) return;
  const writing = isTextField(event.target);
  for (let index = active.length - 1; index >= 0; index--) {
    const shortcut = active[index];
    if (!shortcut || !matches(event, shortcut)) continue;
    if (writing && !shortcut.inText && !shortcut.mod && !shortcut.alt) continue;
    if (shortcut.run(event) === false) continue;
    event.preventDefault();
    return;
  }
}

export function addShortcuts(shortcuts: Shortcut[]): () => void {
  if (active.length === 0) document.addEventListener('keydown', handleKey);
  active.push(...shortcuts);
  return () => {
    for (const shortcut of shortcuts) {
      const index = active.indexOf(shortcut);
      if (index >= 0) active.splice(index, 1);
    }
    if (active.length === 0) document.removeEventListener('keydown', handleKey);
  };
}

/** How a key is written for the reader: `Ctrl K`, on a Mac `⌘ K`. */
export function keyText({ key, mod, alt, shift }: Omit<Shortcut, 'run'>): string {
  const names: Record<string, string> = {
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
    Enter: '↵',
  };
  const parts = [
    mod ? (isMac ? '⌘' : 'Ctrl') : '',
    alt ? (isMac ? '⌥' : 'Alt') : '',
    shift ? (isMac ? '⇧' : 'Shift') : '',
    names[key] ?? (key.length === 1 ? key.toUpperCase() : key),
  ];
  return parts.filter(Boolean).join(' ');
}
