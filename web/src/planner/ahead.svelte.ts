/** What is asked about the next hours: the ways to go on from now that are ticked. */

import { type AheadChange, askAhead } from "../api/ahead";
import { t } from "../i18n/index.svelte";
import { ui } from "../store/ui.svelte";
import { complain, runs } from "./runs.svelte";
import { plan } from "./plan.svelte";

export type WayKind = "stay" | "closest" | "unit" | "out" | "more" | "burst";

export interface Way {
  kind: WayKind;
  isOn: boolean;
  /** A station (unit), or a unit (out). */
  where: string;
  /** What people call it. */
  label: string;
  /** Units, percent or calls. */
  count: number;
  minutes: number;
}

const way = (kind: WayKind, count = 1, minutes = 30, isOn = false): Way => ({
  kind,
  isOn,
  where: "",
  label: "",
  count,
  minutes,
});

/** The server takes as many beside "as now". */
export const MOST_WAYS = 7;

class AheadStore {
  hours = $state(2);
  replications = $state(30);
  ways = $state<Way[]>([
    way("stay", 1, 30, true),
    way("closest"),
    way("unit"),
    way("out"),
    way("more", 20),
    way("burst", 10),
  ]);
  isAsking = $state(false);
  /** The way whose bands are drawn beside "as now", by name. */
  shown = $state<string | null>(null);

  get ticked(): Way[] {
    return this.ways.filter((one) => one.isOn && isWhole(one));
  }

  /** Another of the same kind, for another station or unit. */
  another(at: number): void {
    const { kind, count, minutes } = this.ways[at]!;
    this.ways.splice(at + 1, 0, { ...way(kind, count, minutes), isOn: true });
  }

  async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const alternatives = unlike(this.ticked.slice(0, MOST_WAYS).map(changeOf));
      const { id } = await askAhead({
        kind: "ahead",
        hours: this.hours,
        replications: this.replications,
        alternatives,
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

/** A unit more or less needs to be told where. */
export const isWhole = (one: Way): boolean => (one.kind !== "unit" && one.kind !== "out") || one.where !== "";

function changeOf(one: Way): AheadChange {
  const slots = { where: one.label || one.where, n: one.count, min: one.minutes };
  const name = t(`planner.way.${one.kind}.name`, slots);
  switch (one.kind) {
    case "stay":
      return { name, move_up: "static" };
    case "closest":
      return { name, policy: "closest_idle" };
    case "unit":
      return { name, units: [{ station: one.where, count: one.count }] };
    case "out":
      return { name, off_duty: [one.where] };
    case "more":
      return { name, scale: 1 + one.count / 100 };
    case "burst":
      return { name, more_calls: one.count, more_calls_within_min: one.minutes };
  }
}

/** Two of the same name become one: they ask the same. */
const unlike = (changes: AheadChange[]): AheadChange[] => [
  ...new Map(changes.map((one) => [one.name, one])).values(),
];

export const ahead = new AheadStore();
