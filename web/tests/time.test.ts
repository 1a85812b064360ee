import { describe, expect, test } from "vitest";
import { clockTime, distance, duration, dutyDay, lastTimeOf, microseconds } from "../src/store/time";

describe("times", () => {
  test("the duty day starts at 06:30:00 in the city", () => {
    expect(dutyDay(Date.parse("2026-11-21T23:29:59.999Z"))).toBe("21/11/2026");
    expect(dutyDay(Date.parse("2026-11-21T23:30:00Z"))).toBe("22/11/2026");
    expect(dutyDay(Date.parse("2026-12-31T23:00:00Z"))).toBe("31/12/2026");
  });
  test("the clock is the city's, wherever the desk stands", () =>
    expect(clockTime(Date.parse("2026-11-22T17:05:09Z"))).toBe("00:05:09"));
  test("durations never go below zero", () => {
    expect([0, 42.9, 725, 3727, -5].map(duration)).toEqual(["0:00", "0:42", "12:05", "1:02:07", "0:00"]);
  });
  test("distances are rounded to what is known", () => {
    expect([7, 846, 996, 1249, 12_400].map((metres) => distance(metres, "vi"))).toEqual([
      "10 m",
      "850 m",
      "1,0 km",
      "1,2 km",
      "12 km",
    ]);
    expect(distance(1249, "en")).toBe("1.2 km");
  });
  test("microseconds are kept", () => {
    const [a, b] = [microseconds("2026-11-22T00:30:00.000001Z"), microseconds("2026-11-22T07:30:00+07:00")];
    expect(a - b).toBe(1);
    expect(() => microseconds("2026-11-22T00:30:00")).toThrow(/zone/);
  });
  test("a typed time of day is the last one that was", () => {
    const now = Date.parse("2026-11-22T00:30:00Z"); // 07:30
    const shown = (text: string): string | null => {
      const at = lastTimeOf(text, now);
      return at === null ? null : new Date(at).toISOString().slice(0, 16);
    };
    expect(["0729", "7:31", "7h32", " 7g5 ", "2350", "0000"].map(shown)).toEqual([
      "2026-11-22T00:29",
      "2026-11-22T00:31",
      "2026-11-22T00:32",
      "2026-11-22T00:05",
      "2026-11-21T16:50",
      "2026-11-21T17:00",
    ]);
    expect(["", "745", "24:00", "7:60", "bảy giờ"].map(shown)).toEqual([null, null, null, null, null]);
  });
});
