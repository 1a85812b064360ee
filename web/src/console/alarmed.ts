/** What a dispatcher does with alarms: find what it is about, say that it was seen, hear a crew's sign of life. */

import * as api from "../api/alarms";
import { session } from "../api/session.svelte";
import type { Alarm } from "../api/types";
import { t } from "../i18n/index.svelte";
import { door } from "../layers/door";
import { type Rung, isFor, listRung } from "../store/alarms";
import { clock } from "../store/clock.svelte";
import { desk, positions } from "../store/desk.svelte";
import { rules } from "../store/rules.svelte";
import { shortNumber } from "../store/select";
import { ui } from "../store/ui.svelte";
import { send, stationShort } from "./actions";
import { play } from "./sound";

export const listAlarmed = (): Rung[] => listRung(desk.state, rules.of);

/** Each kind once, in the order they rang. */
export const kindsOf = (alarms: readonly Alarm[]): Alarm["kind"][] => [
  ...new Set(alarms.map((alarm) => alarm.kind)),
];

/** The thing in a few letters: the incident's number, the unit, the station. */
export function thingOf(rung: Rung): string {
  if (rung.incident) return shortNumber(rung.incident.number, clock.now);
  const [kind, id = ""] = rung.about.split(/:(.*)/s);
  if (kind === "station") return stationShort(id);
  if (kind === "call") return t("alarm.call");
  return kind === "desk" ? t("alarm.city") : id;
}

/** Whom of an incident's units or stations its alarms are about; nothing when about the incident itself. */
export function whoOf(alarm: Alarm): string {
  const [kind, id = ""] = alarm.about.split(/:(.*)/s);
  if (kind === "unit") return id;
  return kind === "station" ? stationShort(id) : "";
}

/** Open what it is about: the incident, or the map at the unit. */
export function openRung(rung: Rung): void {
  const [kind, id = ""] = rung.about.split(/:(.*)/s);
  if (rung.incident) ui.openIncident(rung.incident.id);
  else if (kind === "call" && desk.state.calls[id]) ui.openCall(id);
  else if (kind === "unit") {
    ui.unitId = id;
    ui.unitFilter = id;
    const here = positions.at(id, performance.now());
    if (here) door.lookAt(here.lon, here.lat);
  }
}

export function acknowledge(alarms: readonly Alarm[]): void {
  void send(() => Promise.all(alarms.map((alarm) => api.acknowledgeAlarm(alarm.id))));
}

/** One press, one thing: what presses first; when nothing does, all that is over. */
export function acknowledgeNext(): void {
  const rung = listAlarmed();
  const first = rung[0];
  if (first?.isPressing) acknowledge(first.alarms);
  else acknowledge(rung.flatMap(({ alarms }) => alarms));
}

export function saySafe(unit: string): void {
  const station = desk.state.units[unit]?.station_id ?? unit;
  void send(() => api.saySafe(unit, station), t("alarm.said.safe", { unit }));
}

/** The sound of an alarm that has just been raised or passed on, where somebody here is called. */
export function sound(alarm: Alarm): void {
  const rule = rules.of[alarm.kind];
  if (!rule || rule.sound === "none" || !isFor(rule, alarm.step, session.who?.roles ?? [])) return;
  play(rule.sound === "urgent" ? "alarm" : "notice");
}
