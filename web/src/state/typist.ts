// Tells others that the user types, no more often than they forget it.
import type { Chat } from './chat_store.svelte';

const EVERY_MS = 3_000;

export class Typist {
  #last = 0;

  constructor(
    private readonly chat: Chat,
    private readonly conversation: number,
  ) {}

  type(): void {
    const now = this.chat.deps.now();
    if (now - this.#last < EVERY_MS) return;
    if (this.chat.known.settings.value?.typing === false) return;
    this.#last = now;
    void this.chat.deps.requests.typing(this.conversation);
  }

  /** What was typed is sent: the next letter is told at once. */
  pause(): void {
    this.#last = 0;
  }
}
