/** What the screen shows of the state: pure, so that it can be tested without one. */

import type {
  Alarm,
  Call,
  Incident,
  Level,
  Offer,
  Run,
  State,
  Station,
  Unit,
  UnitStatus,
} from "../api/types";
import { FREE_STATUSES } from "./lifecycles";
import { activeRuns, openOffers } from "./state";
import { dutyDay } from "./time";

/** Incidents with no unit on its way, gravest first, then longest waiting: as `State.waiting` in Python. */
export function listWaiting(state: State): Incident[] {
  return Object.values(state.incidents)
    .filter((incident) => incident.status === "waiting")
    .sort(byGravity);
}

/** Incidents with a unit under way or at work, in the order that they were answered. */
export function listActive(state: State): Incident[] {
  return Object.values(state.incidents)
    .filter((incident) => incident.status === "assigned" || incident.status === "attended")
    .sort(byGravity);
}

/** Calls that are no incident yet and not closed: their place is not known. Oldest first. */
export function listPendingCalls(state: State): Call[] {
  return Object.values(state.calls)
    .filter((call) => call.status === "answered")
    .sort((a, b) => order(since(a), since(b)) || order(a.id, b.id));
}

/**
 * Of an incident's calls, oldest first, the one whose caller is spoken with: at this seat, else the newest that is on the
 * line. Where none is, the newest.
 */
export function onTheLine(calls: readonly Call[], seat: string | null): Call | undefined {
  const talking = calls.filter((call) => call.answered_at !== null && call.ended_at === null);
  return (
    (seat ? talking.findLast((call) => call.seat === seat) : undefined) ?? talking.at(-1) ?? calls.at(-1)
  );
}

function byGravity(a: Incident, b: Incident): number {
  return a.priority - b.priority || order(a.answered_at, b.answered_at) || order(a.id, b.id);
}

/** Since when somebody waits; a call that still rings waits since it began to. */
export const since = (one: { answered_at: string | null; rang_at?: string | null }): string =>
  one.answered_at ?? one.rang_at ?? "";

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The one that has waited longest, of any level; pending calls count too. */
export function oldestWait(waiting: readonly Incident[], calls: readonly Call[]): Incident | Call | null {
  const all: (Incident | Call)[] = [...waiting, ...calls];
  return all.reduce<Incident | Call | null>(
    (oldest, one) => (oldest === null || since(one) < since(oldest) ? one : oldest),
    null,
  );
}

/** What people say aloud: the count within the duty day. Numbers of another duty day keep their month and day. */
export function shortNumber(number: string, now: number): string {
  const [day, month] = dutyDay(now).split("/");
  const today = `${month}${day}-`;
  return number.startsWith(today) ? number.slice(today.length) : number;
}

export const isFree = (unit: Unit): boolean => FREE_STATUSES.has(unit.status);

export function countStatuses(units: Iterable<Unit>): Map<UnitStatus, number> {
  const counts = new Map<UnitStatus, number>();
  for (const unit of units) counts.set(unit.status, (counts.get(unit.status) ?? 0) + 1);
  return counts;
}

/**
 * The order to show, so that nothing jumps: while `isKept`, rows stay where they were and new ones come last.
 */
export function stableOrder(shown: readonly string[], wanted: readonly string[], isKept: boolean): string[] {
  if (!isKept) return [...wanted];
  const still = new Set(wanted);
  const kept = shown.filter((id) => still.has(id));
  const known = new Set(kept);
  return [...kept, ...wanted.filter((id) => !known.has(id))];
}

/** Letters without accents or case, for typing: "Gia Dinh" finds "Gia Định". */
export function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d").trim();
}

export interface UnitRow {
  unit: Unit;
  station: Station | null;
}

/** Units by station, stations by name, those whose words hold every word typed. */
export function listUnits(state: State, typed: string, wordsOf: (unit: Unit) => string): UnitRow[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  const rows = Object.values(state.units)
    .map((unit) => ({ unit, station: state.stations[unit.station_id] ?? null }))
    .filter(({ unit, station }) => {
      const words = plain(`${unit.id} ${station?.name ?? ""} ${station?.name_en ?? ""} ${wordsOf(unit)}`);
      return wanted.every((word) => words.includes(word));
    })
    .sort((a, b) => order(a.unit.id, b.unit.id));
  const first = new Map<string, string>();
  for (const { unit } of rows) if (!first.has(unit.station_id)) first.set(unit.station_id, unit.id);
  return rows.sort(
    (a, b) =>
      order(first.get(a.unit.station_id)!, first.get(b.unit.station_id)!) || order(a.unit.id, b.unit.id),
  );
}

