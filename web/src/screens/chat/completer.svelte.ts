import { loadEmoji, searchEmoji } from '../../emoji/emoji_index';
import { i18n, t } from '../../i18n/index.svelte';
import type { ConversationView, Person } from '../../state/surface';
import { next } from '../../ui/roving';
import { fitting, type Suggestion, SUGGESTIONS_MAX, type Token, tokenAt } from './completion';

/** Who and what may be named in a conversation. Asked whenever something is written. */
export interface Sources {
  people(query: string): Promise<readonly Person[]>;
  rooms(): readonly ConversationView[];
  /** Whether everybody may be named at once. */
  readonly here?: boolean;
}

/**
 * The list of suggestions while somebody writes. What was asked for last is what it shows: an
 * answer that comes late is dropped. Esc closes it for the token at hand.
 */
export class Completer {
  #token = $state.raw<Token | null>(null);
  #found = $state.raw<readonly Suggestion[]>([]);
  #index = $state(0);
  #dismissed: number | null = null;
  #asked = 0;

  constructor(private readonly sources: () => Sources) {}

  get token(): Token | null {
    return this.#token;
  }
  get suggestions(): readonly Suggestion[] {
    return this.#found;
  }
  get index(): number {
    return Math.min(this.#index, this.#found.length - 1);
  }
  get open(): boolean {
    return this.#found.length > 0;
  }

  /** Something was written, or the cursor has moved. */
  async look(text: string, cursor: number): Promise<void> {
    const token = tokenAt(text, cursor);
    const asked = ++this.#asked;
    if (token === null || token.start !== this.#dismissed) this.#dismissed = null;
    if (token === null || token.start === this.#dismissed) {
      this.#clear();
      return;
    }
    // Without data there is nothing to suggest, and writing goes on.
    const found = await this.#find(token).catch(() => []);
    if (asked !== this.#asked) return;
    if (token.start !== this.#token?.start || token.query !== this.#token.query) this.#index = 0;
    this.#token = token;
    this.#found = found;
  }

  /** Forgets the list until something is written again. */
  close(): void {
    this.#asked++;
    this.#clear();
  }

  /** Closes the list for as long as this token is written. */
  dismiss(): void {
    this.#dismissed = this.#token?.start ?? null;
    this.close();
  }

  point(index: number): void {
    this.#index = index;
  }

  /** Moves in the list; whether the key was for it. */
  move(key: string): boolean {
    if (key === 'Home' || key === 'End') return false;
    const to = next(key, this.index, this.#found.length, { vertical: true });
    if (to === undefined) return false;
    this.#index = to;
    return true;
  }

  #clear(): void {
    this.#token = null;
    this.#found = [];
    this.#index = 0;
  }

  #named(people: readonly Suggestion[], query: string): readonly Suggestion[] {
    if (!this.sources().here || !'here'.startsWith(query.toLowerCase())) return people;
    const here: Suggestion = {
      key: 'here',
      insert: '@here ',
      text: '@here',
      detail: t.chat.everybody,
      picture: { kind: 'icon', icon: 'users' },
    };
    return [...people.slice(0, SUGGESTIONS_MAX - 1), here];
  }

  async #find(token: Token): Promise<readonly Suggestion[]> {
    switch (token.kind) {
      case '@':
        return this.#named((await this.sources().people(token.query)).map(ofPerson), token.query);
      case '#':
        return fitting(token.query, this.sources().rooms(), (room) => [room.title]).map(ofRoom);
      case ':': {
        const han = /\p{Script=Han}/u.test(token.query);
        const all = await loadEmoji(han ? 'zh' : i18n.language);
        return searchEmoji(all, token.query, SUGGESTIONS_MAX).map((one) => ({
          key: one.emoji,
          insert: one.emoji,
          text: i18n.language === 'zh' ? one.name : `:${one.codes[0] ?? one.name}:`,
          detail: '',
          picture: { kind: 'emoji', emoji: one.emoji },
        }));
      }
    }
  }
}

function ofPerson({ user }: Person): Suggestion {
  return {
    key: `u${user.id}`,
    insert: `@${user.name} `,
    text: user.display_name,
    detail: `@${user.name}`,
    picture: { kind: 'person', id: user.id },
  };
}

function ofRoom({ id, title }: ConversationView): Suggestion {
  const picture = { kind: 'icon', icon: 'hash' } as const;
  return { key: `c${id}`, insert: `#${title} `, text: title, detail: '', picture };
}
