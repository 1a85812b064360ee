/**
 * The city's ground as a MapLibre style: land, water, green, buildings, streets and their names.
 *
 * Tiles come from our own server as one PMTiles file (dispatch/basemap). The style has no `glyphs`, so labels are
 * drawn here with the local fonts that fonts.css declares; they must be loaded before the map is made.
 */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import { roadLayers } from "./roads";
import type { MapColours } from "./palette";

export const CITY = "city";

export const REGULAR = ["Be Vietnam Pro"];
export const MEDIUM = ["Be Vietnam Pro Medium"];
export const BOLD = ["Be Vietnam Pro SemiBold"];
export const ITALIC = ["Be Vietnam Pro Italic"];

const by = (property: string, value: string | string[]): ExpressionSpecification =>
  Array.isArray(value) ? ["in", ["get", property], ["literal", value]] : ["==", ["get", property], value];

/** A number that grows with the zoom: pairs of zoom and value. */
export function grow(...stops: [number, number][]): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.5], ["zoom"], ...stops.flat()] as ExpressionSpecification;
}

export function basemapLayers(c: MapColours): LayerSpecification[] {
  return [...ground(c), ...wards(c), ...roadLayers(c), ...names(c)];
}

function ground(c: MapColours): LayerSpecification[] {
  const fill = (id: string, layer: string, colour: string, filter?: ExpressionSpecification) =>
    ({
      id,
      type: "fill",
      source: CITY,
      "source-layer": layer,
      ...(filter ? { filter } : {}),
      paint: { "fill-color": colour },
    }) satisfies LayerSpecification;
  return [
    fill("land", "land", c.land),
    fill(
      "landuse-works",
      "landuse",
      c.works,
      by("kind", ["industrial", "commercial", "airport", "military"]),
    ),
    fill("landuse-school", "landuse", c.school, by("kind", "school")),
    fill("green", "green", c.green, ["!", by("kind", "wetland")]),
    fill("wetland", "green", c.wet, by("kind", "wetland")),
    fill("landuse-hospital", "landuse", c.hospital, by("kind", "hospital")),
    fill("water", "water", c.water),
    {
      id: "waterway",
      type: "line",
      source: CITY,
      "source-layer": "waterway",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": ["match", ["get", "kind"], "stream", c.waterLine, c.water],
        "line-width": grow([10, 0.6], [14, 1.6], [18, 6]),
      },
    },
    {
      id: "runway-area",
      type: "fill",
      source: CITY,
      "source-layer": "aeroway",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": c.runway, "fill-opacity": 0.6 },
    },
    {
      id: "runway",
      type: "line",
      source: CITY,
      "source-layer": "aeroway",
      filter: ["==", ["geometry-type"], "LineString"],
      paint: {
        "line-color": c.runway,
        "line-width": [
          "interpolate",
          ["exponential", 2],
          ["zoom"],
          10,
          ["match", ["get", "kind"], "runway", 1.5, 0.4],
          16,
          ["match", ["get", "kind"], "runway", 40, 14],
        ],
      },
    },
    {
      id: "building",
      type: "fill",
      source: CITY,
      "source-layer": "building",
      minzoom: 14,
      paint: {
        "fill-color": c.building,
        "fill-outline-color": c.buildingEdge,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0, 15, 1],
      },
    },
  ];
}

function wards(c: MapColours): LayerSpecification[] {
  return [
    {
      id: "ward-border",
      type: "line",
      source: CITY,
      "source-layer": "ward",
      minzoom: 11,
      layout: { "line-join": "round" },
      paint: {
        "line-color": c.ward,
        "line-width": ["interpolate", ["linear"], ["zoom"], 11, 0.5, 16, 1.4],
        "line-dasharray": [3, 2],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 11, 0.25, 14, 0.7],
      },
    },
  ];
}

