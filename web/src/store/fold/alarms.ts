/** Alarms. One that is cleared and acknowledged leaves the state. */

import type { Alarm, Recorded, State } from "../../api/types";
import { ALARM_TRANSITIONS, IllegalStep, step } from "../lifecycles";
import { get, type Room } from "./table";

/** An alarm has a stream of its own; one of an older log stands on its incident's, and counts there. */
function versionOf(state: State, recorded: Recorded): number {
  if (!recorded.stream.startsWith("incident:")) return recorded.version;
  get(state.incidents, "incident", recorded.stream.slice(9)).version = recorded.version;
  return 0;
}

function next(state: State, id: string, what: string, recorded: Recorded): Alarm {
  const alarm = get(state.alarms, "alarm", id);
  alarm.status = step(ALARM_TRANSITIONS, "alarm", alarm.id, alarm.status, what);
  alarm.version = versionOf(state, recorded);
  return alarm;
}

function letGo(state: State, alarm: Alarm): boolean {
  const isOver = alarm.cleared_at !== null && alarm.acknowledged_at !== null;
  if (isOver) delete state.alarms[alarm.id];
  return isOver;
}

export const alarms: Room<
  "AlarmRaised" | "AlarmEscalated" | "AlarmAcknowledged" | "AlarmCleared" | "CrewSaidSafe"
> = {
  AlarmRaised(state, event, recorded) {
    if (Object.hasOwn(state.alarms, event.alarm_id)) {
      throw new IllegalStep(`alarm ${event.alarm_id} is raised already`);
    }
    state.alarms[event.alarm_id] = {
      id: event.alarm_id,
      kind: event.kind,
      about: event.about,
      status: "raised",
      since: event.since,
      threshold_s: event.threshold_s,
      raised_at: recorded.at,
      incident_id: event.incident_id ?? null,
      value: event.value ?? null,
      step: 1,
      escalated_at: null,
      acknowledged_at: null,
      acknowledged_by: null,
      cleared_at: null,
      version: versionOf(state, recorded),
    };
  },

  AlarmEscalated(state, event, recorded) {
    const alarm = next(state, event.alarm_id, "escalated", recorded);
    alarm.step = event.step;
    alarm.escalated_at = recorded.at;
  },

  AlarmAcknowledged(state, event, recorded) {
    const alarm = next(state, event.alarm_id, "acknowledged", recorded);
    alarm.acknowledged_at = recorded.at;
    alarm.acknowledged_by = recorded.actor;
    letGo(state, alarm);
  },

  AlarmCleared(state, event, recorded) {
    const alarm = next(state, event.alarm_id, "cleared", recorded);
    alarm.cleared_at = recorded.at;
    if (!letGo(state, alarm)) {
      state.leaving.push({ stream: recorded.stream, closed_at: recorded.recorded_at });
    }
  },

  CrewSaidSafe(state, event, recorded) {
    const unit = get(state.units, "unit", event.unit_id);
    unit.safe_at = recorded.at;
    unit.version = recorded.version;
  },
};
