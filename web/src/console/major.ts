/** What can be done about a major incident: one menu, each line one question at most. */

import * as api from "../api/major";
import type { Incident } from "../api/types";
import { nameOf, t, word } from "../i18n/index.svelte";
import { readCounts, writeCounts } from "../store/colours";
import { desk } from "../store/desk.svelte";
import { ui } from "../store/ui.svelte";
import { send } from "./actions";

const EXPECTED = 10;

export const isMajor = (incident: Incident): boolean =>
  incident.major !== null && incident.major.stood_down_at === null;

/** The menu behind the key. */
export function askMajor(incident: Incident): void {
  const acts: Record<string, () => void> = isMajor(incident)
    ? {
        counts: () => askCounts(incident),
        staging: () => askStaging(incident),
        quota: () => askQuota(incident),
        commander: () => askCommander(incident),
        standdown: () => askStandDown(incident),
      }
    : { declare: () => askDeclare(incident) };
  if (incident.scene_unsafe) {
    acts.safe113 = () => tellSafety(incident, false, "113");
    acts.safe114 = () => tellSafety(incident, false, "114");
  } else acts.unsafe = () => tellSafety(incident, true, "crew");
  ui.prompt = {
    title: t("major.title"),
    choices: Object.keys(acts).map((act) => ({ value: act, label: word("major.do", act) })),
    allowsText: false,
    send: (act) => acts[act]?.(),
  };
}

function askDeclare(incident: Incident): void {
  ui.prompt = {
    title: t("major.expected"),
    hint: t("major.expected.hint"),
    choices: [],
    allowsText: true,
    initial: String(EXPECTED),
    send: (text) =>
      /^[1-9]\d{0,3}$/.test(text.trim())
        ? send(
            () => api.declareMajor(incident.id, Number(text)),
            t("major.said.declared", { number: incident.number }),
          )
        : ui.complain(t("major.expected"), t("major.expected.hint")),
  };
}

function askCounts(incident: Incident): void {
  const known = incident.major?.counts ?? {};
  ui.prompt = {
    title: t("major.counts"),
    hint: t("major.counts.hint"),
    choices: [],
    allowsText: true,
    initial: Object.keys(known).length ? writeCounts(known) : "",
    send: (text) => withCounts(text, (counts) => send(() => api.tellCounts(incident.id, counts))),
  };
}

function askQuota(incident: Incident): void {
  ui.prompt = {
    title: t("major.quota"),
    choices: Object.values(desk.state.hospitals)
      .filter((hospital) => hospital.emergency)
      .sort((a, b) => nameOf(a).localeCompare(nameOf(b), "vi"))
      .map((hospital) => {
        const quota = incident.major?.quotas[hospital.id];
        return {
          value: hospital.id,
          label: nameOf(hospital),
          ...(quota ? { hint: writeCounts(quota) } : {}),
        };
      }),
    allowsText: false,
    send: (hospital) => askQuotaOf(incident, hospital),
  };
}

function askQuotaOf(incident: Incident, hospitalId: string): void {
  const hospital = desk.state.hospitals[hospitalId];
  ui.prompt = {
    title: `${hospital ? nameOf(hospital) : hospitalId}: ${t("major.quota.title")}`,
    hint: t("major.counts.hint"),
    choices: [],
    allowsText: true,
    send: (text) => withCounts(text, (quota) => send(() => api.setQuota(incident.id, hospitalId, quota))),
  };
}

function withCounts(text: string, act: (counts: api.Counts) => unknown): void {
  const counts = readCounts(text);
  if (counts) act(counts);
  else ui.complain(t("major.counts.wrong"), t("major.counts.hint"));
}

function askStaging(incident: Incident): void {
  ui.say(t("major.staging.pick"));
  ui.picking = (lon, lat) => {
    ui.picking = null;
    void send(
      () => api.setStaging(incident.id, { lon, lat, label: t("major.staging") }),
      t("major.said.staging", { number: incident.number }),
      () => void send(() => api.setStaging(incident.id, null)),
    );
  };
}

function askCommander(incident: Incident): void {
  const there = Object.values(desk.state.units).filter(
    (unit) => unit.incident_id === incident.id && unit.status === "on_scene",
  );
  if (!there.length) return ui.complain(t("major.commander"), t("major.commander.nobody"));
  ui.prompt = {
    title: t("major.commander"),
    choices: there.map((unit) => ({ value: unit.id, label: unit.id })),
    allowsText: false,
    send: (unit) => send(() => api.nameCommander(incident.id, unit)),
  };
}

function askStandDown(incident: Incident): void {
  ui.prompt = {
    title: t("major.standdown"),
    choices: [{ value: "yes", label: t("major.standdown.yes") }],
    allowsText: false,
    send: () =>
      send(() => api.standDownMajor(incident.id), t("major.said.stooddown", { number: incident.number })),
  };
}

function tellSafety(incident: Incident, unsafe: boolean, by: "crew" | "113" | "114"): void {
  void send(
    () => api.tellSafety(incident.id, unsafe, by),
    t(unsafe ? "major.said.unsafe" : "major.said.safe", { number: incident.number }),
  );
}
