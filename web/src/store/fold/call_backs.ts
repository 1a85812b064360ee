/** Calling back. */

import type { Call, CallBack, CallBackEnd, State } from "../../api/types";
import { CALL_TRANSITIONS, IllegalStep, step } from "../lifecycles";
import { get, type Room } from "./table";

/** Take the call out of the queue, if it is in it. */
export function endCallBack(call: Call, because: CallBackEnd, at: string): void {
  if (!call.call_back || call.call_back.ended_at !== null) return;
  call.call_back.ended_at = at;
  call.call_back.ended_because = because;
}

function waiting(state: State, callId: string, what: string): [Call, CallBack] {
  const call = get(state.calls, "call", callId);
  if (!call.call_back || call.call_back.ended_at !== null) {
    throw new IllegalStep(`call ${callId} cannot go ${what}: it waits for no call-back`);
  }
  return [call, call.call_back];
}

export const call_backs: Room<"CallBackAsked" | "CallBackTaken" | "CallBackTried" | "CallBackEnded"> = {
  CallBackAsked(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    if (call.call_back && call.call_back.ended_at === null) {
      throw new IllegalStep(`call ${call.id} waits for its call-back already`);
    }
    if (call.status === "ringing" || call.status === "closed") {
      throw new IllegalStep(`call ${call.id} is ${call.status}: there is nobody to call back`);
    }
    call.call_back = {
      reason: event.reason,
      asked_at: recorded.at,
      due_at: event.due_at,
      attempts: [],
      taken_by: null,
      taken_at: null,
      ended_at: null,
      ended_because: null,
    };
    call.version = recorded.version;
    state.leaving = state.leaving.filter((leaving) => leaving.stream !== recorded.stream);
  },

  CallBackTaken(state, event, recorded) {
    const [call, back] = waiting(state, event.call_id, "call_back_taken");
    back.taken_by = recorded.actor;
    back.taken_at = recorded.at;
    call.version = recorded.version;
  },

  CallBackTried(state, event, recorded) {
    const [call, back] = waiting(state, event.call_id, "call_back_tried");
    back.attempts = [...back.attempts, { at: recorded.at, by: recorded.actor, result: event.result }];
    back.taken_by = null;
    back.taken_at = null;
    if (event.due_at) back.due_at = event.due_at;
    if (event.result === "reached") {
      endCallBack(call, "reached", recorded.at);
      if (call.status === "abandoned") {
        call.status = step(CALL_TRANSITIONS, "call", call.id, call.status, "called_back");
        call.answered_at = recorded.at;
        call.answered_by = recorded.actor;
        call.ended_at = null;
        call.undecided_since = recorded.at;
      }
    }
    call.version = recorded.version;
  },

  CallBackEnded(state, event, recorded) {
    const [call] = waiting(state, event.call_id, "call_back_ended");
    endCallBack(call, event.because, recorded.at);
    call.version = recorded.version;
    if (call.status === "abandoned") {
      state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
    }
  },
};
