/**
 * The scenario on the form ↔ the scenario that the server runs, and the link that carries it.
 *
 * What the form does not show (other work, shifts of whole stations, a textbook's queue) is kept as it came, so that a
 * scenario written elsewhere passes through the form unharmed.
 */

import type { ScenarioJson } from "../api/simulations";
import { type Shift, splitShifts, toShifts } from "./shifts";

export interface NewStation {
  id: string;
  lon: number;
  lat: number;
  /** In a host hospital it may; left out: it may not. */
  can_refuse?: boolean;
}

export interface Draft {
  name: string;
  seed: number;
  /** Local time of the city, without a zone: 2026-03-02T06:30 */
  start: string;
  hours: number;
  warmUpHours: number;
  targetMinutes: number;
  policy: string;
  moveUp: string;
  hospital: string;
  /** Null: the city pack's own. */
  emergenciesPerDay: number | null;
  scalePercent: number;
  /** A log that the server keeps; null: the city pack's demand. */
  log: string | null;
  /** Its calls as they were, or a demand like it. */
  logUse: "calls" | "demand";
  units: "staffed" | "all" | "none";
  stations: NewStation[];
  /** Units added, by station. */
  added: Record<string, number>;
  /** Stations of the pack that are not there, and those that stand elsewhere. */
  closed: string[];
  moved: Record<string, { lon: number; lat: number }>;
  /** Units of the pack that are not on duty. */
  without: string[];
  /** Hours on duty by unit; who is not here is on duty round the clock. */
  shifts: Record<string, Shift>;
  /** Of the desk's settings only what differs, by section. */
  settings: Record<string, Record<string, unknown>>;
  /** Null: a scenario of the city. Else all of a textbook's, that the form does not know. */
  textbook: ScenarioJson | null;
  rest: { head: ScenarioJson; city: ScenarioJson; units: unknown[]; more: ScenarioJson };
}

export interface Plan {
  drafts: Draft[];
  replications: number;
}

/** A duty day: from 06:30 for 24 hours. */
export const DUTY_START = "06:30";
export const DEFAULT_REPLICATIONS = 20;
export const MOST_DRAFTS = 4;

export const newDraft = (name: string): Draft => ({
  name,
  seed: 1,
  start: `2026-03-02T${DUTY_START}`,
  hours: 24,
  warmUpHours: 0,
  targetMinutes: 15,
  policy: "closest_idle",
  moveUp: "static",
  hospital: "nearest",
  emergenciesPerDay: null,
  scalePercent: 100,
  log: null,
  logUse: "calls",
  units: "staffed",
  stations: [],
  added: {},
  closed: [],
  moved: {},
  without: [],
  shifts: {},
  settings: {},
  textbook: null,
  rest: { head: {}, city: {}, units: [], more: {} },
});

export function toScenario(draft: Draft): ScenarioJson {
  if (draft.textbook) return draft.textbook;
  const units = Object.entries(draft.added).flatMap(([post, count]) =>
    Array.from({ length: count }, (_, i) => ({ id: unitId(post, i), post })),
  );
  const moved = Object.entries(draft.moved).map(([id, at]) => ({ id, ...at }));
  const shifts = [...list(draft.rest.more["shift"]), ...toShifts(draft.shifts)];
  const isAsItWas = draft.log !== null && draft.logUse === "calls";
  return {
    ...draft.rest.more,
    scenario: {
      ...draft.rest.head,
      name: draft.name,
      seed: draft.seed,
      start: `${draft.start}:00`,
      duration_s: draft.hours * 3600,
      warm_up_s: draft.warmUpHours * 3600,
      target_s: draft.targetMinutes * 60,
      policy: draft.policy,
      move_up: draft.moveUp,
      hospital: draft.hospital,
    },
    city: {
      ...draft.rest.city,
      ...(draft.log === null ? {} : { [draft.logUse]: `log:${draft.log}` }),
      ...(draft.emergenciesPerDay === null || isAsItWas
        ? {}
        : { emergencies_per_day: draft.emergenciesPerDay }),
      scale: isAsItWas ? 1 : draft.scalePercent / 100,
      units: draft.units,
      ...(draft.closed.length ? { closed: draft.closed } : {}),
      ...(draft.without.length ? { without: draft.without } : {}),
    },
    ...(moved.length ? { moved_station: moved } : {}),
    ...(shifts.length ? { shift: shifts } : {}),
    ...(Object.keys(draft.settings).length ? { settings: draft.settings } : {}),
    ...(draft.stations.length ? { station: draft.stations } : {}),
    ...(units.length || draft.rest.units.length ? { unit: [...draft.rest.units, ...units] } : {}),
  };
}

const unitId = (post: string, i: number): string => `${post}+${i + 1}`;

