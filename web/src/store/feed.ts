/**
 * The feed: a snapshot, then every event without a gap.
 *
 * `judge` is the whole rule and knows no socket; `FeedSocket` does what it says and comes back by itself.
 */

import type { Frame } from "../api/types";

/** What a frame means to a desk that has folded up to `seq` (null: no snapshot yet). */
export type Verdict = "replace" | "fold" | "ignore" | "resume" | "show";

export function judge(seq: number | null, frame: Frame): Verdict {
  if (frame.type === "snapshot") return "replace";
  if (frame.type !== "event") return "show";
  if (seq === null) return "resume";
  if (frame.seq <= seq) return "ignore";
  return frame.seq === seq + 1 ? "fold" : "resume";
}

/** Two heartbeats in a row ahead of us: an event went missing on the way. One may merely have overtaken it. */
export function isBehind(seq: number | null, before: number | null, beat: number): boolean {
  return seq !== null && before !== null && beat > seq && before > seq;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8_000;

/** How long to wait before try `n` (1, 2, …): doubling, spread so that many desks do not come back at once. */
export function backoff(attempt: number, spread: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return Math.round(wait * (0.75 + 0.5 * spread));
}

/** Heartbeats come every 5 s; after this long without any frame the line is taken for dead (guess). */
const SILENCE_MS = 12_000;

export interface Listener {
  /** The last event folded, or null to ask for a whole snapshot. */
  seq(): number | null;
  /** Gives false when the event could not be folded: a fresh snapshot is asked for. */
  take(frame: Frame, verdict: "replace" | "fold" | "show"): boolean;
  changed(status: "connecting" | "live" | "lost", attempt: number): void;
}

export class FeedSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private lastBeat: number | null = null;
  private wantsWhole = false;
  private isStopped = true;

  constructor(
    private readonly url: string,
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.isStopped = false;
    this.connect();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.retry);
    this.drop();
  }

  /** Try now instead of at the end of the wait: the network came back. */
  hurry(): void {
    if (this.isStopped || this.socket) return;
    clearTimeout(this.retry);
    this.connect();
  }

  private connect(): void {
    const seq = this.wantsWhole ? null : this.listener.seq();
    this.attempt += 1;
    this.lastBeat = null;
    const socket = new WebSocket(seq === null ? this.url : `${this.url}?after=${seq}`);
    this.socket = socket;
    this.expectWord();
    socket.onmessage = (message) => this.receive(JSON.parse(String(message.data)) as Frame);
    socket.onclose = () => {
      if (this.socket === socket) this.comeBack();
    };
  }

  private receive(frame: Frame): void {
    this.expectWord();
    const seq = this.wantsWhole ? null : this.listener.seq();
    const verdict = judge(seq, frame);
    if (verdict === "ignore") return;
    if (verdict === "resume") return this.comeBack();
    if (frame.type === "heartbeat") {
      if (isBehind(seq, this.lastBeat, frame.seq)) return this.comeBack();
      this.lastBeat = frame.seq;
    }
    if (verdict === "replace") this.wantsWhole = false;
    if (!this.listener.take(frame, verdict)) {
      this.wantsWhole = true;
      return this.comeBack();
    }
    if (this.attempt > 0 && this.listener.seq() !== null) {
      this.attempt = 0;
      this.listener.changed("live", 0);
    }
  }

  private comeBack(): void {
    this.drop();
    if (this.isStopped) return;
    this.attempt = Math.max(1, this.attempt);
    this.listener.changed("lost", this.attempt);
    this.retry = setTimeout(() => this.connect(), backoff(this.attempt, Math.random()));
  }

  private drop(): void {
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private expectWord(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.comeBack(), SILENCE_MS);
  }
}
