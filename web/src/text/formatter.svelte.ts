import type { Node } from './tree';

/** Longer texts are shown as they are until somebody asks for more. */
export const FORMAT_MAX = 4_000;

type Parse = (text: string) => readonly Node[];

/**
 * The Markdown parser, once it is there. Until then, and where it cannot be loaded, texts are
 * shown as they were written.
 */
class Formatter {
  #parse = $state.raw<Parse | null>(null);
  #loading: Promise<void> | null = null;

  /** Loads the parser. Called when a first conversation opens; a failure is tried again later. */
  load(): Promise<void> {
    this.#loading ??= import('./markdown').then(
      (module) => {
        this.#parse = module.parse;
      },
      () => {
        this.#loading = null;
      },
    );
    return this.#loading;
  }

  /** The tree of a text, or null where it is to be shown as it was written. */
  tree(text: string, whole: boolean): readonly Node[] | null {
    if (!whole && text.length > FORMAT_MAX) return null;
    if (isPlain(text)) return [{ kind: 'element', tag: 'p', children: [{ kind: 'text', text }] }];
    return this.#parse?.(text) ?? null;
  }
}

/** One line in which Markdown would find nothing: most messages. */
export function isPlain(text: string): boolean {
  return !/[\\`*_~#>|[\]<@\n\r\t]|:\/\/|mailto:|^\s|\s$|^[-+=]|^\d+[.)]|-{3}/.test(text);
}

export const formatter = new Formatter();
