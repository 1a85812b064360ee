/** The whole style: the city's ground, then what stands still on it. Units and incidents are drawn above. */

import type { Map as GlMap, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { CITY, basemapLayers } from "./basemap";
import { CLOSURES, closureImages, closureLines, closureSigns } from "./closures";
import { COVERAGE, coverageLayers } from "./coverage";
import { HOSPITALS, hospitalImage, hospitalLayers } from "./hospitals";
import type { Theme } from "./palette";
import { NOTHING } from "./points";
import { ARROW, arrowImage } from "./roads";
import { ROUTE, routeLayers } from "./route";
import { STATIONS, stationImage, stationLayers } from "./stations";
import { TRAFFIC, trafficLayers } from "./traffic";

export type Still = Record<
  typeof STATIONS | typeof HOSPITALS | typeof ROUTE | typeof CLOSURES | typeof COVERAGE | typeof TRAFFIC,
  GeoJSON.GeoJSON
>;

/** `tiles` is the address of the PMTiles file, or null when there is none: plain ground then. */
export function mapStyle(
  theme: Theme,
  tiles: string | null,
  still: Still,
  showsTraffic: boolean,
): StyleSpecification {
  const c = theme.map;
  const ground: Record<string, SourceSpecification> = tiles
    ? { [CITY]: { type: "vector", url: `pmtiles://${tiles}`, attribution: "" } }
    : {};
  const base = tiles ? basemapLayers(c) : [];
  return {
    version: 8,
    sources: {
      ...ground,
      [STATIONS]: { type: "geojson", data: still[STATIONS] },
      [HOSPITALS]: { type: "geojson", data: still[HOSPITALS] },
      [ROUTE]: { type: "geojson", data: still[ROUTE] },
      [TRAFFIC]: { type: "geojson", data: still[TRAFFIC] },
      [CLOSURES]: { type: "geojson", data: still[CLOSURES] },
      [COVERAGE]: { type: "geojson", data: still[COVERAGE] },
    },
    layers: [
      { id: "outside", type: "background", paint: { "background-color": tiles ? c.outside : c.land } },
      ...base.filter((layer) => layer.type !== "symbol"),
      ...coverageLayers(),
      ...trafficLayers(c, showsTraffic),
      ...routeLayers(c), // under the names: a route says nothing where its street's name is covered
      ...closureLines(theme),
      ...base.filter((layer) => layer.type === "symbol"),
      ...hospitalLayers(c),
      ...stationLayers(c),
      ...closureSigns(theme),
    ],
  };
}

/** Pictures that the style names; they belong to the theme, so they are put in again with each style. */
export function addImages(map: GlMap, theme: Theme): void {
  const images = {
    [ARROW]: arrowImage(theme.map),
    station: stationImage(theme.map),
    hospital: hospitalImage(theme.map),
    ...closureImages(theme),
  };
  for (const [name, image] of Object.entries(images)) {
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: 2 });
  }
}

export const emptyStill = (): Still => ({
  [STATIONS]: NOTHING,
  [HOSPITALS]: NOTHING,
  [ROUTE]: NOTHING,
  [TRAFFIC]: NOTHING,
  [CLOSURES]: NOTHING,
  [COVERAGE]: NOTHING,
});
