/**
 * Roads that are closed, flooded or slow, and the one that is being drawn.
 *
 * Each kind has its own pattern besides its colour: bars, waves, dots. Planned ones are faint. Arrows stand on those
 * that hold in one direction only.
 */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Closure, ClosureKind, RoadDirection } from "../api/types";
import { KINDS, type ListedClosure } from "../store/closures";
import { lengthOf, middleOf, type Point } from "../store/streets";
import { MEDIUM } from "./basemap";
import { ROAD_GLYPHS, drawGlyph } from "./glyphs";
import type { Theme } from "./palette";

export const CLOSURES = "closures";
/** The layers in which the pointer finds a closure. */
export const CLOSURE_LAYERS = ["closure-sign", "closure-touch"];
const ONE_WAY = "closure-one-way";

export interface DrawnClosure {
  id: string;
  kind: ClosureKind;
  direction: RoadDirection;
  lines: readonly Point[][];
  label: string;
  isPlanned: boolean;
  isChosen: boolean;
  /** Being drawn by this dispatcher, not in force for anybody. */
  isDraft: boolean;
}

export const drawn = (
  { closure, standing }: ListedClosure,
  label: string,
  chosen: string | null,
): DrawnClosure => ({
  id: closure.id,
  kind: closure.kind,
  direction: closure.direction,
  lines: closure.lines,
  label,
  isPlanned: standing === "planned",
  isChosen: closure.id === chosen,
  isDraft: false,
});

/**
 * A line for each piece, along the way that is meant where it is one; and one point for the sign with its words: the middle of the longest piece.
 */
export function closureFeatures(closures: readonly DrawnClosure[]): GeoJSON.FeatureCollection {
  const features = closures.flatMap((closure): GeoJSON.Feature[] => {
    const { id, kind, direction, label, isPlanned, isChosen, isDraft } = closure;
    const properties = { id, kind, direction, label, isPlanned, isChosen, isDraft };
    const lines = closure.lines.filter((line) => line.length > 1);
    const [longest] = [...lines].sort((a, b) => lengthOf(b) - lengthOf(a));
    if (!longest) return [];
    return [
      { type: "Feature", geometry: { type: "MultiLineString", coordinates: lines }, properties },
      { type: "Feature", geometry: { type: "Point", coordinates: middleOf(longest) }, properties },
    ];
  });
  return { type: "FeatureCollection", features };
}

export const pointsOf = (closure: Pick<Closure, "lines">): Point[] => closure.lines.flat();

const get = (name: string): ExpressionSpecification => ["get", name];
const WIDTHS: [number, number][] = [
  [9, 3],
  [12, 4.4],
  [14, 6.4],
  [17, 12],
];
/** Slow ones are thinner: they are for looking at, closed ones are seen. */
const share: ExpressionSpecification = ["match", get("kind"), "slow", 0.72, 1];
const wider = (by: number): ExpressionSpecification =>
  [
    "interpolate",
    ["exponential", 1.5],
    ["zoom"],
    ...WIDTHS.flatMap(([zoom, px]) => [zoom, ["+", ["*", px, share], by]]),
  ] as unknown as ExpressionSpecification;
const opacity: ExpressionSpecification = ["case", get("isPlanned"), 0.4, 1];

const perKind = <T extends string>(of: (kind: ClosureKind) => T): ExpressionSpecification =>
  [
    "match",
    get("kind"),
    ...KINDS.flatMap((kind) => [kind, of(kind)]),
    of("closed"),
  ] as unknown as ExpressionSpecification;

/** The lines: over the streets and over a route, so that a way through a closed road is seen to be one. */
export function closureLines(theme: Theme): LayerSpecification[] {
  const base = {
    type: "line" as const,
    source: CLOSURES,
    layout: { "line-cap": "butt" as const, "line-join": "round" as const },
  };
  const isLine = ["!=", ["geometry-type"], "Point"] as ExpressionSpecification;
  return [
    {
      ...base,
      id: "closure-chosen",
      filter: ["all", isLine, ["any", get("isChosen"), get("isDraft")]],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": theme.panel.focus, "line-width": wider(7), "line-opacity": 0.9 },
    },
    {
      ...base,
      id: "closure-edge",
      filter: isLine,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": theme.map.closureEdge, "line-width": wider(2.4), "line-opacity": opacity },
    },
    {
      ...base,
      id: "closure",
      filter: isLine,
      paint: {
        "line-pattern": perKind((kind) => `closure-${kind}`),
        "line-width": wider(0),
        "line-opacity": opacity,
      },
    },
    {
      ...base,
      id: "closure-touch",
      filter: isLine,
      paint: { "line-color": "#000", "line-width": wider(12), "line-opacity": 0.01 },
    },
    {
      id: "closure-one-way",
      type: "symbol",
      source: CLOSURES,
      minzoom: 12,
      filter: ["all", isLine, ["!=", get("direction"), "both"]],
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 60,
        "icon-image": ONE_WAY,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.7, 16, 1.1],
        "icon-rotation-alignment": "map",
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
      paint: { "icon-opacity": opacity },
    },
  ];
}

