// Colours for code, as a tree. A chunk of its own; each language is another one.
import { createLowlight } from 'lowlight';

/** What a stretch of code is; the stylesheet has a colour for each. */
export type CodeKind = 'keyword' | 'name' | 'number' | 'string' | 'comment' | 'plain';
export type CodePart = { readonly text: string; readonly kind: CodeKind };

/** Code longer than this is shown without colours: the grammars are not made for attacks. */
export const HIGHLIGHT_MAX = 8_000;

const low = createLowlight();

const loaders: Record<string, () => Promise<{ default: Parameters<typeof low.register>[1] }>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  go: () => import('highlight.js/lib/languages/go'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  python: () => import('highlight.js/lib/languages/python'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

const ALIASES: Record<string, string> = {
  'c++': 'cpp',
  cc: 'cpp',
  'c#': 'csharp',
  cs: 'csharp',
  h: 'c',
  hpp: 'cpp',
  html: 'xml',
  svg: 'xml',
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  patch: 'diff',
  py: 'python',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  golang: 'go',
  ts: 'typescript',
  tsx: 'typescript',
  yml: 'yaml',
  zsh: 'bash',
};

const KINDS: Record<string, CodeKind> = {
  keyword: 'keyword',
  'selector-tag': 'keyword',
  'selector-class': 'keyword',
  'selector-id': 'keyword',
  'template-tag': 'keyword',
  literal: 'keyword',
  meta: 'keyword',
  doctag: 'keyword',
  title: 'name',
  name: 'name',
  attr: 'name',
  attribute: 'name',
  property: 'name',
  built_in: 'name',
  type: 'name',
  tag: 'name',
  section: 'name',
  number: 'number',
  symbol: 'number',
  bullet: 'number',
  deletion: 'number',
  string: 'string',
  regexp: 'string',
  link: 'string',
  addition: 'string',
  'selector-attr': 'string',
  variable: 'string',
  'template-variable': 'string',
  comment: 'comment',
  quote: 'comment',
};

/** The name under which a language is known here, or null. */
export function languageOf(wanted: string): string | null {
  const name = Object.hasOwn(ALIASES, wanted) ? (ALIASES[wanted] ?? wanted) : wanted;
  return Object.hasOwn(loaders, name) ? name : null;
}

/** The parts of a piece of code, or null where there is no colour for it. Never fails. */
export async function highlight(code: string, wanted: string): Promise<CodePart[] | null> {
  const language = languageOf(wanted);
  if (language === null || code.length > HIGHLIGHT_MAX) return null;
  try {
    if (!low.registered(language)) {
      const grammar = await loaders[language]?.();
      if (!grammar) return null;
      low.register(language, grammar.default);
    }
    return flatten(low.highlight(language, code).children, 'plain');
  } catch {
    return null;
  }
}

type HighlightNode = ReturnType<typeof low.highlight>['children'][number];

function flatten(nodes: readonly HighlightNode[], kind: CodeKind): CodePart[] {
  return nodes.flatMap((node): CodePart[] => {
    if (node.type === 'text') return [{ text: node.value, kind }];
    if (node.type !== 'element') return [];
    return flatten(node.children as HighlightNode[], kindOf(node.properties.className) ?? kind);
  });
}

function kindOf(className: unknown): CodeKind | null {
  if (!Array.isArray(className)) return null;
  for (const name of className) {
    const kind = typeof name === 'string' ? KINDS[name.replace(/^hljs-/, '')] : undefined;
    if (kind) return kind;
  }
  return null;
}
