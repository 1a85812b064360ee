/** Major incidents. */

import type { Incident, Major, State } from "../../api/types";
import { IllegalStep } from "../lifecycles";
import { get, type Room } from "./table";

function majorOf(state: State, incidentId: string): [Incident, Major] {
  const incident = get(state.incidents, "incident", incidentId);
  if (!incident.major || incident.major.stood_down_at !== null) {
    throw new IllegalStep(`incident ${incident.id} is no major incident; allowed: declared`);
  }
  return [incident, incident.major];
}

export const major: Room<
  | "MajorDeclared"
  | "MajorCommandTaken"
  | "MajorStagingSet"
  | "MajorCounted"
  | "MajorQuotaSet"
  | "MajorStoodDown"
  | "SceneSafetyTold"
> = {
  MajorDeclared(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const isOn = incident.major !== null && incident.major.stood_down_at === null;
    if (incident.status === "closed" || isOn) {
      throw new IllegalStep(`incident ${incident.id} cannot be declared a major incident`);
    }
    incident.major = {
      declared_at: recorded.at,
      declared_by: recorded.actor,
      expected: event.expected,
      reason: event.reason ?? null,
      commander_id: null,
      staging: null,
      counts: {},
      counted_at: null,
      quotas: {},
      stood_down_at: null,
      stood_down_by: null,
    };
    incident.version = recorded.version;
  },

  MajorCommandTaken(state, event, recorded) {
    const [incident, major] = majorOf(state, event.incident_id);
    get(state.units, "unit", event.unit_id);
    major.commander_id = event.unit_id;
    incident.version = recorded.version;
  },

  MajorStagingSet(state, event, recorded) {
    const [incident, major] = majorOf(state, event.incident_id);
    major.staging = event.place ?? null;
    incident.version = recorded.version;
  },

  MajorCounted(state, event, recorded) {
    const [incident, major] = majorOf(state, event.incident_id);
    major.counts = event.counts;
    major.counted_at = recorded.at;
    incident.version = recorded.version;
  },

  MajorQuotaSet(state, event, recorded) {
    const [incident, major] = majorOf(state, event.incident_id);
    get(state.hospitals, "hospital", event.hospital_id);
    delete major.quotas[event.hospital_id];
    if (Object.keys(event.quota).length > 0) major.quotas[event.hospital_id] = event.quota;
    incident.version = recorded.version;
  },

  MajorStoodDown(state, event, recorded) {
    const [incident, major] = majorOf(state, event.incident_id);
    major.stood_down_at = recorded.at;
    major.stood_down_by = recorded.actor;
    incident.version = recorded.version;
  },

  SceneSafetyTold(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    incident.scene_unsafe = event.unsafe;
    incident.version = recorded.version;
  },
};
