import type { ApiError, Outcome } from '../../api/errors';
import type { Found, FoundPage } from '../../state/search';
import { asks, parse, toServer } from './query';

/** How long the fingers rest before the server is asked. */
export const SEARCH_AFTER_MS = 300;

/** A page may be empty and have more: so many of them are asked for by themselves. */
const EMPTY_MAX = 5;

type Ask = (
  query: string,
  cursor: number | null,
  abort: AbortSignal,
) => Promise<Outcome<FoundPage>>;

/**
 * Looks for messages while somebody writes what. What was found stays until the next answer is
 * there; an answer to an older wish is dropped, and the server is told that nobody waits for it.
 */
export class MessageSearch {
  found: readonly Found[] = $state.raw([]);
  /** `idle`: there is nothing to look for yet. */
  state: 'idle' | 'asking' | 'done' | 'error' = $state('idle');
  error: ApiError | undefined = $state.raw();
  more = $state(false);
  cut = $state(false);
  /** A next page is on its way. */
  paging = $state(false);
  #query = '';
  #cursor: number | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ask: Ask,
    private readonly onFound: (found: readonly Found[]) => void = () => undefined,
  ) {}

  look(text: string, atOnce = false): void {
    const query = toServer(text);
    if (query === this.#query && this.state !== 'error' && !(atOnce && this.#timer)) return;
    this.stop();
    this.#query = query;
    if (!asks(parse(query))) {
      this.found = [];
      this.more = this.cut = false;
      this.state = 'idle';
      return;
    }
    this.state = 'asking';
    this.#timer = setTimeout(() => void this.#begin(), atOnce ? 0 : SEARCH_AFTER_MS);
  }

  again(): void {
    this.state = 'asking';
    void this.#begin();
  }

  async next(): Promise<void> {
    if (!this.more || this.paging || this.state !== 'done') return;
    this.paging = true;
    await this.#page(this.#cursor);
    this.paging = false;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#abort?.abort();
    this.#abort = null;
    this.#query = '';
  }

  async #begin(): Promise<void> {
    this.#timer = undefined;
    await this.#page(null);
  }

  async #page(from: number | null): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    let cursor = from;
    let found: readonly Found[] = from === null ? [] : this.found;
    for (let empty = 0; ; empty += 1) {
      const answer = await this.ask(this.#query, cursor, abort.signal);
      if (this.#abort !== abort) return;
      if (!answer.ok) {
        this.error = answer.error;
        this.state = 'error';
        return;
      }
      const { results, more, next, cut } = answer.value;
      found = [...found, ...results];
      this.cut = cut;
      this.more = more && next !== null;
      cursor = next;
      if (results.length > 0 || !this.more || empty >= EMPTY_MAX) {
        this.onFound(results);
        break;
      }
    }
    this.#cursor = cursor;
    this.found = found;
    this.error = undefined;
    this.state = 'done';
  }
}
