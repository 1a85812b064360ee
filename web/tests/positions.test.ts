import { describe, expect, test } from "vitest";
import { Positions } from "../src/store/positions";
import { at } from "./worlds";

describe("positions", () => {
  const row = (lon: number, seconds: number) =>
    ["115-001", lon, 10.77, 90, 30, at(seconds)] as [string, number, number, number, number, string];

  test("a unit glides to its newest fix within the time between two", () => {
    const positions = new Positions();
    positions.receive([row(106.7, 0)], 1000);
    expect(positions.isMoving(1001)).toBe(false);
    positions.receive([row(106.704, 4)], 5000);
    expect(
      [5000, 6000, 9000, 20_000].map((now) => Number(positions.at("115-001", now)?.lon.toFixed(4))),
    ).toEqual([106.7, 106.701, 106.704, 106.704]);
    expect([positions.isMoving(6000), positions.isMoving(9000)]).toEqual([true, false]);
  });
  test("a fix older than the last is ignored", () => {
    const positions = new Positions();
    positions.receive([row(106.7, 10)], 0);
    positions.receive([row(106.9, 4)], 100);
    expect(positions.at("115-001", 5000)?.lon).toBe(106.7);
  });
  test("a leap is no drive", () => {
    const positions = new Positions();
    positions.receive([row(106.7, 0)], 0);
    positions.receive([row(106.9, 5)], 5000);
    expect([positions.at("115-001", 5001)?.lon, positions.isMoving(5001)]).toEqual([106.9, false]);
  });
  test("a fix tells its age, and nothing known is null", () => {
    const positions = new Positions();
    positions.receive([row(106.7, 0)], 0);
    expect([positions.age("115-001", Date.parse(at(75))), positions.age("115-009", 0)]).toEqual([75, null]);
  });
});
