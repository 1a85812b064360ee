import { afterEach, expect, test, vi } from "vitest";
import type { Hospital, Reservation } from "../src/api/types";
import type { NamedArrival } from "../src/api/types/arrivals";
import {
  BLOCKED_S,
  SLOW_S,
  STAGES,
  arrange,
  countdown,
  counts,
  doorClock,
  expectedAt,
  news,
  stageOf,
} from "../src/hospital/arrivals";
import { heldOf, isOld, listHeld, readPlaces, resourcesOf, stepped, toggled } from "../src/hospital/places";
import { Drafts, type Numbers } from "../src/hospital/telling.svelte";
import { T, at } from "./worlds";

afterEach(() => vi.useRealTimers());

const NOW = Date.parse(T);

/** A unit under way with a patient; name only what the claim is about. */
function arrival(run: string, fields: Partial<NamedArrival> = {}): NamedArrival {
  return {
    run,
    incident_id: `I${run}`,
    number: `1122-${run}`,
    level: 3,
    complaint: "fall",
    colours: {},
    unit_id: `U${run}`,
    unit_kind: "van",
    status: "transporting",
    has_left: true,
    needed: ["general"],
    resource: "ed_bed",
    reservations: [],
    left_scene_at: T,
    at_hospital_at: null,
    handover_at: null,
    eta_s: 600,
    low_s: 500,
    high_s: 800,
    fix_age_s: 5,
    complaint_name: { vi: "té ngã", en: "fall" },
    needed_names: [],
    ...fields,
  };
}
const there = (run: string, seconds: number, fields: Partial<NamedArrival> = {}): NamedArrival =>
  arrival(run, { status: "at_hospital", at_hospital_at: at(seconds), eta_s: null, ...fields });

function hospital(fields: Partial<Hospital> = {}): Hospital {
  return {
    id: "H1",
    name: "BV",
    name_en: "",
    lon: 0,
    lat: 0,
    emergency: true,
    capabilities: ["general"],
    status: "open",
    diversion: [],
    capacity: {},
    reservations: {},
    revised_at: null,
    version: 1,
    ...fields,
  };
}
function kept(id: string, until_s: number, resource: Reservation["resource"] = "ed_bed"): Reservation {
  return {
    id,
    incident_id: "I1",
    resource,
    made_at: T,
    until: at(until_s),
    patient_id: null,
    status: "held",
  };
}

const runs = (board: ReturnType<typeof arrange>): string[][] =>
  STAGES.map((stage) => board[stage].map((one) => one.run));

test("the door has the longest first, the road the soonest first, the scene the gravest first", () => {
  const all = [
    arrival("far", { level: 1, eta_s: 900 }),
    arrival("near", { level: 4, eta_s: 60 }),
    arrival("unknown", { level: 1, eta_s: null }),
    arrival("yellow", { has_left: false, level: 3, eta_s: 60 }),
    arrival("red", { has_left: false, level: 1 }),
    there("late", -60),
    there("early", -900, { level: 4 }),
    there("gone", -1800, { status: null }),
  ];
  expect(runs(arrange(all, [], false))).toEqual([
    ["early", "late"],
    ["near", "far", "unknown"],
    ["red", "yellow"],
    ["gone"],
  ]);
});

test("while somebody is among the rows they keep their place, and new ones come after them", () => {
  const all = [arrival("b", { eta_s: 60 }), arrival("a", { eta_s: 300 }), arrival("c", { eta_s: 30 })];
  expect(runs(arrange(all, ["a", "b"], true))[1]).toEqual(["a", "b", "c"]);
  expect(runs(arrange(all, ["a", "b"], false))[1]).toEqual(["c", "b", "a"]);
});

test("a unit whose crew has gone waits for the hospital's word and is at the door no more", () => {
  expect(stageOf(there("x", -60))).toBe("door");
  expect(stageOf(there("x", -60, { status: null }))).toBe("left");
});

test("the time runs down from when it was told, in whole minutes, and never below being due", () => {
  const expected = expectedAt(arrival("x", { eta_s: 600 }), NOW)!;
  expect(expected).toEqual({ at: NOW + 600_000, low: NOW + 500_000, high: NOW + 800_000 });
  expect([0, 240, 541, 600, 900].map((s) => countdown(expected.at, NOW + s * 1000))).toEqual([
    10,
    6,
    "under",
    "due",
    "due",
  ]);
  expect(expectedAt(arrival("x", { eta_s: null }), NOW)).toBeNull();
});

test("the door's clock turns at 15 and at 30 minutes and stops when the crew has handed over", () => {
  const tone = (seconds: number) => doorClock(there("x", 0), NOW + seconds * 1000).tone;
  expect([0, SLOW_S - 1, SLOW_S, BLOCKED_S - 1, BLOCKED_S].map(tone)).toEqual([
    "calm",
    "calm",
    "slow",
    "slow",
    "blocked",
  ]);
  const handed = there("x", 0, { handover_at: at(120) });
  expect(doorClock(handed, NOW + 3_000_000)).toEqual({ seconds: 120, tone: "calm" });
  expect(doorClock(there("x", 30), NOW).seconds).toBe(0);
});

