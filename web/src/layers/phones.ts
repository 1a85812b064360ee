/** Where a caller's phone says it is: a handset at its fix, in the circle or ellipse that holds it with 95 %. */

import { duration } from "../store/time";
import { type Brush, type Painting, isOutside, metresPerPixel, write } from "./overlay";

export interface DrawnFix {
  lon: number;
  lat: number;
  /** Half the longer axis, half the shorter one, and where the longer one points, clockwise from north. */
  radius_m: number;
  minor_m: number;
  bearing_deg: number;
  fixedAt: number;
  isNewest: boolean;
}

const FONT = '500 11px "JetBrains Mono"';
const HANDSET = new Path2D(
  "M-3.4 -6.5h6.8a1.2 1.2 0 0 1 1.2 1.2v10.6a1.2 1.2 0 0 1 -1.2 1.2h-6.8a1.2 1.2 0 0 1 -1.2 -1.2v-10.6a1.2 1.2 0 0 1 1.2 -1.2ZM-1.2 4h2.4",
);

export class PhonesPainting implements Painting {
  fixes: readonly DrawnFix[] = [];

  constructor(private readonly serverNow: () => number) {}

  isMoving(): boolean {
    return false;
  }

  hasMoved(): boolean {
    return false;
  }

  paint(brush: Brush): void {
    for (const fix of [...this.fixes].reverse()) this.paintFix(brush, fix);
  }

  private paintFix(brush: Brush, fix: DrawnFix): void {
    const { x, y } = brush.project(fix.lon, fix.lat);
    const pixel = metresPerPixel(fix.lat, brush.zoom);
    if (isOutside(brush, x, y, 30 + fix.radius_m / pixel)) return;
    const { context, theme } = brush;
    const colour = fix.isNewest ? theme.panel.text : theme.panel.dim;
    context.globalAlpha = fix.isNewest ? 1 : 0.6;
    context.strokeStyle = colour;
    reach(context, x, y, fix, pixel);
    context.beginPath();
    context.arc(x, y, 10, 0, 2 * Math.PI);
    context.fillStyle = theme.panel.panel;
    context.fill();
    context.lineWidth = 1.6;
    context.stroke();
    context.translate(x, y);
    context.stroke(HANDSET);
    context.translate(-x, -y);
    if (fix.isNewest) {
      const age = duration((this.serverNow() - fix.fixedAt) / 1000);
      write(brush, age, x + 14, y, { font: FONT, colour });
    }
    context.globalAlpha = 1;
  }
}

function reach(context: CanvasRenderingContext2D, x: number, y: number, fix: DrawnFix, pixel: number): void {
  if (fix.radius_m / pixel < 12) return;
  const turn = ((fix.bearing_deg - 90) * Math.PI) / 180; // a canvas counts from east
  context.beginPath();
  context.ellipse(x, y, fix.radius_m / pixel, fix.minor_m / pixel, turn, 0, 2 * Math.PI);
  context.fillStyle = context.strokeStyle;
  const { globalAlpha } = context;
  context.globalAlpha = 0.07 * globalAlpha;
  context.fill();
  context.globalAlpha = 0.9 * globalAlpha;
  context.lineWidth = 1.3;
  context.setLineDash([2, 4]);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = globalAlpha;
}
