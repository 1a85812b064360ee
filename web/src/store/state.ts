/** The state before any event, and what is read off an incident everywhere. */

import type { Incident, Offer, Run, State } from "../api/types";

/** The fold that this file knows; a snapshot of another one asks for a newer console. */
export const FOLD_VERSION = 10;

export function emptyState(): State {
  return {
    fold_version: FOLD_VERSION,
    seq: 0,
    at: null,
    calls: {},
    incidents: {},
    units: {},
    stations: {},
    hospitals: {},
    closures: {},
    patients: {},
    outcomes: {},
    vehicles: {},
    crews: {},
    alarms: {},
    policy: { sections: {}, reason: null, approved_by: null, set_by: null, set_at: null, version: 0 },
    protocol: {
      package_id: null,
      package_version: null,
      package_hash: null,
      approved_by: null,
      effective: null,
      set_by: null,
      set_at: null,
      version: 0,
    },
    seats: {},
    surge: { on: false, set_by: null, set_at: null, reason: null, version: 0 },
    overrules: {},
    auto_dispatch_held: false,
    desk_version: 0,
    leaving: [],
  };
}

export const openOffers = (incident: Incident): Offer[] =>
  Object.values(incident.offers).filter((offer) => offer.status === "open");
export const activeRuns = (incident: Incident): Run[] =>
  Object.values(incident.runs).filter((run) => run.outcome === null);
