/** Calls. */

import type { Call, Recorded, State } from "../../api/types";
import { CALL_TRANSITIONS, IllegalStep, step } from "../lifecycles";
import { endCallBack } from "./call_backs";
import { get, type Room } from "./table";

const KEEP_MESSAGES = 100;

/** A call of which nothing is known yet. */
export function newCall(id: string): Call {
  return {
    id,
    status: "ringing",
    rang_at: null,
    answered_at: null,
    complaint: null,
    caller_token: null,
    words_token: null,
    answers_token: null,
    place: null,
    places: [],
    duplicates: [],
    incident_id: null,
    joined_at: null,
    outcome: null,
    triage: null,
    instruction: null,
    instruction_step: null,
    arrest_recognised_at: null,
    first_compression_at: null,
    fixes: [],
    link_expires_at: null,
    seat: null,
    seat_at: null,
    answered_by: null,
    taken_at: null,
    undecided_since: null,
    abandoned_at: null,
    ended_at: null,
    closed_at: null,
    recording_token: null,
    left_incident_id: null,
    reopened_because: null,
    call_back: null,
    silent_steps: {},
    language: null,
    needs_interpreter: false,
    needs_text: false,
    messages: [],
    location_settled_at: null,
    version: 0,
  };
}

function stepCall(state: State, callId: string, what: string, recorded: Recorded): Call {
  const call = get(state.calls, "call", callId);
  call.status = step(CALL_TRANSITIONS, "call", call.id, call.status, what);
  call.version = recorded.version;
  return call;
}

/** Take the call off its incident's list. */
function leave(state: State, call: Call): void {
  const incident = call.incident_id === null ? undefined : state.incidents[call.incident_id];
  if (incident) incident.call_ids = incident.call_ids.filter((id) => id !== call.id);
}

function stay(state: State, recorded: Recorded): void {
  state.leaving = state.leaving.filter((leaving) => leaving.stream !== recorded.stream);
}

export const calls: Room<
  | "CallRang"
  | "CallAbandoned"
  | "CallPickedUp"
  | "CallMoved"
  | "CallEnded"
  | "CallTimed"
  | "CallRecorded"
  | "CallReceived"
  | "CallJoined"
  | "CallUnjoined"
  | "CallRevised"
  | "SilentStepTaken"
  | "CallMessaged"
  | "CallClosed"
  | "CallReopened"
