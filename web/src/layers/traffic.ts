/** Live traffic: thin lines beside the middle of streets that are clearly slower than free flow. */

import type { LayerSpecification } from "maplibre-gl";
import type { MapColours } from "./palette";
import { grow } from "./basemap";

export const TRAFFIC = "traffic";

/** Speeds above this share of free flow are not drawn: calm by default. */
const SLOW_SHARE = 0.6;
const SLOWER = 0.4;
const SLOWEST = 0.25;

export function trafficLayers(c: MapColours, isShown: boolean): LayerSpecification[] {
  const [slowest, slower, slow] = c.traffic;
  return [
    {
      id: "traffic",
      type: "line",
      source: TRAFFIC,
      filter: ["<", ["get", "share"], SLOW_SHARE],
      layout: {
        "line-cap": "round",
        "line-join": "round",
        visibility: isShown ? "visible" : "none",
        "line-sort-key": ["-", 1, ["get", "share"]],
      },
      paint: {
        "line-color": ["step", ["get", "share"], slowest, SLOWEST, slower, SLOWER, slow],
        "line-width": grow([10, 1.2], [14, 2.4], [17, 4]),
        // The right-hand side of a street, where the line is drawn along its traffic.
        "line-offset": grow([12, 0.5], [15, 2.5], [18, 7]),
        "line-opacity": 0.8,
      },
    },
  ];
}
