/** Asks before what cannot be undone. One question at a time. */
export interface Question {
  title: string;
  text: string;
  action: string;
}

class Confirm {
  question: Question | undefined = $state.raw();
  #answer: ((yes: boolean) => void) | undefined;

  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(yes: boolean): void {
    this.question = undefined;
    this.#answer?.(yes);
    this.#answer = undefined;
  }
}

export const confirm = new Confirm();
