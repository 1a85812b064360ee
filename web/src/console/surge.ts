/** In a surge, calls and incidents stand in one list, in the order in which to work. Pure. */

import type { Call, Incident, State } from "../api/types";
import { microseconds } from "../store/time";
import { DUE_S, RINGING_DUE_S, waitingCalls, waitingIncidents } from "../store/waiting";

/** Red, orange, then yellow and green together by when each is due: nobody starves, and nothing outranks red. */
export function workOrder(state: State, now: string): (Call | Incident)[] {
  const calls = waitingCalls(state, now).map(({ call_id, kind, level, since }) => ({
    one: state.calls[call_id]!,
    rank: Math.min(level, 3),
    due: microseconds(since) + (kind === "ringing" ? RINGING_DUE_S : DUE_S[level]) * 1e6,
  }));
  const incidents = waitingIncidents(state, now).map(({ incident_id, level, since }) => ({
    one: state.incidents[incident_id]!,
    rank: Math.min(level, 3),
    due: microseconds(since) + DUE_S[level] * 1e6,
  }));
  return [...calls, ...incidents].sort((a, b) => a.rank - b.rank || a.due - b.due).map(({ one }) => one);
}
