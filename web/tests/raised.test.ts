import { describe, expect, test } from "vitest";
import type { Recorded } from "../src/api/types";
import { isRaisedByLeft } from "../src/store/raised";
import { at, incident } from "./worlds";

/** Events of incident 1, a second apart unless said. */
function told(...events: [string, Record<string, unknown>, number?][]): Recorded[] {
  return events.map(([type, data, s], i) => ({
    seq: i + 1,
    stream: "incident:1",
    version: i + 1,
    type,
    actor: "user:an",
    at: at(s ?? i),
    recorded_at: at(s ?? i),
    data: { incident_id: "1", ...data },
  }));
}

const opened: [string, Record<string, unknown>] = ["IncidentOpened", { priority: 3 }];
const joined: [string, Record<string, unknown>, number] = ["IncidentJoined", { call_id: "C2" }, 60];
const raised = ["IncidentRevised", { priority: 1 }] as const;

describe("a level", () => {
  test("stands for the sake of a call that left, until a person says another", () => {
    const left = incident("1", { priority: 1, call_ids: ["C1"] });
    const events = told(opened, joined, [...raised, 60], ["IncidentRevised", { priority: null }]);
    expect(isRaisedByLeft(left, events)).toBe(true);
    expect(isRaisedByLeft(left, [...events, ...told(["IncidentRevised", { priority: 3 }, 90])])).toBe(false);
  });

  test("stands by itself while the call is there, or where a person raised it", () => {
    const both = incident("1", { priority: 1, call_ids: ["C1", "C2"] });
    expect(isRaisedByLeft(both, told(opened, joined, [...raised, 60]))).toBe(false);
    const left = incident("1", { priority: 1, call_ids: ["C1"] });
    expect(isRaisedByLeft(left, told(opened, joined, [...raised, 75]))).toBe(false);
    expect(isRaisedByLeft(left, told(opened))).toBe(false);
  });
});
