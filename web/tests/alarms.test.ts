import { expect, test } from "vitest";
import type { AlarmRule } from "../src/api/types";
import { isFor, listRung, unseenOf } from "../src/store/alarms";
import { T, alarm, at, incident, state } from "./worlds";

const rule = (
  kind: AlarmRule["kind"],
  sound: AlarmRule["sound"],
  fields: Partial<AlarmRule> = {},
): AlarmRule => ({
  kind,
  name: { vi: kind, en: kind },
  do: { vi: "", en: "" },
  threshold_s: 0,
  sound,
  who: ["dispatcher"],
  escalate_to: ["supervisor"],
  ...fields,
});
const RULES = {
  unsent: rule("unsent", "urgent"),
  unit_unmoved: rule("unit_unmoved", "notice"),
  handover_slow: rule("handover_slow", "none"),
};

test("one line a thing: what holds before what is over, the loud before the quiet, the old before the new", () => {
  const desk = state({
    incidents: [incident("1"), incident("2")],
    alarms: [
      alarm("over", { kind: "unsent", incident_id: "1", raised_at: at(1), cleared_at: at(5) }),
      alarm("seen", { kind: "unsent", incident_id: "2", acknowledged_at: T }),
      alarm("slow", { kind: "handover_slow", incident_id: "2", raised_at: at(2) }),
      alarm("still", { kind: "unit_unmoved", about: "unit:U", incident_id: "2", raised_at: at(3) }),
      alarm("loud", { kind: "unsent", about: "incident:3", incident_id: "3", raised_at: at(9) }),
      alarm("own", { kind: "unit_unmoved", about: "unit:V", incident_id: null, raised_at: at(4) }),
    ],
  });
  const told = listRung(desk, RULES).map(({ key, incident: of, alarms, isPressing, loudness }) => [
    key,
    of?.id,
    alarms.map(({ id }) => id),
    isPressing,
    loudness,
  ]);
  expect(told).toEqual([
    ["3", undefined, ["loud"], true, "urgent"],
    ["2", "2", ["slow", "still"], true, "notice"],
    ["unit:V", undefined, ["own"], true, "notice"],
    ["1", "1", ["over"], false, "none"],
  ]);
  expect(unseenOf(desk, "2").map(({ id }) => id)).toEqual(["slow", "still"]);
});

test("an alarm calls whom its rule names, and once passed on those above", () => {
  const calls = (step: number, role: string) => isFor(RULES.unsent, step, [role]);
  expect([calls(1, "dispatcher"), calls(1, "supervisor"), calls(2, "supervisor")]).toEqual([
    true,
    false,
    true,
  ]);
});
