import { describe, expect, it } from "vitest";
import { readCounts, totalOf, writeCounts } from "../src/store/colours";

describe("patients by colour", () => {
  it("reads up to four numbers in the order red, yellow, green, black", () => {
    expect(readCounts("2 5 10 1")).toEqual({ red: 2, yellow: 5, green: 10, black: 1 });
    expect(readCounts(" 3,4 ")).toEqual({ red: 3, yellow: 4 });
  });

  it.each(["", "two", "1 2 3 4 5", "-1", "1.5", "123456"])("does not guess what %j means", (text) => {
    expect(readCounts(text)).toBeNull();
  });

  it("writes what it reads", () => {
    const counts = { red: 1, yellow: 0, green: 7, black: 2 };
    expect(readCounts(writeCounts(counts))).toEqual(counts);
    expect(totalOf(counts)).toBe(10);
    expect(writeCounts({ green: 2 })).toBe("0 0 2 0");
  });
});
