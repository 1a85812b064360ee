/** Figures as CSV that spreadsheets open: numbers in full, seconds and shares as they were counted. */

import type { Comparison } from "../api/simulations";
import { type Row, comparedIn } from "./figures";

type Cell = string | number | null | undefined;

/** One column a run. */
export function csvOfRuns(names: string[], rows: Row[]): Cell[][] {
  const head = ["figure", "level", "unit", ...names];
  return [head, ...rows.map((row) => [row.key, row.level, row.kind, ...row.values])];
}

/** One row a figure and scenario; the baseline has no difference. */
export function csvOfComparison(found: Comparison, titleOf: (name: string) => string): Cell[][] {
  const head = ["figure", "scenario", "mean", "low", "high", "difference", "diff_low", "diff_high", "p_holm"];
  const rows = comparedIn(found).flatMap((figure) =>
    Object.entries(found.means).map(([name, means]) => {
      const mean = means[figure];
      const other = found.differences[name]?.[figure];
      const difference = [other?.mean, other?.low, other?.high, other?.p_holm];
      return [figure, titleOf(name), mean?.mean, mean?.low, mean?.high, ...difference];
    }),
  );
  return [head, ...rows];
}

export function csvText(rows: Cell[][]): string {
  return rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

function quoted(cell: Cell): string {
  const text = String(cell ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** With a mark in front by which spreadsheets know UTF-8. */
export function saveCsv(name: string, rows: Cell[][]): void {
  const address = URL.createObjectURL(new Blob(["\ufeff", csvText(rows)], { type: "text/csv" }));
  Object.assign(document.createElement("a"), { download: `${name}.csv`, href: address }).click();
  URL.revokeObjectURL(address);
}
