/** Units under way that are asked to go to a graver incident: never from a red one, never after they arrived. */

import type { State, Unit } from "../../api/types";
import { IllegalStep, UNIT_TRANSITIONS, step } from "../lifecycles";
import { SYSTEM } from "./offers";
import { get, type Room } from "./table";

const DIVERTIBLE: ReadonlySet<string> = new Set(["dispatched", "en_route"]);

function check(state: State, unit: Unit, incidentId: string): void {
  if (!DIVERTIBLE.has(unit.status)) {
    throw new IllegalStep(`unit ${unit.id} cannot go diverted while ${unit.status}`);
  }
  const [old, next] = [state.incidents[unit.incident_id ?? ""], state.incidents[incidentId]];
  if (old?.priority === 1) throw new IllegalStep(`incident ${old.id} is red: no unit leaves it for another`);
  if (old && next && next.priority >= old.priority) {
    throw new IllegalStep(`unit ${unit.id} is diverted only to a graver incident`);
  }
}

export const diversions: Room<
  "DiversionAsked" | "DiversionDropped" | "UnitDiverted" | "OfferAcknowledged" | "OfferSigned"
> = {
  DiversionAsked(state, event, recorded) {
    const unit = get(state.units, "unit", event.unit_id);
    check(state, unit, event.incident_id);
    if (recorded.actor.startsWith(SYSTEM)) {
      throw new IllegalStep(`unit ${unit.id} is diverted by a person only`);
    }
    if (unit.diversion_offer_id !== null) {
      throw new IllegalStep(`unit ${unit.id} is already asked to divert`);
    }
    unit.diversion_offer_id = event.offer_id;
    unit.version = recorded.version;
  },

  DiversionDropped(state, event, recorded) {
    const unit = get(state.units, "unit", event.unit_id);
    if (unit.diversion_offer_id !== event.offer_id) {
      throw new IllegalStep(`unit ${unit.id} is not asked by ${event.offer_id} to divert`);
    }
    unit.diversion_offer_id = null;
    unit.version = recorded.version;
  },

  UnitDiverted(state, event, recorded) {
    const unit = get(state.units, "unit", event.unit_id);
    if (unit.incident_id !== event.from_incident_id || unit.diversion_offer_id !== event.offer_id) {
      throw new IllegalStep(`unit ${unit.id} is on ${unit.incident_id}, not on ${event.from_incident_id}`);
    }
    check(state, unit, event.incident_id);
    const freed = step(UNIT_TRANSITIONS, "unit", unit.id, unit.status, "released");
    unit.status = step(UNIT_TRANSITIONS, "unit", unit.id, freed, "assigned");
    unit.status_at = recorded.at;
    unit.incident_id = event.incident_id;
    unit.offer_id = event.offer_id;
    unit.hospital_id = unit.diversion_offer_id = null;
    unit.version = recorded.version;
  },

  OfferAcknowledged(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const offer = get(incident.offers, "offer", event.offer_id);
    const diverts = offer.diverts_from !== null && ["open", "accepted"].includes(offer.status);
    if ((offer.status !== "withdrawn" && !diverts) || offer.acknowledged_at !== null) {
      throw new IllegalStep(`offer ${offer.id} cannot go acknowledged while ${offer.status}`);
    }
    offer.acknowledged_at = recorded.at;
    incident.version = recorded.version;
  },

  OfferSigned(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const offer = get(incident.offers, "offer", event.offer_id);
    if (offer.diverts_from === null || offer.status !== "open" || offer.signed) {
      throw new IllegalStep(`offer ${offer.id} cannot go signed while ${offer.status}`);
    }
    offer.signed = true;
    incident.version = recorded.version;
  },
};
