/**
 * What the hospital's page knows: its part of the feed, and who is coming with their times.
 *
 * Facts and positions come by the feed. Times stand on the roads, which the server alone knows: they are asked for
 * again whenever the feed tells something new, and now and then besides. Between two answers they run down by the clock.
 */

import { listArrivals } from "../api/hospital";
import { Problem } from "../api/http";
import type { Both, Frame, Hospital } from "../api/types";
import type { NamedArrival } from "../api/types/arrivals";
import { clock } from "../store/clock.svelte";
import { FeedSocket } from "../store/feed";
import { Positions } from "../store/positions";
import { FOLD_VERSION } from "../store/state";
import { milliseconds } from "../store/time";

/** New positions ask for new times at most this often; without any news they are asked for this often. */
const SOONEST_MS = 4_000;
const LATEST_MS = 20_000;

type Hearing = (before: readonly NamedArrival[], after: readonly NamedArrival[]) => void;

class Board {
  hospital = $state<Hospital | null>(null);
  arrivals = $state.raw<NamedArrival[]>([]);
  /** When the times of the arrivals were told, by the server's clock; null before the first answer. */
  toldAt = $state<number | null>(null);
  /** Why the last question for them failed; null when it did not. */
  trouble = $state<Problem | "network" | null>(null);
  feed = $state<"connecting" | "live" | "lost">("connecting");
  attempt = $state(0);
  heardAt = $state(Date.now());
  isReady = $state(false);
  isOtherVersion = $state(false);
  notices = $state<Record<string, Both>>({});
  /** When each arrival was first told, by the server's clock; those of the first list were there before us. */
  seenAt = $state.raw<ReadonlyMap<string, number>>(new Map());
  readonly positions = new Positions();

  private seq: number | null = null;
  private id = "";
  private socket: FeedSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked: AbortController | null = null;
  private askedAt = 0;
  private readonly hearers = new Set<Hearing>();

  /** Seconds since anything was heard. */
  get ageS(): number {
    void clock.now;
    return Math.max(0, Date.now() - this.heardAt) / 1000;
  }

  /** Seconds since the times were told. */
  get timesAgeS(): number {
    return this.toldAt === null ? 0 : Math.max(0, clock.now - this.toldAt) / 1000;
  }

  start(hospital: string): void {
    this.id = hospital;
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/feed`;
    this.socket = new FeedSocket(url, {
      seq: () => this.seq,
      take: (frame) => this.take(frame),
      changed: (status, attempt) => {
        this.feed = status;
        this.attempt = attempt;
      },
    });
    this.socket.start();
    void this.ask();
    addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.wake);
  }

  stop(): void {
    removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.wake);
    clearTimeout(this.timer);
    this.asked?.abort();
    this.socket?.stop();
    this.socket = null;
    this.seq = null;
    this.isReady = false;
    this.hospital = null;
    this.arrivals = [];
    this.toldAt = null;
    this.seenAt = new Map();
    this.positions.clear();
  }

  /** Whether the list is older than it may be without a word. */
  get isStale(): boolean {
    return this.trouble !== null || this.timesAgeS > 2 * (LATEST_MS / 1000) + 5;
  }

  /** Told of every change of the list after the first. */
  onArrivals(hearing: Hearing): () => void {
    this.hearers.add(hearing);
    return () => this.hearers.delete(hearing);
  }

  /** What the server answered to a command is newer than what the feed has told so far. */
  revise(hospital: Hospital): void {
    if (this.hospital && hospital.version >= this.hospital.version) this.hospital = hospital;
  }

  private readonly hurry = (): void => {
    this.socket?.hurry();
    void this.ask();
  };

  /** A tablet that was asleep looks again at once. */
  private readonly wake = (): void => {
    if (!document.hidden) this.hurry();
  };

  private take(frame: Frame): boolean {
    this.heardAt = Date.now();
    switch (frame.type) {
      case "snapshot":
        this.isOtherVersion = frame.state.fold_version !== FOLD_VERSION;
        this.hospital = frame.state.hospitals[this.id] ?? null;
        this.seq = frame.seq;
        this.isReady = true;
        void this.ask();
        return true;
      case "event":
        return false; // a hospital is told by snapshots; whatever this is, a whole one sets it right
      case "positions":
        clock.hear(milliseconds(frame.at));
        this.positions.receive(frame.units, performance.now());
        if (frame.units.length) this.askSoon();
        return true;
      case "heartbeat":
        // Events of others are not told here: all that concerns us came before this beat.
        clock.hear(milliseconds(frame.at));
        if (this.seq !== null) this.seq = Math.max(this.seq, frame.seq);
        return true;
      case "traffic":
        this.askSoon();
        return true;
      case "notice":
        if (frame.kind.endsWith("_up")) delete this.notices[frame.kind.replace(/_up$/, "_down")];
        else this.notices[frame.kind] = frame.text;
        return true;
      default:
        return true;
    }
  }

  private askSoon(): void {
    const wait = this.askedAt + SOONEST_MS - Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), Math.max(0, wait));
  }

  /** Ask for the list; a question under way is overtaken. */
  async ask(): Promise<void> {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), LATEST_MS);
    this.askedAt = Date.now();
    try {
      const list = await listArrivals(this.id, asked.signal);
      if (this.asked !== asked) return;
      const before = this.toldAt === null ? null : this.arrivals;
      this.arrivals = list.arrivals;
      this.toldAt = milliseconds(list.at);
      this.seenAt = new Map(
        list.arrivals.map(({ run }) => [run, this.seenAt.get(run) ?? (before ? this.toldAt! : 0)]),
      );
      this.trouble = null;
      if (before) for (const hearing of this.hearers) hearing(before, list.arrivals);
    } catch (error) {
      if (this.asked !== asked || (error instanceof DOMException && error.name === "AbortError")) return;
      this.trouble = error instanceof Problem ? error : "network";
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(), SOONEST_MS);
    }
  }
}

export const board = new Board();
