/** How long what stands on the screen has stood there, and the words for a time that runs down. */

import type { NamedArrival } from "../api/types/arrivals";
import { t } from "../i18n/index.svelte";
import { clock } from "../store/clock.svelte";
import { countdown, expectedAt } from "./arrivals";
import { board } from "./board.svelte";

/** A key or a touch within this long after a change was meant for what stood there before (guess). */
const SETTLE_MS = 450;

/** Notes when something changes that a person acts on. Make it while a component starts. */
export class Watch {
  isSettled = $state(true);
  private isByHand = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(what: () => string) {
    let before: string | null = null;
    $effect(() => {
      const now = what();
      if (before !== null && now !== before) this.settle(this.isByHand ? 0 : SETTLE_MS);
      before = now;
      this.isByHand = false;
    });
  }

  /** The next change is the person's own. */
  byHand(): void {
    this.isByHand = true;
  }

  private settle(after: number): void {
    clearTimeout(this.timer);
    this.isSettled = after === 0;
    if (after) this.timer = setTimeout(() => (this.isSettled = true), after);
  }
}

/** The big figure and its unit, "9" and "phút"; the words alone once it should be here. */
export function figure(expected: number): { figure: string; unit: string } {
  const left = countdown(expected, clock.now);
  if (left === "due") return { figure: "", unit: t("hospital.eta.due") };
  return { figure: left === "under" ? "< 1" : String(left), unit: t("hospital.eta.min") };
}

/** The same in a sentence. */
export function etaText(arrival: NamedArrival): string {
  if (!arrival.has_left) {
    return arrival.eta_s === null
      ? t("hospital.eta.unknown")
      : t("hospital.eta.ride", { n: Math.max(1, Math.round(arrival.eta_s / 60)) });
  }
  const expected = board.toldAt === null ? null : expectedAt(arrival, board.toldAt);
  if (!expected) return t("hospital.eta.unknown");
  const said = figure(expected.at);
  return `${said.figure} ${said.unit}`.trim();
}
