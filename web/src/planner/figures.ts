/** What runs came to, as rows beside each other. */

import type { Comparison, Summary } from "../api/simulations";

export type Kind = "s" | "share" | "count";

export interface Row {
  key: string;
  level?: number;
  kind: Kind;
  values: (number | null)[];
}

const mean = (values: number[]): number | null =>
  values.length ? values.reduce((sum, one) => sum + one, 0) / values.length : null;

/** The centre's own that a day can be measured by (docs/domain.md); the share busy stands with the units. */
const INDICATORS = [
  "cs5_accepted_of_offered",
  "cs12_answer_to_out_s",
  "cs14_out_to_scene_s",
  "cs24_on_scene_s",
  "cs26_handover_s",
] as const;

/** One row a figure, one value a run. */
export function rowsOf(summaries: Summary[]): Row[] {
  const row = (
    key: string,
    kind: Kind,
    of: (summary: Summary) => number | null | undefined,
    level?: number,
  ): Row => ({
    key,
    kind,
    values: summaries.map((one) => of(one) ?? null),
    ...(level === undefined ? {} : { level }),
  });
  const levels = [...new Set(summaries.flatMap((one) => Object.keys(one.by_priority)))].sort();
  const busy = (summary: Summary) => Object.values(summary.unit_utilisation);
  return [
    row("calls", "count", (one) => one.calls),
    row("emergencies", "count", (one) => one.emergencies),
    row("lost", "count", (one) => one.lost),
    row("mean", "s", (one) => one.response_s.mean),
    row("p50", "s", (one) => one.response_s.p50),
    row("p90", "s", (one) => one.response_s.p90),
    row("within8", "share", (one) => one.within_s["480"]),
    row("within15", "share", (one) => one.within_s["900"]),
    ...levels.flatMap((level) => [
      row("level_p90", "s", (one) => one.by_priority[level]?.response_s.p90, Number(level)),
      row("level_within", "share", (one) => one.by_priority[level]?.within_target, Number(level)),
    ]),
    ...INDICATORS.filter((key) => summaries.some((one) => one.indicators?.[key] != null)).map((key) =>
      row(key, key === "cs5_accepted_of_offered" ? "share" : "s", (one) => one.indicators?.[key]),
    ),
    row("busy_mean", "share", (one) => mean(busy(one))),
    row("busy_most", "share", (one) => Math.max(...busy(one))),
    row("refusals", "count", (one) => one.refusals),
    row("moves", "count", (one) => one.moves),
  ];
}

export const COMPARED: Record<string, { kind: Kind; lessIsBetter: boolean }> = {
  response_mean_s: { kind: "s", lessIsBetter: true },
  response_p90_s: { kind: "s", lessIsBetter: true },
  within_target: { kind: "share", lessIsBetter: false },
  red_response_mean_s: { kind: "s", lessIsBetter: true },
  red_within_target: { kind: "share", lessIsBetter: false },
  wait_mean_s: { kind: "s", lessIsBetter: true },
  lost: { kind: "count", lessIsBetter: true },
};

/** What readers call a scenario of a comparison. */
export const titleIn = (found: Comparison, name: string): string => found.titles?.[name] ?? name;

/** The figures that a comparison has, in our order. */
export const comparedIn = (found: Comparison): string[] =>
  Object.keys(COMPARED).filter((figure) => figure in (found.means[found.baseline] ?? {}));

/** Better, worse, or no difference that one could rely on. */
export function verdict(
  difference: number,
  isSure: boolean,
  lessIsBetter: boolean,
): "better" | "worse" | "unsure" {
  if (!isSure || difference === 0) return "unsure";
  return difference < 0 === lessIsBetter ? "better" : "worse";
}
