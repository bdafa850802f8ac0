const kMax = 20;

/**
 * The places from which a reader has jumped away, so that they find back: the number of the message
 * they saw first, or null where they were at the end.
 */
export class Trail {
  #places = $state.raw<readonly (number | null)[]>([]);

  get open(): boolean {
    return this.#places.length > 0;
  }

  leave(seq: number | null): void {
    if (this.#places.at(-1) === seq) return;
    this.#places = [...this.#places, seq].slice(-kMax);
  }

  back(): number | null {
    const place = this.#places.at(-1) ?? null;
    this.#places = this.#places.slice(0, -1);
    return place;
  }

  /** The reader is at the end: those who left from there have found back. */
  arrived(): void {
    while (this.open && this.#places.at(-1) === null) this.back();
  }

  clear(): void {
    if (this.open) this.#places = [];
  }
}
