// A row's way to the function, which fetches for it: what is asked there, and what has been answered.
export class Way {
  #send;
  #last = 0; // ids are never used again: what is answered too late is no other row's
  #asked = new Set();
  #answers = [];
  #wake = () => {};

  constructor(send) {
    this.#send = send;
  }

  // For a new row, which is owed nothing.
  begin() {
    this.#asked.clear();
    this.#answers.length = 0;
  }

  ask(text) {
    this.#last += 1;
    this.#asked.add(this.#last);
    this.#send({ id: this.#last, text });
    return this.#last;
  }

  hear(answer) {
    if (!this.#asked.delete(answer.id)) return;
    this.#answers.push(answer);
    this.#wake();
  }

  // Whether there are answers, or will be.
  get isOpen() {
    return this.#asked.size > 0 || this.#answers.length > 0;
  }

  // What has been answered, as soon as there is anything, or after so many milliseconds.
  async answers(milliseconds) {
    if (this.#answers.length === 0) await this.#woken(milliseconds);
    return this.#answers.splice(0);
  }

  async #woken(milliseconds) {
    let timer;
    await new Promise((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
  }
}
