/** One road being closed: what the dispatcher has said of it so far, and the streets that it means. */

import * as api from "../api/commands";
import { newKey } from "../api/http";
import type { ClosureKind, Place, RoadDirection } from "../api/types";
import { labelOf, t } from "../i18n/index.svelte";
import { door } from "../layers/door";
import type { DrawnClosure } from "../layers/closures";
import { clock } from "../store/clock.svelte";
import { type RoadWords, readRoad } from "../store/roadwords";
import {
  type Crossing,
  type Point,
  StreetNet,
  type StreetPiece,
  type Walk,
  metres,
  streetAround,
} from "../store/streets";
import { ui } from "../store/ui.svelte";

/** A street is asked for this far beyond what the gazetteer says of its size (guess). */
const MARGIN_M = 250;
export const DEPTHS_CM = [20, 30, 40, 60] as const;
export const SPEEDS_KPH = [5, 10, 20] as const;
/** Minutes; null is until further notice. */
export const UNTILS: readonly (number | null)[] = [30, 60, null];
export const STARTS = [0, 30, 60] as const;

class Closing {
  words = $state("");
  /** The streets that the words may mean. */
  places = $state.raw<Place[]>([]);
  place = $state.raw<Place | null>(null);
  kind = $state<ClosureKind>("closed");
  direction = $state<RoadDirection>("both");
  depth_cm = $state(30);
  speed_kph = $state(10);
  minutes = $state<number | null>(60);
  startsIn = $state<number>(0);
  reason = $state("");
  crossings = $state.raw<Crossing[]>([]);
  /** The ends of the piece, by crossing; empty is the street's own end. */
  from = $state("");
  to = $state("");
  /** Points set on the map. */
  ends = $state.raw<Point[]>([]);
  walk = $state.raw<Walk | null>(null);
  /** The keyboard is on the map: arrows move it under the cross. */
  isOnMap = $state(false);
  whole = $state.raw<Point[][]>([]);
  private net: StreetNet | null = null;
  private key = newKey();

  begin(words: RoadWords = readRoad("closed", "")): void {
    this.words = words.street;
    this.kind = words.kind;
    this.depth_cm = words.depth_cm ?? 30;
    this.speed_kph = words.speed_kph ?? 10;
    this.minutes = words.minutes ?? 60;
    this.startsIn = 0;
    this.reason = words.reason;
    this.places = [];
    this.key = newKey();
    this.forget();
  }

  /** Drop the street, keep what was said about it. */
  forget(): void {
    this.place = this.walk = this.net = null;
    this.whole = [];
    this.crossings = [];
    this.ends = [];
    this.from = this.to = "";
    this.direction = "both";
    ui.pins = [];
  }

  get street(): string {
    return this.place?.understood?.["street"] ?? this.place?.label ?? "";
  }

  /** What is said of the streets that would be closed. */
  get title(): string {
    if (this.walk) return this.walk.names[0] ?? t("road.unnamed");
    return this.place ? labelOf(this.place) : "";
  }

  /** Of a piece; how long a whole street is, the server says once it is closed. */
  get length_m(): number | null {
    return this.walk?.length_m ?? null;
  }

  /** What must still be said before it can be sent. */
  get missing(): "road" | "reason" | null {
    if (!this.place && !this.walk) return "road";
    return this.reason.trim() ? null : "reason";
  }

  get drawn(): DrawnClosure[] {
    const { kind, direction, walk } = this;
    const lines = walk ? [direction === "backward" ? [...walk.line].reverse() : walk.line] : this.whole;
    if (!lines.length) return [];
    return [{ id: "", kind, direction, lines, label: "", isPlanned: false, isChosen: false, isDraft: true }];
  }

  /** A street out of the gazetteer: the map goes there and shows all of it, on a slow line bit by bit. */
  async take(place: Place): Promise<void> {
    this.forget();
    this.place = place;
    const reach = Math.min(6_000, place.radius_m ?? 300);
    const [dx, dy] = [reach / 109_300, reach / 110_600];
    let hasLooked = false;
    let isWhole = false;
    while (!isWhole && this.place === place) {
      if (!hasLooked) {
        door.lookAtAll([
          [place.lon - dx, place.lat - dy],
          [place.lon + dx, place.lat + dy],
        ]);
      }
      hasLooked = door.map !== null;
      isWhole = await door.settled();
      if (this.place === place && !this.from && !this.to) this.trace(place, reach);
    }
  }

