import { describe, expect, it } from 'vitest';
import { isEmojiOnly } from './emoji';
import { isPlain } from './formatter.svelte';
import { highlight, HIGHLIGHT_MAX, languageOf } from './highlight';
import { parse, safeHref } from './markdown';
import { type Node, textOf } from './tree';

/** A tree in one line: p(strong(a) b). */
function show(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      if (node.kind === 'code') return `code(${node.text})`;
      if (node.kind === 'block') return `block:${node.language}(${node.text})`;
      if (node.kind === 'link') return `a<${node.href}>(${show(node.children)})`;
      if (node.kind === 'heading') return `heading(${show(node.children)})`;
      if (node.kind === 'list') return `ol${node.start}(${show(node.children)})`;
      return node.children.length === 0 ? node.tag : `${node.tag}(${show(node.children)})`;
    })
    .join('');
}

function all(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...('children' in node ? all(node.children) : [])]);
}

describe('markdown', () => {
  it.each([
    ['**a** b _c_ ~~d~~', 'p(strong(a) b em(c) s(d))'],
    ['a\nb', 'p(abrb)'],
    ['a\n\nb', 'p(a)p(b)'],
    ['# a', 'heading(a)'],
    ['- a\n- b', 'ul(li(a)li(b))'],
    ['3. a', 'ol3(li(a))'],
    ['> a', 'blockquote(p(a))'],
    ['`a<b`', 'p(code(a<b))'],
    ['```Cpp x\nint a;\n```', 'block:cpp(int a;)'],
    ['|a|\n|-|\n|b|', 'table(thead(tr(th(a)))tbody(tr(td(b))))'],
    ['[a](https://b.example/c)', 'p(a<https://b.example/c>(a))'],
    ['see https://b.example/c.', 'p(see a<https://b.example/c>(https://b.example/c).)'],
    ['看https://b.example。好', 'p(看a<https://b.example/>(https://b.example)。好)'],
    ['me@b.example', 'p(a<mailto:me@b.example>(me@b.example))'],
    ['README.md and setup.py', 'p(README.md and setup.py)'],
    ['![a](https://b.example/c.png)', 'p(!a<https://b.example/c.png>(a))'],
    ['&amp; &lt;', 'p(&amp; &lt;)'],
    ['a\n---', 'p(a)hr'],
  ])('reads %j', (source, tree) => {
    expect(show(parse(source))).toBe(tree);
  });

  // Goal: whatever is written, what comes out is text, known tags, and links to known places.
  it('lets nothing through that could run', () => {
    const schemes = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      ' javascript:x',
      'java\tscript:x',
      '//evil.example',
      '/api/v1/logout',
      'file:///etc/passwd',
      'blob:x',
      'about:blank',
    ];
    const corpus = [
      ...schemes.flatMap((href) => [
        `[a](${href})`,
        `<${href}>`,
        `[a](<${href}>)`,
        `[a]: ${href}\n\n[a]`,
        href,
      ]),
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '<a href="javascript:x">a</a>',
      '<svg/onload=alert(1)>',
      '<!-- --><iframe srcdoc=x>',
      '[a](https://b.example "onmouseover=alert(1)")',
      '```"><img src=x onerror=alert(1)>\nx\n```',
      '\u0000<b>',
    ];
    for (const source of corpus) {
      const nodes = all(parse(source));
      for (const node of nodes) {
        expect(Object.keys(node).filter((key) => /^on|style|src/.test(key))).toEqual([]);
        if (node.kind === 'link') expect(node.href, source).toMatch(/^(https?:\/\/|mailto:)/);
      }
      if (source.startsWith('<'))
        expect(textOf(parse(source)), source).toContain(source.slice(0, 4));
    }
  });

  it.each(['javascript:x', '//a', '/a', 'a', 'https://', 'http://[', 'data:,x', ''])(
    'leads to %j never',
    (href) => {
      expect(safeHref(href)).toBeNull();
    },
  );

  // Goal: nobody's message stops a reader's tab. Method: the input that is bad for other parsers,
  // at the limit; the bound is far above what is needed and far below what hurts.
  it('survives what was made to stop it', () => {
    const long = (piece: string): string =>
      piece.repeat(Math.ceil(8_000 / piece.length)).slice(0, 8_000);
    const hostile = [
      '*a_',
      '>',
      ' ',
      '[',
      '![[',
      '](',
      '`',
      '~',
      '**',
      '_ ',
      '<',
      '\\',
      '|',
      '- ',
      '1. ',
      '# ',
      'http://',
      'a@b.',
      '&#',
      '*a **a ',
      '[a](b',
      '\n>',
      '\t',
      '  \n',
      '```\n',
      'ａ',
      '（',
    ].map(long);
    hostile.push(
      `${'|a'.repeat(4000)}\n${'|-'.repeat(4000)}`,
      '- '.repeat(3000) + 'a',
      '>'.repeat(3999) + 'a',
    );
    for (const source of hostile) {
      const began = performance.now();
      const tree = parse(source);
      expect(performance.now() - began, JSON.stringify(source.slice(0, 12))).toBeLessThan(3_000);
      expect(depth(tree)).toBeLessThan(60);
    }
  });

  it('keeps the text of what it does not understand', () => {
    expect(textOf(parse('a *b [c] <d> |e'))).toBe('a *b [c] <d> |e');
  });
});

function depth(nodes: readonly Node[]): number {
  return nodes.reduce(
    (most, node) => Math.max(most, 'children' in node ? 1 + depth(node.children) : 1),
    0,
  );
}

describe('isPlain', () => {
  // What it calls plain, the parser must read as one paragraph of that very text.
  it.each([
    'hello',
    '你好，吃了吗？',
    'a. b',
    'C++ is fun',
    'it costs 5 - 3',
    'a+b=c',
    '1.5 kg',
    'and so on...',
    'x.y@z',
    '(a)',
    '"q"',
    "it's",
    '50 %',
    'a & b',
    '&amp;',
    'www.a.example',
    '1) a',
    '+ a',
    '= a',
    '---',
    ' a',
    '- a',
    '12. a',
    'mailto:a@b.example',
    'ftp://a.example/',
  ])('agrees with the parser about %j', (text) => {
    if (isPlain(text)) expect(show(parse(text))).toBe(`p(${text})`);
    else expect(text).toMatch(/[@:]|^[\s\d+=-]/);
  });
});

describe('emoji', () => {
  it.each([
    ['👍', true],
    ['👍🏽 ❤️ 🎉', true],
    ['👨‍👩‍👧‍👦', true],
    ['🇨🇳', true],
    ['1️⃣', true],
    ['😀😀😀😀', false],
    ['a👍', false],
    ['123', false],
    ['#', false],
    ['©', false],
    ['', false],
    ['好', false],
    ['👍'.repeat(500), false],
  ])('%j alone: %s', (text, only) => {
    expect(isEmojiOnly(text)).toBe(only);
  });
});

describe('highlight', () => {
  it('colours what it knows and changes no character', async () => {
    const code = 'int main() { return 0; } // </script>';
    const parts = await highlight(code, 'c++');
    expect(parts?.map((part) => part.text).join('')).toBe(code);
    expect(parts?.some((part) => part.kind === 'comment')).toBe(true);
  });

  it('leaves alone what it does not', async () => {
    expect(await highlight('x', 'klingon')).toBeNull();
    expect(await highlight('x', 'constructor')).toBeNull();
    expect(languageOf('__proto__')).toBeNull();
    expect(await highlight('x'.repeat(HIGHLIGHT_MAX + 1), 'js')).toBeNull();
  });
});
