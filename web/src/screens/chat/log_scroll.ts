/**
 * Keeps the reader's place in a list that changes under them. The browser's own anchoring is off
 * (it differs between engines); instead the first visible row and its distance from the top are
 * remembered, and put back after every change. Who stands at the end stays at the end.
 */
export class LogScroll {
  /** Within this many pixels of the end counts as the end. */
  static readonly nearEnd = 100;

  #anchor: { key: string; top: number } | undefined;
  /** Where the list stood when the anchor was taken. */
  #at = 0;
  #stuck = true;
  /** Where a script has put the list, so that its own scroll event is not taken for the reader's. */
  #placed = -1;

  constructor(
    private readonly box: HTMLElement,
    /** Whether the list ends with the newest message: only then is there an end to stick to. */
    private readonly complete: () => boolean,
  ) {}

  get stuck(): boolean {
    return this.#stuck;
  }

  /** How far the list may still go down. */
  get below(): number {
    return this.box.scrollHeight - this.box.clientHeight - this.box.scrollTop;
  }

  /** The reader has scrolled, or something else has: remember where they are now. */
  scrolled(): void {
    if (Math.abs(this.box.scrollTop - this.#placed) < 1) {
      this.#placed = -1;
    } else {
      this.#stuck = this.complete() && this.below <= LogScroll.nearEnd;
    }
    this.remember();
  }

  /** Before a change: what the reader sees first. */
  remember(): void {
    const edge = this.box.getBoundingClientRect().top;
    const row = this.#firstBelow(edge);
    this.#at = this.box.scrollTop;
    this.#anchor = row?.dataset.key
      ? { key: row.dataset.key, top: row.getBoundingClientRect().top - edge }
      : undefined;
  }

  /** From the next change on the reader is at the end, wherever they are now. */
  stick(): void {
    this.#stuck = true;
  }

  /** After a change: the same row at the same place, or the end. */
  restore(): void {
    // The reader may have scrolled since, and the word of it be still on its way: that counts.
    const scrolled = this.box.scrollTop - this.#at;
    if (scrolled < -1 && this.below > LogScroll.nearEnd) this.#stuck = false;
    const row = this.#anchor ? this.row(this.#anchor.key) : null;
    if (this.complete() && (this.#stuck || !row)) {
      this.#to(this.box.scrollHeight);
    } else if (this.#anchor && row) {
      const edge = this.box.getBoundingClientRect().top;
      const wished = this.#anchor.top - scrolled;
      const moved = row.getBoundingClientRect().top - edge - wished;
      if (Math.abs(moved) >= 0.5) this.#to(this.box.scrollTop + moved);
    }
    this.remember();
  }

  toEnd(): void {
    this.#stuck = true;
    this.#to(this.box.scrollHeight);
    this.remember();
  }

  /** Puts an element a third of the way down. */
  toThird(element: HTMLElement): void {
    const edge = this.box.getBoundingClientRect().top;
    const top = element.getBoundingClientRect().top - edge + this.box.scrollTop;
    this.#to(top - this.box.clientHeight / 3);
    this.#stuck = this.complete() && this.below <= 1;
    this.remember();
  }

  row(key: string): HTMLElement | null {
    return this.box.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  }

  #to(top: number): void {
    this.box.scrollTop = top;
    this.#placed = this.box.scrollTop;
  }

  // The rows lie one below the other, so halving finds the first one in a few steps.
  #firstBelow(edge: number): HTMLElement | undefined {
    const rows = this.box.querySelectorAll<HTMLElement>('[data-key]');
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = rows[middle];
      if (row && row.getBoundingClientRect().bottom > edge) high = middle;
      else low = middle + 1;
    }
    return rows[low];
  }
}
