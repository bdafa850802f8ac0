// Markdown to a tree. A chunk of its own, loaded with the first history.
//
// Somebody else's text is parsed in every reader's tab, so the parser is an attack surface: its
// input is bounded before, its output is made of known tags only, and it makes no HTML.
import MarkdownIt, { type Token } from 'markdown-it';
import { BLOCK_TAGS, INLINE_TAGS, type Node, type Tag } from './tree';

const md = new MarkdownIt({
  html: false,
  linkify: true,
  breaks: true,
  typographer: false,
});
md.set({ maxNesting: 20 });
md.disable(['image', 'reference', 'lheading', 'entity']);
// "setup.py" and "README.md" are files and no places; an address says https.
md.linkify.set({ fuzzyLink: false, fuzzyEmail: true, fuzzyIP: false });
md.validateLink = (href) => safeHref(href) !== null;

const TAGS: ReadonlySet<string> = new Set([...BLOCK_TAGS, ...INLINE_TAGS]);

/** The address a link may lead to, or null: http, https and mail, written out in full. */
export function safeHref(href: string): string | null {
  const address = href.trim();
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return null;
  try {
    const url = new URL(address);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const KEPT_MAX = 400;
const kept = new Map<string, readonly Node[]>();

/** The tree of a text. The trees of the last texts are kept, because a list is drawn often. */
export function parse(text: string): readonly Node[] {
  const known = kept.get(text);
  if (known) return known;
  const tree = build(md.parse(text, {}));
  if (kept.size >= KEPT_MAX) {
    const oldest = kept.keys().next();
    if (!oldest.done) kept.delete(oldest.value);
  }
  kept.set(text, tree);
  return tree;
}

type Frame = { readonly close: (children: Node[]) => Node | null; readonly children: Node[] };

/** Folds the flat list of tokens, in which an element is an opening and a closing one. */
function build(tokens: readonly Token[]): Node[] {
  const root: Node[] = [];
  const stack: Frame[] = [];
  const add = (...nodes: Node[]): void => {
    (stack.at(-1)?.children ?? root).push(...nodes);
  };
  for (const token of tokens) {
    if (token.nesting === 1) {
      stack.push({ close: closer(token), children: [] });
    } else if (token.nesting === -1) {
      const frame = stack.pop();
      if (!frame) continue;
      const node = frame.close(frame.children);
      // What is not a known tag is left out, its content is not.
      if (node) add(node);
      else add(...frame.children);
    } else {
      add(...leaf(token));
    }
  }
  return root;
}

const nothing = (): null => null;

function closer(token: Token): Frame['close'] {
  const { tag } = token;
  // A tight list has paragraphs that are not shown.
  if (token.hidden) return () => null;
  if (/^h[1-6]$/.test(tag)) return (children) => ({ kind: 'heading', children });
  if (tag === 'a') {
    const href = safeHref(String(token.attrGet('href') ?? ''));
    return href === null ? () => null : (children) => ({ kind: 'link', href, children });
  }
  if (tag === 'ol') {
    const start = Number(token.attrGet('start') ?? 1);
    if (start !== 1) return (children) => ({ kind: 'list', start, children });
  }
  if (!TAGS.has(tag)) return nothing;
  return (children) => ({ kind: 'element', tag: tag as Tag, children });
}

function leaf(token: Token): Node[] {
  switch (token.type) {
    case 'inline':
      return linked(build(token.children ?? []));
    case 'text':
    case 'text_special':
      return token.content === '' ? [] : [{ kind: 'text', text: token.content }];
    case 'softbreak':
    case 'hardbreak':
      return [{ kind: 'element', tag: 'br', children: [] }];
    case 'code_inline':
      return [{ kind: 'code', text: token.content }];
    case 'fence':
    case 'code_block': {
      const language = token.info.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
      return [{ kind: 'block', language, text: token.content.replace(/\n$/, '') }];
    }
    case 'hr':
      return [{ kind: 'element', tag: 'hr', children: [] }];
    default:
      return token.content === '' ? [] : [{ kind: 'text', text: token.content }];
  }
}

// An address right after a Chinese character: the linkifier wants a space before it, which nobody
// writes there.
const UNSPACED = /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])https?:\/\//iu;

function linked(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => (node.kind === 'text' ? split(node.text) : [node]));
}

function split(text: string): Node[] {
  const at = UNSPACED.exec(text)?.index;
  if (at === undefined) return [{ kind: 'text', text }];
  const match = md.linkify.matchAtStart(text.slice(at));
  const href = match ? safeHref(match.url) : null;
  if (!match || href === null) return [{ kind: 'text', text }];
  const link: Node = { kind: 'link', href, children: [{ kind: 'text', text: match.text }] };
  const rest = text.slice(at + match.lastIndex);
  return [{ kind: 'text', text: text.slice(0, at) }, link, ...(rest === '' ? [] : split(rest))];
}
