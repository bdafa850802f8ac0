// Ways to a message. The address names it; the same way may be wanted twice, and then the address
// stays as it is.
import { router } from '../router.svelte';

class Jumps {
  /** How often somebody was led somewhere. */
  #count = $state(0);
  /** The address of the list of results from which somebody came. */
  #results = $state<string | null>(null);

  get count(): number {
    return this.#count;
  }
  get results(): string | null {
    return this.#results;
  }

  /** Somebody follows a link out of a list of results. */
  follow(results: string): void {
    this.#results = results;
    this.#count += 1;
  }

  to(id: number, seq: number): void {
    this.#results = null;
    this.#count += 1;
    router.go({ name: 'chat', id, seq });
  }
}

export const jumps = new Jumps();
