/** Incidents. */

import { IllegalStep } from "../lifecycles";
import { activeRuns, openOffers } from "../state";
import { dropClosing, enterClosing } from "./outcomes";
import { get, nextIncident, type Room } from "./table";

export const incidents: Room<
  "IncidentOpened" | "IncidentRevised" | "IncidentJoined" | "IncidentClosed" | "IncidentReopened"
> = {
  IncidentOpened(state, event, recorded) {
    state.incidents[event.incident_id] = {
      id: event.incident_id,
      number: event.number,
      status: "waiting",
      priority: event.priority,
      complaint: event.complaint,
      answered_at: event.answered_at,
      opened_at: recorded.at,
      waiting_since: recorded.at,
      level_set_at: recorded.at,
      level_by: event.level_by ?? "person",
      location_settled_at: event.place?.settled ? recorded.at : null,
      kind: event.kind ?? "emergency",
      from_at: event.from_at ?? null,
      until_at: event.until_at ?? null,
      hospital_id: event.hospital_id ?? null,
      place: event.place ?? null,
      needs: event.needs ?? [{ skills: ["convey"] }],
      call_ids: event.call_id && event.call_id in state.calls ? [event.call_id] : [], // shown with its call at once
      opened_for: event.call_id ?? null,
      offers: {},
      runs: {},
      barred: [],
      major: null,
      scene_unsafe: false,
      outcome: null,
      duplicate_of: null,
      closed_at: null,
      version: recorded.version,
    };
  },

  IncidentRevised(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    if (event.priority != null) {
      incident.priority = event.priority;
      incident.level_set_at = recorded.at;
      incident.level_by = event.level_by ?? "person";
    }
    incident.complaint = event.complaint ?? incident.complaint;
    incident.place = event.place ?? incident.place;
    if (event.place?.settled) incident.location_settled_at ??= recorded.at;
    incident.needs = event.needs ?? incident.needs;
    incident.version = recorded.version;
  },

  IncidentJoined(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    incident.status = nextIncident(incident, "joined");
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
    incident.duplicate_of = event.duplicate_of ?? null;
    incident.version = recorded.version;
    incident.closed_at = recorded.at;
    incident.waiting_since = null;
    state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
    enterClosing(state, incident, event, recorded);
  },

  IncidentReopened(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    incident.status = nextIncident(incident, "reopened");
    incident.outcome = null;
    incident.duplicate_of = null;
    incident.closed_at = null;
    incident.waiting_since = recorded.at;
    incident.version = recorded.version;
    state.leaving = state.leaving.filter((leaving) => leaving.stream !== recorded.stream);
    dropClosing(state, incident.id);
  },
};
