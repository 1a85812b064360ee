import { expect, test } from "vitest";
import type { ScenarioJson } from "../src/api/simulations";
import { verdictOf } from "../src/planner/aheadVerdict";
import { changeOf, isWhole, newWay } from "../src/planner/aheadWays";
import { bandPath, linePath, roundUp } from "../src/planner/bands";
import { leavesOf, readLeaf, withLeaf } from "../src/planner/settings";
import { between, dutyMinutes, stepState, toShifts, withRest } from "../src/planner/shifts";
import { readSiting } from "../src/planner/siting";
import { choicesOf, isFaint, layerOf } from "../src/planner/wardLayers";
import { csvOfComparison, csvText } from "../src/planner/csv";
import { rowsOf, verdict } from "../src/planner/figures";
import {
  fromFragment,
  fromScenario,
  newDraft,
  nextStationId,
  readPoint,
  readStart,
  toFragment,
  toScenario,
} from "../src/planner/model";

const changed = () => ({
  ...newDraft("Thêm trạm ở Bình Chánh"),
  hours: 168,
  warmUpHours: 24,
  policy: "desk",
  moveUp: "dmexclp",
  emergenciesPerDay: 200,
  scalePercent: 120,
  units: "all" as const,
  stations: [{ id: "moi-1", lon: 106.6, lat: 10.7 }],
  added: { "moi-1": 2, "bv-115": 1 },
  log: "20261129-174506-c9d3a8c20",
  logUse: "demand" as const,
  closed: ["trieu-an"],
  moved: { "thu-duc": { lon: 106.77, lat: 10.86 } },
  without: ["115-003"],
  shifts: {
    "115-001": { starts: "06:30", ends: "18:30", rest_starts: "12:00", rest_min: 30 },
    "115-002": { starts: "06:30", ends: "18:30", rest_starts: "12:00", rest_min: 30 },
    "moi-1+1": { starts: "18:30", ends: "06:30" },
  },
  settings: { assignment: { late_weight: 3, target_s: { "1": 480 } } },
});

test("a scenario comes back from the server's form as it was on the form", () => {
  expect(fromScenario(toScenario(changed()))).toEqual(changed());
});

test("what the form does not show passes through it unharmed", () => {
  const told: ScenarioJson = {
    ...toScenario(changed()),
    shift: [{ stations: ["trung-tam"], starts: "07:00", ends: "19:00" }],
    work: { home_per_day: 0 },
  };
  (told["city"] as Record<string, unknown>)["refusals"] = false;
  (told["unit"] as unknown[]).unshift({ id: "Xe-A", post: "bv-115", kind: "motorbike" });
  expect(toScenario(fromScenario(told))).toEqual(told);
});

test("a textbook's scenario is left alone", () => {
  const told = { scenario: { name: "M/M/3", duration_s: 60 }, unit: [{ id: "U1" }] };
  expect(toScenario(fromScenario(told))).toEqual(told);
});

test("a link brings the same plan back, Vietnamese letters too", () => {
  const plan = { drafts: [newDraft("Như hiện nay"), changed()], replications: 40 };
  const fragment = toFragment(plan);
  expect(fragment).toMatch(/^plan=[\w-]+$/);
  expect(fromFragment(`#${fragment}`)).toEqual(plan);
});

test.each(["", "#plan=", "#plan=xx", "#other", "#plan=eyJzY2VuYXJpb3MiOltdfQ"])(
  "a link that says no plan gives none: %s",
  (fragment) => expect(fromFragment(fragment)).toBeNull(),
);

test("a new station's id is free", () => {
  expect(nextStationId(newDraft(""))).toBe("moi-1");
  expect(nextStationId(changed())).toBe("moi-2");
});

test.each([
  ["106.7009, 10.7769", { lon: 106.7009, lat: 10.7769 }],
  ["10.7769 106.7009", { lon: 106.7009, lat: 10.7769 }],
  ["2.35, 48.85", null],
  ["106.7", null],
  ["", null],
])("a point typed as %s", (words, point) => expect(readPoint(words)).toEqual(point));

