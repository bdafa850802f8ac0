// What somebody has written into the search: words, and filters such as `from:mei`. The text alone
// says what is looked for; the filters are also shown apart, and can be taken out of it.

export const FILTERS = ['from', 'in', 'after', 'before', 'has'] as const;
export type Filter = (typeof FILTERS)[number];

export type Token = {
  readonly filter: Filter;
  /** Without the quotation marks. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
};

export type Query = {
  /** Filters with a value, as they stand in the text. */
  readonly tokens: readonly Token[];
  /** What is left: the words. */
  readonly words: string;
};

const PART = /(?<filter>from|in|after|before|has)[:：](?<value>"[^"]*"?|\S*)/giu;

export function parse(text: string): Query {
  const tokens: Token[] = [];
  let words = '';
  let at = 0;
  for (const match of text.matchAll(PART)) {
    // In the middle of a word, as in an address, it is none.
    if (/\S/.test(text.charAt(match.index - 1))) continue;
    const { filter = '', value = '' } = match.groups ?? {};
    const plain = value.replaceAll('"', '');
    const end = match.index + match[0].length;
    words += text.slice(at, match.index);
    at = end;
    if (plain === '') continue;
    const name = filter.toLowerCase() as Filter;
    tokens.push({ filter: name, value: plain, start: match.index, end });
  }
  words += text.slice(at);
  return { tokens, words: words.replace(/\s+/g, ' ').trim() };
}

/** The filters that are done, as they stand before the words, and what is still being written. */
export function split(text: string): { readonly head: string; readonly rest: string } {
  const done = parse(text).tokens.filter(({ end }) => /\s/.test(text.charAt(end)));
  const head = done.map(({ start, end }) => `${text.slice(start, end)} `).join('');
  const rest = done.reduceRight((left, token) => {
    const before = left.slice(0, token.start);
    const behind = left.slice(token.end);
    return before ? before.trimEnd() + behind : behind.trimStart();
  }, text);
  return { head, rest };
}

/** The text as the server reads it: Chinese input methods write another colon. */
export function toServer(text: string): string {
  const plain = text.replace(PART, (part: string) => part.replace('：', ':'));
  return plain.trim();
}

/** Whether there is something to look for: dates alone are not. */
export function asks(query: Query): boolean {
  return query.words !== '' || query.tokens.some(({ filter }) => /^(from|in|has)$/.test(filter));
}

export function without(text: string, token: Token): string {
  const left = text.slice(0, token.start).trimEnd();
  const right = text.slice(token.end).trimStart();
  return left && right ? `${left} ${right}` : `${left}${right}`;
}

/** Puts a filter before the words; one of the same name, of which there can be but one, goes. */
export function withFilter(text: string, filter: Filter, value: string): string {
  const quoted = /\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
  const old =
    filter === 'has' ? undefined : parse(text).tokens.find((one) => one.filter === filter);
  const rest = old ? without(text, old) : text;
  return `${filter}:${quoted} ${rest.trimStart()}`;
}

/** The filter whose value is being written at the end of the text: its beginning, perhaps empty. */
export function openFilter(text: string): { filter: 'from' | 'in'; value: string } | null {
  const match = /(?:^|\s)(?<filter>from|in)[:：](?<value>"[^"]*|\S*)$/iu.exec(text);
  if (!match) return null;
  const { filter = '', value = '' } = match.groups ?? {};
  return { filter: filter.toLowerCase() as 'from' | 'in', value: value.replaceAll('"', '') };
}

/** The text with the value that is being written at its end replaced, and room to go on. */
export function complete(text: string, filter: 'from' | 'in', value: string): string {
  const quoted = /\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
  return text.replace(/(?:from|in)[:：](?:"[^"]*|\S*)$/iu, `${filter}:${quoted} `);
}

export type Piece = { readonly text: string; readonly marked: boolean };

/** A snippet in pieces. The marks count code points, which a JavaScript string does not. */
export function pieces(text: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const points = [...text];
  const parts: Piece[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    if (start < at || end <= start) continue;
    parts.push({ text: points.slice(at, start).join(''), marked: false });
    parts.push({ text: points.slice(start, end).join(''), marked: true });
    at = end;
  }
  parts.push({ text: points.slice(at).join(''), marked: false });
  return parts.filter((part) => part.text !== '');
}
