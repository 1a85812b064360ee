/** Which of an incident's needs nobody covers: as `open_slots` of dispatch/assignment/eligible.py. */

import type { Incident, Offer, Run, Skill, Unit } from "../api/types";
import { UNCOVERING } from "./lifecycles";
import { openOffers } from "./state";

type Units = Readonly<Record<string, Unit>>;

/** No run of tier `main`, no open offer of one; each unit covers one need, and as many as possible count as covered. */
export function hasOpenSlot(incident: Incident, units: Units): boolean {
  if (incident.status === "closed") return false;
  const runs = Object.values(incident.runs).filter((run) => covers(run, incident));
  const asked = wantsSecond(incident) ? [] : openOffers(incident).filter((offer) => offer.tier === "main");
  const coming = [...runs, ...asked]
    .map((one) => one.unit_id)
    .filter((id) => !isLeaving(id, incident, units));
  return (
    countCovered(
      incident,
      coming.map((id) => skillsOf(units[id])),
    ) < incident.needs.length
  );
}

/** A red incident that was offered to two stations, of which one has declined and the other has not answered. */
function wantsSecond(incident: Incident): boolean {
  const declined = (offer: Offer) => offer.status === "refused" || offer.status === "expired";
  const asked = openOffers(incident).filter((offer) => offer.tier === "main");
  return incident.priority === 1 && asked.length === 1 && Object.values(incident.offers).some(declined);
}

function covers(run: Run, incident: Incident): boolean {
  if (run.tier !== "main") return false;
  return run.outcome === null || (incident.status !== "waiting" && !UNCOVERING.has(run.outcome));
}

function isLeaving(id: string, incident: Incident, units: Units): boolean {
  const diversion = units[id]?.diversion_offer_id;
  return Boolean(diversion) && !Object.hasOwn(incident.offers, diversion!);
}

/** A motorbike never conveys a patient, whatever its list of skills says. */
function skillsOf(unit: Unit | undefined): ReadonlySet<Skill> {
  const skills = new Set(unit?.skills ?? []);
  if (unit?.kind === "motorbike") skills.delete("convey");
  return skills;
}

/** How many needs these units can cover together (augmenting paths; Kuhn 1955). */
function countCovered(incident: Incident, coming: readonly ReadonlySet<Skill>[]): number {
  const needOf = new Map<number, number>();
  const place = (need: number, tried: Set<number>): boolean =>
    coming.some((skills, unit) => {
      if (tried.has(unit) || !incident.needs[need]!.skills.every((skill) => skills.has(skill))) return false;
      tried.add(unit);
      const held = needOf.get(unit);
      if (held !== undefined && !place(held, tried)) return false;
      needOf.set(unit, need);
      return true;
    });
  return incident.needs.filter((_, need) => place(need, new Set())).length;
}
