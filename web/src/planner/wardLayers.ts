/** What the wards of a result look like, and the layers that draw them on the planner's map. */

import type { ExpressionSpecification, Map as GlMap } from "maplibre-gl";
import type {
  ComparedMap,
  RunMap,
  StationFigures,
  WardDifference,
  WardFigures,
  WardOutlines,
} from "../api/simulations";
import { REGULAR } from "../layers/basemap";
import type { Theme } from "../layers/palette";

export type WardFigure = "late" | "p90_s" | "mean_s";

/** One ward's value; of a difference with its interval, and whether it stands after Holm's correction. */
export interface WardValue {
  value: number;
  calls: number;
  low?: number;
  high?: number;
  isSure?: boolean;
}

export interface WardLayer {
  figure: WardFigure;
  isDifference: boolean;
  /** Whether chance was reckoned with: a difference of two single runs says nothing of it. */
  isTested: boolean;
  values: Record<string, WardValue>;
  stations: Record<string, StationFigures>;
}

/** Upper bounds of the first classes; the last has none. Response in seconds, late as a share. */
const BOUNDS: Record<WardFigure, number[]> = {
  late: [0.02, 0.05, 0.1, 0.2, 0.35],
  p90_s: [480, 600, 720, 900, 1200],
  mean_s: [300, 420, 540, 720, 900],
};
const STEPS: Record<WardFigure, number[]> = {
  late: [-0.05, -0.01, 0.01, 0.05],
  p90_s: [-60, -15, 15, 60],
  mean_s: [-60, -15, 15, 60],
};
/** From good to bad by lightness, so that they read without colour: the bad ones stand out from the ground. */
const DARK = ["#27324f", "#4a3f7c", "#7f4788", "#b95579", "#ec7a58", "#fcc65a"];
const LIGHT = ["#fff3c4", "#fed98e", "#fdae61", "#f2703d", "#c9301f", "#7a0a22"];
/** Better is blue, worse is orange: told apart by most who see few colours. */
const BETTER_WORSE = ["#2b7bba", "#8fbbdd", "#9aa0a8", "#f2ab6b", "#cf5a10"];
/** Where chance may be all there is, the colour is only hinted at. */
export const isFaint = (layer: WardLayer, one: WardValue | undefined): boolean =>
  layer.isDifference && layer.isTested && !one?.isSure;

export interface Step {
  colour: string;
  from: number | null;
  to: number | null;
}

/** The classes of a legend, the best first. */
export function legendOf(layer: WardLayer, theme: Theme): Step[] {
  const bounds = layer.isDifference ? STEPS[layer.figure] : BOUNDS[layer.figure];
  const colours = layer.isDifference ? BETTER_WORSE : theme.name === "dark" ? DARK : LIGHT;
  return colours.map((colour, i) => ({ colour, from: bounds[i - 1] ?? null, to: bounds[i] ?? null }));
}

export function colourOf(layer: WardLayer, one: WardValue | undefined, theme: Theme): string | null {
  if (!one) return null;
  return legendOf(layer, theme).find((step) => step.to === null || one.value < step.to)!.colour;
}

const SOURCE = "ward-results";
const USE = "station-use";

/** Draw the layer, under the names and signs; null takes it away. */
export function paint(
  map: GlMap,
  outlines: WardOutlines,
  layer: WardLayer | null,
  chosen: string | null,
  theme: Theme,
): void {
  if (!layer) {
    for (const id of ["ward-fill", "ward-edge", "ward-chosen", "station-use"])
      if (map.getLayer(id)) map.removeLayer(id);
    for (const id of [SOURCE, USE]) if (map.getSource(id)) map.removeSource(id);
    return;
  }
  const features = outlines.features.map((one) => ({
    ...one,
    properties: {
      code: one.properties.code,
      colour: colourOf(layer, layer.values[one.properties.code], theme) ?? "",
      faint: isFaint(layer, layer.values[one.properties.code]),
      chosen: one.properties.code === chosen,
    },
  }));
  put(map, SOURCE, { type: "FeatureCollection", features });
  put(map, USE, stationPoints(layer.stations));
  if (!map.getLayer("ward-fill")) addLayers(map, theme);
}

function put(map: GlMap, id: string, data: GeoJSON.GeoJSON): void {
  const source = map.getSource(id);
  if (source && "setData" in source)
    (source as unknown as { setData(found: GeoJSON.GeoJSON): void }).setData(data);
  else map.addSource(id, { type: "geojson", data });
}

