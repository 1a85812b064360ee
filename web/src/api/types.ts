/**
 * What the server says, by hand: mirrors of dispatch/domain (words, state, events) and of the HTTP surface.
 * Times are RFC 3339 UTC strings, durations seconds, distances metres, angles degrees.
 */

export type Level = 1 | 2 | 3 | 4;
export type Skill = "doctor" | "nurse" | "convey";
export type UnitKind = "van" | "motorbike" | "boat";
export type StationKind = "centre" | "own" | "shared" | "waterway";
export type Channel = "app" | "voice";
export type UnitStatus =
  | "off_duty"
  | "available"
  | "offered"
  | "dispatched"
  | "en_route"
  | "on_scene"
  | "transporting"
  | "at_hospital"
  | "returning"
  | "moving_up";
export type UnitReport =
  | "available"
  | "off_duty"
  | "moving_up"
  | "en_route"
  | "on_scene"
  | "at_patient"
  | "transporting"
  | "at_hospital"
  | "handed_over"
  | "returning";
export type IncidentStatus = "waiting" | "assigned" | "attended" | "closed";
export type OfferStatus = "open" | "accepted" | "refused" | "expired" | "withdrawn";
export type OfferAnswer = "accepted" | "refused" | "silent" | "withdrawn";
export type RefusalCode = "no_vehicle" | "no_crew" | "on_transfer" | "breakdown" | "other";
export type ClosureKind = "closed" | "flood" | "slow";
export type RoadDirection = "both" | "forward" | "backward";
export type AlarmKind = "offers_refused" | "no_acceptance" | "unsent";
export type Outcome =
  | "conveyed"
  | "treated_not_conveyed"
  | "refused_by_patient"
  | "no_patient_found"
  | "cancelled_before_departure"
  | "cancelled_after_departure"
  | "dead_on_arrival"
  | "resuscitation_stopped"
  | "relayed"
  | "duplicate"
  | "no_content"
  | "transferred";
export type Stamp =
  | "offered_at"
  | "accepted_at"
  | "en_route_at"
  | "on_scene_at"
  | "at_patient_at"
  | "left_scene_at"
  | "at_hospital_at"
  | "handover_at"
  | "back_in_service_at";

export interface Both {
  vi: string;
  en: string;
}

/** Fields with their default value are left out on the wire. */
export interface Place {
  lon: number;
  lat: number;
  kind: "address" | "alley" | "street" | "intersection" | "poi" | "ward" | "point";
  label: string;
  label_en?: string | null;
  radius_m?: number;
  confidence?: number;
  new_ward?: string | null;
  old_ward?: string | null;
  old_district?: string | null;
  understood?: Record<string, string>;
  settled?: boolean;
}

export interface Need {
  skills: Skill[];
}

export interface Station {
  id: string;
  name: string;
  name_en: string;
  kind: StationKind;
  can_refuse: boolean;
  lon: number;
  lat: number;
  phone: string | null;
  offered: number;
  accepted: number;
  refused: number;
  silent: number;
  version: number;
}

export interface Hospital {
  id: string;
  name: string;
  name_en: string;
  lon: number;
  lat: number;
  emergency: boolean;
  capabilities: string[];
  diversion: string[];
  version: number;
}

export interface Unit {
  id: string;
  station_id: string;
  kind: UnitKind;
  skills: Skill[];
  status: UnitStatus;
  status_at: string;
  incident_id: string | null;
  offer_id: string | null;
  hospital_id: string | null;
  version: number;
}

export interface Offer {
  id: string;
  station_id: string;
  unit_id: string;
  channel: Channel;
  status: OfferStatus;
  made_at: string;
  made_by: string;
  expires_at: string;
  answered_at: string | null;
  code: RefusalCode | null;
  overruled: boolean;
  reason: string | null;
}

export interface Run {
  offer_id: string;
  unit_id: string;
  station_id: string;
  stamps: Partial<Record<Stamp, string>>;
  hospital_id: string | null;
  outcome: Outcome | null;
}

export interface Alarm {
  id: string;
  kind: AlarmKind;
  raised_at: string;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
}

