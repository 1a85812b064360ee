/** Where the unit of the open incident should bring its patient: asked for while someone looks, and after each change. */

import { getDestinations } from "../api/destinations";
import type { Destinations, Incident, Run, State } from "../api/types";
import { activeRuns } from "./state";

const EVERY_MS = 15_000;

/** The first run whose unit can convey and has not arrived. */
export function conveyingRun(state: State, incident: Incident): Run | null {
  return (
    activeRuns(incident).find(
      (run) => state.units[run.unit_id]?.skills.includes("convey") && !run.stamps.at_hospital_at,
    ) ?? null
  );
}

class DestinationStore {
  found = $state.raw<Destinations | null>(null);
  private asked = 0;

  /** Ask now and again; gives what ends it. */
  watch(incident: string, unit: string): () => void {
    if (this.found?.unit_id !== unit || this.found.incident_id !== incident) this.found = null;
    void this.ask(incident, unit);
    const timer = setInterval(() => void this.ask(incident, unit), EVERY_MS);
    return () => {
      clearInterval(timer);
      this.asked++;
    };
  }

  /** Gives what was found; null where it could not be asked: what stands there is kept, the next round asks again. */
  async ask(incident: string, unit: string): Promise<Destinations | null> {
    const asked = ++this.asked;
    try {
      const found = await getDestinations(incident, unit);
      if (asked === this.asked) this.found = found;
      return found;
    } catch {
      return null;
    }
  }
}

export const destination = new DestinationStore();
