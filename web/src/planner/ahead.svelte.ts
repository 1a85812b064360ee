/** What is asked about the next hours: how far, by which forecast, and which ways to go on from now. */

import { type AheadChange, askAhead } from "../api/ahead";
import { t } from "../i18n/index.svelte";
import { ui } from "../store/ui.svelte";
import { type Way, changeOf, firstWays, isWhole, newWay } from "./aheadWays";
import { nameOfWay } from "./aheadWords";
import { complain, runs } from "./runs.svelte";
import { plan } from "./plan.svelte";

/** The server takes as many beside "as now". */
export const MOST_WAYS = 7;

class AheadStore {
  hours = $state(2);
  replications = $state(30);
  /** What the forecast learns from: "auto", "pack", or "log:ID" of a kept log. */
  forecast = $state("auto");
  ways = $state<Way[]>(firstWays());
  isAsking = $state(false);
  /** The way whose bands are drawn beside "as now", by name. */
  shown = $state<string | null>(null);

  get ticked(): Way[] {
    return this.ways.filter((one) => one.isOn && isWhole(one));
  }

  /** Another of the same kind, for another place. */
  another(at: number): void {
    const { kind, count, minutes } = this.ways[at]!;
    this.ways.splice(at + 1, 0, newWay(kind, count, minutes, true));
  }

  async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const now = Date.now();
    try {
      const { id } = await askAhead({
        kind: "ahead",
        hours: this.hours,
        replications: this.replications,
        ...(this.forecast !== "auto" && { forecast: this.forecast }),
        alternatives: unlike(
          this.ticked.slice(0, MOST_WAYS).map((one) => changeOf(one, nameOfWay(one), now)),
        ),
      });
      this.shown = null;
      plan.view = null;
      await runs.show(id);
      ui.say(t("planner.asked"));
      await runs.look();
    } catch (error) {
      complain(error);
    } finally {
      this.isAsking = false;
    }
  }
}

/** Two of the same name become one: they ask the same. */
const unlike = (changes: AheadChange[]): AheadChange[] => [
  ...new Map(changes.map((one) => [one.name, one])).values(),
];

export const ahead = new AheadStore();
