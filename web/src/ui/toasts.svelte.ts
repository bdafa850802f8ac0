/**
 * Short notes at the lower edge that go by themselves. One that offers an action stays while the
 * pointer or the focus is on it, so that nobody has to hurry.
 */
import { announcer } from './announcer.svelte';

export interface Toast {
  id: number;
  text: string;
  action?: { text: string; run: () => void };
  /** Stays until it is answered or closed. */
  stays?: boolean;
}

const kPlainMs = 3500;
const kActionMs = 7000;

class Toasts {
  list: Toast[] = $state([]);
  /** The dialogs that stand over the page: only what is in the newest can be seen and reached. */
  dialogs: readonly string[] = $state.raw([]);
  #last = 0;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(toast: Omit<Toast, 'id'>): number {
    const id = ++this.#last;
    this.list.push({ ...toast, id });
    if (this.list.length > 3) this.close(this.list[0]?.id ?? id);
    announcer.say(toast.text);
    this.resume(id);
    return id;
  }

  close(id: number): void {
    this.pause(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  act(id: number): void {
    const toast = this.list.find((one) => one.id === id);
    this.close(id);
    toast?.action?.run();
  }

  pause(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  resume(id: number): void {
    const toast = this.list.find((one) => one.id === id);
    if (!toast || toast.stays) return;
    this.pause(id);
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), toast.action ? kActionMs : kPlainMs),
    );
  }
}

export const toasts = new Toasts();
