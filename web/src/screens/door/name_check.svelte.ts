import type { Outcome } from '../../api/errors';

/** How long the fingers rest before the server is asked. */
export const CHECK_AFTER_MS = 400;

const kShape = /^[\p{L}\p{M}\p{N}_.-]{2,32}$/u;

export type NameState = 'none' | 'asking' | 'free' | 'taken' | 'bad';

/**
 * Whether a wished name is free, asked while it is written. An answer to an older wish is dropped;
 * where there is no answer it says nothing, because registering asks again anyway.
 */
export class NameCheck {
  state: NameState = $state('none');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wish = 0;

  constructor(private readonly ask: (name: string) => Promise<Outcome<boolean>>) {}

  look(name: string): void {
    this.stop();
    if ([...name].length < 2) this.state = 'none';
    else if (!kShape.test(name)) this.state = 'bad';
    else {
      this.state = 'asking';
      this.#timer = setTimeout(() => void this.#ask(name), CHECK_AFTER_MS);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#wish++;
  }

  async #ask(name: string): Promise<void> {
    const wish = this.#wish;
    const answer = await this.ask(name);
    if (wish !== this.#wish) return;
    if (answer.ok) this.state = answer.value ? 'free' : 'taken';
    else this.state = answer.error.status === 422 ? 'bad' : 'none';
  }
}
