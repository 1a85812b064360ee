/** The coverage on the map: asked for while it is shown, for the recommendation under the eye. */

import { getCoverage } from "../api/moves";
import type { CoverageMap } from "../api/types";

/** Free units come and go; the map needs no more than this. */
const EVERY_MS = 5_000;

class CoverageStore {
  isShown = $state(false);
  found = $state.raw<CoverageMap | null>(null);
  private without = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;

  toggle(): void {
    this.isShown = !this.isShown;
    clearTimeout(this.timer);
    if (this.isShown) void this.refresh();
    else this.found = null;
  }

  /** The units that a recommendation would send; asks anew when they are others. */
  leaveOut(units: readonly string[]): void {
    const without = [...units].sort().join(",");
    if (without === this.without) return;
    this.without = without;
    if (this.isShown) void this.refresh();
  }

  private async refresh(): Promise<void> {
    clearTimeout(this.timer);
    const asked = ++this.asked;
    try {
      const found = await getCoverage(this.without);
      if (asked === this.asked && this.isShown) this.found = found;
    } catch {
      // the next round asks again
    }
    if (asked === this.asked && this.isShown) this.timer = setTimeout(() => void this.refresh(), EVERY_MS);
  }
}

export const coverage = new CoverageStore();
