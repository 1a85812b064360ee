/** The city's map as every page shows it: the ground and what stands still on it, in the theme in force. */

import { Map as GlMap, ScaleControl, addProtocol, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { Protocol } from "pmtiles";
import { session } from "../api/session.svelte";
import { ui } from "../store/ui.svelte";
import { loadMapFonts } from "./fonts";
import { THEMES } from "./palette";
import { type Still, addImages, emptyStill, mapStyle } from "./style";

/** How close a map looks at first, and from how far it may. */
export interface Sight {
  zoom: number;
  minZoom: number;
}

/** Made by a page while it is itself being made; begun by its `MapFrame`. */
export class CityMap {
  /** Null until it is begun, and where the browser cannot draw it. */
  map = $state.raw<GlMap | null>(null);
  hasGl = $state(true);
  hasTiles = $state(true);
  /** Styles loaded: what a page itself adds to the style is added anew on each. */
  styles = $state(0);
  readonly theme = $derived(THEMES[ui.theme]);
  private readonly still = emptyStill();
  private tiles: string | null = null;
  private painted = ui.theme;

  constructor(
    private readonly sight: Sight,
    private readonly showsTraffic: () => boolean = () => false,
  ) {}

  /** Draw into a box; `listen` is told of the map before anybody else sees it. */
  async begin(box: HTMLElement, listen: (map: GlMap) => void): Promise<void> {
    setWorkerUrl(workerUrl);
    addProtocol("pmtiles", new Protocol().tile);
    const [address] = await Promise.all([findTiles(), loadMapFonts()]);
    this.tiles = address;
    this.hasTiles = address !== null;
    const map = this.make(box);
    if (!map) return;
    this.painted = this.theme.name;
    listen(map);
    this.map = map;
  }

  private make(container: HTMLElement): GlMap | null {
    try {
      const map = new GlMap({
        container,
        style: this.style,
        center: [106.69, 10.785],
        ...this.sight,
        maxZoom: 19,
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        fadeDuration: 0,
        localIdeographFontFamily: false,
      });
      map.touchZoomRotate.disableRotation();
      map.keyboard.disableRotation();
      map.addControl(new ScaleControl({ maxWidth: 110, unit: "metric" }), "bottom-left");
      map.on("style.load", () => {
        addImages(map, this.theme);
        this.styles++;
      });
      map.on("error", (event) => console.warn("map:", event.error?.message ?? event));
      return map;
    } catch (error) {
      console.warn("the map cannot be drawn", error);
      this.hasGl = false;
      return null;
    }
  }

  private get style() {
    return mapStyle(this.theme, this.tiles, this.still, this.showsTraffic());
  }

  /** Take on the theme in force, if it is another one. */
  follow(): void {
    if (!this.map || this.painted === this.theme.name) return;
    this.painted = this.theme.name;
    this.map.setStyle(this.style); // only colours differ: tiles stay
    addImages(this.map, this.theme);
  }

  /** Show these in place of what stood still there. */
  put(name: keyof Still, data: GeoJSON.GeoJSON): void {
    this.still[name] = data;
    const source = this.map?.getSource(name);
    if (source && "setData" in source)
      (source as unknown as { setData(d: GeoJSON.GeoJSON): void }).setData(data);
  }

  remove(): void {
    this.map?.remove();
  }
}

/** The tiles' address if the server has them: a first byte is asked for. */
async function findTiles(): Promise<string | null> {
  const path = session.city ? session.city.map : "/map/city.pmtiles";
  if (!path) return null;
  const address = new URL(path, location.href).href;
  const found = await fetch(address, { headers: { Range: "bytes=0-6" } }).catch(() => null);
  if (!found?.ok) return null;
  const head = new Uint8Array(await found.arrayBuffer()).slice(0, 7);
  return new TextDecoder().decode(head) === "PMTiles" ? address : null;
}
