/** The ways to go on from now that can be ticked, and what each of them asks of the server. */

import type { AheadChange, RoadsOtherwise } from "../api/ahead";

export type WayKind = "stay" | "closest" | "unit" | "out" | "more" | "burst" | "shut" | "flood" | "jam";

export interface Way {
  kind: WayKind;
  isOn: boolean;
  /** A station (unit), a unit (out), or a ward by its code (shut, flood, jam; none: the whole city). */
  where: string;
  /** What people call it. */
  label: string;
  /** The street that is shut; none: every street of the ward. */
  street: string;
  /** Units, percent, calls, or centimetres of water. */
  count: number;
  minutes: number;
}

export const newWay = (kind: WayKind, count = 1, minutes = 30, isOn = false): Way => ({
  kind,
  isOn,
  where: "",
  label: "",
  street: "",
  count,
  minutes,
});

export const firstWays = (): Way[] => [
  newWay("stay", 1, 30, true),
  newWay("closest"),
  newWay("unit"),
  newWay("out"),
  newWay("more", 20),
  newWay("burst", 10),
  newWay("shut", 1, 60),
  newWay("flood", 25, 60),
  newWay("jam", 40, 60),
];

const NEEDS_PLACE: readonly WayKind[] = ["unit", "out", "shut", "flood"];

/** Some need to be told where. */
export const isWhole = (one: Way): boolean => !NEEDS_PLACE.includes(one.kind) || one.where !== "";

/** What is asked of the server under this name; `nowMs` is when. */
export function changeOf(one: Way, name: string, nowMs: number): AheadChange {
  switch (one.kind) {
    case "stay":
      return { name, move_up: "static" };
    case "closest":
      return { name, policy: "closest_idle" };
    case "unit":
      return { name, units: [{ station: one.where, count: one.count }] };
    case "out":
      return { name, off_duty: [one.where] };
    case "more":
      return { name, scale: 1 + one.count / 100 };
    case "burst":
      return { name, more_calls: one.count, more_calls_within_min: one.minutes };
    case "shut":
      return { name, closure: [roadsOf(one, nowMs)] };
    case "flood":
      return { name, flood: [{ ...roadsOf(one, nowMs), depth_cm: one.count }] };
    case "jam":
      return { name, traffic: [{ ...roadsOf(one, nowMs), speed_share: (100 - one.count) / 100 }] };
  }
}

/** Only a closure can be of one street. */
export const streetOf = (one: Way): string => (one.kind === "shut" ? one.street.trim() : "");

function roadsOf(one: Way, nowMs: number): RoadsOtherwise {
  return {
    ...(one.where && { ward: one.where }),
    ...(streetOf(one) && { street: streetOf(one) }),
    until: new Date(nowMs + one.minutes * 60_000).toISOString(),
  };
}
