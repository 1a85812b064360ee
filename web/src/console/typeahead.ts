/**
 * Keys typed while the question that they answer is still on its way: held for it, and dropped if it never comes.
 * Whoever knows the desk by heart types `T` `1` without waiting for the list of hospitals.
 */

class TypeAhead {
  private held: string[] = [];
  private waiting = 0;

  /** Hold what is typed until this is done; the question must then stand at once. */
  async during<T>(work: Promise<T>): Promise<T> {
    if (this.waiting++ === 0) this.held = [];
    try {
      return await work;
    } finally {
      this.waiting--;
    }
  }

  /** Gives true if the key was held. Enter confirms what is seen: it answers nothing that is not there yet. */
  hold(key: string): boolean {
    if (this.waiting === 0) {
      this.held = [];
      return false;
    }
    const isAnswer = key.length === 1 || key.startsWith("Arrow");
    if (isAnswer) this.held.push(key);
    return isAnswer || key === "Enter";
  }

  /** What the question that stands now was answered with already. */
  release(): string[] {
    const keys = this.held;
    this.held = [];
    return keys;
  }
}

export const typeahead = new TypeAhead();
