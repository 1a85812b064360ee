/**
 * The canvas above the map where units and incidents are drawn.
 *
 * They move often and the ground does not: gliding redraws this canvas only, never the tiles below. It draws with
 * each frame of the map, and by itself whenever a gliding unit has gone half a pixel.
 */

import type { Map as GlMap } from "maplibre-gl";
import type { Theme } from "./palette";

/** Between two looks at whether anything has moved far enough to be seen. */
const LOOK_MS = 40;

export interface Brush {
  context: CanvasRenderingContext2D;
  theme: Theme;
  zoom: number;
  width: number;
  height: number;
  now: number;
  project: Project;
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

export type Project = (lon: number, lat: number) => { x: number; y: number };

export interface Painting {
  paint(brush: Brush): void;
  /** True while something is on its way. */
  isMoving(now: number): boolean;
  /** True once it is far enough from where it was last drawn to be seen. */
  hasMoved(project: Project, now: number): boolean;
}

export class Overlay {
  private readonly context: CanvasRenderingContext2D;
  private hits: Hit[] = [];
  private frame = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

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

  /** Something to show has changed: draw it with the next frame, and go on while anything glides. */
  readonly wake = (): void => {
    this.frame ||= requestAnimationFrame(this.animate);
  };

  private readonly animate = (now: number): void => {
    this.frame = 0;
    this.draw();
    if (this.paintings.some((painting) => painting.isMoving(now))) this.look();
  };

  /** At the scale of the city a unit needs seconds for one pixel: nothing is drawn before it has gone it. */
  private readonly look = (): void => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const now = performance.now();
      if (this.paintings.some((painting) => painting.hasMoved(this.project, now))) this.wake();
      else if (this.paintings.some((painting) => painting.isMoving(now))) this.look();
    }, LOOK_MS);
  };

  private readonly project: Project = (lon, lat) => this.map.project([lon, lat]);

  private readonly resize = (): void => {
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.draw();
  };

  private readonly draw = (): void => {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const now = performance.now();
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
      project: this.project,
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
    clearTimeout(this.timer);
    this.map.off("render", this.draw);
    this.map.off("resize", this.resize);
  }
}

export const isOutside = (brush: Brush, x: number, y: number, margin = 30): boolean =>
  x < -margin || y < -margin || x > brush.width + margin || y > brush.height + margin;

const METRES_PER_PIXEL_AT_ZOOM_0 = 78_271.5;

export const metresPerPixel = (lat: number, zoom: number): number =>
  (METRES_PER_PIXEL_AT_ZOOM_0 * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;

/** Words with an edge that stands off any ground. */
export function write(
  brush: Brush,
  text: string,
  x: number,
  y: number,
  look: { font: string; colour: string; align?: CanvasTextAlign; edge?: number },
): void {
  const { context, theme } = brush;
  context.font = look.font;
  context.textAlign = look.align ?? "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = look.edge ?? 3;
  context.strokeStyle = theme.map.halo;
  context.strokeText(text, x, y);
  context.fillStyle = look.colour;
  context.fillText(text, x, y);
}
