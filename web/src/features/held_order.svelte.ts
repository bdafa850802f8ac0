/**
 * Keeps a list in the order the reader sees while the pointer is over it or the focus is in it,
 * and takes the new order two seconds after both have left: nobody clicks on a moving row.
 * What is new goes to its place at the top; what is gone leaves at once.
 */
const kRestMs = 2000;

export class HeldOrder<Row extends { readonly key: string }> {
  #held: string[] | undefined = $state.raw();
  #over = false;
  #focused = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly source: () => readonly Row[]) {}

  get rows(): readonly Row[] {
    const rows = this.source();
    if (!this.#held) return rows;
    const places = new Map(this.#held.map((key, index) => [key, index]));
    return rows.toSorted((a, b) => (places.get(a.key) ?? -1) - (places.get(b.key) ?? -1));
  }

  pointer(over: boolean): void {
    this.#over = over;
    this.#update();
  }

  focus(inside: boolean): void {
    this.#focused = inside;
    this.#update();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #update(): void {
    clearTimeout(this.#timer);
    if (this.#over || this.#focused) this.#held ??= this.source().map((row) => row.key);
    else this.#timer = setTimeout(() => (this.#held = undefined), kRestMs);
  }
}
