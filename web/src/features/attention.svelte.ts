/// Whether somebody is looking: the tab is visible and the window has the focus. Read means seen,
/// so nothing is marked read without it.
class Attention {
  #here = $state(looking());

  constructor() {
    const update = () => (this.#here = looking());
    document.addEventListener('visibilitychange', update);
    addEventListener('focus', update);
    addEventListener('blur', update);
    addEventListener('pageshow', update);
  }

  get here(): boolean {
    return this.#here;
  }
}

function looking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

export const attention = new Attention();
