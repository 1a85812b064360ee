/** The way to draw: of the unit under the arrows while an incident waits, else of those under way to it. */

import { getRoute } from "../api/commands";
import { NOTHING } from "../layers/points";

type Point = [number, number];

class Routes {
  shown = $state.raw<GeoJSON.GeoJSON>(NOTHING);
  /** The units that are proposed for the open incident, to be marked on the map. */
  candidates = $state.raw<readonly string[]>([]);
  private pending: AbortController | null = null;

  /** Ways from units to a point; an empty list clears them. */
  async ask(ways: readonly [Point, Point][]): Promise<void> {
    this.pending?.abort();
    const mine = (this.pending = new AbortController());
    if (!ways.length) {
      this.shown = NOTHING;
      return;
    }
    const found = await Promise.all(ways.map(([from, to]) => this.find(from, to, mine.signal)));
    if (!mine.signal.aborted) this.shown = { type: "FeatureCollection", features: found };
  }

  private async find(from: Point, to: Point, signal: AbortSignal): Promise<GeoJSON.Feature> {
    try {
      const { geometry, properties } = await getRoute(from, to, signal);
      return { type: "Feature", geometry, properties };
    } catch {
      // No way known: a straight line, drawn fainter.
      return {
        type: "Feature",
        geometry: { type: "LineString", coordinates: [from, to] },
        properties: { estimated: true },
      };
    }
  }
}

export const routes = new Routes();
