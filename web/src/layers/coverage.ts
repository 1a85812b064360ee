/**
 * Coverage by zone: a disc at each ward, the larger the more calls come from there, the lighter the fewer free units
 * reach it. A ring shows where the open recommendation would take cover away.
 */

import type { CircleLayerSpecification, ExpressionSpecification } from "maplibre-gl";
import type { CoverageMap } from "../api/types";
import { NOTHING } from "./points";

export const COVERAGE = "coverage";

/** From nobody in reach to three units and more; one hue by lightness, so that it reads without colour too. */
const RAMP: [string, string, string, string] = ["#d1495b", "#c9a227", "#5b9a8b", "#2f6f7e"];

export function coverageLayers(): CircleLayerSpecification[] {
  const size: ExpressionSpecification = ["sqrt", ["*", ["get", "demand"], 9000]];
  return [
    {
      id: "coverage",
      type: "circle",
      source: COVERAGE,
      paint: {
        "circle-radius": [
          "interpolate",
          ["linear"],
          ["zoom"],
          9,
          ["max", 3, size],
          14,
          ["max", 12, ["*", 4, size]],
        ],
        "circle-color": ["step", ["get", "units"], RAMP[0], 1, RAMP[1], 2, RAMP[2], 3, RAMP[3]],
        "circle-opacity": 0.42,
        "circle-stroke-color": "#ff5d73",
        "circle-stroke-width": ["case", ["get", "loses"], 2.5, 0],
      },
    },
  ];
}

export function coveragePoints(found: CoverageMap | null): GeoJSON.FeatureCollection {
  if (!found) return NOTHING as GeoJSON.FeatureCollection;
  return {
    type: "FeatureCollection",
    features: found.zones.map((zone) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [zone.lon, zone.lat] },
      properties: {
        demand: zone.demand,
        units: zone.units_without,
        loses: zone.units_without < zone.units,
      },
    })),
  };
}

export const COVERAGE_RAMP: readonly string[] = RAMP;
