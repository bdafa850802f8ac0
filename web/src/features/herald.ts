import { plain } from './plain';

/**
 * Says new messages of the open chat aloud: each one by itself, or how many there were when more
 * than two come within a second. Never history, never other chats.
 */
const kGatherMs = 1000;
const kSpokenMax = 140;

export class Herald {
  #texts: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly say: (text: string) => void,
    private readonly words: {
      one: (name: string, text: string) => string;
      many: (count: number, name: string) => string;
    },
  ) {}

  hear(name: string, text: string): void {
    this.#texts.push([...plain(text)].slice(0, kSpokenMax).join(''));
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const texts = this.#texts;
      this.#texts = [];
      if (texts.length > 2) this.say(this.words.many(texts.length, name));
      else for (const one of texts) this.say(this.words.one(name, one));
    }, kGatherMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
