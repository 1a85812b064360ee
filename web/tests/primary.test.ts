import { describe, expect, test } from "vitest";
import type { Incident, Recommendation, Unit } from "../src/api/types";
import { primaryOf } from "../src/store/primary";
import { T, incident, run, state, unit } from "./worlds";

describe("the primary action", () => {
  const send: Recommendation = {
    incident_id: "1",
    action: "send",
    units: [{ unit_id: "115-001", station_id: "S1", eta_s: 200 }],
    parallel: [{ unit_id: "115-002", station_id: "S2", eta_s: 260 }],
    alternatives: [{ unit_id: "115-003", eta_s: 300, reason: "later" }],
    coverage_before: 0.9,
    coverage_after: 0.88,
    solver_ms: 2,
    data_age_s: 1,
    based_on_seq: 1,
  };
  const queue: Recommendation = { ...send, action: "queue", units: [], parallel: [] };
  const offer = { id: "O1", station_id: "S1", unit_id: "115-001", status: "open" } as never;
  const of = (one: Incident, found: Recommendation | null = null, units: Unit[] = []) =>
    primaryOf(state({ incidents: [one], units }), one, found, null);

  test("offers the recommended unit", () => {
    expect(of(incident("1"), send)).toEqual({ do: "offer", units: send.units, isOverrule: false });
  });
  test("offers a red incident to two stations at once", () => {
    const units = [...send.units, ...send.parallel!];
    expect(of(incident("1", { priority: 1 }), send)).toEqual({ do: "offer", units, isOverrule: false });
  });
  test("offers the chosen alternative as an overrule", () => {
    const picked = { unit_id: "115-003", station_id: "S1", eta_s: 300 };
    const one = incident("1");
    expect(primaryOf(state({}), one, send, picked)).toEqual({
      do: "offer",
      units: [picked],
      isOverrule: true,
    });
  });
  test("asks for the place when there is none and nobody is recommended", () => {
    expect(of(incident("1", { place: null }))).toEqual({ do: "set_place" });
    expect(of(incident("1", { place: null }), send)).toMatchObject({ do: "offer" });
  });
  test("lets choose when all are busy, and waits when there is nothing to choose", () => {
    expect(of(incident("1"), queue)).toEqual({ do: "choose" });
    expect(of(incident("1"), { ...queue, alternatives: [] })).toEqual({ do: "wait" });
    expect(of(incident("1"))).toEqual({ do: "wait" });
  });
  test("records the answer while an offer is open and nobody else is missing", () => {
    expect(of(incident("1", { offers: { O1: offer } }))).toEqual({ do: "accept", offers: [offer] });
  });
  test("offers who is still missing, whoever is asked or on the way already", () => {
    const asked = { do: "offer", units: send.units, isOverrule: false };
    expect(of(incident("1", { offers: { O1: offer } }), send)).toEqual(asked);
    expect(of(incident("1", { status: "assigned", runs: { O1: run("115-001") } }), send)).toEqual(asked);
  });
  test.each([
    ["dispatched", "en_route"],
    ["en_route", "on_scene"],
    ["on_scene", "transporting"],
    ["transporting", "at_hospital"],
    ["at_hospital", "handed_over"],
  ] as const)("records what a crew that is %s says next: %s", (status, report) => {
    const going = unit("115-001", { status });
    expect(of(incident("1", { status: "assigned", runs: { O1: run("115-001") } }), null, [going])).toEqual({
      do: "report",
      unit: going,
      report,
    });
  });
  test("after the handover the crew is back", () => {
    const runs = { O1: run("115-001", { stamps: { handover_at: T } }) };
    const going = unit("115-001", { status: "at_hospital" });
    expect(of(incident("1", { status: "attended", runs }), null, [going])).toMatchObject({
      report: "available",
    });
  });
  test("closes when nobody is left, and reopens what is closed", () => {
    expect(of(incident("1", { status: "attended" }))).toEqual({ do: "close" });
    expect(of(incident("1", { status: "closed" }))).toEqual({ do: "reopen" });
  });
});
