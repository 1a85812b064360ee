/** What a run says of itself, in the words of the screen. */

import type { Run } from "../api/simulations";
import { decimal, percent, t, word } from "../i18n/index.svelte";
import type { Kind } from "./figures";

/** The server's progress; what it has no words for stands as it came. */
export function said(progress: NonNullable<Run["progress"]>): string {
  if (progress.said === "loading") return t("planner.loading");
  if (progress.said === "loading the roads") return t("planner.loading.roads");
  if (progress.said === "loading the city") return t("planner.loading.city");
  if (progress.said.endsWith("replications")) {
    return t("planner.progress.replications", { n: progress.done ?? 0, of: progress.total ?? 0 });
  }
  if (progress.said.startsWith("simulated")) {
    return t("planner.progress.days", { n: progress.done ?? 0, of: progress.total ?? 0 });
  }
  if (progress.said.endsWith("kinds of hour")) {
    return t("planner.progress.hours", {
      n: progress.done ?? 0,
      of: progress.total ?? 0,
      profile: word("planner.profile", progress.said.split(":")[0]!),
    });
  }
  if (/table|distances/.test(progress.said)) return t("planner.progress.table");
  return progress.said;
}

/** 512 s → 8:32; 0.823 → 82.3 % */
export function figure(value: number | null | undefined, kind: Kind): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (kind === "share") return percent(value, 1);
  if (kind === "s") return clockLike(value);
  return decimal(value, Number.isInteger(value) ? 0 : 1);
}

/** A difference with its sign; shares in points. */
export function difference(value: number, kind: Kind): string {
  const size = Math.abs(value);
  const shown =
    kind === "share"
      ? decimal(size * 100, 1)
      : kind === "count"
        ? decimal(size, Number.isInteger(size) ? 0 : 1)
        : size < 59.5
          ? `${decimal(size, 0)} s`
          : clockLike(size);
  const isNothing = /^[0,.]+( s)?$/.test(shown);
  return `${isNothing ? "±" : value > 0 ? "+" : "−"}${shown}`;
}

function clockLike(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
