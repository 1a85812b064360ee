/**
 * State + event → state, in place and after validation: an illegal step throws and changes nothing.
 *
 * Mirrors dispatch/domain/fold.py event by event; both are held to the samples in tests/samples/fold/.
 */

import type { Incident, Offer, Recorded, State, Unit } from "../api/types";
import type * as ev from "./events";
import {
  INCIDENT_TRANSITIONS,
  IllegalStep,
  OFFER_TRANSITIONS,
  RUN_ENDING_REPORTS,
  STAMP_OF_REPORT,
  UNCOVERING,
  UNIT_TRANSITIONS,
  step,
} from "./lifecycles";
import { activeRuns, openOffers } from "./state";
import { microseconds } from "./time";

const KEEP_CLOSED_US = 30 * 60 * 1_000_000;

type Folders = { [T in ev.Name]: (state: State, event: ev.Of<T>, recorded: Recorded) => void };

/** Fold one event in. The caller has seen to it that it is the next one (`feed.ts`). */
export function apply(state: State, recorded: Recorded): void {
  if (recorded.seq !== state.seq + 1) {
    throw new IllegalStep(
      `state at seq ${state.seq} cannot fold seq ${recorded.seq}; allowed: ${state.seq + 1}`,
    );
  }
  const folder = FOLDERS[recorded.type as ev.Name] as
    ((state: State, event: unknown, recorded: Recorded) => void) | undefined;
  if (!folder) throw new IllegalStep(`this console does not know ${recorded.type}; reload it`);
  folder(state, recorded.data, recorded);
  state.seq = recorded.seq;
  state.at = recorded.recorded_at;
  letGo(state, recorded);
}

function letGo(state: State, recorded: Recorded): void {
  const now = microseconds(recorded.recorded_at);
  while (state.leaving[0] && now - microseconds(state.leaving[0].closed_at) > KEEP_CLOSED_US) {
    const [kind, key] = halves(state.leaving.shift()!.stream);
    if (kind === "call") {
      delete state.calls[key];
      continue;
    }
    for (const callId of state.incidents[key]?.call_ids ?? []) delete state.calls[callId];
    delete state.incidents[key];
  }
}

function halves(stream: string): [string, string] {
  const at = stream.indexOf(":");
  return [stream.slice(0, at), stream.slice(at + 1)];
}

function get<T>(table: Record<string, T>, thing: string, key: string): T {
  const found = Object.hasOwn(table, key) ? table[key] : undefined;
  if (found === undefined) throw new IllegalStep(`no ${thing} ${key}`);
  return found;
}

const nextIncident = (incident: Incident, what: string) =>
  step(INCIDENT_TRANSITIONS, "incident", incident.id, incident.status, what);

function endOffer(
  state: State,
  event: { incident_id: string; offer_id: string },
  recorded: Recorded,
  how: string,
): Offer {
  const incident = get(state.incidents, "incident", event.incident_id);
  const offer = get(incident.offers, "offer", event.offer_id);
  offer.status = step(OFFER_TRANSITIONS, "offer", offer.id, offer.status, how);
  offer.answered_at = recorded.at;
  incident.version = recorded.version;
  return offer;
}

function stepUnit(state: State, unitId: string, what: string, recorded: Recorded): Unit {
  const unit = get(state.units, "unit", unitId);
  const status = step(UNIT_TRANSITIONS, "unit", unit.id, unit.status, what);
  if (status !== unit.status) {
    unit.status = status;
    unit.status_at = recorded.at;
  }
  unit.version = recorded.version;
  return unit;
}