export function fromScenario(told: ScenarioJson): Draft {
  const { scenario, city, station, unit, moved_station, shift, settings, ...more } = told;
  const head = { ...(scenario as ScenarioJson) };
  const draft = newDraft(text(head["name"], ""));
  if (!city) return { ...draft, textbook: told };
  const take = (from: ScenarioJson, key: string): unknown => {
    const found = from[key];
    delete from[key];
    return found;
  };
  const rest = { ...(city as ScenarioJson) };
  const [added, otherUnits] = splitUnits(list(unit));
  const [shifts, otherShifts] = splitShifts(list(shift));
  if (otherShifts.length) more["shift"] = otherShifts;
  take(head, "name");
  const log = logOf(rest);
  if (log) take(rest, log.use);
  return {
    ...draft,
    seed: number(take(head, "seed"), draft.seed),
    start: text(take(head, "start"), draft.start).slice(0, 16),
    hours: number(take(head, "duration_s"), 86_400) / 3600,
    warmUpHours: number(take(head, "warm_up_s"), 0) / 3600,
    targetMinutes: number(take(head, "target_s"), 900) / 60,
    policy: text(take(head, "policy"), draft.policy),
    moveUp: text(take(head, "move_up"), draft.moveUp),
    hospital: text(take(head, "hospital"), draft.hospital),
    emergenciesPerDay: numberOrNull(take(rest, "emergencies_per_day")),
    scalePercent: Math.round(number(take(rest, "scale"), 1) * 1e4) / 100,
    units: (take(rest, "units") as Draft["units"]) ?? "staffed",
    log: log?.id ?? null,
    logUse: log?.use ?? "calls",
    stations: list(station) as NewStation[],
    added,
    closed: list(take(rest, "closed")) as string[],
    without: list(take(rest, "without")) as string[],
    moved: Object.fromEntries(
      (list(moved_station) as NewStation[]).map(({ id, lon, lat }) => [id, { lon, lat }]),
    ),
    shifts,
    settings: (settings as Draft["settings"] | undefined) ?? {},
    rest: { head, city: rest, units: otherUnits, more },
  };
}

/** A log that the server keeps; a demand beside a scenario file is none, and stays as it is. */
function logOf(city: ScenarioJson): { id: string; use: "calls" | "demand" } | null {
  for (const use of ["calls", "demand"] as const) {
    const id = /^log:(.+)$/.exec(text(city[use], ""))?.[1];
    if (id) return { id, use };
  }
  return null;
}

/** Units that this form once added count by station; all others are kept as they are. */
function splitUnits(units: unknown[]): [Record<string, number>, unknown[]] {
  const added: Record<string, number> = {};
  const others = units.filter((one) => {
    const { id, post, ...more } = one as { id: string; post: string };
    const isOurs = !Object.keys(more).length && id === unitId(post, added[post] ?? 0);
    if (isOurs) added[post] = (added[post] ?? 0) + 1;
    return !isOurs;
  });
  return [added, others];
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const text = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null);
const number = (value: unknown, otherwise: number): number => numberOrNull(value) ?? otherwise;

/** The next free id of a new station. */
export function nextStationId(draft: Draft): string {
  for (let i = 1; ; i++) {
    const id = `moi-${i}`;
    if (!draft.stations.some((one) => one.id === id)) return id;
  }
}

/** "106.7, 10.8" or "10.8 106.7": which is which shows by the city's place. Null: no point of the region. */
export function readPoint(words: string): { lon: number; lat: number } | null {
  const found = words.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  if (found.length !== 2) return null;
  const [lon, lat] = found[0]! > found[1]! ? [found[0]!, found[1]!] : [found[1]!, found[0]!];
  return lon >= 106 && lon <= 108 && lat >= 8 && lat <= 12 ? { lon, lat } : null;
}

/** "2026-3-2 6:30" → 2026-03-02T06:30; null: no such day or time. */
export function readStart(words: string): string | null {
  const found = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[\sT]+(\d{1,2}):(\d{2}))?\s*$/.exec(words);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map((part) => Number(part ?? 0));
  const at = new Date(Date.UTC(year!, month! - 1, day, hour, minute));
  const isReal = at.getUTCMonth() === month! - 1 && at.getUTCDate() === day && hour! < 24 && minute! < 60;
  return isReal ? at.toISOString().slice(0, 16) : null;
}

/** The plan as the part of an address behind #. */
export function toFragment(plan: Plan): string {
  const told = JSON.stringify({ scenarios: plan.drafts.map(toScenario), replications: plan.replications });
  const bytes = new TextEncoder().encode(told);
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return `plan=${btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

/** Null: no plan, or one that cannot be read. */
export function fromFragment(fragment: string): Plan | null {
  const found = /^#?plan=([\w-]+)$/.exec(fragment)?.[1];
  if (!found) return null;
  try {
    const letters = atob(found.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const told = JSON.parse(new TextDecoder().decode(bytes)) as {
      scenarios: ScenarioJson[];
      replications?: unknown;
    };
    const drafts = told.scenarios.slice(0, MOST_DRAFTS).map(fromScenario);
    return drafts.length ? { drafts, replications: number(told.replications, DEFAULT_REPLICATIONS) } : null;
  } catch {
    return null;
  }
}
