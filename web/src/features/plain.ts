/**
 * What a message says in one line, without the marks of its formatting. Only for a preview: it
 * guesses, where the parser of the messages knows.
 */
export function plain(text: string): string {
  return text
    .slice(0, 400)
    .replace(/^\s*(`{3,}|~{3,}).*$/gm, ' ')
    .replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, '$1')
    .replace(/^\s*(>+|#{1,6}|[-*+])\s+/gm, '')
    .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/gs, '$2')
    .replace(/(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])/g, '$1')
    .replace(/(`+)([^`\n]+)\1/g, '$2')
    .replace(/\s+/g, ' ')
    .trim();
}
