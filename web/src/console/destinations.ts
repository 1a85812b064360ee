/** Choosing a hospital: the advised one at once, another with a reason, a patient's wish, and a place kept there. */

import * as api from "../api/destinations";
import type { DestinationAdvice, Destinations, Incident } from "../api/types";
import { of, t, word } from "../i18n/index.svelte";
import { desk } from "../store/desk.svelte";
import { type Choice, ui } from "../store/ui.svelte";
import { OVERRULE_REASONS, destinationChoice, send } from "./actions";

/** What is kept for the incident at a hospital. */
export function keptAt(hospital: string, incident: string): { id: string; resource: string }[] {
  const all = Object.values(desk.state.hospitals[hospital]?.reservations ?? {});
  return all.filter((one) => one.incident_id === incident && one.status === "held");
}

/** The menu behind the key: hospitals in the order advised, then a place to keep where the unit goes. */
export function askDestination(
  incident: Incident,
  unit: string,
  found: Destinations,
  typed?: readonly string[],
): void {
  const run = Object.values(incident.runs).find((one) => one.unit_id === unit && one.outcome === null);
  const going = found.destinations.find((one) => one.hospital_id === run?.hospital_id);
  ui.prompt = {
    title: t("dest.title", { unit }),
    choices: [
      ...found.destinations.map(destinationChoice),
      ...(going ? keeping(incident, going, found) : []),
    ],
    allowsText: false,
    ...(typed ? { typed } : {}),
    send: (value) => {
      const [act, rest = ""] = value.split(/:(.*)/s);
      if (act === "keep") return keep(incident, rest, found);
      if (act === "release") return release(going!.hospital_id, rest);
      return choose(incident, unit, found, value);
    },
  };
}

function keeping(incident: Incident, going: DestinationAdvice, found: Destinations): Choice[] {
  const kept = keptAt(going.hospital_id, incident.id);
  if (kept.length) {
    return kept.map((one) => ({
      value: `release:${one.id}`,
      label: t("dest.release", { what: word("resource", one.resource), hospital: of(going.name) }),
    }));
  }
  if (!going.free) return [];
  const label = t("dest.keep", { what: word("resource", found.resource), hospital: of(going.name) });
  return [{ value: `keep:${going.hospital_id}`, label }];
}

function choose(
  incident: Incident,
  unit: string,
  found: Destinations,
  hospital: string,
): Promise<boolean> | void {
  if (found.destinations[0]?.hospital_id === hospital) return set(incident, unit, hospital, {});
  ui.prompt = {
    title: t("dest.reason"),
    hint: t("do.reason.hint"),
    choices: [
      { value: "wish", label: t("dest.wish") },
      ...OVERRULE_REASONS.map((reason) => ({ value: reason, label: word("reason", reason) })),
    ],
    allowsText: true,
    send: (reason) => set(incident, unit, hospital, reason === "wish" ? { wish: hospital } : { reason }),
  };
}

const nameOfHospital = (id: string): string => {
  const hospital = desk.state.hospitals[id];
  return hospital ? of({ vi: hospital.name, en: hospital.name_en || hospital.name }) : id;
};

const set = (
  incident: Incident,
  unit_id: string,
  hospital_id: string,
  why: { reason?: string; wish?: string },
): Promise<boolean> =>
  send(
    () => api.setDestination(incident.id, { unit_id, hospital_id, ...why }),
    t("dest.said", { unit: unit_id, hospital: nameOfHospital(hospital_id) }),
  );

const keep = (incident: Incident, hospital: string, found: Destinations): Promise<boolean> =>
  send(
    () => api.keepPlace(hospital, incident.id, found.resource),
    t("dest.said.kept", { what: word("resource", found.resource), hospital: nameOfHospital(hospital) }),
  );

const release = (hospital: string, reservation: string): Promise<boolean> =>
  send(() => api.releasePlace(hospital, reservation), t("dest.said.released"));
