/** The command line as a pure parser: text in, what to do out. The words work in English and Vietnamese. */

import type { Key } from "../i18n/index.svelte";
import type { Closure, Incident, Outcome, RefusalCode, State, UnitReport } from "../api/types";
import { findClosures, listClosures } from "./closures";
import { CLOSING_VERBS, REOPENING_VERBS, type RoadWords, readRoad } from "./roadwords";
import { plain } from "./select";

export type Command =
  | { do: "help" }
  | { do: "open"; incident: Incident }
  | { do: "show_unit"; unit: string }
  | { do: "status"; unit: string; report: UnitReport }
  | { do: "offer"; unit: string }
  | { do: "accept"; who: string }
  | { do: "refuse"; code: RefusalCode | null }
  | { do: "withdraw" }
  | { do: "close"; outcome: Outcome | null }
  | { do: "close_road"; road: RoadWords }
  | { do: "reopen_road"; found: Closure[]; typed: string }
  | { do: "call"; words: string }
  | { do: "calls" }
  | { do: "no_content" }
  | { do: "seat"; seat: string | null; takesOver: boolean }
  | { do: "surge"; on: boolean }
  | { do: "hold"; held: boolean }
  | { do: "language"; language: "vi" | "en" }
  | { do: "theme"; theme: "dark" | "light" }
  | { do: "log_out" }
  | { do: "unknown"; key: Key; text: string };

export const REPORT_WORDS: Record<string, UnitReport> = {
  er: "en_route",
  os: "on_scene",
  ap: "at_patient",
  tr: "transporting",
  ah: "at_hospital",
  ho: "handed_over",
  re: "returning",
  av: "available",
  mu: "moving_up",
  br: "on_break",
  oo: "out_of_service",
  od: "off_duty",
};
export const REFUSALS: readonly RefusalCode[] = [
  "no_vehicle",
  "no_crew",
  "on_transfer",
  "breakdown",
  "other",
];
export const OUTCOMES: readonly Outcome[] = [
  "conveyed",
  "treated_not_conveyed",
  "refused_by_patient",
  "no_patient_found",
  "cancelled_before_departure",
  "cancelled_after_departure",
  "dead_on_arrival",
  "resuscitation_stopped",
  "relayed",
  "duplicate",
  "no_content",
  "transferred",
];

type Verb = { words: string[]; usage: string; help: Key };

/** What there is, for `?` and for completion. */
export const VERBS: readonly Verb[] = [
  { words: [], usage: "014", help: "cmd.help.open" },
  { words: [], usage: "/115-007", help: "cmd.help.unit" },
  { words: ["status", "tt"], usage: "status 115-007 er", help: "cmd.help.status" },
  { words: ["offer", "chuyen"], usage: "offer 115-007", help: "cmd.help.offer" },
  { words: ["accept", "a", "nhan"], usage: "accept Lan", help: "cmd.help.accept" },
  { words: ["refuse", "tuchoi"], usage: "refuse no_crew", help: "cmd.help.refuse" },
  { words: ["withdraw", "rut"], usage: "withdraw", help: "cmd.help.withdraw" },
  { words: ["close"], usage: "close duplicate", help: "cmd.help.close" },
  {
    words: ["dong", "ngap", "cham", "flood", "slow"],
    usage: "ngập Lê Lợi 40cm 1h, mưa",
    help: "cmd.help.road",
  },
  { words: ["reopen", "mo"], usage: "mở Lê Lợi", help: "cmd.help.reopen" },
  { words: ["call", "goi"], usage: "call té xe ngã tư Hàng Xanh", help: "cmd.help.call" },
  { words: ["calls", "goilai"], usage: "calls", help: "cmd.help.callbacks" },
  { words: ["nocontent", "trong"], usage: "nocontent", help: "cmd.help.nocontent" },
  { words: ["seat", "ghe"], usage: "seat S12", help: "cmd.help.seat" },
  { words: ["surge", "caodiem"], usage: "surge on · surge off", help: "cmd.help.surge" },
  { words: ["hold", "giu", "release", "tha"], usage: "hold · release", help: "cmd.help.hold" },
  { words: ["vi", "en"], usage: "vi · en", help: "cmd.help.lang" },
  { words: ["dark", "light", "toi", "sang"], usage: "dark · light", help: "cmd.help.theme" },
  { words: ["logout", "thoat"], usage: "logout", help: "cmd.help.logout" },
];

