/** The way from the console to the map: where to look. The map itself may be missing (no WebGL). */

import type { Map as GlMap } from "maplibre-gl";

const CLOSE_ZOOM = 15;

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

  lookAtCity(): void {
    const [w, s, e, n] = this.bbox;
    this.map?.fitBounds([w, s, e, n], { padding: 20, duration: this.duration });
  }

  get centre(): { lon: number; lat: number } | null {
    const centre = this.map?.getCenter();
    return centre ? { lon: centre.lng, lat: centre.lat } : null;
  }

  zoom(by: number): void {
    this.map?.easeTo({ zoom: this.map.getZoom() + by, duration: this.duration / 3 });
  }
}

export const door = new MapDoor();
