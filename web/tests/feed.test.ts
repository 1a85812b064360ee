import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Frame, Recorded } from "../src/api/types";
import { FeedSocket, type Listener, backoff, isBehind, judge } from "../src/store/feed";
import { emptyState } from "../src/store/state";

const event = (seq: number): Frame => ({ type: "event", seq, event: { seq } as Recorded });
const snapshot = (seq: number): Frame => ({ type: "snapshot", seq, state: { ...emptyState(), seq } });
const heartbeat = (seq: number): Frame => ({ type: "heartbeat", seq, at: "2026-11-22T00:30:00Z" });

describe("judging a frame", () => {
  test("the next event is folded", () => expect(judge(7, event(8))).toBe("fold"));
  test("an event that was folded already is ignored", () => {
    expect(judge(7, event(7))).toBe("ignore");
    expect(judge(7, event(3))).toBe("ignore");
  });
  test("a gap asks to resume", () => expect(judge(7, event(9))).toBe("resume"));
  test("an event before any snapshot asks to resume", () => expect(judge(null, event(1))).toBe("resume"));
  test("a snapshot replaces whatever there is", () => {
    expect(judge(null, snapshot(4))).toBe("replace");
    expect(judge(900, snapshot(4))).toBe("replace");
  });
  test("what is no fact is only shown", () => expect(judge(7, heartbeat(7))).toBe("show"));
});

describe("falling behind", () => {
  test("one heartbeat may overtake its event", () => expect(isBehind(7, 7, 8)).toBe(false));
  test("two heartbeats ahead mean that an event is missing", () => expect(isBehind(7, 8, 8)).toBe(true));
  test("without a snapshot there is nothing to be behind of", () => expect(isBehind(null, 8, 9)).toBe(false));
});

test("the wait doubles, is spread by half, and stays within ten seconds", () => {
  expect([1, 2, 3, 4].map((attempt) => backoff(attempt, 0.5))).toEqual([400, 800, 1600, 3200]);
  expect(backoff(1, 0)).toBe(300);
  expect(backoff(40, 1)).toBe(10_000);
});

class FakeSocket {
  static made: FakeSocket[] = [];
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  isClosed = false;
  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }
  close(): void {
    this.isClosed = true;
  }
  hear(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

describe("the socket", () => {
  let seq: number | null;
  let folds: boolean;
  let statuses: string[];
  let feed: FeedSocket;
  const last = (): FakeSocket => FakeSocket.made.at(-1)!;

  const listener: Listener = {
    seq: () => seq,
    take(frame, verdict) {
      if (verdict === "fold" && !folds) return false;
      if (frame.type === "snapshot" || frame.type === "event") seq = frame.seq;
      return true;
    },
    changed: (status) => statuses.push(status),
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.made = [];
    [seq, folds, statuses] = [null, true, []];
    feed = new FeedSocket("ws://desk/feed", listener);
    feed.start();
  });

  afterEach(() => {
    feed.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("asks for a snapshot first and is live once it has one", () => {
    expect(last().url).toBe("ws://desk/feed");
    last().hear(snapshot(10));
    expect([seq, statuses]).toEqual([10, ["live"]]);
  });

  test("resumes after the last event when the line drops", () => {
    last().hear(snapshot(10));
    last().hear(event(11));
    last().onclose?.();
    vi.advanceTimersByTime(1_000);
    expect(last().url).toBe("ws://desk/feed?after=11");
    last().hear(event(12));
    expect([seq, statuses]).toEqual([12, ["live", "lost", "live"]]);
  });

  test("resumes on a gap instead of folding over it", () => {
    last().hear(snapshot(10));
    const first = last();
    first.hear(event(12));
    expect([seq, first.isClosed]).toEqual([10, true]);
    vi.advanceTimersByTime(1_000);
    expect(last().url).toBe("ws://desk/feed?after=10");
  });

  test("asks for a whole snapshot when an event cannot be folded", () => {
    last().hear(snapshot(10));
    folds = false;
    last().hear(event(11));
    vi.advanceTimersByTime(1_000);
    expect(last().url).toBe("ws://desk/feed");
    last().hear(snapshot(11));
    expect(seq).toBe(11);
  });

  test("takes a silent line for dead", () => {
    last().hear(snapshot(10));
    vi.advanceTimersByTime(11_000);
    expect(statuses).toEqual(["live"]);
    last().hear(heartbeat(10));
    vi.advanceTimersByTime(13_000);
    expect(statuses).toEqual(["live", "lost"]);
  });

  test("waits longer after each try that failed", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const tries = (): number => FakeSocket.made.length;
    last().onclose?.();
    vi.advanceTimersByTime(400);
    expect(tries()).toBe(2);
    last().onclose?.();
    vi.advanceTimersByTime(799);
    expect(tries()).toBe(2);
    vi.advanceTimersByTime(1);
    expect(tries()).toBe(3);
  });

  test("is silent once stopped", () => {
    last().hear(snapshot(10));
    feed.stop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made.length).toBe(1);
  });
});
