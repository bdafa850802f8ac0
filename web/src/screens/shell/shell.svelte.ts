import type { Component } from 'svelte';
import { t } from '../../i18n/index.svelte';
import { toasts } from '../../ui/toasts.svelte';

/**
 * What lies over the whole page: the switcher and the list of keys; and whether the details stand
 * beside the conversation, which is remembered.
 */
const kKey = 'keepline.details';

type Closing = { onclose: () => void };

class Shell {
  switcher = $state(false);
  shortcuts = $state(false);
  /** The dialog that lies over the page, with what it was given. */
  dialog = $state.raw<{ readonly part: Component<Closing>; readonly props: object }>();
  #details = $state(read());

  /** Shows a dialog that is downloaded when it is first wanted. */
  async show<Props extends object>(
    load: () => Promise<{ default: Component<Props & Closing> }>,
    props: Props,
  ): Promise<void> {
    try {
      const { default: part } = await load();
      this.dialog = { part: part as unknown as Component<Closing>, props };
    } catch {
      toasts.show({ text: t.errors.network });
    }
  }

  get details(): boolean {
    return this.#details;
  }

  set details(shown: boolean) {
    this.#details = shown;
    try {
      localStorage.setItem(kKey, shown ? '1' : '0');
    } catch {
      // Remembered for this page only, then.
    }
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(kKey) !== '0';
  } catch {
    return false;
  }
}

export const shell = new Shell();
