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
