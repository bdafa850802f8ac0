import { SvelteMap } from 'svelte/reactivity';
import type { Store } from './storage';

/**
 * What was typed and not sent, by user and conversation. Stored with every change; reactive. The
 * text belongs to its conversation, whatever is open by the time it is sent.
 */
export class Drafts {
  #user: number | null = null;
  readonly #texts = new SvelteMap<number, string>();

  constructor(private readonly store: Store) {}

  start(user: number): void {
    if (user === this.#user) return;
    this.#user = user;
    this.#texts.clear();
    const prefix = this.#prefix();
    for (const key of this.store.keys(prefix)) {
      const text = this.store.get(key);
      const conversation = Number(key.slice(prefix.length));
      if (text && Number.isSafeInteger(conversation)) this.#texts.set(conversation, text);
    }
  }

  get(conversation: number): string {
    return this.#texts.get(conversation) ?? '';
  }

  set(conversation: number, text: string): void {
    if (this.#user === null) return;
    const key = this.#prefix() + String(conversation);
    if (text === '') {
      this.#texts.delete(conversation);
      this.store.remove(key);
    } else {
      this.#texts.set(conversation, text);
      this.store.set(key, text);
    }
  }

  /** Another tab changed it. Where this one is being typed in, the caller does not ask for it. */
  changed(key: string | null, value: string | null): void {
    if (this.#user === null || !key?.startsWith(this.#prefix())) return;
    const conversation = Number(key.slice(this.#prefix().length));
    if (!Number.isSafeInteger(conversation)) return;
    if (value) this.#texts.set(conversation, value);
    else this.#texts.delete(conversation);
  }

  #prefix(): string {
    return `keepline.draft.${this.#user ?? 0}.`;
  }
}