test.each([
  ["2026-03-02 06:30", "2026-03-02T06:30"],
  ["2026-3-2", "2026-03-02T00:00"],
  ["2026-02-30 06:30", null],
  ["2026-03-02 24:00", null],
  ["02/03/2026", null],
])("a start typed as %s", (words, start) => expect(readStart(words)).toBe(start));

test("a difference counts as better only where one may rely on it", () => {
  expect([verdict(-30, true, true), verdict(-0.02, true, false), verdict(-30, false, true)]).toEqual([
    "better",
    "worse",
    "unsure",
  ]);
});

test("runs stand beside each other, absent figures as null", () => {
  const spread = { mean: 500, p50: 450, p90: 900, p95: 1000 };
  const one = {
    calls: 10,
    served: 9,
    lost: 1,
    emergencies: 5,
    response_s: spread,
    target_s: 900,
    within_target: 0.8,
    within_s: { "480": 0.5, "900": 0.8 },
    unit_utilisation: { A: 0.2, B: 0.4 },
    refusals: 1,
    moves: 0,
    by_priority: { "1": { calls: 2, response_s: spread, within_target: 1 } },
  };
  const rows = rowsOf([one, { ...one, by_priority: {} }]);
  const values = (key: string) => rows.find((row) => row.key === key)?.values;
  expect(values("level_p90")).toEqual([900, null]);
  expect(values("busy_mean")![0]).toBeCloseTo(0.3);
  expect(values("busy_most")).toEqual([0.4, 0.4]);
});

test("a log's calls as they were are neither scaled nor drawn anew", () => {
  const told = toScenario({ ...changed(), logUse: "calls" });
  expect(told["city"]).toMatchObject({ calls: "log:20261129-174506-c9d3a8c20", scale: 1 });
  expect(told["city"]).not.toHaveProperty("emergencies_per_day");
});

test("hours on duty are set between two cells of the grid, over midnight too", () => {
  const day = between(1, 24, undefined);
  expect(day).toEqual({ starts: "06:30", ends: "18:30" });
  expect([0, 1, 24, 25].map((step) => stepState(day, step))).toEqual(["off", "on", "on", "off"]);
  const night = between(25, 47, undefined);
  expect(night).toEqual({ starts: "18:30", ends: "06:00" });
  expect(stepState(night, 40)).toBe("on");
  expect(between(0, 47, day)).toBeUndefined();
  const rests = withRest(day, 12);
  expect([stepState(rests, 12), stepState(rests, 13), dutyMinutes(rests)]).toEqual(["rest", "on", 690]);
  expect(withRest(rests, 12)).toEqual(day);
  expect(withRest(withRest(undefined, 12), 12)).toBeUndefined();
});

test("units with the same hours share a shift", () => {
  expect(toShifts(changed().shifts)).toHaveLength(2);
});

test("of the settings only what differs is told", () => {
  const leaves = leavesOf({
    late_weight: 2,
    target_s: { "1": 900, "2": 900 },
    policy: "dmexclp",
    levels: [1],
  });
  expect(leaves.map((leaf) => [leaf.path.join("."), leaf.isFirst])).toEqual([
    ["late_weight", true],
    ["target_s.1", true],
    ["target_s.2", false],
    ["policy", true],
    ["levels", true],
  ]);
  const target = leaves[1]!;
  const with480 = withLeaf({ late_weight: 3 }, target, readLeaf("480", target.value)!);
  expect(with480).toEqual({ late_weight: 3, target_s: { "1": 480 } });
  expect(withLeaf(with480, target, 900)).toEqual({ late_weight: 3 });
  expect([readLeaf("1,5", 2), readLeaf("x", 2), readLeaf("1, 2", [1])]).toEqual([1.5, null, [1, 2]]);
});

test("the stations of a siting are read, other files are refused", () => {
  const one = { id: "a", lon: 106.7, lat: 10.8, new_units: 1, at_existing_station: false };
  expect(readSiting(JSON.stringify({ new: [one, { id: "b", lon: null }] }))).toEqual([one]);
  expect([readSiting("{}"), readSiting("x"), readSiting('{"new": []}')]).toEqual([null, null, null]);
});

