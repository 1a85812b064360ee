import { describe, expect, test } from "vitest";
import {
  type Point,
  type StreetPiece,
  StreetNet,
  lengthOf,
  middleOf,
  streetAround,
} from "../src/store/streets";

/** Metres east and north of a corner of the city, as degrees. */
const at = (east: number, north: number): Point => [106.7 + east / 109_300, 10.77 + north / 110_600];
const street = (name: string, ...points: [number, number][]): StreetPiece => ({
  name,
  line: points.map(([east, north]) => at(east, north)),
});
const metresOf = ([lon, lat]: Point): [number, number] => [
  Math.round((lon - 106.7) * 109_300),
  Math.round((lat - 10.77) * 110_600),
];

describe("a walk along streets", () => {
  const main = street("Main", [0, 0], [100, 0], [200, 0], [300, 0]);
  const side = street("Side", [100, -200], [100, 0], [100, 200]);

  test("starts and ends on the street beside the points, not at its corners", () => {
    const walk = new StreetNet([main, side]).walk(at(40, 8), at(260, -9), "Main")!;
    expect(walk.line.map(metresOf)).toEqual([
      [40, 0],
      [100, 0],
      [200, 0],
      [260, 0],
    ]);
    expect(walk.names).toEqual(["Main"]);
    expect(Math.round(walk.length_m)).toBe(220);
  });

  test("between two points of one step is the step's part, in the order of the points", () => {
    const walk = new StreetNet([main]).walk(at(180, 0), at(120, 0), "Main")!;
    expect(walk.line.map(metresOf)).toEqual([
      [180, 0],
      [120, 0],
    ]);
  });

  test("keeps to its street though another one is shorter", () => {
    const bow = street("Bow", [0, 0], [0, 300], [300, 300], [300, 0]);
    const cut = street("Cut", [0, 0], [300, 0]);
    expect(new StreetNet([bow, cut]).walk(at(0, 60), at(300, 60), "Bow")!.names).toEqual(["Bow"]);
  });

  test("goes on where a tile has cut a street, even when the pieces share no corner", () => {
    const west = street("Long", [0, 0], [500, 0]);
    const east = street("Long", [495, 1], [900, 1]);
    const walk = new StreetNet([west, east]).walk(at(100, 0), at(800, 0), "Long")!;
    expect(Math.abs(walk.length_m - 700)).toBeLessThan(12);
  });

  test("of a divided street stays on one carriageway", () => {
    const one = street("Wide", [0, 0], [100, 0], [900, 0]);
    const other = street("Wide", [0, 20], [100, 20], [900, 20]);
    const ends = [street("Wide", [0, 0], [0, 20]), street("Wide", [900, 0], [900, 20])];
    const walk = new StreetNet([one, other, ...ends]).walk(at(60, 2), at(700, 18), "Wide")!;
    expect(Math.abs(walk.length_m - 640)).toBeLessThan(2);
  });

  test("there is none between streets that do not meet, nor from where no street is", () => {
    const far = street("Far", [0, 900], [300, 900]);
    const net = new StreetNet([main, far]);
    expect(net.walk(at(0, 0), at(0, 900), "Main")).toBeNull();
    expect(net.walk(at(0, 400), at(100, 0), "Main")).toBeNull();
  });
});

describe("a street's crossings", () => {
  const main = street("Main", [0, 0], [300, 0]);

  test("come in their order along it, each once, with or without a shared corner", () => {
    const net = new StreetNet([
      main,
      street("Third", [250, -50], [250, 50]),
      street("First", [50, 0], [50, 80]),
      street("Second", [150, -80], [150, -2]),
      street("Apart", [100, 30], [100, 90]),
      street("First", [58, 0], [58, 80]),
      street("", [200, -50], [200, 50]),
    ]);
    const names = net.crossings("Main", at(150, 0), 1_000).map((crossing) => crossing.name);
    expect([names, [...names].reverse()]).toContainEqual(["First", "Second", "Third"]);
  });

  test("lie on the street", () => {
    const [only] = new StreetNet([main, street("Third", [250, -50], [250, 50])]).crossings(
      "Main",
      at(0, 0),
      900,
    );
    expect(metresOf(only!.at)).toEqual([250, 0]);
  });
});

describe("the street of a name near a point", () => {
  const pieces = [
    street("Lê Lợi", [0, 0], [200, 0]),
    street("Le Loi", [250, 5], [400, 5]),
    street("Lê Lợi", [5_000, 0], [5_200, 0]),
    street("Pasteur", [100, -100], [100, 100]),
  ];

  test("is all of its pieces with small gaps, and not its namesake elsewhere", () => {
    expect(streetAround(pieces, "lê lợi", at(100, 40)).map((line) => metresOf(line[0]!))).toEqual([
      [0, 0],
      [250, 5],
    ]);
    expect(streetAround(pieces, "Lê Lợi", at(5_100, 0)).map((line) => metresOf(line[0]!))).toEqual([
      [5_000, 0],
    ]);
  });

  test("is nothing when no street has the name", () => {
    expect(streetAround(pieces, "Nguyễn Huệ", at(0, 0))).toEqual([]);
  });
});

test("the middle of a line is half its length along it", () => {
  const { line } = street("Bent", [0, 0], [100, 0], [100, 300]);
  expect(Math.round(lengthOf(line))).toBe(400);
  expect(metresOf(middleOf(line))).toEqual([100, 100]);
});
