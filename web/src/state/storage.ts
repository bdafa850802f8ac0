// The browser's storage, which may be forbidden, full, or shared with tabs of an older build.
// Nothing here throws; what cannot be stored is kept in memory for as long as the page lives.

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

/** A Store for tests, and for where storage is forbidden. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, string>();
  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }
  set(key: string, value: string): void {
    this.#values.set(key, value);
  }
  remove(key: string): void {
    this.#values.delete(key);
  }
  keys(prefix: string): string[] {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** `localStorage`, with memory over it for what it refused. */
export class BrowserStore implements Store {
  readonly #memory = new MemoryStore();

  get(key: string): string | null {
    const held = this.#memory.get(key);
    if (held !== null) return held;
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  set(key: string, value: string): void {
    try {
      localStorage.setItem(key, value);
      this.#memory.remove(key);
    } catch {
      this.#memory.set(key, value);
    }
  }

  remove(key: string): void {
    this.#memory.remove(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // What cannot be reached cannot be there either.
    }
  }

  keys(prefix: string): string[] {
    const found = new Set(this.#memory.keys(prefix));
    try {
      for (let index = 0; index < localStorage.length; index++) {
        const key = localStorage.key(index);
        if (key?.startsWith(prefix)) found.add(key);
      }
    } catch {
      // As above.
    }
    return [...found];
  }
}

export const browserStore: Store = new BrowserStore();
