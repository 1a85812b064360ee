/** Which places a hospital counts, how many are left to give, and what it may ask not to receive. Pure. */

import type { Hospital, HospitalResource, Reservation } from "../api/types";

export const RESOURCES: readonly HospitalResource[] = [
  "ed_bed",
  "icu_bed",
  "ventilator",
  "ct",
  "operating_room",
  "cath_lab",
  "dialysis_place",
  "burn_bed",
  "delivery_room",
  "neonatal_cot",
  "isolation_bed",
];

/** The server takes no larger number. */
const MOST_PLACES = 10_000;

/** What a hospital with a capability is asked for (our guess; the desk's own table is destinations.toml). */
const ASKED_FOR: Record<string, readonly HospitalResource[]> = {
  pci: ["cath_lab"],
  stroke: ["ct"],
  trauma: ["ct", "operating_room"],
  surgery: ["operating_room"],
  burns: ["burn_bed"],
  dialysis: ["dialysis_place"],
  obstetrics: ["delivery_room", "neonatal_cot"],
  infectious: ["isolation_bed"],
  respiratory: ["ventilator"],
};
const ALWAYS: readonly HospitalResource[] = ["ed_bed", "icu_bed", "ventilator"];

/** The kinds that this hospital is asked for or has told, and the others. */
export function resourcesOf(hospital: Hospital): { main: HospitalResource[]; more: HospitalResource[] } {
  const wanted = new Set<HospitalResource>([
    ...ALWAYS,
    ...hospital.capabilities.flatMap((code) => ASKED_FOR[code] ?? []),
    ...(Object.keys(hospital.capacity) as HospitalResource[]),
  ]);
  return {
    main: RESOURCES.filter((one) => wanted.has(one)),
    more: RESOURCES.filter((one) => !wanted.has(one)),
  };
}

/** Places kept now; one that is over by the clock is kept no more, ended or not. */
export function listHeld(hospital: Hospital, now: number): Reservation[] {
  return Object.values(hospital.reservations)
    .filter((one) => Date.parse(one.until) > now)
    .sort((a, b) => Date.parse(a.until) - Date.parse(b.until) || a.id.localeCompare(b.id));
}

export const heldOf = (held: readonly Reservation[], resource: HospitalResource): number =>
  held.filter((one) => one.resource === resource).length;

/** One step up or down; the first word about a kind is a number too: + begins at one, − says that none is free. */
export function stepped(from: number | null, by: 1 | -1): number {
  return Math.min(MOST_PLACES, Math.max(0, (from ?? 0) + by));
}

/** A number as typed; null for anything that is none. */
export function readPlaces(text: string): number | null {
  const typed = text.trim();
  return /^\d{1,5}$/.test(typed) ? Math.min(MOST_PLACES, Number(typed)) : null;
}

/** What it may ask not to receive: what it treats, and whatever stands there already. */
export const divertible = (hospital: Hospital): string[] => [
  ...new Set([...hospital.capabilities, ...hospital.diversion]),
];

/** The list with one put in or taken out. */
export const toggled = (diversion: readonly string[], code: string): string[] =>
  diversion.includes(code) ? diversion.filter((one) => one !== code) : [...diversion, code];

/** What was told is old after this long (guess): numbers of free beds change by the hour. */
const OLD_S = 2 * 3600;

export const isOld = (hospital: Hospital, now: number): boolean =>
  hospital.revised_at !== null && (now - Date.parse(hospital.revised_at)) / 1000 > OLD_S;