/** Units an incident has on their way or at work, with their offers still open. */
export function commitments(incident: Incident): { runs: Run[]; open: Offer[] } {
  return { runs: activeRuns(incident), open: openOffers(incident) };
}

export interface Twin {
  /** The call to be joined. */
  call_id: string;
  /** The open incident that it may be about. */
  incident: Incident;
  /** Null where a place is not known. */
  distance_m: number | null;
  /** Seconds that the other incident was opened before the call was answered. */
  earlier_s: number;
}

const METRES_PER_DEGREE = 110_600;

/** The incidents that some of these calls may be about, by the server's word; `own` is not its own twin. */
export function listTwins(state: State, calls: readonly Call[], own: Incident | null): Twin[] {
  return calls
    .filter((call) => call.incident_id === (own?.id ?? null) && call.outcome === null)
    .flatMap((call) => call.duplicates.map((id) => ({ call, incident: state.incidents[id] })))
    .flatMap(({ call, incident }) => {
      if (!incident || incident.status === "closed" || incident.id === own?.id) return [];
      const [here, there] = [own?.place ?? call.place, incident.place];
      const earlier_s = (Date.parse(since(call)) - Date.parse(incident.opened_at)) / 1000;
      return {
        call_id: call.id,
        incident,
        distance_m: here && there ? metresBetween(here, there) : null,
        earlier_s: Math.max(0, earlier_s),
      };
    })
    .sort((a, b) => (a.distance_m ?? Infinity) - (b.distance_m ?? Infinity));
}

/** Every open incident but this one, nearest first: what it may be a duplicate of. */
export function listOthers(state: State, own: Incident): { incident: Incident; distance_m: number | null }[] {
  return [...listWaiting(state), ...listActive(state)]
    .filter((incident) => incident.id !== own.id)
    .map((incident) => ({
      incident,
      distance_m: own.place && incident.place ? metresBetween(own.place, incident.place) : null,
    }))
    .sort((a, b) => (a.distance_m ?? Infinity) - (b.distance_m ?? Infinity));
}

/** Metres between two places of one city: flat, which is near enough for it. */
function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const narrow = Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot((a.lon - b.lon) * narrow, a.lat - b.lat) * METRES_PER_DEGREE;
}

export interface TimelineEntry {
  at: string;
  kind: "answered" | "opened" | "offer" | "answer" | "stamp" | "alarm" | "closed";
  /** The word's code within its group: a stamp, an offer's status, an alarm's kind, an outcome. */
  code: string;
  unit_id?: string;
  station_id?: string;
  by?: string;
  note?: string;
}

/** Every stamp of an incident and every alarm about it that is still in the state, oldest first. */
export function timeline(incident: Incident, alarms: readonly Alarm[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    { at: incident.answered_at, kind: "answered", code: "answered_at" },
    { at: incident.opened_at, kind: "opened", code: "opened_at" },
  ];
  for (const offer of Object.values(incident.offers)) entries.push(...ofOffer(offer));
  for (const run of Object.values(incident.runs)) entries.push(...ofRun(run));
  for (const alarm of alarms) entries.push({ at: alarm.raised_at, kind: "alarm", code: alarm.kind });
  if (incident.closed_at && incident.outcome) {
    entries.push({ at: incident.closed_at, kind: "closed", code: incident.outcome });
  }
  return entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function ofOffer(offer: Offer): TimelineEntry[] {
  const { unit_id, station_id } = offer;
  const made: TimelineEntry = { at: offer.made_at, kind: "offer", code: offer.channel, unit_id, station_id };
  if (offer.made_by) made.by = offer.made_by;
  if (offer.reason) made.note = offer.reason;
  if (!offer.answered_at) return [made];
  const answer: TimelineEntry = {
    at: offer.answered_at,
    kind: "answer",
    code: offer.status,
    unit_id,
    station_id,
  };
  if (offer.code) answer.note = offer.code;
  return [made, answer];
}

function ofRun(run: Run): TimelineEntry[] {
  return Object.entries(run.stamps)
    .filter(([stamp]) => stamp !== "offered_at" && stamp !== "accepted_at")
    .map(([stamp, at]) => ({
      at,
      kind: "stamp" as const,
      code: stamp,
      unit_id: run.unit_id,
      station_id: run.station_id,
    }));
}

export const LEVELS: readonly Level[] = [1, 2, 3, 4];