export interface Incident {
  id: string;
  number: string;
  status: IncidentStatus;
  priority: Level;
  complaint: string;
  answered_at: string;
  opened_at: string;
  level_set_at: string;
  /** An unapproved protocol only suggests. */
  level_by: "person" | "protocol";
  place: Place | null;
  needs: Need[];
  call_ids: string[];
  offers: Record<string, Offer>;
  runs: Record<string, Run>;
  alarms: Record<string, Alarm>;
  outcome: Outcome | null;
  closed_at: string | null;
  version: number;
}

export interface Call {
  id: string;
  answered_at: string;
  complaint: string | null;
  caller_token: string | null;
  words_token: string | null;
  answers_token: string | null;
  place: Place | null;
  places: Place[];
  duplicates: string[];
  incident_id: string | null;
  outcome: Outcome | null;
  version: number;
}

/** A road as it was told, in one way; with `name`, the point lies near the street. */
export interface Road {
  way_ids?: number[];
  line?: [number, number][];
  area?: [number, number][];
  name?: string | null;
  lon?: number | null;
  lat?: number | null;
  heading_deg?: number | null;
}

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

export interface State {
  fold_version: number;
  seq: number;
  at: string | null;
  calls: Record<string, Call>;
  incidents: Record<string, Incident>;
  units: Record<string, Unit>;
  stations: Record<string, Station>;
  hospitals: Record<string, Hospital>;
  closures: Record<string, Closure>;
  auto_dispatch_held: boolean;
  desk_version: number;
  leaving: { stream: string; closed_at: string }[];
}

export interface Recorded {
  seq: number;
  stream: string;
  version: number;
  type: string;
  actor: string;
  at: string;
  recorded_at: string;
  data: Record<string, unknown>;
}

export interface Candidate {
  unit_id: string;
  station_id: string;
  eta_s: number;
  travel_s?: number;
  fix_age_s?: number | null;
  estimated?: boolean;
}

export interface Alternative {
  unit_id: string;
  station_id?: string;
  eta_s: number | null;
  reason: string;
  text?: Both;
}

export interface Recommendation {
  incident_id: string;
  action: "send" | "queue";
  units: Candidate[];
  parallel?: Candidate[];
  alternatives: Alternative[];
  coverage_before: number;
  coverage_after: number;
  solver_ms: number;
  data_age_s: number;
  based_on_seq: number;
  /** The road conditions it stands on, as in the `traffic` frame. */
  traffic_version?: string;
  at?: string;
  why?: Both;
}

/** id, lon, lat, heading_deg, speed_kph, fix_at */
export type PositionRow = [string, number, number, number | null, number | null, string];

export type Frame =
  | { type: "snapshot"; seq: number; state: State }
  | { type: "event"; seq: number; event: Recorded }
  | ({ type: "recommendation" } & Recommendation)
  | { type: "positions"; at: string; units: PositionRow[] }
  | { type: "heartbeat"; seq: number; at: string }
  | { type: "notice"; kind: string; text: Both }
  | TrafficFrame;

/** Other road conditions are in force: closures that shut a road, those that slow one, live speeds. */
export interface TrafficFrame {
  type: "traffic";
  version: string;
  /** Hour of the week, Monday 00:00 local is 0; null in free flow. */
  hour: number | null;
  at: string;
  closed: number;
  slow: number;
  live: number;
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

export interface Session {
  actor: string;
  roles: string[];
  scope?: string;
  demo?: boolean;
}

export interface Complaint {
  code: string;
  name: Both;
  level: Level;
}

export interface City {
  source: string;
  kind: "extract" | "skeleton";
  date: string | null;
  notice: Both | null;
  bbox: [number, number, number, number];
  map: string | null;
  attribution: string;
}

export interface Duplicate {
  incident_id: string;
  reason: string;
  distance_m: number | null;
  age_s: number;
}

export interface CallTaken {
  call: Call;
  places: Place[];
  incident: Incident | null;
  duplicates: Duplicate[];
  seq: number;
}

export interface Route {
  type: "Feature";
  geometry: { type: "LineString"; coordinates: [number, number][] };
  properties: { time_s: number; distance_m: number };
}