> = {
  CallRang(state, event, recorded) {
    if (Object.hasOwn(state.calls, event.call_id)) {
      throw new IllegalStep(`call ${event.call_id} is there already`);
    }
    state.calls[event.call_id] = {
      ...newCall(event.call_id),
      rang_at: event.rang_at,
      caller_token: event.caller_token ?? null,
      seat: event.seat ?? null,
      seat_at: event.seat ? event.rang_at : null,
      version: recorded.version,
    };
  },

  CallAbandoned(state, event, recorded) {
    const call = stepCall(state, event.call_id, "abandoned", recorded);
    call.abandoned_at = recorded.at;
    if (event.due_at) {
      call.call_back = {
        reason: "abandoned",
        asked_at: recorded.at,
        due_at: event.due_at,
        attempts: [],
        taken_by: null,
        taken_at: null,
        ended_at: null,
        ended_because: null,
      };
    } else {
      state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
    }
  },

  CallPickedUp(state, event, recorded) {
    const call = stepCall(state, event.call_id, "answered", recorded);
    endCallBack(call, "reached", recorded.at);
    call.answered_at = event.answered_at;
    call.answered_by = event.answered_by ?? null;
    call.undecided_since = event.answered_at;
    if (event.seat != null) {
      call.seat = event.seat;
      call.seat_at = recorded.at;
    }
    stay(state, recorded);
  },

  CallMoved(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.seat = event.seat;
    call.seat_at = recorded.at;
    call.version = recorded.version;
  },

  CallEnded(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    if (call.status === "ringing") throw new IllegalStep(`call ${call.id} cannot end while it rings`);
    call.ended_at = event.ended_at;
    if (call.status !== "abandoned") call.abandoned_at = null;
    call.version = recorded.version;
  },

  CallTimed(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.rang_at = event.rang_at ?? call.rang_at;
    call.answered_by = event.answered_by ?? call.answered_by;
    if (event.answered_at != null) {
      if (call.undecided_since === call.answered_at) call.undecided_since = event.answered_at;
      call.answered_at = event.answered_at;
    }
    if (event.over_at != null && call.ended_at !== null) call.ended_at = event.over_at;
    else if (event.over_at != null) call.abandoned_at = event.over_at;
    call.version = recorded.version;
  },

  CallRecorded(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.recording_token = event.recording_token;
    call.version = recorded.version;
  },

  CallReceived(state, event, recorded) {
    const known = Object.hasOwn(state.calls, event.call_id) ? state.calls[event.call_id] : undefined;
    const call = known ?? newCall(event.call_id);
    if (call.taken_at !== null) throw new IllegalStep(`call ${call.id} is taken already`);
    const what = call.status === "ringing" ? "answered" : "taken";
    call.status = step(CALL_TRANSITIONS, "call", call.id, call.status, what);
    call.answered_at = call.answered_at || event.answered_at;
    call.undecided_since = call.undecided_since || call.answered_at;
    call.answered_by = call.answered_by || recorded.actor;
    call.taken_at = recorded.at;
    call.caller_token = event.caller_token || call.caller_token;
    call.complaint = event.complaint ?? null;
    call.words_token = event.words_token ?? null;
    call.answers_token = event.answers_token ?? null;
    call.place = event.place ?? call.place;
    call.places = event.places ?? [];
    call.duplicates = event.duplicates ?? [];
    call.version = recorded.version;
    state.calls[call.id] = call;
  },

  CallJoined(state, event, recorded) {
    get(state.calls, "call", event.call_id);
    const incident = get(state.incidents, "incident", event.incident_id);
    const call = stepCall(state, event.call_id, "joined", recorded);
    if (call.incident_id !== null && call.incident_id !== event.incident_id) {
      call.left_incident_id = call.incident_id;
      leave(state, call);
    }
    call.incident_id = event.incident_id;
    call.joined_at = recorded.at;
    call.undecided_since = null;
    if (!incident.call_ids.includes(event.call_id)) incident.call_ids.push(event.call_id);
  },

  CallUnjoined(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    if (call.incident_id !== event.incident_id) {
      throw new IllegalStep(`call ${call.id} is not in incident ${event.incident_id}`);
    }
    stepCall(state, event.call_id, "unjoined", recorded);
    leave(state, call);
    call.incident_id = null;
    call.left_incident_id = null;
    call.joined_at = null;
    call.undecided_since = recorded.at;
    call.reopened_because = event.because ?? call.reopened_because;
  },

  CallRevised(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.language = event.language || call.language;
    call.needs_interpreter = event.needs_interpreter ?? call.needs_interpreter;
    call.needs_text = event.needs_text ?? call.needs_text;
    call.place = event.place ?? call.place;
    call.words_token = event.words_token || call.words_token;
    call.caller_token = event.caller_token || call.caller_token;
    if (event.read_back && call.location_settled_at === null) call.location_settled_at = recorded.at;
    call.version = recorded.version;
  },

  SilentStepTaken(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    if (call.status !== "answered") {
      throw new IllegalStep(`call ${call.id} cannot go ${event.step} while ${call.status}`);
    }
    call.silent_steps = { [event.step]: recorded.at, ...call.silent_steps };
    call.version = recorded.version;
  },

  CallMessaged(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    const message = { at: recorded.at, by: event.by, token: event.token };
    call.messages = [...call.messages, message].slice(-KEEP_MESSAGES);
    call.version = recorded.version;
  },

  CallClosed(state, event, recorded) {
    const call = stepCall(state, event.call_id, "closed", recorded);
    call.outcome = event.outcome;
    call.closed_at = recorded.at;
    call.undecided_since = null;
    endCallBack(call, "closed", recorded.at);
    state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
  },

  CallReopened(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    if (call.incident_id !== null) {
      throw new IllegalStep(`call ${call.id} is in incident ${call.incident_id}`);
    }
    stepCall(state, event.call_id, "reopened", recorded);
    call.outcome = null;
    call.closed_at = null;
    call.reopened_because = event.because ?? "undone";
    call.undecided_since = recorded.at;
    stay(state, recorded);
  },
};