test("the strip counts the door, and all that are still to come", () => {
  const board = arrange([there("a", 0), arrival("b"), arrival("c", { has_left: false })], [], false);
  expect(counts(board)).toEqual({ door: 1, coming: 2 });
  expect(counts(arrange([], [], false))).toEqual({ door: 0, coming: 0 });
});

test("new units and units new at the door are told once", () => {
  const before = [arrival("a"), there("b", 0)];
  const after = [there("a", 60), there("b", 0), arrival("c"), there("d", 0)];
  const told = news(before, after);
  expect([told.coming, told.door].map((rows) => rows.map((one) => one.run))).toEqual([["c"], ["a", "d"]]);
  expect(news(after, after)).toEqual({ coming: [], door: [] });
});

test("a hospital counts the kinds that it is asked for or has told; the others are one press away", () => {
  const kinds = resourcesOf(hospital({ capabilities: ["general", "pci"], capacity: { burn_bed: 0 } }));
  expect(kinds.main).toEqual(["ed_bed", "icu_bed", "ventilator", "cath_lab", "burn_bed"]);
  expect(kinds.main.length + kinds.more.length).toBe(11);
});

test("a place is kept until its time by the clock, the one that ends first leads", () => {
  const one = hospital({ reservations: { a: kept("a", 600), b: kept("b", 300), c: kept("c", -1) } });
  const held = listHeld(one, NOW);
  expect(held.map((each) => each.id)).toEqual(["b", "a"]);
  expect([heldOf(held, "ed_bed"), heldOf(held, "ct")]).toEqual([2, 0]);
});

test("steps never leave the numbers that the server takes, and typed words are no number", () => {
  expect([stepped(null, 1), stepped(null, -1), stepped(0, -1), stepped(10_000, 1)]).toEqual([
    1, 0, 0, 10_000,
  ]);
  expect(["7", " 12 ", "", "-3", "1.5", "x", "99999"].map(readPlaces)).toEqual([
    7,
    12,
    null,
    null,
    null,
    null,
    10_000,
  ]);
});

test("a press of a capability puts it in and takes it out", () => {
  expect(toggled(["burns"], "stroke")).toEqual(["burns", "stroke"]);
  expect(toggled(["burns", "stroke"], "burns")).toEqual(["stroke"]);
});

test("what was told is old after two hours; what was never told is not old", () => {
  expect(isOld(hospital({ revised_at: T }), NOW + 7200_000)).toBe(false);
  expect(isOld(hospital({ revised_at: T }), NOW + 7201_000)).toBe(true);
  expect(isOld(hospital(), NOW)).toBe(false);
});

/** A desk that takes numbers after a second, or refuses them; and what it was told. */
function desk(fields: Partial<Hospital> = {}) {
  vi.useFakeTimers();
  const world = { hospital: hospital(fields), told: [] as Numbers[], isAway: false, complaints: 0 };
  const drafts = new Drafts({
    hospital: () => world.hospital,
    send: async (_, places) => {
      await new Promise((done) => setTimeout(done, 1000));
      if (world.isAway) throw new Error("away");
      world.told.push(places);
      world.hospital = hospital({ capacity: { ...world.hospital.capacity, ...places } });
    },
    complain: () => (world.complaints += 1),
  });
  return { world, drafts };
}

test("presses in a row are told as one number, and stand on the screen at once", async () => {
  const { world, drafts } = desk({ capacity: { ed_bed: 4 } });
  for (let i = 0; i < 3; i++) drafts.step("ed_bed", 1);
  drafts.step("ct", 1);
  expect([drafts.shown("ed_bed"), drafts.shown("ct"), drafts.shown("icu_bed")]).toEqual([7, 1, null]);
  await vi.runAllTimersAsync();
  expect([world.told, drafts.chosen]).toEqual([[{ ed_bed: 7, ct: 1 }], {}]);
});

test("a number pressed on while the last one is being sent is sent after it", async () => {
  const { world, drafts } = desk();
  drafts.set("ed_bed", 5);
  await vi.advanceTimersByTimeAsync(1000);
  drafts.step("ed_bed", -1);
  await vi.runAllTimersAsync();
  expect([world.told, drafts.chosen]).toEqual([[{ ed_bed: 5 }, { ed_bed: 4 }], {}]);
});

test("what could not be sent stays on the screen until it is sent again or dropped", async () => {
  const { world, drafts } = desk({ capacity: { ed_bed: 4 } });
  world.isAway = true;
  drafts.step("ed_bed", -1);
  await vi.runAllTimersAsync();
  expect([drafts.shown("ed_bed"), drafts.hasFailed, world.complaints]).toEqual([3, true, 1]);
  drafts.drop();
  expect([drafts.shown("ed_bed"), drafts.hasFailed]).toEqual([4, false]);
  drafts.step("ed_bed", -1);
  await vi.runAllTimersAsync();
  world.isAway = false;
  void drafts.send();
  await vi.runAllTimersAsync();
  expect([world.told, drafts.hasFailed]).toEqual([[{ ed_bed: 3 }], false]);
});
