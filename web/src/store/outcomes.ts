/** What an outcome wants to be told besides itself, as dispatch/domain/outcomes.py has it. */

import type { Incident, Outcome, OutcomeDetail, OutcomeDetails } from "../api/types";

const CANCELLING: readonly OutcomeDetail[] = ["cancelled_by"];
const DEATH: readonly OutcomeDetail[] = ["doctor", "decided_at", "police"];
const NOTHING: readonly OutcomeDetail[] = [];
const WANTED: Partial<Record<Outcome, readonly OutcomeDetail[]>> = {
  refused_by_patient: ["capacity", "risks", "signature"],
  dead_on_arrival: DEATH,
  resuscitation_stopped: DEATH,
  cancelled_before_departure: CANCELLING,
  cancelled_after_departure: CANCELLING,
};

/** In the order in which it is asked for; nothing for most. */
export const wantedOf = (outcome: Outcome | null): readonly OutcomeDetail[] =>
  (outcome && WANTED[outcome]) || NOTHING;

/**
 * What closing the incident so leaves to be told: nothing where one of its runs ended so, which is asked itself.
 *
 * A run that was diverted ended for the sake of another incident: it tells nothing of this one, and is asked nothing.
 */
export function missingOfClosing(incident: Incident, outcome: Outcome): readonly OutcomeDetail[] {
  const wanted = wantedOf(outcome);
  const isAsked = Object.values(incident.runs).some(
    (run) => run.cause !== "diverted" && wantedOf(run.outcome) === wanted,
  );
  return isAsked ? NOTHING : wanted;
}

/** What it wants and nobody has told. A refusal that was neither signed nor witnessed lacks the signature. */
export function listMissing(outcome: Outcome, details: OutcomeDetails): OutcomeDetail[] {
  const told: Record<OutcomeDetail, boolean> = {
    capacity: details.has_capacity != null,
    risks: details.risks_told != null,
    signature: Boolean(details.signed || details.witness || details.witness_token),
    doctor: Boolean(details.physician || details.physician_token),
    decided_at: details.decided_at != null,
    police: details.police_informed != null,
    cancelled_by: details.cancelled_by != null,
  };
  return wantedOf(outcome).filter((one) => !told[one]);
}

/** What is told anew replaces what stood there, the rest stays. */
export function toldMore(before: OutcomeDetails, more: OutcomeDetails): OutcomeDetails {
  const told = Object.entries(more).filter(([, value]) => value != null);
  return { ...before, ...Object.fromEntries(told) };
}
