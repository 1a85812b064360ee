/** Units: a disc with the sign of its status, its heading while it drives, its call sign when close. */

import type { UnitStatus } from "../api/types";
import { FREE_STATUSES } from "../store/lifecycles";
import { type Positions, STALE_S } from "../store/positions";
import { duration } from "../store/time";
import { STATUS_GLYPHS, drawGlyph } from "./glyphs";
import { type Brush, type Painting, type Project, isOutside, write } from "./overlay";

export interface DrawnUnit {
  id: string;
  status: UnitStatus;
  /** Where its station is: it is drawn there, faint, until it tells where it is. */
  lon: number;
  lat: number;
  /** Of the open incident, proposed for it, or chosen by the dispatcher. */
  isMarked: boolean;
}

interface Spot {
  unit: DrawnUnit;
  x: number;
  y: number;
  ageS: number | null;
  heading: number | null;
}

const MONO = '500 10.5px "JetBrains Mono"';
/** How strongly the sign of a stale fix is drawn (guess: seen at a glance on both grounds, and not taken as new). */
const STALE_ALPHA = 0.65;
const POINTER_PX = 6;
const DRIVING_KPH = 4;
const SEEN_PX = 0.5;
const LABEL_ZOOM = 13.5;
/** A unit on scene stands beside the incident, so that both signs are seen. */
const BESIDE_PX = 12;
/** Free units nearer than this on the screen are laid side by side: as near as their discs would touch. */
const SAME_PLACE_PX = 18;

export class UnitsPainting implements Painting {
  units: readonly DrawnUnit[] = [];
  private readonly drawnAt = new Map<string, { x: number; y: number }>();

  constructor(
    private readonly positions: Positions,
    private readonly serverNow: () => number,
  ) {}

  isMoving(now: number): boolean {
    return this.positions.isMoving(now);
  }

  hasMoved(project: Project, now: number): boolean {
    for (const [id, was] of this.drawnAt) {
      const shown = this.positions.at(id, now);
      if (!shown) continue;
      const { x, y } = project(shown.lon, shown.lat);
      if (Math.abs(x - was.x) > SEEN_PX || Math.abs(y - was.y) > SEEN_PX) return true;
    }
    return false;
  }

  paint(brush: Brush): void {
    this.drawnAt.clear();
    const spots = this.units.flatMap((unit) => this.spot(brush, unit));
    if (brush.zoom >= 12.5) spreadOut(spots, brush.zoom >= LABEL_ZOOM ? 46 : 19);
    spots.sort((a, b) => rank(a.unit) - rank(b.unit));
    for (const spot of spots) paintUnit(brush, spot);
  }

  private spot(brush: Brush, unit: DrawnUnit): Spot[] {
    if (unit.status === "off_duty" && !unit.isMarked) return [];
    const shown = this.positions.at(unit.id, brush.now);
    const here = brush.project(shown?.lon ?? unit.lon, shown?.lat ?? unit.lat);
    const [x, y] = unit.status === "on_scene" ? [here.x + BESIDE_PX, here.y - BESIDE_PX] : [here.x, here.y];
    if (isOutside(brush, x, y)) return [];
    this.drawnAt.set(unit.id, here);
    const isDriving = (shown?.speed_kph ?? 0) >= DRIVING_KPH;
    return [
      {
        unit,
        x,
        y,
        ageS: this.positions.age(unit.id, this.serverNow()),
        heading: isDriving ? (shown?.heading_deg ?? null) : null,
      },
    ];
  }
}

const isQuiet = (status: UnitStatus): boolean => FREE_STATUSES.has(status) || status === "off_duty";

function rank(unit: DrawnUnit): number {
  if (unit.isMarked) return 3;
  return unit.status === "off_duty" ? 0 : isQuiet(unit.status) ? 1 : 2;
}

function spreadOut(spots: Spot[], apart: number): void {
  const taken: { x: number; y: number; count: number }[] = [];
  for (const spot of spots) {
    if (!isQuiet(spot.unit.status)) continue;
    const near = taken.find((t) => Math.abs(t.x - spot.x) + Math.abs(t.y - spot.y) < SAME_PLACE_PX);
    if (near) spot.x += apart * near.count++;
    else taken.push({ x: spot.x, y: spot.y, count: 1 });
  }
}

function paintUnit(brush: Brush, spot: Spot): void {
  const { context, theme, zoom } = brush;
  const { unit, x, y } = spot;
  const colour = theme.status[unit.status];
  const isStale = spot.ageS === null || spot.ageS > STALE_S;
  const isSmall = isQuiet(unit.status) && !unit.isMarked && zoom < 12.5;
  const radius = isSmall ? (zoom < 11 ? 4.2 : 5.4) : zoom < 11 ? 8 : 9.5;
  // Only the sign fades: a name must be read at any age.
  context.globalAlpha = isStale ? STALE_ALPHA : 1;
  if (unit.isMarked) ring(brush, x, y, radius + 3.5);
  if (spot.heading !== null) pointer(brush, spot, radius, colour);
  disc(brush, x, y, radius, colour, isStale);
  if (!isSmall) drawGlyph(context, STATUS_GLYPHS[unit.status], x, y, radius * 1.22, colour, 2.1);
  context.globalAlpha = 1;
  if (unit.isMarked || zoom >= LABEL_ZOOM || (zoom >= 12 && !isQuiet(unit.status))) {
    const age = isStale && spot.ageS !== null ? ` ${duration(spot.ageS)}` : "";
    const label = unit.id.replace(/^115-/, "") + age;
    // A marked unit is often one of several at its station, and on scene the incident's number stands to the right.
    const side = unit.isMarked || unit.status === "on_scene" ? -1 : 1;
    const away = radius + (unit.isMarked ? 7 : 4) + pointerReach(spot.heading, side);
    write(brush, label, x + side * away, y, { font: MONO, colour, align: side < 0 ? "right" : "left" });
  }
  brush.touchable({ kind: "unit", id: unit.id, x, y, radius: radius + 4 });
}

/** How far the heading's arrow sticks out on the label's side, in pixels. */
function pointerReach(heading: number | null, side: number): number {
  return heading === null ? 0 : Math.max(0, side * Math.sin((heading * Math.PI) / 180)) * POINTER_PX;
}

function disc(brush: Brush, x: number, y: number, radius: number, colour: string, isStale: boolean): void {
  const { context, theme } = brush;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = theme.map.marker;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = radius < 6 ? 1.6 : 1.8;
  if (isStale) context.setLineDash([2.5, 2.5]);
  context.stroke();
  context.setLineDash([]);
}

function ring(brush: Brush, x: number, y: number, radius: number): void {
  const { context, theme } = brush;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = theme.panel.text;
  context.lineWidth = 1.6;
  context.stroke();
}

function pointer(brush: Brush, spot: Spot, radius: number, colour: string): void {
  const { context } = brush;
  context.save();
  context.translate(spot.x, spot.y);
  context.rotate(((spot.heading ?? 0) * Math.PI) / 180);
  context.beginPath();
  context.moveTo(0, -radius - POINTER_PX);
  context.lineTo(4.4, -radius + 0.5);
  context.lineTo(-4.4, -radius + 0.5);
  context.closePath();
  context.fillStyle = colour;
  context.fill();
  context.restore();
}
