/** Closed roads, live speeds, routes. */

import type { Road } from "./places";
import type { ClosureKind, RoadDirection } from "./words";

/** A road that is closed, flooded or slow, now or later; gone once it is reopened. Lines are lon, lat. */
export interface Closure {
  id: string;
  kind: ClosureKind;
  road: Road;
  direction: RoadDirection;
  depth_cm: number | null;
  speed_kph: number | null;
  from_at: string;
  until_at: string | null;
  reason: string;
  set_by: string;
  set_at: string;
  names: string[];
  way_ids: number[];
  length_m: number;
  lines: [number, number][][];
  version: number;
}

/** Live speeds, a line for each stretch of a street. */
export interface TrafficSpeeds {
  type: "FeatureCollection";
  features: {
    type: "Feature";
    geometry: GeoJSON.LineString | GeoJSON.MultiLineString;
    properties: TrafficSpeed;
  }[];
  version: string;
  hour: number | null;
  applied_at: string | null;
}

export interface TrafficSpeed {
  way_id: number;
  name: string | null;
  speed_kph: number;
  free_kph: number;
  /** Of free flow. */
  share: number;
  at: string;
  until: string;
}

export interface Route {
  type: "Feature";
  geometry: { type: "LineString"; coordinates: [number, number][] };
  properties: { time_s: number; distance_m: number };
}
