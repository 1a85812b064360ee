/** Offers, and how stations answer. */

import type {
  DutyDay,
  Incident,
  Offer,
  OfferAnswer,
  OfferCounts,
  Recorded,
  State,
  Station,
} from "../../api/types";
import type * as ev from "../events";
import { IllegalStep, OFFER_TRANSITIONS, step } from "../lifecycles";
import { dutyDate, microseconds } from "../time";
import { countOverrule } from "./overrules";
import { bar } from "./runs";
import { get, nextIncident, type Room } from "./table";

/** How the name of an actor that is no person begins. */
export const SYSTEM = "system:";

/** The system neither diverts nor acts against a person. */
function checkSystem(incident: Incident, event: ev.Of<"OfferMade">, recorded: Recorded): void {
  if (!recorded.actor.startsWith(SYSTEM)) return;
  if (event.diverts_from != null) throw new IllegalStep(`unit ${event.unit_id} is diverted by a person only`);
  if (incident.barred.includes(event.unit_id)) {
    throw new IllegalStep(`unit ${event.unit_id} was taken back by a person; the system does not offer it`);
  }
}

/** The station's counts of the running duty day, begun anew at 06:30; a clock that jumps back begins none. */
function runningDay(station: Station, recorded: Recorded): DutyDay {
  const day = dutyDate(recorded.at);
  if (station.today === null || station.today.day < day) {
    station.today = {
      day,
      offered: 0,
      accepted: 0,
      refused: 0,
      silent: 0,
      withdrawn: 0,
      refused_by: {},
      answers: 0,
      answer_s: 0,
    };
  }
  return station.today;
}

function count(counts: OfferCounts, answer: OfferAnswer, offer: Offer | undefined, recorded: Recorded): void {
  counts[answer] += 1;
  if (!offer || (answer !== "accepted" && answer !== "refused")) return;
  counts.answers += 1;
  const tookUs = microseconds(recorded.at) - microseconds(offer.made_at);
  counts.answer_s += Math.max(0, tookUs / 1_000_000);
  if (answer === "refused" && offer.code) {
    counts.refused_by[offer.code] = (counts.refused_by[offer.code] ?? 0) + 1;
  }
}

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

export const offers: Room<
  | "OfferMade"
  | "OfferAccepted"
  | "OfferRefused"
  | "OfferExpired"
  | "OfferWithdrawn"
  | "UnitAllowedAgain"
  | "StationOffered"
  | "StationAnswered"
> = {
  OfferMade(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    if (incident.status === "closed") {
      throw new IllegalStep(`incident ${incident.id} cannot go offered while closed; allowed: reopened`);
    }
    checkSystem(incident, event, recorded);
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
      tier: event.tier ?? "main",
      diverts_from: event.diverts_from ?? null,
      signed: event.signed ?? false,
      acknowledged_at: null,
      overruled: event.overruled ?? false,
      reason: event.reason ?? null,
      note: event.note ?? null,
    };
    incident.barred = incident.barred.filter((unitId) => unitId !== event.unit_id);
    if (event.overruled) countOverrule(state, "unit", event.reason, recorded);
    incident.version = recorded.version;
  },

  OfferAccepted(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const offer = get(incident.offers, "offer", event.offer_id);
    const status = step(OFFER_TRANSITIONS, "offer", offer.id, offer.status, "accepted");
    incident.status = nextIncident(incident, "unit_assigned");
    incident.waiting_since = null;
    offer.status = status;
    offer.answered_at = recorded.at;
    offer.unit_id = event.unit_id;
    incident.runs[offer.id] = {
      offer_id: offer.id,
      unit_id: event.unit_id,
      station_id: event.station_id,
      kind: incident.kind,
      tier: offer.tier,
      stamps: { offered_at: offer.made_at, accepted_at: recorded.at },
      told: {},
      ended_at: null,
      hospital_id: null,
      outcome: null,
      cause: null,
      handover_confirmed_at: null,
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
    const offer = endOffer(state, event, recorded, "withdrawn");
    if (event.bars) bar(get(state.incidents, "incident", event.incident_id), offer.unit_id);
  },

  UnitAllowedAgain(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    if (!incident.barred.includes(event.unit_id)) {
      throw new IllegalStep(`unit ${event.unit_id} is not barred from incident ${incident.id}`);
    }
    incident.barred = incident.barred.filter((unitId) => unitId !== event.unit_id);
    incident.version = recorded.version;
  },

  StationOffered(state, event, recorded) {
    const station = get(state.stations, "station", event.station_id);
    for (const counts of [station, runningDay(station, recorded)]) counts.offered += 1;
    station.version = recorded.version;
  },

  StationAnswered(state, event, recorded) {
    const station = get(state.stations, "station", event.station_id);
    const offer = state.incidents[event.incident_id]?.offers[event.offer_id];
    for (const counts of [station, runningDay(station, recorded)])
      count(counts, event.answer, offer, recorded);
    station.version = recorded.version;
  },
};
