/** What lies over the map: opened with the keyboard in it, closed by the same way. */

import { tick } from "svelte";
import { type View, plan } from "./plan.svelte";
import { runs } from "./runs.svelte";

export function toggleView(view: View): void {
  runs.chosen = [];
  plan.view = plan.view === view ? null : view;
  void tick().then(() => document.querySelector<HTMLElement>('.over :is([tabindex="0"], input)')?.focus());
}
