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
import type { SitingStation } from "./siting";

/** What lies over the map: the hours on duty, the desk's settings, or the logs. */
export type View = "shifts" | "settings" | "logs";

class PlanStore {
  drafts = $state<Draft[]>([]);
  at = $state(0);
  replications = $state(DEFAULT_REPLICATIONS);
  /** The map waits for a click that places a station. */
  isPlacing = $state(false);
  marked = $state<string | null>(null);
  /** The station of the pack that the next point is for; null: a new one. */
  moving = $state<string | null>(null);
  view = $state<View | null>(null);
  /** The left column asks about the next hours instead of a scenario. */
  isAhead = $state(false);

  get draft(): Draft {
    return this.drafts[this.at] ?? this.drafts[0]!;
  }

  /** The plan as the address carries it. */
  get fragment(): string {
    return toFragment({ drafts: this.drafts, replications: this.replications });
  }

  /** From the address; an unreadable link is said, not swallowed. Gives false then. */
  open(fragment: string): boolean {
    this.isAhead = fragment === "#ahead";
    if (this.isAhead) fragment = "";
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

  /** A new station with one unit, so that it does something; or the station that is being moved. */
  place(lon: number, lat: number): void {
    this.isPlacing = false;
    if (this.moving) {
      this.draft.moved[this.moving] = { lon: Number(lon.toFixed(5)), lat: Number(lat.toFixed(5)) };
      this.marked = this.moving;
      this.moving = null;
      return;
    }
    const id = nextStationId(this.draft);
    this.draft.stations.push({ id, lon: Number(lon.toFixed(5)), lat: Number(lat.toFixed(5)) });
    this.draft.added[id] = 1;
    this.marked = id;
  }

  /** The next click on the map, or Enter there, or a typed point says where; null: a new station. */
  ask(moving: string | null): void {
    this.isPlacing = !(this.isPlacing && this.moving === moving);
    this.moving = this.isPlacing ? moving : null;
    this.view = null;
  }

  stopAsking(): void {
    this.isPlacing = false;
    this.moving = null;
  }

  close(id: string): void {
    const { closed } = this.draft;
    this.draft.closed = closed.includes(id) ? closed.filter((one) => one !== id) : [...closed, id];
    if (this.draft.closed.includes(id)) delete this.draft.added[id];
  }

  /** Everything about a station as the pack has it. */
  restore(id: string, units: string[]): void {
    this.draft.closed = this.draft.closed.filter((one) => one !== id);
    this.draft.without = this.draft.without.filter((one) => !units.includes(one));
    delete this.draft.moved[id];
    delete this.draft.added[id];
    if (this.marked === id) this.marked = null;
  }

  /** One unit more or less: those of the pack come and go by name, further ones by number. */
  changeUnits(station: string, packs: string[], by: 1 | -1): void {
    const { added, without } = this.draft;
    if (by === 1) {
      const back = without.find((one) => packs.includes(one));
      if (back) this.draft.without = without.filter((one) => one !== back);
      else this.addUnits(station, 1);
    } else if (added[station]) this.addUnits(station, -1);
    else {
      const last = packs.filter((one) => !without.includes(one)).at(-1);
      if (last) this.draft.without = [...without, last];
    }
  }

  /** The stations that a siting found, each with its units; of those that exist only the units are new. */
  takeSiting(found: SitingStation[]): void {
    const { draft } = this;
    for (const one of found) {
      if (!one.at_existing_station) {
        draft.stations = [
          ...draft.stations.filter((known) => known.id !== one.id),
          { id: one.id, lon: one.lon, lat: one.lat, can_refuse: true },
        ];
      }
      draft.added[one.id] = Math.max(1, one.new_units);
    }
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
    this.stopAsking();
    this.marked = null;
  }
}

export const plan = new PlanStore();
