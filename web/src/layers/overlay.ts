/**
 * The canvas above the map where units and incidents are drawn.
 *
 * They move often and the ground does not: gliding redraws this canvas only, never the tiles below. It draws with
 * each frame of the map, and by itself (about 30 a second) for just as long as a unit is gliding.
 */

import type { Map as GlMap } from "maplibre-gl";
import type { Theme } from "./palette";

const FRAME_MS = 32;

export interface Brush {
  context: CanvasRenderingContext2D;
  theme: Theme;
  zoom: number;
  width: number;
  height: number;
  now: number;
  project(lon: number, lat: number): { x: number; y: number };
  /** Say that something was drawn here, so that the pointer finds it. */
  touchable(hit: Hit): void;
}

export interface Hit {
  kind: "unit" | "incident" | "call" | "pin";
  id: string;
  x: number;
  y: number;
  radius: number;
}

export interface Painting {
  paint(brush: Brush): void;
  isMoving(now: number): boolean;
}

export class Overlay {
  private readonly context: CanvasRenderingContext2D;
  private hits: Hit[] = [];
  private frame = 0;
  private lastDrawn = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly map: GlMap,
    private readonly paintings: readonly Painting[],
    private readonly theme: () => Theme,
  ) {
    this.context = canvas.getContext("2d")!;
    map.on("render", this.draw);
    map.on("resize", this.resize);
    this.resize();
  }

  /** Something to show has changed. */
  readonly wake = (): void => {
    this.frame ||= requestAnimationFrame(this.animate);
  };

  private readonly animate = (now: number): void => {
    this.frame = 0;
    if (now - this.lastDrawn >= FRAME_MS - 4) this.draw();
    if (this.paintings.some((painting) => painting.isMoving(now))) this.wake();
  };

  private readonly resize = (): void => {
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.draw();
  };

  private readonly draw = (): void => {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const now = (this.lastDrawn = performance.now());
    const { context, map } = this;
    const hits: Hit[] = [];
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);
    const brush: Brush = {
      context,
      theme: this.theme(),
      zoom: map.getZoom(),
      width,
      height,
      now,
      project: (lon, lat) => map.project([lon, lat]),
      touchable: (hit) => hits.push(hit),
    };
    for (const painting of this.paintings) painting.paint(brush);
    this.hits = hits;
  };

  /** What lies under the pointer: the last drawn is on top. */
  find(x: number, y: number): Hit | null {
    for (let i = this.hits.length - 1; i >= 0; i--) {
      const hit = this.hits[i]!;
      if (Math.hypot(hit.x - x, hit.y - y) <= hit.radius) return hit;
    }
    return null;
  }

  remove(): void {
    cancelAnimationFrame(this.frame);
    this.map.off("render", this.draw);
    this.map.off("resize", this.resize);
  }
}

export const isOutside = (brush: Brush, x: number, y: number, margin = 30): boolean =>
  x < -margin || y < -margin || x > brush.width + margin || y > brush.height + margin;

/** Words with an edge that stands off any ground. */
export function write(
  brush: Brush,
  text: string,
  x: number,
  y: number,
  look: { font: string; colour: string; align?: CanvasTextAlign },
): void {
  const { context, theme } = brush;
  context.font = look.font;
  context.textAlign = look.align ?? "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = theme.map.halo;
  context.strokeText(text, x, y);
  context.fillStyle = look.colour;
  context.fillText(text, x, y);
}
