/** The profile card: whose it is and beside what it opens. One for the whole page. */
class Card {
  user: number | undefined = $state();
  anchor: Element | undefined = $state.raw();

  show(user: number, anchor: Element): void {
    if (this.user === user && this.anchor === anchor) return this.close();
    this.user = user;
    this.anchor = anchor;
  }

  close(): void {
    this.user = undefined;
    this.anchor = undefined;
  }
}

export const card = new Card();
