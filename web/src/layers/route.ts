/** The way of the unit that is proposed or under way, under the signs and over the streets. */

import type { LayerSpecification } from "maplibre-gl";
import type { MapColours } from "./palette";
import { grow } from "./basemap";

export const ROUTE = "route";

export function routeLayers(c: MapColours): LayerSpecification[] {
  const layout = { "line-cap": "round" as const, "line-join": "round" as const };
  return [
    {
      id: "route-edge",
      type: "line",
      source: ROUTE,
      layout,
      paint: { "line-color": c.routeEdge, "line-width": grow([10, 5], [16, 11]) },
    },
    {
      id: "route",
      type: "line",
      source: ROUTE,
      layout,
      paint: {
        "line-color": c.route,
        "line-width": grow([10, 2.6], [16, 6]),
        "line-opacity": ["case", ["==", ["get", "estimated"], true], 0.5, 0.95],
      },
    },
  ];
}
