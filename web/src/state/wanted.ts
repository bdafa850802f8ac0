import type { Change } from './reduce';
import type { Requests } from './requests';
import type { State } from './types';

const AGAIN_MS = 3_000;
const AT_ONCE = 3;
/** Ten more pages of conversations after the snapshot's are enough for any sidebar. */
const PAGES_MAX = 10;

/**
 * Asks for what the stream only mentions: profiles that changed, conversations that began, and the
 * older conversations that a snapshot left out. A few at a time; a bad connection is waited out.
 */
export class Wanted {
  readonly #busy = new Set<string>();
  #cancel: (() => void) | null = null;
  #pages = 0;
  #epoch = 0;
  #state: State | null = null;

  constructor(
    private readonly requests: Requests,
    private readonly setTimer: (ms: number, fire: () => void) => () => void,
    private readonly dispatch: (changes: readonly Change[]) => void,
  ) {}

  look(state: State): void {
    this.#state = state;
    if (this.#cancel) return;
    for (const id of state.wantedUsers) this.#begin(`u${id}`, () => this.#user(id));
    for (const id of state.wantedConversations) {
      this.#begin(`c${id}`, () => this.#conversation(id));
    }
    if (state.moreConversations && this.#pages < PAGES_MAX) {
      this.#begin('more', () => this.#more(state));
    }
  }

  stop(): void {
    this.#epoch++;
    this.#cancel?.();
    this.#cancel = null;
    this.#busy.clear();
    this.#pages = 0;
    this.#state = null;
  }

  #begin(key: string, ask: () => Promise<readonly Change[] | null>): void {
    if (this.#busy.has(key) || this.#busy.size >= AT_ONCE) return;
    this.#busy.add(key);
    const epoch = this.#epoch;
    void ask().then((changes) => {
      if (epoch !== this.#epoch) return;
      this.#busy.delete(key);
      if (changes) {
        this.dispatch(changes);
        if (this.#state) this.look(this.#state);
        return;
      }
      this.#cancel ??= this.setTimer(AGAIN_MS, () => {
        this.#cancel = null;
        if (this.#state) this.look(this.#state);
      });
    });
  }

  async #user(id: number): Promise<readonly Change[] | null> {
    const found = await this.requests.user(id);
    if (found.ok) return [{ type: 'users', users: [found.value] }];
    return found.error.passing ? null : [{ type: 'no-user', user: id }];
  }

  async #conversation(id: number): Promise<readonly Change[] | null> {
    const asked = this.#state?.conversations.get(id)?.heard;
    const found = await this.requests.conversation(id);
    if (found.ok) return [{ type: 'conversation', conversation: found.value, asked }];
    return found.error.passing ? null : [{ type: 'no-conversation', conversation: id }];
  }

  async #more(state: State): Promise<readonly Change[] | null> {
    const events = [...state.conversations.values()].map((item) => item.lastEvent);
    const found = await this.requests.conversations(Math.min(...events));
    if (!found.ok) return found.error.passing ? null : [];
    this.#pages++;
    const { conversations, more } = found.value;
    return [{ type: 'conversations', conversations, more: more && this.#pages < PAGES_MAX }];
  }
}
