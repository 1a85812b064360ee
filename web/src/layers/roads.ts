/** Streets: casing under fill, lesser classes first, tunnels faint, bridges last, one-way arrows when close. */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { CITY, grow } from "./basemap";
import type { MapColours } from "./palette";

export const ARROW = "one-way";

type RoadClass = keyof MapColours["road"];

/** From the least to the greatest, with the first zoom and the width in pixels at zooms 10, 13, 16 and 19. */
const CLASSES: [RoadClass, number, [number, number, number, number]][] = [
  ["service", 14, [0, 0.6, 3, 14]],
  ["residential", 13, [0, 1.1, 6, 24]],
  ["tertiary", 11, [0.5, 2.2, 9, 32]],
  ["secondary", 10, [0.7, 2.8, 11, 38]],
  ["primary", 8, [1.1, 3.6, 13, 44]],
  ["trunk", 8, [1.3, 4, 14, 46]],
  ["motorway", 8, [1.5, 4.2, 14, 46]],
];

const is = (property: string, value: string | number): ExpressionSpecification => [
  "==",
  ["get", property],
  value,
];

export function roadLayers(c: MapColours): LayerSpecification[] {
  return [
    path(c),
    ...CLASSES.map((row) => tunnel(c, row)),
    ...CLASSES.map((row) => casing(c, row, false)),
    ...CLASSES.map((row) => fill(c, row, false)),
    ...rails(c),
    ...CLASSES.flatMap((row) => [casing(c, row, true), fill(c, row, true)]),
    arrows(),
  ];
}

/** Ramps are half as wide as their road. */
function width([at10, at13, at16, at19]: [number, number, number, number], extra: number) {
  const wide = (px: number): ExpressionSpecification => ["*", px, ["match", ["get", "link"], 1, 0.6, 1]];
  const stop = (px: number): ExpressionSpecification => ["+", wide(px), extra];
  return [
    "interpolate",
    ["exponential", 1.5],
    ["zoom"],
    8,
    stop(at10 * 0.6),
    10,
    stop(at10),
    13,
    stop(at13),
    16,
    stop(at16),
    19,
    stop(at19),
  ] as ExpressionSpecification;
}

function base(id: string, [name, from]: (typeof CLASSES)[number], filter: ExpressionSpecification[]) {
  return {
    id: `${id}-${name}`,
    type: "line" as const,
    source: CITY,
    "source-layer": "road",
    minzoom: from,
    filter: ["all", is("class", name), ...filter] as ExpressionSpecification,
    layout: {
      "line-join": "round" as const,
      "line-cap": id.startsWith("bridge") ? ("butt" as const) : ("round" as const),
      "line-sort-key": ["get", "layer"] as ExpressionSpecification,
    },
  };
}

function casing(c: MapColours, row: (typeof CLASSES)[number], isBridge: boolean): LayerSpecification {
  return {
    ...base(isBridge ? "bridge-casing" : "casing", row, [is("bridge", isBridge ? 1 : 0), is("tunnel", 0)]),
    minzoom: Math.max(row[1], isBridge ? 13 : 11),
    paint: { "line-color": c.casing, "line-width": width(row[2], isBridge ? 2.6 : 1.8) },
  };
}

function fill(c: MapColours, row: (typeof CLASSES)[number], isBridge: boolean): LayerSpecification {
  return {
    ...base(isBridge ? "bridge" : "road", row, [is("bridge", isBridge ? 1 : 0), is("tunnel", 0)]),
    paint: { "line-color": c.road[row[0]], "line-width": width(row[2], 0) },
  };
}

function tunnel(c: MapColours, row: (typeof CLASSES)[number]): LayerSpecification {
  return {
    ...base("tunnel", row, [is("tunnel", 1)]),
    layout: { "line-join": "round", "line-cap": "butt" },
    paint: {
      "line-color": c.road[row[0]],
      "line-width": width(row[2], 0),
      "line-opacity": 0.5,
      "line-dasharray": [2, 1],
    },
  };
}

function path(c: MapColours): LayerSpecification {
  return {
    id: "path",
    type: "line",
    source: CITY,
    "source-layer": "road",
    minzoom: 15,
    filter: is("class", "path"),
    paint: { "line-color": c.path, "line-width": grow([15, 0.8], [18, 2.4]), "line-dasharray": [2, 1.4] },
  };
}

function rails(c: MapColours): LayerSpecification[] {
  const rail = {
    type: "line" as const,
    source: CITY,
    "source-layer": "road",
    paint: { "line-color": c.rail, "line-width": grow([10, 0.7], [16, 1.6]) },
  };
  return [
    { ...rail, id: "rail", minzoom: 11, filter: is("class", "rail") },
    {
      ...rail,
      id: "rail-ties",
      minzoom: 14,
      filter: is("class", "rail"),
      paint: { "line-color": c.rail, "line-width": grow([14, 4], [18, 9]), "line-dasharray": [0.2, 2.4] },
    },
    {
      ...rail,
      id: "ferry",
      minzoom: 13,
      filter: is("class", "ferry"),
      paint: { "line-color": c.labelWater, "line-width": 1, "line-dasharray": [4, 5], "line-opacity": 0.35 },
    },
  ];
}

function arrows(): LayerSpecification {
  return {
    id: "one-way",
    type: "symbol",
    source: CITY,
    "source-layer": "road",
    minzoom: 15.5,
    filter: ["in", ["get", "oneway"], ["literal", [1, -1]]],
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 130,
      "icon-image": ARROW,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 15.5, 0.6, 18, 1],
      "icon-rotate": ["match", ["get", "oneway"], -1, 180, 0],
      "icon-rotation-alignment": "map",
      "icon-padding": 20,
    },
    paint: { "icon-opacity": 0.8 },
  };
}

/** The arrow as a picture, pointing along the line (to the right). */
export function arrowImage(c: MapColours): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 32;
  const context = canvas.getContext("2d")!;
  context.strokeStyle = c.arrow;
  context.lineWidth = 2.6;
  context.lineCap = context.lineJoin = "round";
  context.stroke(new Path2D("M5 16H26M19 9.5L26 16L19 22.5"));
  return context.getImageData(0, 0, 32, 32);
}
