/** Calls. */

import { get, type Room } from "./table";

export const calls: Room<"CallReceived" | "CallJoined" | "CallClosed"> = {
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
};
