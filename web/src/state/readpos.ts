import type { Outcome } from '../api/errors';
import type { Attention } from './surface';

/** Read means seen: the chat is visible, its window has the focus, and the list is at its end. */
export function counts(attention: Attention): boolean {
  return attention.visible && attention.focused && attention.atEnd;
}

export type ReadDeps = {
  readonly put: (conversation: number, seq: number, lower: boolean) => Promise<Outcome<number>>;
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly onMark: (conversation: number, seq: number) => void;
};

const AGAIN_MS = 3_000;

/**
 * Brings read marks to the server: one request at a time for each conversation, the newest wish
 * only. A wish that meets a bad connection is tried again; one that is refused is forgotten.
 */
export class ReadMarks {
  readonly #wishes = new Map<number, number>();
  readonly #busy = new Map<number, Promise<unknown>>();
  readonly #timers = new Map<number, () => void>();

  constructor(private readonly deps: ReadDeps) {}

  /** Moves the mark forward to `seq`. */
  mark(conversation: number, seq: number): void {
    const wished = this.#wishes.get(conversation) ?? 0;
    if (seq <= wished) return;
    this.#wishes.set(conversation, seq);
    this.deps.onMark(conversation, seq);
    void this.#bring(conversation);
  }

  /** Moves the mark to `seq`, also back. What was wished before is forgotten. */
  async lower(conversation: number, seq: number): Promise<Outcome<number>> {
    this.#wishes.delete(conversation);
    this.#cancel(conversation);
    // Behind one that is under way: overtaken by it, the mark would be forward again.
    await this.#busy.get(conversation);
    const outcome = await this.deps.put(conversation, seq, true);
    if (outcome.ok) this.deps.onMark(conversation, outcome.value);
    return outcome;
  }

  stop(): void {
    for (const conversation of this.#timers.keys()) this.#cancel(conversation);
    this.#wishes.clear();
  }

  async #bring(conversation: number): Promise<void> {
    if (this.#busy.has(conversation) || this.#timers.has(conversation)) return;
    const seq = this.#wishes.get(conversation);
    if (seq === undefined) return;
    const put = this.deps.put(conversation, seq, false);
    this.#busy.set(conversation, put);
    const outcome = await put;
    this.#busy.delete(conversation);
    if (!outcome.ok && outcome.error.passing) {
      const fire = (): void => {
        this.#timers.delete(conversation);
        void this.#bring(conversation);
      };
      this.#timers.set(conversation, this.deps.setTimer(AGAIN_MS, fire));
      return;
    }
    if (this.#wishes.get(conversation) === seq) this.#wishes.delete(conversation);
    else void this.#bring(conversation);
  }

  #cancel(conversation: number): void {
    this.#timers.get(conversation)?.();
    this.#timers.delete(conversation);
  }
}
