/**
 * What is said aloud to those who listen: one polite live region for the whole page. Words that
 * come within one breath are said together; saying the same again is heard again.
 */
const kBreathMs = 120;

class Announcer {
  text = $state('');
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    this.#waiting.push(text);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const words = this.#waiting.join(' ');
      this.#waiting = [];
      // A space more makes a repetition a change, which is what a screen reader listens for.
      this.text = words === this.text ? `${words} ` : words;
    }, kBreathMs);
  }
}

export const announcer = new Announcer();