const FOLDERS: Folders = {
  StationRegistered(state, event, recorded) {
    state.stations[event.station_id] = {
      id: event.station_id,
      name: event.name,
      name_en: event.name_en,
      kind: event.kind,
      can_refuse: event.can_refuse,
      lon: event.lon,
      lat: event.lat,
      phone: event.phone ?? null,
      offered: 0,
      accepted: 0,
      refused: 0,
      silent: 0,
      version: recorded.version,
    };
  },

  HospitalRegistered(state, event, recorded) {
    state.hospitals[event.hospital_id] = {
      id: event.hospital_id,
      name: event.name,
      name_en: event.name_en,
      lon: event.lon,
      lat: event.lat,
      emergency: event.emergency,
      capabilities: event.capabilities ?? [],
      diversion: [],
      version: recorded.version,
    };
  },

  HospitalRevised(state, event, recorded) {
    const hospital = get(state.hospitals, "hospital", event.hospital_id);
    hospital.diversion = event.diversion;
    hospital.version = recorded.version;
  },

  UnitRegistered(state, event, recorded) {
    get(state.stations, "station", event.station_id);
    state.units[event.unit_id] = {
      id: event.unit_id,
      station_id: event.station_id,
      kind: event.kind,
      skills: event.skills,
      status: event.staffed ? "available" : "off_duty",
      status_at: recorded.at,
      incident_id: null,
      offer_id: null,
      hospital_id: null,
      version: recorded.version,
    };
  },

  CallReceived(state, event, recorded) {
    state.calls[event.call_id] = {
      id: event.call_id,
      answered_at: event.answered_at,
      complaint: event.complaint ?? null,
      caller_token: event.caller_token ?? null,
      words_token: event.words_token ?? null,
      answers_token: event.answers_token ?? null,
      place: event.place ?? null,
      places: event.places ?? [],
      duplicates: event.duplicates ?? [],
      incident_id: null,
      outcome: null,
      version: recorded.version,
    };
  },

  CallJoined(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    const incident = get(state.incidents, "incident", event.incident_id);
    call.incident_id = event.incident_id;
    call.version = recorded.version;
    if (!incident.call_ids.includes(event.call_id)) incident.call_ids.push(event.call_id);
  },

  CallClosed(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.outcome = event.outcome;
    call.version = recorded.version;
    state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
  },

  IncidentOpened(state, event, recorded) {
    state.incidents[event.incident_id] = {
      id: event.incident_id,
      number: event.number,
      status: "waiting",
      priority: event.priority,
      complaint: event.complaint,
      answered_at: event.answered_at,
      opened_at: recorded.at,
      level_set_at: recorded.at,
      level_by: event.level_by ?? "person",
      place: event.place ?? null,
      needs: event.needs ?? [{ skills: ["convey"] }],
      call_ids: [],
      offers: {},
      runs: {},
      alarms: {},
      outcome: null,
      closed_at: null,
      version: recorded.version,
    };
  },

  IncidentRevised(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    if (event.priority != null) {
      incident.priority = event.priority;
      incident.level_set_at = recorded.at;
      incident.level_by = "person";
    }
    incident.complaint = event.complaint ?? incident.complaint;
    incident.place = event.place ?? incident.place;
    incident.needs = event.needs ?? incident.needs;
    incident.version = recorded.version;
  },

  IncidentClosed(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const status = nextIncident(incident, "closed");
    if (activeRuns(incident).length || openOffers(incident).length) {
      throw new IllegalStep(`incident ${incident.id} cannot be closed: a unit is offered or under way`);
    }
    incident.status = status;
    incident.outcome = event.outcome;
    incident.version = recorded.version;
    incident.closed_at = recorded.at;
    state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
  },

  IncidentReopened(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    incident.status = nextIncident(incident, "reopened");
    incident.outcome = null;
    incident.closed_at = null;
    incident.version = recorded.version;
    state.leaving = state.leaving.filter((leaving) => leaving.stream !== recorded.stream);
  },

  AlarmRaised(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    incident.alarms[event.alarm_id] = {
      id: event.alarm_id,
      kind: event.kind,
      raised_at: recorded.at,
      acknowledged_at: null,
      acknowledged_by: null,
    };
    incident.version = recorded.version;
  },

  AlarmAcknowledged(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const alarm = get(incident.alarms, "alarm", event.alarm_id);
    alarm.acknowledged_at = recorded.at;
    alarm.acknowledged_by = recorded.actor;
    incident.version = recorded.version;
  },

  OfferMade(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    if (incident.status === "closed") {
      throw new IllegalStep(`incident ${incident.id} cannot go offered while closed; allowed: reopened`);
    }
    incident.offers[event.offer_id] = {
      id: event.offer_id,
      station_id: event.station_id,
      unit_id: event.unit_id,
      channel: event.channel,
      status: "open",
      made_at: recorded.at,
      made_by: recorded.actor,
      expires_at: event.expires_at,
      answered_at: null,
      code: null,
      overruled: event.overruled ?? false,
      reason: event.reason ?? null,
    };
    incident.version = recorded.version;
  },

  OfferAccepted(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const offer = get(incident.offers, "offer", event.offer_id);
    const status = step(OFFER_TRANSITIONS, "offer", offer.id, offer.status, "accepted");
    incident.status = nextIncident(incident, "unit_assigned");
    offer.status = status;
    offer.answered_at = recorded.at;
    offer.unit_id = event.unit_id;
    incident.runs[offer.id] = {
      offer_id: offer.id,
      unit_id: event.unit_id,
      station_id: event.station_id,
      stamps: { offered_at: offer.made_at, accepted_at: recorded.at },
      hospital_id: null,
      outcome: null,
    };
    incident.version = recorded.version;
  },

  OfferRefused(state, event, recorded) {
    endOffer(state, event, recorded, "refused").code = event.code;
  },

  OfferExpired(state, event, recorded) {
    endOffer(state, event, recorded, "expired");
  },

  OfferWithdrawn(state, event, recorded) {
    endOffer(state, event, recorded, "withdrawn");
  },

  RunEnded(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const run = activeRuns(incident).find((candidate) => candidate.unit_id === event.unit_id);
    if (!run) {
      throw new IllegalStep(`unit ${event.unit_id} has no open run on incident ${event.incident_id}`);
    }
    run.outcome = event.outcome;
    run.hospital_id = event.hospital_id || run.hospital_id;
    const isLeftAlone = activeRuns(incident).length === 0 && incident.status !== "waiting";
    if (UNCOVERING.has(event.outcome) && isLeftAlone) incident.status = nextIncident(incident, "uncovered");
    incident.version = recorded.version;
  },

  UnitOffered(state, event, recorded) {
    const unit = stepUnit(state, event.unit_id, "offered", recorded);
    unit.incident_id = event.incident_id;
    unit.offer_id = event.offer_id;
  },

  UnitAssigned(state, event, recorded) {
    const unit = stepUnit(state, event.unit_id, "assigned", recorded);
    unit.incident_id = event.incident_id;
    unit.offer_id = event.offer_id;
    unit.hospital_id = null;
  },

  UnitReleased(state, event, recorded) {
    const unit = stepUnit(state, event.unit_id, "released", recorded);
    unit.incident_id = unit.offer_id = unit.hospital_id = null;
  },

  UnitReported(state, event, recorded) {
    const known = get(state.units, "unit", event.unit_id);
    const incident = state.incidents[known.incident_id ?? ""];
    const run = incident?.runs[known.offer_id ?? ""];
    const arrives = incident !== undefined && event.report === "on_scene";
    const arrived = arrives ? nextIncident(incident, "unit_arrived") : undefined;
    const unit = stepUnit(state, event.unit_id, event.report, recorded);
    unit.hospital_id = event.hospital_id || unit.hospital_id;
    if (arrives && arrived) incident.status = arrived;
    const stamp = STAMP_OF_REPORT[event.report];
    if (run && stamp) {
      run.stamps[stamp] ??= recorded.at;
      run.hospital_id = event.hospital_id || run.hospital_id;
    }
    if (RUN_ENDING_REPORTS.has(event.report)) {
      unit.incident_id = unit.offer_id = unit.hospital_id = null;
    }
  },

  StationOffered(state, event, recorded) {
    const station = get(state.stations, "station", event.station_id);
    station.offered += 1;
    station.version = recorded.version;
  },

  StationAnswered(state, event, recorded) {
    const station = get(state.stations, "station", event.station_id);
    if (event.answer !== "withdrawn") station[event.answer] += 1;
    station.version = recorded.version;
  },

  RoadClosed(state, event, recorded) {
    if (Object.hasOwn(state.closures, event.id)) {
      throw new IllegalStep(`road closure ${event.id} is there already; allowed: reopened`);
    }
    state.closures[event.id] = {
      id: event.id,
      kind: event.kind,
      road: event.road,
      direction: event.direction,
      depth_cm: event.depth_cm ?? null,
      speed_kph: event.speed_kph ?? null,
      from_at: event.from_at,
      until_at: event.until_at ?? null,
      reason: event.reason,
      set_by: recorded.actor,
      set_at: recorded.at,
      names: event.names ?? [],
      way_ids: event.way_ids ?? [],
      length_m: event.length_m ?? 0,
      lines: event.lines ?? [],
      version: recorded.version,
    };
  },

  RoadReopened(state, event) {
    get(state.closures, "road closure", event.id);
    delete state.closures[event.id];
  },

  AutoDispatchHeld(state, event, recorded) {
    state.auto_dispatch_held = event.held;
    state.desk_version = recorded.version;
  },
};

/** Every event that this console folds, for the tests. */
export const KNOWN_EVENTS: readonly string[] = Object.keys(FOLDERS);
