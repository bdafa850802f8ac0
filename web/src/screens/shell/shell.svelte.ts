/**
 * What lies over the whole page: the switcher and the list of keys; and whether the details stand
 * beside the conversation, which is remembered.
 */
const kKey = 'keepline.details';

class Shell {
  switcher = $state(false);
  shortcuts = $state(false);
  #details = $state(read());

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
