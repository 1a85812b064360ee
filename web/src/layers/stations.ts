/** Satellite stations: a small house, its name when close. */

import type { LayerSpecification } from "maplibre-gl";
import type { Station } from "../api/types";
import { nameOf } from "../i18n/index.svelte";
import { REGULAR } from "./basemap";
import type { MapColours } from "./palette";
import { points, signImage } from "./points";

export const STATIONS = "stations";

export function stationLayers(c: MapColours): LayerSpecification[] {
  return [
    {
      id: "station",
      type: "symbol",
      source: STATIONS,
      minzoom: 10.5,
      layout: {
        "icon-image": "station",
        "icon-size": ["interpolate", ["linear"], ["zoom"], 10.5, 0.55, 14, 1],
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", 13.2, ["get", "name"]],
        "text-font": REGULAR,
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 1.15],
        "text-max-width": 9,
        "text-optional": true,
      },
      paint: { "text-color": c.label, "text-halo-color": c.halo, "text-halo-width": 1.4 },
    },
  ];
}

export const stationPoints = (stations: Station[]) =>
  points(stations, (station) => ({ id: station.id, name: nameOf(station) }));

export const stationImage = (c: MapColours): ImageData =>
  signImage("M8 2.2L14 7.2V13.8H2V7.2Z", c.station, c.marker);
