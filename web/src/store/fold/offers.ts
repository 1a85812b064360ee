/** Offers, and how stations answer. */

import type { Offer, Recorded, State } from "../../api/types";
import { IllegalStep, OFFER_TRANSITIONS, step } from "../lifecycles";
import { get, nextIncident, type Room } from "./table";

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
  | "StationOffered"
  | "StationAnswered"
> = {
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
};
