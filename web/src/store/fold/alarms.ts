/** Alarms. */

import { get, type Room } from "./table";

export const alarms: Room<"AlarmRaised" | "AlarmAcknowledged"> = {
  AlarmRaised(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    incident.alarms[event.alarm_id] = {
      id: event.alarm_id,
      kind: event.kind,
      raised_at: recorded.at,
      acknowledged_at: null,
      acknowledged_by: null,
    };
    incident.version = recorded.version;
  },

  AlarmAcknowledged(state, event, recorded) {
    const incident = get(state.incidents, "incident", event.incident_id);
    const alarm = get(incident.alarms, "alarm", event.alarm_id);
    alarm.acknowledged_at = recorded.at;
    alarm.acknowledged_by = recorded.actor;
    incident.version = recorded.version;
  },
};
