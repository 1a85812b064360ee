/** Calls. */

import type { Call, Recorded, State } from "../../api/types";
import { CALL_TRANSITIONS, IllegalStep, step } from "../lifecycles";
import { get, type Room } from "./table";

function stepCall(state: State, callId: string, what: string, recorded: Recorded): Call {
  const call = get(state.calls, "call", callId);
  call.status = step(CALL_TRANSITIONS, "call", call.id, call.status, what);
  call.version = recorded.version;
  return call;
}

export const calls: Room<"CallRang" | "CallAbandoned" | "CallReceived" | "CallJoined" | "CallClosed"> = {
  CallRang(state, event, recorded) {
    if (Object.hasOwn(state.calls, event.call_id)) {
      throw new IllegalStep(`call ${event.call_id} is there already`);
    }
    state.calls[event.call_id] = {
      id: event.call_id,
      status: "ringing",
      rang_at: event.rang_at,
      answered_at: null,
      complaint: null,
      caller_token: event.caller_token ?? null,
      words_token: null,
      answers_token: null,
      place: null,
      places: [],
      duplicates: [],
      incident_id: null,
      outcome: null,
      triage: null,
      instruction: null,
      instruction_step: null,
      arrest_recognised_at: null,
      first_compression_at: null,
      fixes: [],
      link_expires_at: null,
      version: recorded.version,
    };
  },

  CallAbandoned(state, event, recorded) {
    stepCall(state, event.call_id, "abandoned", recorded);
    state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
  },

  CallReceived(state, event, recorded) {
    const ringing = Object.hasOwn(state.calls, event.call_id) ? state.calls[event.call_id] : undefined;
    if (ringing) step(CALL_TRANSITIONS, "call", ringing.id, ringing.status, "answered");
    state.calls[event.call_id] = {
      id: event.call_id,
      status: "answered",
      rang_at: ringing?.rang_at ?? null,
      answered_at: event.answered_at,
      complaint: event.complaint ?? null,
      caller_token: event.caller_token || ringing?.caller_token || null,
      words_token: event.words_token ?? null,
      answers_token: event.answers_token ?? null,
      place: event.place ?? null,
      places: event.places ?? [],
      duplicates: event.duplicates ?? [],
      incident_id: null,
      outcome: null,
      triage: null,
      instruction: null,
      instruction_step: null,
      arrest_recognised_at: null,
      first_compression_at: null,
      fixes: ringing?.fixes ?? [],
      link_expires_at: null,
      version: recorded.version,
    };
  },

  CallJoined(state, event, recorded) {
    get(state.calls, "call", event.call_id);
    const incident = get(state.incidents, "incident", event.incident_id);
    const call = stepCall(state, event.call_id, "joined", recorded);
    call.incident_id = event.incident_id;
    if (!incident.call_ids.includes(event.call_id)) incident.call_ids.push(event.call_id);
  },

  CallClosed(state, event, recorded) {
    stepCall(state, event.call_id, "closed", recorded).outcome = event.outcome;
    state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
  },
};