test("a comparison's map shows as different only what stands after Holm", () => {
  const ward = { calls: 5, late: 0.2, mean_s: 500 };
  const figure = { mean: -0.1, low: -0.15, high: -0.05, days: 20 };
  const map = {
    baseline: "A",
    target_s: 900,
    scenarios: { A: { wards: { w: ward, v: ward } }, B: { wards: { w: ward, v: ward } } },
    differences: {
      B: {
        w: { late: { ...figure, p_holm: 0.01 }, mean_s: { ...figure, p_holm: 1 } },
        v: { late: { ...figure, p_holm: 0.4 }, mean_s: { ...figure, p_holm: 1 } },
      },
    },
  };
  const runs = [{ id: "x", name: "x" }];
  const [choice] = choicesOf(runs, { x: map });
  expect(choice).toEqual({ key: "-B", name: "B", against: "A" });
  const layer = layerOf(choice, runs, { x: map }, "late")!;
  expect(["w", "v"].map((code) => isFaint(layer, layer.values[code]))).toEqual([false, true]);
});

test("a way to go on is better only when its interval leaves 0 out", () => {
  const found = { mean: -1.5, low: -2, high: -1, excludes_zero: true };
  expect(verdictOf(found)).toBe("better");
  expect(verdictOf({ ...found, mean: 1.5 })).toBe("worse");
  expect(verdictOf({ ...found, excludes_zero: false })).toBe("unsure");
  expect(verdictOf(undefined)).toBe("unsure");
});

test("bands go there along the top and back along the bottom", () => {
  const frame = { width: 10, height: 10, most: 10 };
  expect(linePath(frame, [0, 5, 10])).toBe("M0.0 10.0L5.0 5.0L10.0 0.0");
  expect(bandPath(frame, [0, 0], [10, 10])).toBe("M0.0 0.0L10.0 0.0L10.0 10.0L0.0 10.0Z");
  expect([41, 2.2, 0, 100].map(roundUp)).toEqual([45, 2.5, 1, 100]);
});

test("streets that are shut, flooded or slow are asked for in a scenario's own words until a moment", () => {
  const now = Date.parse("2026-11-30T03:00:00Z");
  const ward = { where: "26743", label: "Bến Thành" };
  const until = "2026-11-30T04:00:00.000Z";
  expect(isWhole(newWay("shut"))).toBe(false);
  expect(changeOf({ ...newWay("shut", 1, 60), ...ward, street: " Lê Lợi " }, "a", now)).toMatchObject({
    closure: [{ ward: "26743", street: "Lê Lợi", until }],
  });
  expect(changeOf({ ...newWay("flood", 25, 60), ...ward }, "a", now)).toMatchObject({
    flood: [{ ward: "26743", depth_cm: 25, until }],
  });
  expect(changeOf(newWay("jam", 40, 60), "a", now)).toMatchObject({ traffic: [{ speed_share: 0.6, until }] });
});

test("a comparison becomes a table with a row a figure and scenario, names as they were given", () => {
  const mean = { mean: 0.5, low: 0.25, high: 0.75, n: 4 };
  const together = { low_together: 0.2, high_together: 0.8 };
  const found = { ...mean, ...together, p: 0.01, p_holm: 0.02, excludes_zero: true };
  const told = {
    baseline: "a",
    replications: 4,
    titles: { a: "Nay", b: 'Thêm "hai", ba' },
    means: { a: { lost: mean }, b: { lost: mean } },
    differences: { b: { lost: found } },
  };
  const text = csvText(csvOfComparison(told, (name) => told.titles[name as "a"]));
  expect(text.split("\r\n")).toEqual([
    "figure,scenario,mean,low,high,difference,diff_low,diff_high,p_holm",
    "lost,Nay,0.5,0.25,0.75,,,,",
    'lost,"Thêm ""hai"", ba",0.5,0.25,0.75,0.5,0.25,0.75,0.02',
    "",
  ]);
});
