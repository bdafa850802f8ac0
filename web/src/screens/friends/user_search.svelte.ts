import type { ApiError, Outcome } from '../../api/errors';
import type { Person } from '../../state/surface';

/** How long the fingers rest before the server is asked. */
export const SEARCH_AFTER_MS = 250;

/** How many people a page of answers has; a full page may have a next one. */
const kPage = 20;

/**
 * Looks for people while a name is written. What was found stays until the next answer is there,
 * so that the list does not blink with every letter; an answer to an older wish is dropped.
 */
export class UserSearch {
  found: readonly Person[] = $state.raw([]);
  state: 'idle' | 'asking' | 'done' | 'error' = $state('idle');
  error: ApiError | undefined = $state.raw();
  more = $state(false);
  #query = '';
  #wish = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ask: (query: string, after?: string) => Promise<Outcome<Person[]>>,
  ) {}

  look(query: string): void {
    this.stop();
    this.#query = query;
    if (!query) {
      this.found = [];
      this.more = false;
      this.state = 'idle';
      return;
    }
    this.state = 'asking';
    this.#timer = setTimeout(() => void this.#ask(), SEARCH_AFTER_MS);
  }

  again(): void {
    this.state = 'asking';
    void this.#ask();
  }

  async next(): Promise<void> {
    const last = this.found.at(-1)?.user.name;
    if (last !== undefined) await this.#ask(last);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#wish++;
  }

  async #ask(after?: string): Promise<void> {
    const wish = ++this.#wish;
    const answer = await this.ask(this.#query, after);
    if (wish !== this.#wish) return;
    if (!answer.ok) {
      this.error = answer.error;
      this.state = 'error';
      return;
    }
    this.found = after === undefined ? answer.value : [...this.found, ...answer.value];
    this.more = answer.value.length >= kPage;
    this.state = 'done';
  }
}
