/** Alarms: what the rules say, seen, and a crew's sign of life. */

import { newKey, request } from "./http";
import type { AlarmRule } from "./types";

export const listAlarmRules = () => request<AlarmRule[]>("GET", "/api/v1/alarms/rules");
export const acknowledgeAlarm = (alarm: string) =>
  request<unknown>("POST", `/api/v1/alarms/${encodeURIComponent(alarm)}/acknowledge`, {});
export const saySafe = (unit: string, on_behalf_of: string) =>
  request<unknown>("POST", `/api/v1/units/${encodeURIComponent(unit)}/safe`, {
    on_behalf_of,
    idempotency_key: newKey(),
  });