export function parse(text: string, state: State): Command {
  const trimmed = text.trim();
  if (trimmed === "?" || trimmed === "help") return { do: "help" };
  if (trimmed.startsWith("/")) return onUnit(trimmed.slice(1), state, (unit) => ({ do: "show_unit", unit }));
  const [head = "", ...rest] = trimmed.split(/\s+/);
  const verb = plain(head);
  if (/^\d+$/.test(head)) return openNumber(head, state);
  if (verb === "status" || verb === "tt") return status(rest[0] ?? "", rest[1] ?? "", state, trimmed);
  const unit = findUnit(head, state);
  if (unit && rest[0]) return status(head, rest[0], state, trimmed);
  if (unit) return { do: "show_unit", unit };
  return (
    ofRoad(verb, rest, state) ??
    ofVerb(verb, rest, state) ?? { do: "unknown", key: "cmd.unknown", text: trimmed }
  );
}

/** `close` and `đóng` are for incidents too: alone, or with one outcome, they mean the open one. */
function ofRoad(verb: string, rest: string[], state: State): Command | null {
  if (REOPENING_VERBS.includes(verb)) {
    const typed = rest.join(" ");
    return { do: "reopen_road", found: findClosures(listed(state), typed), typed };
  }
  const kind = CLOSING_VERBS[verb];
  if (!kind) return null;
  const isShared = verb === "close" || verb === "dong";
  if (isShared && (!rest.length || (rest.length === 1 && oneOf(OUTCOMES, rest[0]!)))) return null;
  return { do: "close_road", road: readRoad(kind, rest.join(" ")) };
}

/** By the state's own clock: a line is read the same wherever it is typed. */
const listed = (state: State) => listClosures(state.closures, Date.parse(state.at ?? "") || 0);

function ofVerb(verb: string, rest: string[], state: State): Command | null {
  const first = rest[0] ?? "";
  switch (verb) {
    case "offer":
    case "chuyen":
      return onUnit(first, state, (unit) => ({ do: "offer", unit }));
    case "accept":
    case "a":
    case "nhan":
      return { do: "accept", who: rest.join(" ") };
    case "refuse":
    case "tuchoi":
      return { do: "refuse", code: oneOf(REFUSALS, first) };
    case "withdraw":
    case "rut":
      return { do: "withdraw" };
    case "close":
    case "dong":
      return { do: "close", outcome: oneOf(OUTCOMES, first) };
    case "call":
    case "goi":
      return { do: "call", words: rest.join(" ") };
    case "calls":
    case "goilai":
      return { do: "calls" };
    case "nocontent":
    case "trong":
      return { do: "no_content" };
    case "seat":
    case "ghe":
      return { do: "seat", seat: first || null, takesOver: rest[1] === "!" };
    case "surge":
    case "caodiem":
      return { do: "surge", on: !["off", "tat"].includes(plain(first)) };
    case "hold":
    case "giu":
      return { do: "hold", held: true };
    case "release":
    case "tha":
      return { do: "hold", held: false };
    case "vi":
    case "en":
      return { do: "language", language: verb };
    case "dark":
    case "toi":
      return { do: "theme", theme: "dark" };
    case "light":
    case "sang":
      return { do: "theme", theme: "light" };
    case "logout":
    case "thoat":
      return { do: "log_out" };
    default:
      return null;
  }
}

function oneOf<T extends string>(codes: readonly T[], typed: string): T | null {
  if (!typed) return null;
  return codes.find((code) => code === typed) ?? codes.find((code) => code.startsWith(typed)) ?? null;
}

function openNumber(typed: string, state: State): Command {
  const incident = findNumber(typed, state);
  return incident ? { do: "open", incident } : { do: "unknown", key: "cmd.nonumber", text: typed };
}

