import { describe, expect, test } from "vitest";
import { closureFeatures, drawn } from "../src/layers/closures";
import { complete, parse, streetTyped } from "../src/store/commandline";
import { countInForce, findClosures, listClosures, standingOf, standingOn } from "../src/store/closures";
import { readRoad } from "../src/store/roadwords";
import { closure, incident, state } from "./worlds";

const NOW = Date.parse("2026-11-22T01:00:00Z");

describe("what is typed about a road", () => {
  test.each([
    ["Nguyễn Hữu Cảnh", { street: "Nguyễn Hữu Cảnh", depth_cm: null, minutes: null, reason: "" }],
    [
      "Nguyễn Hữu Cảnh 40cm 1h, triều cường",
      { street: "Nguyễn Hữu Cảnh", depth_cm: 40, minutes: 60, reason: "triều cường" },
    ],
    ["Pasteur, cây đổ chắn đường", { street: "Pasteur", reason: "cây đổ chắn đường" }],
    ["3 Tháng 2 0,5m 45p", { street: "3 Tháng 2", depth_cm: 50, minutes: 45 }],
    ["Lê Lợi 10km/h 1.5h kẹt xe", { street: "Lê Lợi", speed_kph: 10, minutes: 90, reason: "kẹt xe" }],
    ["30/4", { street: "30/4" }],
    ["", { street: "" }],
  ])("%s", (text, told) => expect(readRoad("flood", text)).toMatchObject({ kind: "flood", ...told }));
});

describe("roads on the command line", () => {
  const desk = state({
    at: "2026-11-22T01:00:00Z",
    incidents: [incident("14")],
    closures: [
      closure("rd-1", { names: ["Nguyễn Hữu Cảnh", "Tôn Đức Thắng"] }),
      closure("rd-2", { names: ["Pasteur"], until_at: "2026-11-22T00:59:00Z" }),
      closure("rd-3", { names: ["Nguyễn Huệ"] }),
    ],
  });

  test.each([
    ["đóng Nguyễn Hữu Cảnh", "closed", "Nguyễn Hữu Cảnh"],
    ["close Pasteur", "closed", "Pasteur"],
    ["ngập Nguyễn Hữu Cảnh 40cm", "flood", "Nguyễn Hữu Cảnh"],
    ["flood Lê Lợi", "flood", "Lê Lợi"],
    ["chậm Điện Biên Phủ 10km/h", "slow", "Điện Biên Phủ"],
    ["dong no trang long", "closed", "no trang long"],
  ])("%s closes a road", (text, kind, street) =>
    expect(parse(text, desk)).toMatchObject({ do: "close_road", road: { kind, street } }),
  );

  test.each([
    ["close", null],
    ["đóng", null],
    ["close dup", "duplicate"],
  ])("%s is about the open incident, as before", (text, outcome) =>
    expect(parse(text, desk)).toEqual({ do: "close", outcome }),
  );

  test.each([
    ["mở huu canh", ["rd-1"]],
    ["reopen nguyen", ["rd-3", "rd-1"].sort()],
    ["mở Pasteur", []],
    ["mở", ["rd-1", "rd-3"]],
  ])("%s finds what stands by any of its streets", (text, ids) => {
    const command = parse(text, desk);
    expect(command.do === "reopen_road" && command.found.map(({ id }) => id).sort()).toEqual(ids);
  });

  test("it completes what stands after `mở`, and no outcomes after a street", () => {
    expect(complete("mở hữu", desk)).toEqual(["mở Nguyễn Hữu Cảnh"]);
    expect(complete("ng", desk)).toContain("ngap");
    expect(complete("ngập tr", desk)).toEqual([]);
    expect(complete("close no_p", desk)).toEqual(["close no_patient_found"]);
  });

  test("a street is asked for while its name is being typed, not once measures follow", () => {
    expect(streetTyped("ngập nguyễn hữu")).toEqual({ verb: "ngập", street: "nguyễn hữu" });
    expect(streetTyped("ngập nguyễn hữu cảnh 40cm")).toBeNull();
    expect(streetTyped("close dup")).toBeNull();
    expect(streetTyped("offer 115-007")).toBeNull();
    expect(streetTyped("ngập n")).toBeNull();
  });
});

describe("closures", () => {
  const table = Object.fromEntries(
    [
      closure("slow", { kind: "slow" }),
      closure("later", { from_at: "2026-11-22T02:00:00Z" }),
      closure("over", { until_at: "2026-11-22T01:00:00Z" }),
      closure("old"),
      closure("new", { set_at: "2026-11-22T00:45:00Z", until_at: "2026-11-22T01:00:01Z" }),
      closure("flood", { kind: "flood", depth_cm: 30 }),
    ].map((one) => [one.id, one]),
  );

  test("stand from their start until just before their end", () => {
    expect(standingOf(table["later"]!, NOW)).toBe("planned");
    expect(standingOf(table["later"]!, NOW + 3_600_000)).toBe("in_force");
    expect(standingOf(table["new"]!, NOW)).toBe("in_force");
    expect(standingOf(table["over"]!, NOW)).toBeNull();
  });

  test("are listed closed first, newest first, planned ones last, and those over not at all", () => {
    const ids = listClosures(table, NOW).map((one) => one.closure.id);
    expect(ids).toEqual(["new", "old", "flood", "slow", "later"]);
    expect(countInForce(listClosures(table, NOW))).toEqual({ closed: 2, flood: 1, slow: 1 });
    expect(findClosures(listClosures(table, NOW), "không đâu")).toEqual([]);
  });

  test("are found under the lines of a new one when most of it lies on them", () => {
    const street: [number, number][] = [0, 1, 2, 3].map((i) => [106.7, 10.77 + i / 1000]);
    const listed = listClosures({ a: closure("a", { lines: [street] }), b: closure("b") }, NOW);
    const beside = (metres: number, corners = street) =>
      corners.map(([lon, lat]): [number, number] => [lon + metres / 109_300, lat]);
    expect(standingOn(listed, [beside(20)])?.closure.id).toBe("a");
    expect(standingOn(listed, [beside(60)])).toBeNull();
    expect(standingOn(listed, [[...beside(0, street.slice(0, 1)), ...beside(500)]])).toBeNull();
    expect(standingOn(listed, [])).toBeNull();
  });

  test("are drawn as lines and one sign in the middle of the longest; without lines not at all", () => {
    const line: [number, number][] = [
      [106.7, 10.77],
      [106.7, 10.78],
    ];
    const short: [number, number][] = [
      [106.71, 10.77],
      [106.71, 10.771],
    ];
    const [one] = listClosures({ a: closure("a", { lines: [short, line] }) }, NOW);
    const { features } = closureFeatures([drawn(one!, "words", "a")]);
    expect(features.map(({ geometry }) => geometry)).toEqual([
      { type: "MultiLineString", coordinates: [short, line] },
      { type: "Point", coordinates: [106.7, expect.closeTo(10.775, 6)] },
    ]);
    expect(features[0]!.properties).toMatchObject({
      id: "a",
      label: "words",
      isChosen: true,
      isDraft: false,
    });
    const [bare] = listClosures({ b: closure("b", { lines: [] }) }, NOW);
    expect(closureFeatures([drawn(bare!, "", null)]).features).toEqual([]);
  });
});
