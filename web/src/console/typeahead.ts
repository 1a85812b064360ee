/**
 * Keys typed while the question that they answer is still on its way: held for it, and dropped if it never comes.
 * Whoever knows the desk by heart types `T` `1` without waiting for the list of hospitals.
 */

/** Longer than this nobody waits with their hands still: keys do what they do at other times again (guess). */
const LONGEST_MS = 5_000;

interface Wait {
  keys: string[];
  since: number;
  isLeft: boolean;
}

export interface Awaited<T> {
  answer: T;
  /** What was typed for the question; null: the dispatcher has gone on to something else, so it is not asked. */
  typed: readonly string[] | null;
}

class TypeAhead {
  private wait: Wait | null = null;

  /** Hold what is typed until this is done: for the question that it brings, and for no other. */
  async during<T>(work: Promise<T>): Promise<Awaited<T>> {
    const mine: Wait = (this.wait = { keys: [], since: performance.now(), isLeft: false });
    try {
      const answer = await work;
      return { answer, typed: mine.isLeft ? null : mine.keys };
    } finally {
      if (this.wait === mine) this.wait = null;
    }
  }

  /**
   * Gives true if the key was held. Enter confirms what is seen: it answers nothing that is not there yet. Esc, writing
   * in a field, and whatever is typed after a long while are for something else.
   */
  hold(key: string, isInField: boolean): boolean {
    if (!this.wait) return false;
    const isAnswer = key.length === 1 || key.startsWith("Arrow");
    if (!isAnswer && key !== "Enter" && key !== "Escape") return false;
    if (key === "Escape" || isInField || performance.now() - this.wait.since > LONGEST_MS) {
      this.wait.isLeft = true;
      this.wait = null;
      return false;
    }
    if (isAnswer) this.wait.keys.push(key);
    return true;
  }
}

export const typeahead = new TypeAhead();
