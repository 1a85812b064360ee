/** The server's clock, one tick a second. Ages are told by it: a desk's own clock may be wrong. */

const WINDOW = 12;

class Clock {
  /** Milliseconds since 1970 by the server, as of the last tick. */
  now = $state(Date.now());
  private offset = 0;
  private offsets: number[] = [];

  constructor() {
    this.tick();
  }

  /** The server said it was `at` when we heard it; the largest of the last few came with the least delay. */
  hear(at: number): void {
    this.offsets = [...this.offsets, at - Date.now()].slice(-WINDOW);
    this.offset = Math.max(...this.offsets);
  }

  /** Right now, between ticks. */
  exact(): number {
    return Date.now() + this.offset;
  }

  private tick(): void {
    this.now = this.exact();
    setTimeout(() => this.tick(), 1000 - (this.now % 1000) + 5);
  }
}

export const clock = new Clock();

/** Whole seconds from a log's time to now. */
export const secondsSince = (at: string): number => (clock.now - Date.parse(at)) / 1000;
