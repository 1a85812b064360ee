import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Recorded, State } from "../src/api/types";
import { KNOWN_EVENTS, apply } from "../src/store/fold";
import { emptyState } from "../src/store/state";

interface Sample {
  before: State;
  events: Recorded[];
  after: State;
  illegal: Recorded[];
}

const folder = new URL("../../tests/samples/fold/", import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => [name.replace(".json", ""), read(name)] as const);

function read(name: string): Sample {
  return JSON.parse(readFileSync(new URL(name, folder), "utf-8")) as Sample;
}

function folded({ before, events }: Sample): State {
  const state = structuredClone(before);
  for (const event of events) apply(state, structuredClone(event));
  return state;
}

describe("the samples that Python wrote", () => {
  test("are there", () => expect(samples.length).toBeGreaterThanOrEqual(9));

  test.each(samples)("%s folds to the same state here", (_, sample) => {
    expect(folded(sample)).toEqual(sample.after);
  });

  test.each(samples)("%s keeps offers and runs in the order they were made", (_, sample) => {
    const orders = (state: State) =>
      Object.values(state.incidents).map((one) => [Object.keys(one.offers), Object.keys(one.runs)]);
    expect(orders(folded(sample))).toEqual(orders(sample.after));
  });

  test.each(samples)("%s: an illegal event throws and changes nothing", (_, sample) => {
    const state = folded(sample);
    for (const event of sample.illegal) expect(() => apply(state, event)).toThrow();
    expect(state).toEqual(sample.after);
  });

  test("tell every event that the console knows", () => {
    const told = new Set(samples.flatMap(([, sample]) => sample.events.map((event) => event.type)));
    const settingUp = ["StationRegistered", "HospitalRegistered"];
    expect(KNOWN_EVENTS.filter((type) => !told.has(type))).toEqual(settingUp);
  });
});

const at = "2026-11-22T00:30:00Z";
const recorded = (fields: Partial<Recorded>): Recorded => ({
  seq: 1,
  stream: "station:S1",
  version: 1,
  type: "StationRegistered",
  actor: "system:register",
  at,
  recorded_at: at,
  data: {},
  ...fields,
});

describe("the fold", () => {
  const station = {
    station_id: "S1",
    name: "Trạm",
    name_en: "Station",
    kind: "shared",
    can_refuse: true,
    lon: 106.7,
    lat: 10.8,
  };

  test("fills fields that were left out with their default", () => {
    const state = emptyState();
    apply(state, recorded({ data: station }));
    expect(state.stations["S1"]).toMatchObject({ phone: null, offered: 0, version: 1 });
  });

  test("refuses an event that is not the next one", () => {
    const state = emptyState();
    expect(() => apply(state, recorded({ seq: 2, data: station }))).toThrow(/seq/);
    expect(state).toEqual(emptyState());
  });

  test("refuses an event it does not know", () => {
    expect(() => apply(emptyState(), recorded({ type: "UnitPainted" }))).toThrow(/UnitPainted/);
  });

  test("never takes a name of JavaScript's own for a thing of the state", () => {
    const opened = recorded({
      type: "HospitalRevised",
      stream: "hospital:constructor",
      data: { hospital_id: "constructor", diversion: [] },
    });
    expect(() => apply(emptyState(), opened)).toThrow(/no hospital constructor/);
  });
});
