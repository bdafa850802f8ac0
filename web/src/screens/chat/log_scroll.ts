/**
 * Keeps the reader's place in a list that changes under them. The browser's own anchoring is off
 * (it differs between engines); instead the rows that are in sight and their distance from the top
 * are remembered, and the first of them that is still there is put back after every change. Who
 * stands at the end stays at the end.
 */
export class LogScroll {
  /** Within this many pixels of the end counts as the end. */
  static readonly nearEnd = 100;

  /** From the first visible row on: should it go, because it was deleted, the next one holds. */
  #anchors: { key: string; top: number }[] = [];
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

  /** The first row that the reader sees. */
  get first(): string | undefined {
    return this.#anchors[0]?.key;
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

  /** Before a change: what the reader sees. */
  remember(): void {
    const { top: edge, bottom } = this.box.getBoundingClientRect();
    const rows = this.box.querySelectorAll<HTMLElement>('[data-key]');
    this.#at = this.box.scrollTop;
    this.#anchors = [];
    for (let index = firstBelow(rows, edge); index < rows.length; index++) {
      const row = rows[index];
      const top = row?.getBoundingClientRect().top ?? Infinity;
      if (!row?.dataset.key || top >= bottom) break;
      this.#anchors.push({ key: row.dataset.key, top: top - edge });
    }
  }

  /** From the next change on the reader is at the end, wherever they are now. */
  stick(): void {
    this.#stuck = true;
  }

  /** After a change: the same row at the same place, or the end. */
  restore(): void {
    // The reader may have scrolled since, and the word of it be still on its way: that counts.
    // Where the list has become shorter, the browser has moved it to its new end: that does not.
    const change = this.box.scrollTop - this.#at;
    const scrolled = change < 0 && this.below < 1 ? 0 : change;
    if (scrolled < -1 && this.below > LogScroll.nearEnd) this.#stuck = false;
    const moved = this.#moved();
    if (this.complete() && (this.#stuck || moved === null)) {
      this.#to(this.box.scrollHeight);
    } else if (moved !== null && Math.abs(moved + scrolled) >= 0.5) {
      this.#to(this.box.scrollTop + moved + scrolled);
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

  /** Puts an element in the middle, or at the top where it is taller than the list. */
  toMiddle(element: HTMLElement): void {
    const box = this.box.getBoundingClientRect();
    const { top, height } = element.getBoundingClientRect();
    const room = Math.max(0, (box.height - height) / 2);
    this.#to(top - box.top + this.box.scrollTop - room);
    this.#stuck = this.complete() && this.below <= 1;
    this.remember();
  }

  /** The reader goes somewhere else: the end holds them no more. */
  loosen(): void {
    this.#stuck = false;
  }

  row(key: string): HTMLElement | null {
    return this.box.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  }

  #to(top: number): void {
    this.box.scrollTop = top;
    this.#placed = this.box.scrollTop;
  }

  /** By how much the first row that is still there has moved; null where none is. */
  #moved(): number | null {
    const edge = this.box.getBoundingClientRect().top;
    for (const { key, top } of this.#anchors) {
      const row = this.row(key);
      if (row) return row.getBoundingClientRect().top - edge - top;
    }
    return null;
  }
}

/** The rows lie one below the other, so halving finds the first one in a few steps. */
function firstBelow(rows: ArrayLike<HTMLElement>, edge: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  return low;
}
