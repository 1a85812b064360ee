/** What a dispatcher types about a road: the kind, the street, how deep or slow, until when, and why. */

import type { ClosureKind } from "../api/types";
import { plain } from "./select";

export interface RoadWords {
  kind: ClosureKind;
  street: string;
  depth_cm: number | null;
  speed_kph: number | null;
  /** Minutes from now; null: until further notice, or not said. */
  minutes: number | null;
  reason: string;
}

/** Verbs without accents, in both languages. */
export const CLOSING_VERBS: Record<string, ClosureKind> = {
  dong: "closed",
  close: "closed",
  chan: "closed",
  ngap: "flood",
  flood: "flood",
  cham: "slow",
  slow: "slow",
  ket: "slow",
};
export const REOPENING_VERBS: readonly string[] = ["mo", "reopen"];

const MEASURE = /^(\d+(?:[.,]\d+)?)(cm|m|km\/h|kph|kmh|h|gio|g|p|ph|phut|min)$/;

type Told = Pick<RoadWords, "depth_cm" | "speed_kph" | "minutes">;

/**
 * `Nguyễn Hữu Cảnh 40cm 1h triều cường`: the street goes up to the first measure or comma, what is left is the reason.
 * A number alone belongs to the street: 3 Tháng 2.
 */
export function readRoad(kind: ClosureKind, text: string): RoadWords {
  const told: Told = { depth_cm: null, speed_kph: null, minutes: null };
  const street: string[] = [];
  const reason: string[] = [];
  let isStreet = true;
  for (const token of text.trim().split(/\s+/).filter(Boolean)) {
    const bare = token.replace(/,+$/, "");
    if (street.length && measure(bare, told)) {
      isStreet = false;
      continue;
    }
    if (bare) (isStreet ? street : reason).push(isStreet ? bare : token);
    if (bare !== token) isStreet = false;
  }
  return { kind, street: street.join(" "), ...told, reason: reason.join(" ") };
}

function measure(token: string, told: Told): boolean {
  const [, digits, unit] = MEASURE.exec(plain(token)) ?? [];
  if (!digits || !unit) return false;
  const value = Number(digits.replace(",", "."));
  if (unit === "cm") told.depth_cm = Math.round(value);
  else if (unit === "m") told.depth_cm = Math.round(value * 100);
  else if (unit === "km/h" || unit === "kph" || unit === "kmh") told.speed_kph = value;
  else if (unit === "h" || unit === "gio" || unit === "g") told.minutes = Math.round(value * 60);
  else told.minutes = Math.round(value);
  return true;
}
