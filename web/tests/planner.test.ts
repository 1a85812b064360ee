import { expect, test } from "vitest";
import type { ScenarioJson } from "../src/api/simulations";
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
});

test("a scenario comes back from the server's form as it was on the form", () => {
  expect(fromScenario(toScenario(changed()))).toEqual(changed());
});

test("what the form does not show passes through it unharmed", () => {
  const told: ScenarioJson = {
    ...toScenario(changed()),
    shift: [{ units: ["115-01"], starts: "07:00", ends: "19:00" }],
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
