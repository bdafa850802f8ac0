import { SvelteMap } from 'svelte/reactivity';
import type { Store } from './storage';

/**
 * What was typed and not sent, by user and conversation, and what it answers to. Stored with every change; reactive. The
 * text belongs to its conversation, whatever is open by the time it is sent.
 */
export class Drafts {
  #user: number | null = null;
  readonly #texts = new SvelteMap<number, string>();
  readonly #replies = new SvelteMap<number, number>();

  constructor(private readonly store: Store) {}

  start(user: number): void {
    if (user === this.#user) return;
    this.#user = user;
    this.#texts.clear();
    this.#replies.clear();
    for (const key of this.store.keys(this.#replyPrefix())) this.#learn(key, this.store.get(key));
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

  /** The number of the message that the draft answers to. */
  reply(conversation: number): number | null {
    return this.#replies.get(conversation) ?? null;
  }

  setReply(conversation: number, seq: number | null): void {
    if (this.#user === null) return;
    const key = this.#replyPrefix() + String(conversation);
    if (seq === null) {
      this.#replies.delete(conversation);
      this.store.remove(key);
    } else {
      this.#replies.set(conversation, seq);
      this.store.set(key, String(seq));
    }
  }

  #learn(key: string, value: string | null): void {
    const conversation = Number(key.slice(this.#replyPrefix().length));
    const seq = Number(value);
    if (!Number.isSafeInteger(conversation)) return;
    if (value && Number.isSafeInteger(seq) && seq > 0) this.#replies.set(conversation, seq);
    else this.#replies.delete(conversation);
  }

  /** Another tab changed it. Where this one is being typed in, the caller does not ask for it. */
  changed(key: string | null, value: string | null): void {
    if (this.#user === null || key === null) return;
    if (key.startsWith(this.#replyPrefix())) this.#learn(key, value);
    if (!key.startsWith(this.#prefix())) return;
    const conversation = Number(key.slice(this.#prefix().length));
    if (!Number.isSafeInteger(conversation)) return;
    if (value) this.#texts.set(conversation, value);
    else this.#texts.delete(conversation);
  }

  #replyPrefix(): string {
    return `keepline.reply.${this.#user ?? 0}.`;
  }

  #prefix(): string {
    return `keepline.draft.${this.#user ?? 0}.`;
  }
}
