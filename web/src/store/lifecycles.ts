/** Lifecycles as tables, as in dispatch/domain/lifecycles.py: what is not in a table cannot happen. */

import type {
  AlarmStatus,
  CallStatus,
  HospitalStatus,
  IncidentStatus,
  OfferStatus,
  Outcome,
  PatientStatus,
  ReservationStatus,
  Stamp,
  UnitReport,
  UnitStatus,
} from "../api/types";

export const UNIT_TRANSITIONS: Record<UnitStatus, Record<string, UnitStatus>> = {
  off_duty: { available: "available", out_of_service: "out_of_service" },
  available: {
    offered: "offered",
    assigned: "dispatched",
    off_duty: "off_duty",
    moving_up: "moving_up",
    returning: "returning",
    on_break: "on_break",
    out_of_service: "out_of_service",
  },
  offered: { assigned: "dispatched", released: "available" },
  dispatched: { en_route: "en_route", released: "returning", out_of_service: "out_of_service" },
  en_route: { on_scene: "on_scene", released: "returning", out_of_service: "out_of_service" },
  on_scene: {
    at_patient: "on_scene",
    transporting: "transporting",
    returning: "returning",
    available: "available",
    released: "returning",
    out_of_service: "out_of_service",
  },
  transporting: { at_hospital: "at_hospital", out_of_service: "out_of_service" },
  at_hospital: {
    handed_over: "at_hospital",
    returning: "returning",
    available: "available",
    out_of_service: "out_of_service",
  },
  returning: {
    available: "available",
    offered: "offered",
    assigned: "dispatched",
    off_duty: "off_duty",
    moving_up: "moving_up",
    on_break: "on_break",
    out_of_service: "out_of_service",
  },
  moving_up: {
    available: "available",
    offered: "offered",
    assigned: "dispatched",
    returning: "returning",
    off_duty: "off_duty",
    on_break: "on_break",
    out_of_service: "out_of_service",
  },
  on_break: {
    available: "available",
    offered: "offered",
    assigned: "dispatched",
    off_duty: "off_duty",
    out_of_service: "out_of_service",
  },
  out_of_service: { available: "available", returning: "returning", off_duty: "off_duty" },
};

export const CALL_TRANSITIONS: Record<CallStatus, Record<string, CallStatus>> = {
  ringing: { answered: "answered", abandoned: "abandoned" },
  answered: { taken: "answered", joined: "joined", closed: "closed" },
  joined: { joined: "joined", unjoined: "answered", closed: "closed" },
  closed: { reopened: "answered" },
  abandoned: { answered: "answered", called_back: "answered" },
};

export const INCIDENT_TRANSITIONS: Record<IncidentStatus, Record<string, IncidentStatus>> = {
  waiting: { joined: "waiting", unit_assigned: "assigned", closed: "closed" },
  assigned: {
    joined: "assigned",
    unit_assigned: "assigned",
    unit_arrived: "attended",
    uncovered: "waiting",
    closed: "closed",
  },
  attended: {
    joined: "attended",
    unit_assigned: "attended",
    unit_arrived: "attended",
    uncovered: "waiting",
    closed: "closed",
  },
  closed: { reopened: "waiting" },
};

export const ALARM_TRANSITIONS: Record<AlarmStatus, Record<string, AlarmStatus>> = {
  raised: { escalated: "escalated", acknowledged: "acknowledged", cleared: "cleared" },
  escalated: { acknowledged: "acknowledged", cleared: "cleared" },
  acknowledged: { cleared: "cleared" },
  cleared: { acknowledged: "cleared" },
};

export const OFFER_TRANSITIONS: Record<OfferStatus, Record<string, OfferStatus>> = {
  open: { accepted: "accepted", refused: "refused", expired: "expired", withdrawn: "withdrawn" },
  accepted: {},
  refused: {},
  expired: {},
  withdrawn: {},
};

export const PATIENT_TRANSITIONS: Record<PatientStatus, Record<string, PatientStatus>> = {
  found: { loaded: "loaded", ended: "ended" },
  loaded: { unloaded: "found", loaded: "loaded", at_hospital: "at_hospital", ended: "ended" },
  at_hospital: { handed_over: "handed_over", loaded: "loaded", ended: "ended" },
  handed_over: {},
  ended: {},
};

export const HOSPITAL_TRANSITIONS: Record<HospitalStatus, Record<string, HospitalStatus>> = {
  open: { open: "open", busy: "busy", full: "full" },
  busy: { open: "open", busy: "busy", full: "full" },
  full: { open: "open", busy: "busy", full: "full" },
};

export const RESERVATION_TRANSITIONS: Record<ReservationStatus, Record<string, ReservationStatus>> = {
  held: { arrived: "arrived", expired: "expired", released: "released" },
  arrived: {},
  expired: {},
  released: {},
};

export const FREE_STATUSES: ReadonlySet<UnitStatus> = new Set(["available", "returning", "moving_up"]);

export const STAMP_OF_REPORT: Partial<Record<UnitReport, Stamp>> = {
  en_route: "en_route_at",
  on_scene: "on_scene_at",
  at_patient: "at_patient_at",
  transporting: "left_scene_at",
  at_hospital: "at_hospital_at",
  handed_over: "handover_at",
  returning: "back_in_service_at",
  available: "back_in_service_at",
};

export const RUN_ENDING_REPORTS: ReadonlySet<UnitReport> = new Set([
  "returning",
  "available",
  "out_of_service",
]);

/** Ends of a run after which the incident still needs a unit. */
export const UNCOVERING: ReadonlySet<Outcome> = new Set([
  "cancelled_before_departure",
  "cancelled_after_departure",
  "relayed",
]);

export class IllegalStep extends Error {
  override name = "IllegalStep";
}

/** The status after a step, or an IllegalStep that names what is allowed. */
export function step<S extends string>(
  table: Record<S, Record<string, S>>,
  thing: string,
  id: string,
  status: S,
  what: string,
): S {
  const next = Object.hasOwn(table[status], what) ? table[status][what] : undefined;
  if (next === undefined) {
    const ways = Object.keys(table[status]).sort().join(", ") || "nothing: this is final";
    throw new IllegalStep(`${thing} ${id} cannot go ${what} while ${status}; allowed: ${ways}`);
  }
  return next;
}
