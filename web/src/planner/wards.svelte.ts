/** Results on the map: which are shown, by which figure, and the ward that was chosen. */

import { type ComparedMap, type RunMap, type WardOutlines, getMap, getWards } from "../api/simulations";
import { titleIn } from "./figures";
import { complain, runs } from "./runs.svelte";
import { type Choice, type WardFigure, type WardLayer, choicesOf, layerOf } from "./wardLayers";

class WardStore {
  isShown = $state(false);
  figure = $state<WardFigure>("late");
  key = $state<string | null>(null);
  ward = $state<string | null>(null);
  outlines = $state.raw<WardOutlines | null>(null);
  maps = $state.raw<Record<string, RunMap | ComparedMap>>({});

  private get runs(): { id: string; name: string }[] {
    return runs.chosen.map((id) => ({ id, name: runs.whole[id]?.name ?? id }));
  }

  get choices(): Choice[] {
    const found = runs.whole[runs.chosen[0] ?? ""]?.comparison;
    return choicesOf(this.runs, this.maps, (name) => (found ? titleIn(found, name) : name));
  }

  get choice(): Choice | undefined {
    return this.choices.find((one) => one.key === this.key) ?? this.choices[0];
  }

  get layer(): WardLayer | null {
    return this.isShown && runs.chosen.length
      ? layerOf(this.choice, this.runs, this.maps, this.figure)
      : null;
  }

  /** Whether the results shown have a map at all: a textbook's have no city. */
  get hasMap(): boolean {
    return runs.chosen.some((id) => runs.whole[id]?.files.includes("map.json"));
  }

  toggle(): void {
    this.isShown = this.hasMap && !this.isShown;
    if (this.isShown) void this.load();
  }

  async loadOutlines(): Promise<void> {
    try {
      this.outlines ??= await getWards();
    } catch (error) {
      complain(error);
    }
  }

  async load(): Promise<void> {
    try {
      this.outlines ??= await getWards();
      for (const id of runs.chosen) {
        if (this.maps[id] || !runs.whole[id]?.files.includes("map.json")) continue;
        const found = await getMap(id);
        this.maps = { ...this.maps, [id]: found };
      }
    } catch (error) {
      complain(error);
    }
  }
}

export const wards = new WardStore();
