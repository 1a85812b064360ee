/** The logs that the server keeps for simulations. */

import { type KeptLog, eraseLog, listLogs, sendLog, takeDeskLog } from "../api/simulations";
import { t } from "../i18n/index.svelte";
import { ui } from "../store/ui.svelte";
import { plan } from "./plan.svelte";
import { complain } from "./runs.svelte";

class LogBook {
  list = $state.raw<KeptLog[] | null>(null);
  isBusy = $state(false);
  /** The log that a second press erases. */
  erasing = $state<string | null>(null);

  find(id: string | null): KeptLog | undefined {
    return this.list?.find((one) => one.id === id);
  }

  async load(): Promise<void> {
    try {
      this.list = await listLogs();
    } catch (error) {
      complain(error);
    }
  }

  readonly send = (file: File): Promise<void> => this.bring(() => sendLog(file));
  readonly takeDesk = (days: number): Promise<void> => this.bring(() => takeDeskLog(days));

  /** What is brought is chosen at once. */
  private async bring(how: () => Promise<KeptLog>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      const found = await how();
      await this.load();
      this.choose(found);
      ui.say(t("planner.log.kept", { n: found.calls, skipped: found.account.skipped }));
    } catch (error) {
      complain(error);
    } finally {
      this.isBusy = false;
    }
  }

  /** A log as it was brings its own hours with it: all of it, or its first week. */
  choose(log: KeptLog | null): void {
    const { draft } = plan;
    draft.log = log?.id ?? null;
    if (!log) return;
    if (draft.logUse === "demand" && !log.has_demand) draft.logUse = "calls";
    if (draft.logUse === "calls") this.takeHours(log);
  }

  takeHours(log: KeptLog): void {
    const { draft } = plan;
    if (!log.account.from) return;
    draft.start = `${log.account.from.slice(0, 13)}:00`;
    draft.hours = Math.max(1, Math.min(WEEK_H, Math.ceil(log.days * 24 + 1)));
    draft.warmUpHours = 0;
  }

  async erase(id: string): Promise<void> {
    if (this.erasing !== id) {
      this.erasing = id;
      return;
    }
    this.erasing = null;
    try {
      await eraseLog(id);
      for (const draft of plan.drafts) if (draft.log === id) draft.log = null;
      await this.load();
    } catch (error) {
      complain(error);
    }
  }
}

const WEEK_H = 168;

export const logs = new LogBook();
