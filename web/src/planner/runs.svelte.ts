/** The runs that the server keeps, asked for again and again while the page is open. */

import { Problem } from "../api/http";
import { type Run, type WholeRun, askRun, endRun, getRun, listRuns } from "../api/simulations";
import { t } from "../i18n/index.svelte";
import { detailOf, titleOf } from "../i18n/refusals";
import { ui } from "../store/ui.svelte";
import { toScenario } from "./model";
import { plan } from "./plan.svelte";

/** Often while something waits or runs, seldom otherwise. */
const SOON_MS = 700;
const LATER_MS = 5_000;
const MOST_BESIDE = 4;

class RunStore {
  list = $state.raw<Run[] | null>(null);
  /** Runs shown beside each other, in the order chosen. */
  chosen = $state<string[]>([]);
  whole = $state.raw<Record<string, WholeRun>>({});
  isAsking = $state(false);
  isLost = $state(false);
  /** The run that a second press erases. */
  erasing = $state<string | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isOn = false;

  start(): void {
    this.isOn = true;
    void this.refresh();
  }

  stop(): void {
    this.isOn = false;
    clearTimeout(this.timer);
  }

  /** What is shown is a look ahead from now. */
  get isAhead(): boolean {
    return this.list?.find((one) => one.id === this.chosen[0])?.kind === "ahead";
  }

  look(): Promise<void> {
    return this.refresh();
  }

  private async refresh(): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.list = await listRuns();
      this.isLost = false;
      const known = new Set(this.list.map((one) => one.id));
      this.chosen = this.chosen.filter((id) => known.has(id));
      await this.loadChosen();
    } catch {
      this.isLost = true;
    }
    const isBusy = this.list?.some((one) => one.status === "queued" || one.status === "running");
    if (this.isOn) this.timer = setTimeout(() => void this.refresh(), isBusy ? SOON_MS : LATER_MS);
  }

  private async loadChosen(): Promise<void> {
    for (const id of this.chosen) {
      const told = this.list?.find((one) => one.id === id);
      if (told && this.whole[id]?.status !== told.status) {
        const found = await getRun(id);
        this.whole = { ...this.whole, [id]: found };
      }
    }
  }

  async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const { id } = await askRun(plan.drafts.map(toScenario), plan.replications);
      this.erasing = null;
      plan.view = null;
      this.chosen = [id];
      ui.say(t("planner.asked"));
      await this.refresh();
    } catch (error) {
      complain(error);
    } finally {
      this.isAsking = false;
    }
  }

  /** Cancels what waits or runs at once; what is over is erased by a second press. */
  async end(run: Run): Promise<void> {
    const isOver = run.status !== "queued" && run.status !== "running";
    if (isOver && this.erasing !== run.id) {
      this.erasing = run.id;
      return;
    }
    this.erasing = null;
    try {
      await endRun(run.id);
      ui.say(t(isOver ? "planner.erased" : "planner.cancelled", { name: run.name }));
      await this.refresh();
    } catch (error) {
      complain(error);
    }
  }

  async show(id: string): Promise<void> {
    plan.view = null;
    this.chosen = [id];
    await this.loadChosen().catch(complain);
  }

  async beside(id: string): Promise<void> {
    plan.view = null;
    this.chosen = this.chosen.includes(id)
      ? this.chosen.filter((one) => one !== id)
      : [...this.chosen, id].slice(-MOST_BESIDE);
    await this.loadChosen().catch(complain);
  }

  async reuse(id: string): Promise<void> {
    try {
      const found = await getRun(id);
      plan.isAhead = found.kind === "ahead";
      plan.load(
        found.scenarios.map((one) => one.scenario),
        found.replications,
      );
      ui.say(t("planner.reused", { name: found.name }));
    } catch (error) {
      complain(error);
    }
  }
}

export function complain(error: unknown): void {
  if (error instanceof Problem) ui.complain(titleOf(error), detailOf(error));
  else ui.complain(t("problem.network"), "");
}

export const runs = new RunStore();
