/**
 * Whether somebody is looking: the tab is visible, and the window has the focus. Read means seen,
 * so nothing is marked read without both.
 */
class Attention {
  #visible = $state(document.visibilityState === 'visible');
  #focused = $state(document.hasFocus());

  constructor() {
    const update = () => {
      this.#visible = document.visibilityState === 'visible';
      this.#focused = document.hasFocus();
    };
    document.addEventListener('visibilitychange', update);
    addEventListener('focus', update);
    addEventListener('blur', update);
    addEventListener('pageshow', update);
  }

  get visible(): boolean {
    return this.#visible;
  }

  get focused(): boolean {
    return this.#focused;
  }
}

export const attention = new Attention();
