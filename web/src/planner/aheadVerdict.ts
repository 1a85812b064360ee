/** Whether a way to go on is better than going on as now. */

import type { AheadDifference } from "../api/ahead";

export type Verdict = "better" | "worse" | "unsure";

/** Fewer late calls are better, more are worse; an interval that holds 0 says neither. */
export function verdictOf(found: AheadDifference | undefined): Verdict {
  if (!found || found.mean === null || !found.excludes_zero) return "unsure";
  return found.mean < 0 ? "better" : "worse";
}
