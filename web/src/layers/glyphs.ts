/**
 * The signs for levels and unit statuses, as shapes in a 16 × 16 box: the same in lists (SVG) and on the map
 * (canvas), and independent of what fonts the computer has. Always shown with a colour and a word.
 */

import type { ClosureKind, Level, UnitStatus } from "../api/types";

export interface Glyph {
  /** Filled shape. */
  fill?: string;
  /** Line of about 1.8 units. */
  line?: string;
}

const RING = "M8 2.6a5.4 5.4 0 1 0 0 10.8a5.4 5.4 0 1 0 0-10.8Z";

export const LEVEL_GLYPHS: Record<Level, Glyph> = {
  1: { fill: "M8 1.4L15 14.2H1Z" },
  2: { fill: "M8 .8L15.2 8L8 15.2L.8 8Z" },
  3: { fill: "M2.3 2.3H13.7V13.7H2.3Z" },
  4: { fill: "M8 1.8a6.2 6.2 0 1 0 0 12.4a6.2 6.2 0 1 0 0-12.4Z" },
};

export const STATUS_GLYPHS: Record<UnitStatus, Glyph> = {
  available: { line: RING },
  offered: { line: RING, fill: "M8 8V2.6A5.4 5.4 0 0 1 13.4 8Z" },
  dispatched: { line: RING, fill: "M8 2.6a5.4 5.4 0 0 0 0 10.8Z" },
  en_route: { fill: "M1.8 2.2L15 8L1.8 13.8L4.9 8Z" },
  on_scene: { fill: "M5.9 1.8h4.2v4.1h4.1v4.2h-4.1v4.1H5.9v-4.1H1.8V5.9h4.1Z" },
  transporting: { line: "M1.8 6.1H14.2L10.4 2.3M14.2 9.9H1.8L5.6 13.7" },
  at_hospital: { line: "M4 2.2V13.8M12 2.2V13.8M4 8H12" },
  returning: { line: "M5.6 2.8L2.2 6.2L5.6 9.6M2.2 6.2H10.2a3.6 3.6 0 0 1 0 7.2H6.4" },
  moving_up: { line: "M3.6 12.4L12.2 3.8M5.8 3.6H12.4V10.2" },
  off_duty: { line: "M3 8H13" },
  on_break: { line: "M5.4 3V13M10.6 3V13" },
  out_of_service: { line: "M3.2 3.2L12.8 12.8M12.8 3.2L3.2 12.8" },
};

/** No entry, waves, an hourglass: three shapes that no level and no status has. */
export const ROAD_GLYPHS: Record<ClosureKind, Glyph> = {
  closed: {
    fill: "M8 1a7 7 0 1 0 0 14a7 7 0 1 0 0-14ZM3.6 6.3H12.4V9.7H3.6Z",
  },
  flood: {
    line: "M1.4 5.2Q3.6 2.6 5.8 5.2T10.2 5.2T14.6 5.2M1.4 10.8Q3.6 8.2 5.8 10.8T10.2 10.8T14.6 10.8",
  },
  slow: { line: "M3.6 2.2H12.4M3.6 13.8H12.4M4.8 2.4L11.2 13.6M11.2 2.4L4.8 13.6" },
};

export const LINE_WIDTH = 1.9;

const paths = new Map<string, Path2D>();

function pathOf(shape: string): Path2D {
  let path = paths.get(shape);
  if (!path) paths.set(shape, (path = new Path2D(shape)));
  return path;
}

/** Draw a sign centred on a point of a canvas, `size` CSS pixels wide. */
export function drawGlyph(
  context: CanvasRenderingContext2D,
  glyph: Glyph,
  x: number,
  y: number,
  size: number,
  colour: string,
  lineWidth = LINE_WIDTH,
): void {
  context.save();
  context.translate(x - size / 2, y - size / 2);
  context.scale(size / 16, size / 16);
  context.lineWidth = lineWidth;
  context.lineCap = context.lineJoin = "round";
  if (glyph.fill) {
    context.fillStyle = colour;
    context.fill(pathOf(glyph.fill), "evenodd");
  }
  if (glyph.line) {
    context.strokeStyle = colour;
    context.stroke(pathOf(glyph.line));
  }
  context.restore();
}

/** The outline behind a sign, so that it stands off any ground. */
export function drawHalo(
  context: CanvasRenderingContext2D,
  glyph: Glyph,
  x: number,
  y: number,
  size: number,
  colour: string,
  width: number,
): void {
  const around = glyph.fill ?? glyph.line;
  if (!around) return;
  context.save();
  context.translate(x - size / 2, y - size / 2);
  context.scale(size / 16, size / 16);
  context.lineWidth = (width * 2 * 16) / size;
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.stroke(pathOf(around));
  context.restore();
}
