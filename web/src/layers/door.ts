/** The way from the console to the map: where to look. The map itself may be missing (no WebGL). */

import type { ExpressionSpecification, Map as GlMap } from "maplibre-gl";
import type { Point, StreetPiece } from "../store/streets";
import { CITY } from "./basemap";

const CLOSE_ZOOM = 15;
const PATIENCE_MS = 5_000;
/** A map that is not there yet is looked for again after this long. */
const SOON_MS = 300;
const IS_STREET: ExpressionSpecification = ["!", ["in", ["get", "class"], ["literal", ["ferry", "rail"]]]];

class MapDoor {
  map: GlMap | null = null;
  /** The city's box, once known. */
  bbox: [number, number, number, number] = [106.55, 10.68, 106.84, 10.9];

  /** Pixels of the map on the right that a sheet covers. */
  private get covered(): number {
    const sheet = document.querySelector("[data-sheet]")?.getBoundingClientRect();
    const box = this.map?.getContainer().getBoundingClientRect();
    return sheet && box ? Math.max(0, box.right - sheet.left) : 0;
  }

  private get padding() {
    return { top: 50, bottom: 50, left: 50, right: 50 + this.covered };
  }

  private get duration(): number {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 600;
  }

  lookAt(lon: number, lat: number, zoom = CLOSE_ZOOM): void {
    this.map?.easeTo({
      center: [lon, lat],
      zoom: Math.max(zoom, this.map.getZoom()),
      offset: [-this.covered / 2, 0],
      duration: this.duration,
    });
  }

  /** Show all of these points, no closer than a street's width of view. */
  lookAtAll(points: readonly [number, number][]): void {
    if (!points.length) return;
    const [lons, lats] = [points.map((p) => p[0]), points.map((p) => p[1])];
    this.map?.fitBounds(
      [
        [Math.min(...lons), Math.min(...lats)],
        [Math.max(...lons), Math.max(...lats)],
      ],
      { padding: this.padding, maxZoom: CLOSE_ZOOM, duration: this.duration },
    );
  }

  /** Whether all of these points lie in what is free of the map now. */
  sees(points: readonly [number, number][]): boolean {
    const box = this.map?.getContainer().getBoundingClientRect();
    if (!this.map || !box) return true;
    return points.every((point) => {
      const { x, y } = this.map!.project(point);
      return x >= 0 && y >= 0 && x <= box.width - this.covered && y <= box.height;
    });
  }

  lookAtCity(): void {
    const [w, s, e, n] = this.bbox;
    this.map?.fitBounds([w, s, e, n], { padding: 20, duration: this.duration });
  }

  /** The middle of what a sheet leaves free of the map, in pixels and in degrees. */
  get eye(): { x: number; y: number; lon: number; lat: number } | null {
    const box = this.map?.getContainer().getBoundingClientRect();
    if (!this.map || !box) return null;
    const [x, y] = [(box.width - this.covered) / 2, box.height / 2];
    const { lng, lat } = this.map.unproject([x, y]);
    return { x, y, lon: lng, lat };
  }

  focus(): void {
    this.map?.getCanvas().focus({ preventScroll: true });
  }

  /** True when the map has drawn where it looks now, with all its tiles; false when it has not yet: a slow line, or no map. */
  settled(): Promise<boolean> {
    const { map } = this;
    return new Promise((done) => {
      map?.once("idle", () => done(true));
      map?.triggerRepaint(); // which tiles a jump needs is only known after a frame
      setTimeout(() => done(false), map ? PATIENCE_MS : SOON_MS);
    });
  }

  /** The streets that the map has loaded; none without tiles. A line has a name, or the empty one. */
  streets(): StreetPiece[] {
    if (!this.map?.getSource(CITY)) return [];
    return this.map
      .querySourceFeatures(CITY, { sourceLayer: "road", filter: IS_STREET })
      .flatMap(({ geometry, properties }) => {
        const name = String(properties["name"] ?? "");
        if (geometry.type === "LineString") return [{ name, line: geometry.coordinates as Point[] }];
        if (geometry.type !== "MultiLineString") return [];
        return geometry.coordinates.map((line) => ({ name, line: line as Point[] }));
      });
  }

  get centre(): { lon: number; lat: number } | null {
    const centre = this.map?.getCenter();
    return centre ? { lon: centre.lng, lat: centre.lat } : null;
  }

  /** At least this close. */
  zoomTo(zoom: number): void {
    if (this.map && this.map.getZoom() < zoom) this.map.easeTo({ zoom, duration: this.duration });
  }

  zoom(by: number): void {
    this.map?.easeTo({ zoom: this.map.getZoom() + by, duration: this.duration / 3 });
  }
}

export const door = new MapDoor();
