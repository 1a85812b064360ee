/** The scenarios on this page; they live in the address too, so that a reload or a link brings them back. */

import type { ScenarioJson } from "../api/simulations";
import { t } from "../i18n/index.svelte";
import {
  DEFAULT_REPLICATIONS,
  type Draft,
  MOST_DRAFTS,
  type Plan,
  fromFragment,
  fromScenario,
  newDraft,
  nextStationId,
  toFragment,
} from "./model";

class PlanStore {
  drafts = $state<Draft[]>([]);
  at = $state(0);
  replications = $state(DEFAULT_REPLICATIONS);
  /** The map waits for a click that places a station. */
  isPlacing = $state(false);
  marked = $state<string | null>(null);

  get draft(): Draft {
    return this.drafts[this.at] ?? this.drafts[0]!;
  }

  /** The plan as the address carries it. */
  get fragment(): string {
    return toFragment({ drafts: this.drafts, replications: this.replications });
  }

  /** From the address; an unreadable link is said, not swallowed. Gives false then. */
  open(fragment: string): boolean {
    const found = fromFragment(fragment);
    this.take(found ?? { drafts: [newDraft(t("planner.draft.first"))], replications: DEFAULT_REPLICATIONS });
    return found !== null || !fragment.replace(/^#/, "");
  }

  keep(fragment: string): void {
    history.replaceState(null, "", `#${fragment}`);
  }

  /** Begin from scenarios that were run before. */
  load(scenarios: ScenarioJson[], replications: number | null): void {
    const drafts = scenarios.slice(0, MOST_DRAFTS).map(fromScenario);
    if (drafts.length) this.take({ drafts, replications: replications ?? this.replications });
  }

  /** Another scenario, begun as a copy of this one. */
  copy(): void {
    if (this.drafts.length >= MOST_DRAFTS) return;
    const made = $state.snapshot(this.draft) as Draft;
    made.name = t("planner.draft.other", { n: this.drafts.length + 1 });
    if (made.textbook) {
      made.textbook["scenario"] = { ...(made.textbook["scenario"] as ScenarioJson), name: made.name };
    }
    this.drafts.push(made);
    this.at = this.drafts.length - 1;
  }

  remove(at: number): void {
    if (this.drafts.length < 2) return;
    this.drafts.splice(at, 1);
    this.at = Math.min(this.at, this.drafts.length - 1);
  }

  /** A new station with one unit, so that it does something. */
  place(lon: number, lat: number): void {
    const id = nextStationId(this.draft);
    this.draft.stations.push({ id, lon: Number(lon.toFixed(5)), lat: Number(lat.toFixed(5)) });
    this.draft.added[id] = 1;
    this.marked = id;
    this.isPlacing = false;
  }

  takeAway(id: string): void {
    this.draft.stations = this.draft.stations.filter((one) => one.id !== id);
    delete this.draft.added[id];
    if (this.marked === id) this.marked = null;
  }

  addUnits(station: string, by: number): void {
    const count = Math.max(0, Math.min(20, (this.draft.added[station] ?? 0) + by));
    if (count) this.draft.added[station] = count;
    else delete this.draft.added[station];
  }

  private take(plan: Plan): void {
    this.drafts = plan.drafts;
    this.replications = plan.replications;
    this.at = 0;
    this.isPlacing = false;
    this.marked = null;
  }
}

export const plan = new PlanStore();
