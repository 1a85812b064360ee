/** Alarms as people see them: one line a thing, however often it rang. Pure. */

import type { Alarm, AlarmRule, Incident, State } from "../api/types";

export type Loudness = AlarmRule["sound"];

export interface Rung {
  /** The incident where there is one, otherwise the thing: what one acknowledgement is about. */
  key: string;
  incident: Incident | null;
  /** The stream of the thing, such as `unit:115-007`. */
  about: string;
  /** Not acknowledged, oldest first. */
  alarms: Alarm[];
  /** At least one of its conditions still holds. */
  isPressing: boolean;
  loudness: Loudness;
}

const LOUD: readonly Loudness[] = ["none", "notice", "urgent"];

export type Rules = Partial<Record<Alarm["kind"], AlarmRule>>;

const isUnseen = (alarm: Alarm): boolean => alarm.acknowledged_at === null;

export const alarmsOf = (state: State, incident: string): Alarm[] =>
  Object.values(state.alarms)
    .filter((alarm) => alarm.incident_id === incident)
    .sort(byAge);

export const unseenOf = (state: State, incident: string): Alarm[] =>
  alarmsOf(state, incident).filter(isUnseen);

/** What nobody has acknowledged: what still holds first, then the loudest, then the oldest. */
export function listRung(state: State, rules: Rules): Rung[] {
  const byKey = new Map<string, Rung>();
  for (const alarm of Object.values(state.alarms).filter(isUnseen).sort(byAge)) {
    const key = alarm.incident_id ?? alarm.about;
    let rung = byKey.get(key);
    if (!rung) {
      const incident = (alarm.incident_id && state.incidents[alarm.incident_id]) || null;
      rung = { key, incident, about: alarm.about, alarms: [], isPressing: false, loudness: "none" };
      byKey.set(key, rung);
    }
    rung.alarms.push(alarm);
    rung.isPressing ||= alarm.cleared_at === null;
    if (alarm.cleared_at === null)
      rung.loudness = louder(rung.loudness, rules[alarm.kind]?.sound ?? "notice");
  }
  return [...byKey.values()].sort(
    (a, b) =>
      Number(b.isPressing) - Number(a.isPressing) ||
      LOUD.indexOf(b.loudness) - LOUD.indexOf(a.loudness) ||
      byAge(a.alarms[0]!, b.alarms[0]!),
  );
}

const louder = (a: Loudness, b: Loudness): Loudness => (LOUD.indexOf(a) < LOUD.indexOf(b) ? b : a);

const byAge = (a: Alarm, b: Alarm): number =>
  Date.parse(a.raised_at) - Date.parse(b.raised_at) || (a.id < b.id ? -1 : 1);

/** Whether an alarm is for somebody with these roles: those it names, and once it is passed on, those above. */
export function isFor(rule: AlarmRule, step: number, roles: readonly string[]): boolean {
  const called = step > 1 ? [...rule.who, ...rule.escalate_to] : rule.who;
  return called.some((role) => roles.includes(role));
}