function names(c: MapColours): LayerSpecification[] {
  const name: ExpressionSpecification = ["get", "name"];
  const halo = { "text-halo-color": c.halo, "text-halo-width": 1.4, "text-halo-blur": 0.4 };
  const placeLabel = (
    id: string,
    kinds: string[],
    zooms: [number, number],
    size: ExpressionSpecification,
    look: { font: string[]; colour: string; isUpper?: boolean; spacing?: number },
  ): LayerSpecification => ({
    id,
    type: "symbol",
    source: CITY,
    "source-layer": "place",
    minzoom: zooms[0],
    maxzoom: zooms[1],
    filter: by("kind", kinds),
    layout: {
      "text-field": name,
      "text-font": look.font,
      "text-size": size,
      "text-transform": look.isUpper ? "uppercase" : "none",
      "text-letter-spacing": look.spacing ?? 0,
      "text-max-width": 7,
      "text-padding": 6,
      "symbol-sort-key": ["get", "rank"],
    },
    paint: { "text-color": look.colour, ...halo },
  });
  return [
    {
      id: "house-number",
      type: "symbol",
      source: CITY,
      "source-layer": "housenumber",
      minzoom: 16.5,
      layout: { "text-field": ["get", "number"], "text-font": REGULAR, "text-size": 10.5, "text-padding": 3 },
      paint: { "text-color": c.label, ...halo },
    },
    {
      id: "water-name",
      type: "symbol",
      source: CITY,
      "source-layer": "waterway",
      minzoom: 10,
      filter: ["any", by("kind", "river"), [">=", ["zoom"], 13]],
      layout: {
        "text-field": name,
        "text-font": ITALIC,
        "text-size": grow([10, 11.5], [16, 15]),
        "symbol-placement": "line",
        "symbol-spacing": 420,
        "text-letter-spacing": 0.06,
        "text-max-angle": 32,
      },
      paint: { "text-color": c.labelWater, ...halo },
    },
    {
      id: "lake-name",
      type: "symbol",
      source: CITY,
      "source-layer": "water",
      minzoom: 13,
      filter: ["has", "name"],
      layout: { "text-field": name, "text-font": ITALIC, "text-size": 12, "text-max-width": 6 },
      paint: { "text-color": c.labelWater, ...halo },
    },
    ...streetNames(c, halo),
    poiNames(c, halo),
    placeLabel(
      "quarter",
      ["quarter", "neighbourhood", "hamlet", "locality", "island"],
      [14, 17],
      grow([14, 11], [17, 13]),
      {
        font: REGULAR,
        colour: c.labelWard,
      },
    ),
    placeLabel("ward-name", ["ward", "village", "suburb"], [12, 17], grow([12, 11], [16, 15]), {
      font: MEDIUM,
      colour: c.labelWard,
      isUpper: true,
      spacing: 0.08,
    }),
    placeLabel("district", ["district", "town"], [9, 14], grow([9, 11], [13, 16]), {
      font: MEDIUM,
      colour: c.label,
    }),
    placeLabel("city-name", ["city"], [8, 11], grow([8, 14], [11, 20]), {
      font: BOLD,
      colour: c.labelStrong,
    }),
  ];
}

type Halo = Record<"text-halo-color", string> & Record<"text-halo-width" | "text-halo-blur", number>;

function streetNames(c: MapColours, halo: Halo): LayerSpecification[] {
  const label = (
    id: string,
    classes: string[],
    from: number,
    size: ExpressionSpecification,
    colour: string,
  ): LayerSpecification => ({
    id,
    type: "symbol",
    source: CITY,
    "source-layer": "road",
    minzoom: from,
    filter: ["all", by("class", classes), ["has", "name"]],
    layout: {
      "text-field": ["get", "name"],
      "text-font": classes.includes("primary") ? MEDIUM : REGULAR,
      "text-size": size,
      "symbol-placement": "line",
      "symbol-spacing": 320,
      "text-max-angle": 30,
      "text-padding": 4,
    },
    paint: { "text-color": colour, ...halo },
  });
  return [
    label("street-minor", ["residential", "service", "path"], 15, grow([15, 10.5], [18, 13]), c.label),
    label("street-tertiary", ["tertiary"], 14, grow([14, 10.5], [18, 14]), c.label),
    label("street-secondary", ["secondary"], 13, grow([13, 10.5], [18, 14]), c.label),
    label("street-major", ["motorway", "trunk", "primary"], 11.5, grow([12, 10.5], [18, 15]), c.labelStrong),
  ];
}

/** Private practices are many and few callers name them: after what everybody knows (guess). */
const poiRank: ExpressionSpecification = [
  "case",
  by("kind", ["clinic", "bus_station"]),
  ["max", 6, ["get", "rank"]],
  ["get", "rank"],
];

/** Which signs help to find a caller, from which zoom. Hospitals are our own layer. */
function poiNames(c: MapColours, halo: Halo): LayerSpecification {
  return {
    id: "poi",
    type: "symbol",
    source: CITY,
    "source-layer": "poi",
    minzoom: 14,
    filter: [
      "all",
      ["has", "name"],
      ["!", by("kind", "hospital")],
      ["<=", poiRank, ["step", ["zoom"], 3, 14.6, 4, 15.3, 6, 16, 9]],
    ],
    layout: {
      "text-field": ["get", "name"],
      "text-font": REGULAR,
      "text-size": ["case", ["<=", poiRank, 4], 11, 10.5],
      "text-max-width": 8,
      "text-padding": ["step", ["zoom"], 16, 16, 8],
      "symbol-sort-key": poiRank,
    },
    paint: {
      "text-color": [
        "case",
        by("kind", ["park", "golf", "attraction"]),
        c.labelGreen,
        ["<=", poiRank, 4],
        c.label,
        c.labelWard,
      ],
      ...halo,
    },
  };
}
