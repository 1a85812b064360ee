/** Hospitals: an H on a plate, emergency departments from afar, the others when close. */

import type { LayerSpecification } from "maplibre-gl";
import type { Hospital } from "../api/types";
import { nameOf } from "../i18n/index.svelte";
import { MEDIUM } from "./basemap";
import type { MapColours } from "./palette";
import { points, signImage } from "./points";

export const HOSPITALS = "hospitals";

export function hospitalLayers(c: MapColours): LayerSpecification[] {
  return [
    {
      id: "hospital",
      type: "symbol",
      source: HOSPITALS,
      minzoom: 11.5,
      filter: ["any", ["get", "emergency"], [">=", ["zoom"], 13]],
      layout: {
        "icon-image": "hospital",
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11.5, 0.6, 14, 1],
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", 13, ["get", "name"]],
        "text-font": MEDIUM,
        "text-size": 11,
        "text-anchor": "bottom",
        "text-offset": [0, -1],
        "text-max-width": 9,
        "text-optional": true,
        "symbol-sort-key": ["case", ["get", "emergency"], 0, 1],
      },
      paint: { "text-color": c.hospitalSign, "text-halo-color": c.halo, "text-halo-width": 1.4 },
    },
  ];
}

export const hospitalPoints = (hospitals: Hospital[]) =>
  points(hospitals, (hospital) => ({
    id: hospital.id,
    name: nameOf(hospital),
    emergency: hospital.emergency,
  }));

export const hospitalImage = (c: MapColours): ImageData =>
  signImage(
    "M3 1.5H13A1.5 1.5 0 0 1 14.5 3V13A1.5 1.5 0 0 1 13 14.5H3A1.5 1.5 0 0 1 1.5 13V3A1.5 1.5 0 0 1 3 1.5Z",
    c.hospitalSign,
    c.marker,
    "M5.4 4.6V11.4M10.6 4.6V11.4M5.4 8H10.6",
  );