/** The newest incident of that number: zeros in front do not matter, nor what stands before the last dash. */
function findNumber(typed: string, state: State): Incident | null {
  const bare = (text: string): string => text.replace(/^.*\D/, "").replace(/^0+(?=\d)/, "");
  const found = Object.values(state.incidents).filter((incident) => bare(incident.number) === bare(typed));
  return found.sort((a, b) => (a.opened_at < b.opened_at ? 1 : -1))[0] ?? null;
}

/** A unit by its call sign or by the digits after the dash. */
function findUnit(typed: string, state: State): string | null {
  if (!typed) return null;
  const wanted = typed.toLowerCase();
  const ids = Object.keys(state.units);
  const short = /^\d+$/.test(wanted) ? wanted.padStart(3, "0") : wanted;
  return (
    ids.find((id) => id.toLowerCase() === wanted) ??
    ids.find((id) => id.toLowerCase().endsWith(`-${short}`)) ??
    null
  );
}

function onUnit(typed: string, state: State, then: (unit: string) => Command): Command {
  const unit = findUnit(typed, state);
  return unit ? then(unit) : { do: "unknown", key: "cmd.nounit", text: typed };
}

function status(typed: string, report: string, state: State, whole: string): Command {
  const known = REPORT_WORDS[report] ?? Object.values(REPORT_WORDS).find((code) => code === report);
  if (!known) return { do: "unknown", key: "cmd.unknown", text: whole };
  return onUnit(typed, state, (unit) => ({ do: "status", unit, report: known }));
}

/** The street's name being typed after a verb that closes a road; null when the line is about something else. */
export function streetTyped(text: string): { verb: string; street: string } | null {
  const [verb = "", ...rest] = text.trimStart().split(/\s+/);
  const kind = CLOSING_VERBS[plain(verb)];
  const road = kind && readRoad(kind, rest.join(" "));
  if (!road || road.street.length < 2 || road.street !== rest.join(" ").trim()) return null;
  return oneOf(OUTCOMES, road.street) ? null : { verb, street: road.street };
}

/** Whole lines that would complete what is typed, at most eight. */
export function complete(text: string, state: State): string[] {
  const parts = text.replace(/^\s+/, "").split(/\s+/);
  const last = (parts.at(-1) ?? "").toLowerCase();
  if (!text.trim()) return [];
  if (parts.length > 1 && REOPENING_VERBS.includes(plain(parts[0]!))) return reopenings(parts, state);
  const before = parts.slice(0, -1).join(" ");
  const lead = before ? `${before} ` : "";
  return candidates(parts, state)
    .filter((word) => plain(word).includes(plain(last.replace("/", ""))) && plain(word) !== plain(last))
    .slice(0, 8)
    .map((word) => lead + word);
}

function reopenings([verb, ...rest]: string[], state: State): string[] {
  const typed = rest.join(" ");
  const names = new Set(findClosures(listed(state), typed).flatMap(({ names: [name] }) => name ?? []));
  return [...names]
    .filter((name) => plain(name) !== plain(typed))
    .map((name) => `${verb} ${name}`)
    .slice(0, 8);
}

function candidates(parts: string[], state: State): string[] {
  const verb = plain(parts[0] ?? "");
  const units = Object.keys(state.units).sort();
  if (parts.length === 1) {
    if (verb.startsWith("/")) return units.map((id) => `/${id}`);
    return [...VERBS.flatMap((known) => known.words.filter((word) => word.length > 2)), ...units];
  }
  if (parts.length === 2 && ["status", "tt", "offer", "chuyen"].includes(verb)) return units;
  if (parts.length === 2 && ["close", "dong"].includes(verb)) return [...OUTCOMES];
  if (parts.length > 1 && CLOSING_VERBS[verb]) return [];
  if (parts.length === 2 && ["refuse", "tuchoi"].includes(verb)) return [...REFUSALS];
  const isStatus = parts.length === 3 && ["status", "tt"].includes(verb);
  if (isStatus || (parts.length === 2 && findUnit(parts[0]!, state))) return Object.values(REPORT_WORDS);
  return [];
}
