/** Patients. */

import { IllegalStep, PATIENT_TRANSITIONS, step } from "../lifecycles";
import { get, type Room } from "./table";

export const patients: Room<"PatientFound" | "PatientSorted" | "PatientStepped"> = {
  PatientFound(state, event, recorded) {
    get(state.incidents, "incident", event.incident_id);
    if (Object.hasOwn(state.patients, event.patient_id)) {
      throw new IllegalStep(`patient ${event.patient_id} is there already`);
    }
    state.patients[event.patient_id] = {
      id: event.patient_id,
      incident_id: event.incident_id,
      number: event.number,
      status: "found",
      status_at: recorded.at,
      found_at: recorded.at,
      colour: event.colour ?? null,
      colour_at: event.colour ? recorded.at : null,
      unit_id: event.unit_id ?? null,
      hospital_id: null,
      outcome: null,
      personal_token: event.personal_token ?? null,
      version: recorded.version,
    };
  },

  PatientSorted(state, event, recorded) {
    const patient = get(state.patients, "patient", event.patient_id);
    patient.colour = event.colour;
    patient.colour_at = recorded.at;
    patient.version = recorded.version;
  },

  PatientStepped(state, event, recorded) {
    const patient = get(state.patients, "patient", event.patient_id);
    const status = step(PATIENT_TRANSITIONS, "patient", patient.id, patient.status, event.step);
    if ((event.step === "ended") !== (event.outcome != null)) {
      throw new IllegalStep(`patient ${patient.id} cannot go ${event.step}: an outcome belongs to ended`);
    }
    patient.status = status;
    patient.status_at = recorded.at;
    patient.version = recorded.version;
    patient.unit_id = event.unit_id || patient.unit_id;
    patient.hospital_id = event.hospital_id || patient.hospital_id;
    patient.outcome = event.outcome ?? null;
  },
};