/** The signs, over everything that stands still. */
export function closureSigns(theme: Theme): LayerSpecification[] {
  const isPoint: ExpressionSpecification = ["==", ["geometry-type"], "Point"];
  return [
    {
      id: "closure-sign",
      type: "symbol",
      source: CLOSURES,
      filter: ["all", isPoint, ["!", get("isDraft")]],
      layout: {
        "icon-image": perKind((kind) => `closure-sign-${kind}`),
        "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.55, 12, 0.8, 14, 1],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "text-field": ["step", ["zoom"], "", 12.5, get("label")],
        "text-font": MEDIUM,
        "text-size": 11.5,
        "text-variable-anchor": ["left", "right", "bottom", "top"],
        "text-radial-offset": 1.35,
        "text-justify": "auto",
        "text-max-width": 16,
        "text-optional": true,
      },
      paint: {
        "text-color": theme.panel.text,
        "text-halo-color": theme.map.halo,
        "text-halo-width": 2.4,
        "icon-opacity": ["case", get("isPlanned"), 0.6, 1],
        "text-opacity": ["case", get("isPlanned"), 0.8, 1],
      },
    },
  ];
}

/** Pictures of the patterns and signs by name, at twice their size. */
export function closureImages(theme: Theme): Record<string, ImageData> {
  const images: Record<string, ImageData> = { [ONE_WAY]: oneWay(theme) };
  for (const kind of KINDS) {
    images[`closure-${kind}`] = PATTERNS[kind](theme);
    images[`closure-sign-${kind}`] = sign(theme, kind);
  }
  return images;
}

type Draw = (context: CanvasRenderingContext2D) => void;

function picture(width: number, height: number, draw: Draw): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  context.lineCap = context.lineJoin = "round";
  draw(context);
  return context.getImageData(0, 0, width, height);
}

/** Widths divide so that the ends meet: a pattern is repeated along the line. */
const PATTERNS: Record<ClosureKind, (theme: Theme) => ImageData> = {
  closed: (theme) =>
    picture(32, 16, (context) => {
      context.fillStyle = theme.road.closed;
      context.fillRect(0, 0, 32, 16);
      context.fillStyle = theme.map.closureMark;
      context.fillRect(22, 0, 8, 16);
    }),
  flood: (theme) =>
    picture(32, 16, (context) => {
      context.fillStyle = theme.road.flood;
      context.fillRect(0, 0, 32, 16);
      context.strokeStyle = theme.map.closureMark;
      context.lineWidth = 3.4;
      context.stroke(new Path2D("M-8 8Q0 -2 8 8T24 8T40 8"));
    }),
  slow: (theme) =>
    picture(32, 16, (context) => {
      context.fillStyle = theme.road.slow;
      context.fillRect(0, 0, 32, 16);
      context.fillStyle = theme.map.closureEdge;
      context.beginPath();
      for (const x of [8, 24]) context.arc(x, 8, 3.2, 0, 2 * Math.PI);
      context.fill();
    }),
};

function sign(theme: Theme, kind: ClosureKind): ImageData {
  return picture(52, 52, (context) => {
    context.scale(2, 2);
    context.beginPath();
    context.arc(13, 13, 11.4, 0, 2 * Math.PI);
    context.fillStyle = theme.map.marker;
    context.fill();
    context.strokeStyle = theme.road[kind];
    context.lineWidth = 1.8;
    context.stroke();
    drawGlyph(context, ROAD_GLYPHS[kind], 13, 13, kind === "closed" ? 17 : 14, theme.road[kind], 2);
  });
}

function oneWay(theme: Theme): ImageData {
  return picture(32, 32, (context) => {
    const arrow = new Path2D("M6 6L24 16L6 26L11 16Z");
    context.lineWidth = 4;
    context.strokeStyle = theme.map.closureEdge;
    context.stroke(arrow);
    context.fillStyle = theme.map.closureMark;
    context.fill(arrow);
  });
}
