import { expect, test } from "vitest";
import { workOrder } from "../src/console/surge";
import { emptyState } from "../src/store/state";
import { call, incident } from "./worlds";

const at = (minutes: number) => new Date(Date.parse("2026-11-22T01:00:00Z") - minutes * 60_000).toISOString();

test("a surge's one list: red first, a call of unknown gravity before yellow, whoever is due first among the light", () => {
  const state = emptyState();
  for (const one of [
    incident("yellow", { priority: 3, answered_at: at(2) }),
    incident("green", { priority: 4, answered_at: at(55) }),
    incident("red", { priority: 1, answered_at: at(0) }),
  ])
    state.incidents[one.id] = one;
  state.calls["unknown"] = call("unknown", { undecided_since: at(1) });
  const now = "2026-11-22T01:00:00Z";
  expect(workOrder(state, now).map((one) => one.id)).toEqual(["red", "unknown", "green", "yellow"]);
});
