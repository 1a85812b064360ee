/** What a look ahead says, in plain sentences. */

import type { AheadAlternative, AheadResult, Expected } from "../api/ahead";
import { decimal, t } from "../i18n/index.svelte";
import { verdictOf } from "./aheadVerdict";
import { type Way, streetOf } from "./aheadWays";

/** The mean, and its interval where there is one; – where nothing could be measured. */
export function expected(
  found: Expected | undefined,
  scale = 1,
  digits = 1,
): { mean: string; interval: string } {
  if (!found || found.mean === null) return { mean: "–", interval: "" };
  const mean = decimal(found.mean * scale, digits);
  if (found.low === null || found.high === null) return { mean, interval: "" };
  const low = decimal(Math.max(0, found.low * scale), digits);
  return { mean, interval: `[${low} – ${decimal(found.high * scale, digits)}]` };
}

/** One sentence: what this way does to the number of late calls, and how sure that is. */
export function sentence(one: AheadAlternative): string {
  const found = one.difference?.late.all;
  const verdict = verdictOf(found);
  const size = found?.mean == null ? "" : decimal(Math.abs(found.mean), 1);
  const low = found?.low == null ? "" : signed(found.low);
  const high = found?.high == null ? "" : signed(found.high);
  return t(`planner.ahead.verdict.${verdict}`, { name: one.name, n: size, low, high });
}

/** What the forecast learned from, and what of it was left out; `nameOfLog`: what people call a kept log. */
export function learnedFrom(
  forecast: AheadResult["forecast"],
  nameOfLog: (id: string) => string | undefined,
): string {
  const { source, unknown_hours: unknown = 0 } = forecast;
  const gaps = unknown && source !== "told" ? ` ${t("planner.ahead.source.gaps", { n: unknown })}` : "";
  return sourceOf(forecast, nameOfLog) + gaps;
}

function sourceOf(
  { source, logged_hours: n }: AheadResult["forecast"],
  nameOfLog: (id: string) => string | undefined,
): string {
  if (source === "desk" || source === "told") return t(`planner.ahead.source.${source}`, { n });
  if (source === "pack") return t(n ? "planner.ahead.source.pack.short" : "planner.ahead.source.pack", { n });
  return t("planner.ahead.source.log", { name: nameOfLog(source.replace("log:", "")) ?? source, n });
}

/** What a way to go on is called in the results. */
export function nameOfWay(one: Way): string {
  const where = [streetOf(one), one.label || one.where].filter(Boolean).join(", ");
  const slots = { where: where || t("planner.way.jam.everywhere"), n: one.count, min: one.minutes };
  return t(`planner.way.${one.kind}.name`, slots);
}

const signed = (value: number): string =>
  `${value > 0 ? "+" : value < 0 ? "−" : "±"}${decimal(Math.abs(value), 1)}`;
