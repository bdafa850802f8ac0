// What a message looks like once it is read: a small tree of known tags. There is no HTML in it
// anywhere, so nothing that somebody writes can become a script.

export const BLOCK_TAGS = [
  'p',
  'blockquote',
  'ul',
  'ol',
  'li',
  'hr',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
] as const;
export const INLINE_TAGS = ['strong', 'em', 's', 'br'] as const;
export type Tag = (typeof BLOCK_TAGS)[number] | (typeof INLINE_TAGS)[number];

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'element'; readonly tag: Tag; readonly children: readonly Node[] }
  /** A headline within a message, which is none of the page's. */
  | { readonly kind: 'heading'; readonly children: readonly Node[] }
  /** An ordered list that does not begin at one. */
  | { readonly kind: 'list'; readonly start: number; readonly children: readonly Node[] }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Node[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'block'; readonly language: string; readonly text: string };

export function textOf(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text' || node.kind === 'code' || node.kind === 'block') return node.text;
      if (node.kind === 'element' && node.tag === 'br') return '\n';
      return textOf(node.children);
    })
    .join('');
}

export type Place = { readonly id: number; readonly title: string };

/** A text with the rooms in it set apart: `#Studio`, where there is one of that title. */
export function placesIn(
  text: string,
  places: readonly Place[],
): readonly { readonly text: string; readonly place: number | null }[] {
  if (places.length === 0 || !text.includes('#')) return [{ text, place: null }];
  const ids = new Map(places.map(({ id, title }) => [title.toLowerCase(), id]));
  return set(text, '#', [...ids.keys()]).map((part, at) => {
    const place = at % 2 === 1 ? (ids.get(part.slice(1).toLowerCase()) ?? null) : null;
    return { text: part, place };
  });
}

/** The text cut at a sign with one of some names behind it: every second part is such a one. */
function set(text: string, sign: '@' | '#', names: readonly string[]): string[] {
  const either = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  // In a Chinese sentence there are no spaces around a title, and none behind a name.
  const word = '(?!\\p{sc=Han})[\\p{L}\\p{N}_]';
  const before = sign === '@' ? '[\\p{L}\\p{N}]' : word;
  return text.split(new RegExp(`(?<!${before})(${sign}(?:${either}))(?!${word})`, 'iu'));
}

/** A text with the names in it set apart: `@mei`, where somebody of that name is meant. */
export function namesIn(
  text: string,
  names: readonly string[],
): readonly { readonly text: string; readonly named: boolean }[] {
  if (names.length === 0 || !text.includes('@')) return [{ text, named: false }];
  return set(text, '@', names)
    .map((part, at) => ({ text: part, named: at % 2 === 1 }))
    .filter((part) => part.text !== '');
}
