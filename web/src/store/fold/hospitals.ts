/** Hospitals: what they tell, what is kept free there, who is brought there. */

import type { Hospital, HospitalResource } from "../../api/types";
import { HOSPITAL_TRANSITIONS, IllegalStep, RESERVATION_TRANSITIONS, step } from "../lifecycles";
import { activeRuns } from "../state";
import { countOverrule } from "./overrules";
import { get, type Room } from "./table";

/** Places that nobody keeps; null where the hospital told no number. */
function freeOf(hospital: Hospital, resource: HospitalResource): number | null {
  const told = hospital.capacity[resource];
  if (told === undefined) return null;
  return told - Object.values(hospital.reservations).filter((one) => one.resource === resource).length;
}

export const hospitals: Room<
  "HospitalRevised" | "BedReserved" | "ReservationEnded" | "DestinationSet" | "HandoverConfirmed"
> = {
  HospitalRevised(state, event, recorded) {
    const hospital = get(state.hospitals, "hospital", event.hospital_id);
    if (event.status != null) {
      hospital.status = step(HOSPITAL_TRANSITIONS, "hospital", hospital.id, hospital.status, event.status);
    }
    if (event.diversion != null) hospital.diversion = event.diversion;
    if (event.capacity != null) hospital.capacity = { ...hospital.capacity, ...event.capacity };
    hospital.revised_at = recorded.at;
    hospital.version = recorded.version;
  },

  BedReserved(state, event, recorded) {
    const hospital = get(state.hospitals, "hospital", event.hospital_id);
    if (Object.hasOwn(hospital.reservations, event.reservation_id)) {
      throw new IllegalStep(`reservation ${event.reservation_id} is held already`);
    }
    if ((freeOf(hospital, event.resource) ?? 0) < 1) {
      throw new IllegalStep(`hospital ${hospital.id} has no free ${event.resource} to reserve`);
    }
    hospital.reservations[event.reservation_id] = {
      id: event.reservation_id,
      incident_id: event.incident_id,
      resource: event.resource,
      made_at: recorded.at,
      until: event.until,
      patient_id: event.patient_id ?? null,
      status: "held",
    };
    hospital.version = recorded.version;
  },

  ReservationEnded(state, event, recorded) {
    const hospital = get(state.hospitals, "hospital", event.hospital_id);
    const kept = get(hospital.reservations, "reservation", event.reservation_id);
    const ended = step(RESERVATION_TRANSITIONS, "reservation", kept.id, kept.status, event.because);
    if (ended === "arrived") {
      hospital.capacity[kept.resource] = Math.max(0, (hospital.capacity[kept.resource] ?? 0) - 1);
    }
    delete hospital.reservations[kept.id];
    hospital.version = recorded.version;
  },

  DestinationSet(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const run = activeRuns(incident).find((candidate) => candidate.unit_id === event.unit_id);
    if (!run || run.stamps.at_hospital_at !== undefined) {
      throw new IllegalStep(`unit ${event.unit_id} is not on its way for incident ${incident.id}`);
    }
    run.hospital_id = event.hospital_id;
    const unit = state.units[event.unit_id];
    if (unit) unit.hospital_id = event.hospital_id;
    if (event.overruled) countOverrule(state, "destination", event.reason, recorded);
    incident.version = recorded.version;
  },

  HandoverConfirmed(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const run = get(incident.runs, "run", event.offer_id);
    if (run.hospital_id !== event.hospital_id || run.stamps.at_hospital_at === undefined) {
      throw new IllegalStep(`run ${run.offer_id} is not at ${event.hospital_id}`);
    }
    if (run.handover_confirmed_at !== null) throw new IllegalStep(`run ${run.offer_id} is handed over`);
    run.handover_confirmed_at = recorded.at;
    incident.version = recorded.version;
  },
};
