/** How often people go against advice, and why. */

import type { OverruleKind, OverruleReason, Recorded, State } from "../../api/types";
import { dutyDate } from "../time";

const DAYS_KEPT = 62;

const REASONS: ReadonlySet<string> = new Set<OverruleReason>([
  "local_knowledge",
  "road_blocked",
  "crew_request",
  "station_call",
  "patient_known",
  "skill_needed",
  "unit_unfit",
  "training",
  "other",
]);

/** One more on its duty day; a reason that is not in the closed list counts as `other`. */
export function countOverrule(
  state: State,
  kind: OverruleKind,
  reason: string | null | undefined,
  recorded: Recorded,
): void {
  const word = REASONS.has(reason ?? "") ? (reason as OverruleReason) : "other";
  const ofDay = (state.overrules[dutyDate(recorded.at)] ??= {});
  const byReason = (ofDay[kind] ??= {});
  byReason[word] = (byReason[word] ?? 0) + 1;
  const days = Object.keys(state.overrules).sort();
  for (const day of days.slice(0, Math.max(0, days.length - DAYS_KEPT))) delete state.overrules[day];
}