function addLayers(map: GlMap, theme: Theme): void {
  const below = map.getStyle().layers.find((one) => one.type === "symbol")?.id;
  const isKnown: ExpressionSpecification = ["!=", ["get", "colour"], ""];
  map.addLayer(
    {
      id: "ward-fill",
      type: "fill",
      source: SOURCE,
      filter: isKnown,
      paint: { "fill-color": ["get", "colour"], "fill-opacity": ["case", ["get", "faint"], 0.2, 0.75] },
    },
    below,
  );
  map.addLayer(
    {
      id: "ward-edge",
      type: "line",
      source: SOURCE,
      paint: { "line-color": theme.panel.dim, "line-width": 0.6 },
    },
    below,
  );
  map.addLayer({
    id: "ward-chosen",
    type: "line",
    source: SOURCE,
    filter: ["get", "chosen"],
    paint: { "line-color": theme.panel.text, "line-width": 3 },
  });
  map.addLayer({
    id: "station-use",
    type: "symbol",
    source: USE,
    minzoom: 10,
    layout: {
      "text-field": ["get", "told"],
      "text-font": REGULAR,
      "text-size": 11,
      "text-offset": [0, -1.3],
      "text-optional": true,
    },
    paint: { "text-color": theme.map.label, "text-halo-color": theme.map.halo, "text-halo-width": 2 },
  });
}

const stationPoints = (stations: Record<string, StationFigures>): GeoJSON.FeatureCollection => ({
  type: "FeatureCollection",
  features: Object.values(stations)
    .filter((one) => one.utilisation !== null)
    .map((one) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [one.lon, one.lat] },
      properties: { told: `${Math.round(one.utilisation! * 100)} %` },
    })),
});

const isCompared = (found: RunMap | ComparedMap): found is ComparedMap => "scenarios" in found;

/** Which layers a result has: each run or scenario by itself, then each against the first. */
export interface Choice {
  key: string;
  /** Names of the run or scenario, and of what it is held against. */
  name: string;
  against: string | null;
}

export function choicesOf(
  runs: { id: string; name: string }[],
  maps: Record<string, RunMap | ComparedMap>,
  titleOf: (name: string) => string = (name) => name,
): Choice[] {
  const [first] = runs;
  const found = first && maps[first.id];
  if (found && isCompared(found)) {
    const names = Object.keys(found.scenarios);
    return [
      ...names
        .slice(1)
        .map((name) => ({ key: `-${name}`, name: titleOf(name), against: titleOf(found.baseline) })),
      ...names.map((name) => ({ key: name, name: titleOf(name), against: null })),
    ];
  }
  const known = runs.filter((one) => maps[one.id] && !isCompared(maps[one.id]!));
  return [
    ...known.map((one) => ({ key: one.id, name: one.name, against: null })),
    ...known.slice(1).map((one) => ({ key: `-${one.id}`, name: one.name, against: known[0]!.name })),
  ];
}

/** The layer of a choice; null where the result has none. */
export function layerOf(
  choice: Choice | undefined,
  runs: { id: string }[],
  maps: Record<string, RunMap | ComparedMap>,
  figure: WardFigure,
): WardLayer | null {
  const found = runs[0] && maps[runs[0].id];
  if (!choice || !found) return null;
  const key = choice.key.replace(/^-/, "");
  const isDifference = choice.against !== null;
  if (isCompared(found)) {
    const used: WardFigure = figure === "p90_s" ? "mean_s" : figure;
    const base = { figure: used, isDifference, isTested: true, stations: {} };
    const own = found.scenarios[key]?.wards ?? {};
    if (!isDifference) return { ...base, values: valuesOf(own, used) };
    const values = Object.entries(found.differences[key] ?? {}).map(([code, one]): [string, WardValue] => [
      code,
      tested(one[used as "late"], own[code]?.calls ?? 0),
    ]);
    return { ...base, values: Object.fromEntries(values) };
  }
  const mine = maps[key];
  if (!mine || isCompared(mine)) return null;
  const values = valuesOf(mine.wards, figure);
  if (!isDifference) return { figure, isDifference, isTested: false, values, stations: mine.stations };
  const pairs = Object.entries(values)
    .filter(([code]) => code in found.wards)
    .map(([code, one]): [string, WardValue] => [
      code,
      { value: one.value - (found.wards[code]![figure] ?? 0), calls: one.calls },
    ]);
  return {
    figure,
    isDifference,
    isTested: false,
    values: Object.fromEntries(pairs),
    stations: mine.stations,
  };
}

const tested = (one: WardDifference, calls: number): WardValue => ({
  value: one.mean,
  calls,
  low: one.low,
  high: one.high,
  isSure: one.p_holm < 0.05,
});

const valuesOf = (wards: Record<string, WardFigures>, figure: WardFigure): Record<string, WardValue> =>
  Object.fromEntries(
    Object.entries(wards)
      .filter(([, one]) => one[figure] !== undefined && one[figure] !== null)
      .map(([code, one]) => [code, { value: one[figure]!, calls: one.calls }]),
  );
