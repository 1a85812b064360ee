/**
 * Who waits, in the order in which to work: the twin of dispatch/intake/waiting.py and call_backs.py, held to the sample
 * tests/samples/waiting.json. Nothing here knows how often a number has called.
 */

import type { Call, CallBackReason, Level, State } from "../api/types";
import { microseconds } from "./time";

/** Seconds within which a unit should be going or a call decided, by level, and a ringing one answered. */
export const DUE_S: Record<Level, number> = { 1: 60, 2: 60, 3: 1800, 4: 3600 };
export const RINGING_DUE_S = 10;
/** Attempts wanted; more are always possible. */
const ATTEMPTS: Record<CallBackReason, number> = {
  abandoned: 1,
  dropped: 2,
  silent: 1,
  clinical: 3,
  other: 2,
};
const UNKNOWN_LEVEL: Level = 2;

export interface WaitingCall {
  call_id: string;
  kind: "ringing" | "undecided";
  level: Level;
  level_known: boolean;
  since: string;
  waited_s: number;
  overdue: boolean;
}

export interface WaitingIncident {
  incident_id: string;
  number: string;
  level: Level;
  since: string;
  waited_s: number;
  overdue: boolean;
}

export interface WaitingCallBack {
  call_id: string;
  reason: CallBackReason;
  level: Level;
  asked_at: string;
  due_at: string;
  overdue: boolean;
  attempts_made: number;
  attempts_wanted: number;
  /** As many attempts were made as are wanted. */
  may_end: boolean;
  taken_by: string | null;
  incident_id: string | null;
  incident_number: string | null;
  caller_token: string | null;
}

/** Calls that ring or are not decided, in the order in which to take them. */
export function waitingCalls(state: State, now: string): WaitingCall[] {
  const found: Keyed<WaitingCall>[] = [];
  for (const call of Object.values(state.calls)) {
    const ringing = call.status === "ringing";
    const since = ringing ? call.rang_at : call.undecided_since;
    if (since === null || (!ringing && call.status !== "answered")) continue;
    const level = levelOfCall(state, call);
    const due = microseconds(since) + (ringing ? RINGING_DUE_S : DUE_S[level]) * 1e6;
    found.push({
      keys: [rank(level), due, microseconds(since)],
      id: call.id,
      entry: {
        call_id: call.id,
        kind: ringing ? "ringing" : "undecided",
        level,
        level_known: call.triage !== null,
        since,
        waited_s: waited(since, now),
        overdue: due < microseconds(now),
      },
    });
  }
  return inOrder(found);
}

/** Incidents with no unit going or there, in the order in which to send. */
export function waitingIncidents(state: State, now: string): WaitingIncident[] {
  const found: Keyed<WaitingIncident>[] = [];
  for (const incident of Object.values(state.incidents)) {
    if (incident.status !== "waiting") continue;
    const since = incident.answered_at;
    const due = microseconds(since) + DUE_S[incident.priority] * 1e6;
    found.push({
      keys: [rank(incident.priority), due, microseconds(since)],
      id: incident.id,
      entry: {
        incident_id: incident.id,
        number: incident.number,
        level: incident.priority,
        since,
        waited_s: waited(since, now),
        overdue: due < microseconds(now),
      },
    });
  }
  return inOrder(found);
}

/** Who is to be called back: by level, then by when it is due; those tried often enough come last. */
export function callBackQueue(state: State, now: string): WaitingCallBack[] {
  const found: Keyed<WaitingCallBack>[] = [];
  for (const call of Object.values(state.calls)) {
    const back = call.call_back;
    if (!back || back.ended_at !== null) continue;
    const level = levelOfCall(state, call);
    const made = back.attempts.length;
    const wanted = ATTEMPTS[back.reason];
    const due = microseconds(back.due_at);
    found.push({
      keys: [made >= wanted ? 1 : 0, level, due],
      id: call.id,
      entry: {
        call_id: call.id,
        reason: back.reason,
        level,
        asked_at: back.asked_at,
        due_at: back.due_at,
        overdue: due < microseconds(now) && made < wanted,
        attempts_made: made,
        attempts_wanted: wanted,
        may_end: made >= wanted,
        taken_by: back.taken_by,
        incident_id: call.incident_id,
        incident_number: (call.incident_id && state.incidents[call.incident_id]?.number) || null,
        caller_token: call.caller_token,
      },
    });
  }
  return inOrder(found);
}

/** How many wait. */
export function countWaiting(state: State) {
  const calls = Object.values(state.calls);
  return {
    ringing: calls.filter((call) => call.status === "ringing").length,
    undecided: calls.filter((call) => call.status === "answered").length,
    call_backs: calls.filter((call) => call.call_back && call.call_back.ended_at === null).length,
    incidents: Object.values(state.incidents).filter((one) => one.status === "waiting").length,
  };
}

interface Keyed<T> {
  keys: number[];
  id: string;
  entry: T;
}

/** Yellow and green are one: whoever is due first. */
const rank = (level: Level) => Math.min(level, 3);

const waited = (since: string, now: string) =>
  Math.round((microseconds(now) - microseconds(since)) / 1e5) / 10;

function levelOfCall(state: State, call: Call): Level {
  const incident = call.incident_id ? state.incidents[call.incident_id] : undefined;
  return incident?.priority ?? call.triage?.level ?? UNKNOWN_LEVEL;
}

function inOrder<T>(found: Keyed<T>[]): T[] {
  const compare = (a: Keyed<T>, b: Keyed<T>) => {
    for (const [at, key] of a.keys.entries()) if (key !== b.keys[at]) return key - b.keys[at]!;
    return a.id < b.id ? -1 : 1;
  };
  return found.sort(compare).map((one) => one.entry);
}
