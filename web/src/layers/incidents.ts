/** Incidents by level: those that wait are larger and ringed. Candidate places of a call as numbered pins. */

import type { Level } from "../api/types";
import { LEVEL_GLYPHS, drawGlyph, drawHalo } from "./glyphs";
import { type Brush, type Painting, isOutside, metresPerPixel, write } from "./overlay";

export interface DrawnIncident {
  id: string;
  number: string;
  priority: Level;
  isWaiting: boolean;
  isOpen: boolean;
  lon: number;
  lat: number;
  radius_m: number;
}

export interface Pin {
  id: string;
  label: string;
  lon: number;
  lat: number;
  radius_m: number;
  isChosen: boolean;
}

const BOLD = '700 11.5px "JetBrains Mono"';

export class IncidentsPainting implements Painting {
  incidents: readonly DrawnIncident[] = [];
  pins: readonly Pin[] = [];

  isMoving(): boolean {
    return false;
  }

  hasMoved(): boolean {
    return false;
  }

  paint(brush: Brush): void {
    const inOrder = [...this.incidents].sort(
      (a, b) =>
        Number(a.isOpen) - Number(b.isOpen) ||
        Number(a.isWaiting) - Number(b.isWaiting) ||
        b.priority - a.priority,
    );
    for (const incident of inOrder) paintIncident(brush, incident);
    for (const pin of this.pins) paintPin(brush, pin);
  }
}

function paintIncident(brush: Brush, incident: DrawnIncident): void {
  const { x, y } = brush.project(incident.lon, incident.lat);
  if (isOutside(brush, x, y)) return;
  const { context, theme } = brush;
  const size = incident.isWaiting ? 19 : 13;
  const colour = theme.level[incident.priority];
  if (incident.isOpen) uncertainty(brush, x, y, incident.lat, incident.radius_m, colour);
  if (incident.isWaiting || incident.isOpen) {
    context.beginPath();
    context.arc(x, y, size / 2 + 7, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = incident.isOpen ? 2.6 : 1.5;
    context.stroke();
  }
  const glyph = LEVEL_GLYPHS[incident.priority];
  const top = incident.priority === 1 ? y - size * 0.06 : y;
  drawHalo(context, glyph, x, top, size, theme.map.markerEdge, 1.8);
  drawGlyph(context, glyph, x, top, size, colour);
  if (incident.isWaiting || incident.isOpen || brush.zoom >= 13) {
    write(brush, incident.number, x + size / 2 + (incident.isWaiting || incident.isOpen ? 11 : 4), y, {
      font: BOLD,
      colour,
      edge: 6, // stands on a place's name as often as not
    });
  }
  brush.touchable({ kind: "incident", id: incident.id, x, y, radius: size / 2 + 7 });
}

function uncertainty(brush: Brush, x: number, y: number, lat: number, radiusM: number, colour: string): void {
  const radius = radiusM / metresPerPixel(lat, brush.zoom);
  if (radius < 14) return;
  const { context } = brush;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.globalAlpha = 0.08;
  context.fill();
  context.globalAlpha = 0.8;
  context.strokeStyle = colour;
  context.lineWidth = 1.2;
  context.setLineDash([5, 4]);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function paintPin(brush: Brush, pin: Pin): void {
  const { x, y } = brush.project(pin.lon, pin.lat);
  if (isOutside(brush, x, y)) return;
  const { context, theme } = brush;
  const colour = pin.isChosen ? theme.panel.focus : theme.panel.dim;
  if (pin.isChosen) uncertainty(brush, x, y, pin.lat, pin.radius_m, colour);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - 7, y - 11);
  context.arc(x, y - 16, 9, Math.PI * 0.8, Math.PI * 0.2);
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = theme.map.markerEdge;
  context.lineWidth = 1.6;
  context.stroke();
  context.fill();
  context.fillStyle = theme.panel.panel;
  context.font = BOLD;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(pin.label, x, y - 16);
  brush.touchable({ kind: "pin", id: pin.id, x, y: y - 14, radius: 12 });
}