  /** All of a street, and where others cross it, as far as the map has loaded. */
  private trace(place: Place, reach: number): void {
    const name = this.street;
    const within = reach * 1.1 + MARGIN_M;
    const at: Point = [place.lon, place.lat];
    const pieces = near(door.streets(), at, within + MARGIN_M);
    this.net = new StreetNet(pieces);
    this.whole = streetAround(pieces, name, at);
    const found = this.net.crossings(name, at, within);
    const streets = found.filter((crossing) => !crossing.name.includes(name)); // its own alleys come last
    this.crossings = streets.length > 2 ? streets : found;
  }

  /** From one crossing to another; both are needed for a piece. */
  cut(): void {
    const [a, b] = [this.crossings[Number(this.from)], this.crossings[Number(this.to)]];
    this.ends = [];
    this.walk = null;
    if (this.from === "" || this.to === "" || !a || !b || a === b || !this.net) {
      this.direction = "both";
      ui.pins = [];
      return;
    }
    this.walk = this.net.walk(a.at, b.at, this.street);
    this.showEnds([a.at, b.at]);
    if (this.walk) door.lookAtAll(this.walk.line);
  }

  /** A point on the map: the first finds the street, the second its piece, a third begins anew. */
  point(lon: number, lat: number): boolean {
    const at: Point = [lon, lat];
    const [first] = this.ends;
    if (!first || this.walk) {
      const net = new StreetNet(near(door.streets(), at, 4_000));
      const found = net.near(at);
      if (!found) {
        ui.complain(t("road.nostreet"), t("road.nostreet.do"));
        return false;
      }
      this.forget();
      this.net = net;
      this.words = found.name || t("road.unnamed");
      this.places = [];
      this.ends = [found.at];
    } else {
      const name = this.net?.near(first, 5)?.name ?? "";
      const found = this.net?.near(at, 60, name) ?? this.net?.near(at);
      const walk = found && this.net?.walk(first, found.at, name);
      if (!found || !walk || isDetour(walk)) {
        ui.complain(t("road.noway"), t("road.noway.do"));
        return false;
      }
      this.ends = [first, found.at];
      this.walk = walk;
    }
    this.showEnds(this.ends);
    return true;
  }

  private showEnds(ends: readonly Point[]): void {
    ui.pins = ends.map(([lon, lat], i) => ({
      id: `end-${i}`,
      label: "AB"[i]!,
      lon,
      lat,
      radius_m: 0,
      isChosen: true,
    }));
  }

  /** What is sent. Null while something is missing. */
  get asked(): api.NewClosure | null {
    if (this.missing) return null;
    const start = clock.exact() + this.startsIn * 60_000;
    const { kind, direction, place, walk } = this;
    return {
      kind,
      direction,
      road: walk ? { line: thinned(walk.line) } : { name: this.street, lon: place!.lon, lat: place!.lat },
      ...(kind === "flood" ? { depth_cm: this.depth_cm } : {}),
      ...(kind === "slow" ? { speed_kph: this.speed_kph } : {}),
      ...(this.startsIn ? { from: new Date(start).toISOString() } : {}),
      ...(this.minutes === null ? {} : { until: new Date(start + this.minutes * 60_000).toISOString() }),
      reason: this.reason.trim(),
    };
  }

  /** The same closure sent again is set once; after a change it is another one. */
  keyFor(asked: api.NewClosure): string {
    const said = JSON.stringify({ ...asked, from: this.startsIn, until: this.minutes });
    if (said !== this.saidBefore) this.key = newKey();
    this.saidBefore = said;
    return this.key;
  }
  private saidBefore = "";
}

const MOST_POINTS = 1_000; // routing/road_ref.py

/** So many corners stand only on a very long line; every second one of it tells the way too. */
function thinned(line: Point[]): Point[] {
  return line.length <= MOST_POINTS
    ? line
    : thinned(line.filter((_, i) => i % 2 === 0 || i === line.length - 1));
}

/** One who means a piece of a road clicks on its ends: a way round by other streets was not meant (guess). */
function isDetour(walk: Walk): boolean {
  return walk.length_m > 2 * metres(walk.line[0]!, walk.line.at(-1)!) + 300;
}

/** The pieces of streets around a point. */
function near(pieces: readonly StreetPiece[], at: Point, within: number): StreetPiece[] {
  return pieces.filter(({ line }) => line.some((one) => metres(one, at) <= within));
}

export const closing = new Closing();

/** Streets for some words, in the order of the gazetteer, nearest to the map's middle first among equals. */
export async function findStreets(words: string, signal: AbortSignal): Promise<Place[]> {
  const found = await api.geocode(words, door.centre, signal);
  return found.filter((place) => place.kind === "street" || place.kind === "alley");
}
