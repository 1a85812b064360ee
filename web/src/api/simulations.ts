/** The planner's reads and commands by name. */

import type { AheadAsked, AheadResult } from "./ahead";
import { request, send } from "./http";

const PATH = "/api/v1/simulations";

export type RunStatus = "queued" | "running" | "done" | "failed" | "cancelled";

/** A scenario as JSON, of the form that the server's schema has. */
export type ScenarioJson = Record<string, unknown>;

export interface Spread {
  mean: number | null;
  p50: number | null;
  p90: number | null;
  p95: number | null;
}

export interface Summary {
  calls: number;
  served: number;
  lost: number;
  emergencies: number;
  response_s: Spread;
  target_s: number;
  within_target: number | null;
  within_s: Record<string, number | null>;
  by_priority: Record<string, { calls: number; response_s: Spread; within_target: number | null }>;
  unit_utilisation: Record<string, number>;
  indicators?: Record<string, number | null>;
  refusals: number;
  moves: number;
}

export interface Estimate {
  mean: number;
  low: number;
  high: number;
}

export interface Difference extends Estimate {
  low_together: number;
  high_together: number;
  p_holm: number;
  excludes_zero: boolean;
}

export interface Comparison {
  baseline: string;
  replications: number;
  means: Record<string, Record<string, Estimate>>;
  differences: Record<string, Record<string, Difference>>;
  /** By the same names; those of older runs are absent. */
  titles?: Record<string, string>;
  conclusions?: Record<string, { tone: "better" | "worse" | "maybe" | "none"; vi: string; en: string }>;
}

export interface Run {
  id: string;
  name: string;
  kind: "run" | "comparison" | "ahead";
  by: string;
  status: RunStatus;
  replications: number | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  progress: { said: string; done: number | null; total: number | null } | null;
  error: { thing: string; fact: string; way_out: string } | null;
  files: string[];
  before_it?: number;
  figures?: Partial<Pick<Summary, "calls" | "response_s" | "within_s">>;
  /** Of a look ahead, before it is done too. */
  asked?: Omit<AheadAsked, "kind">;
}

export interface WholeRun extends Run {
  scenarios: { name: string; toml: string; scenario: ScenarioJson }[];
  summary: Summary | null;
  comparison: Comparison | null;
  ahead?: AheadResult | null;
}

export interface WorldStation {
  id: string;
  name: string;
  name_en: string;
  kind: string;
  lon: number;
  lat: number;
}

export interface World {
  stations: WorldStation[];
  units: { id: string; station_id: string; kind: string; staffed: boolean }[];
  emergencies_per_day: number;
  work: Record<string, number>;
}

export type Policies = Record<"policy" | "move_up" | "hospital", string[]>;

export const listRuns = () => request<{ simulations: Run[] }>("GET", PATH).then((found) => found.simulations);
export const getRun = (id: string) => request<WholeRun>("GET", `${PATH}/${id}`);
export const endRun = (id: string) => request<unknown>("DELETE", `${PATH}/${id}`);
export const getWorld = () => request<World>("GET", `${PATH}/world`);
export const getPolicies = () => request<Policies>("GET", `${PATH}/policies`);
export const fileOf = (id: string, name: string) => `${PATH}/${id}/files/${encodeURIComponent(name)}`;

/** One scenario runs once; several are compared on the same days, the first is the baseline. */
export const askRun = (scenarios: ScenarioJson[], replications: number) =>
  request<{ id: string }>(
    "POST",
    PATH,
    scenarios.length === 1 ? { scenario: scenarios[0] } : { scenarios, replications },
  );

/** One ward's calls of a run, or of all days of a comparison (then there is no p90). */
export interface WardFigures {
  calls: number;
  late: number;
  mean_s: number;
  p90_s?: number;
}

export interface WardDifference {
  mean: number;
  low: number;
  high: number;
  p_holm: number;
  days: number;
}

export interface StationFigures {
  lon: number;
  lat: number;
  units: number;
  utilisation: number | null;
  runs: number;
}

/** `map.json` of a run. */
export interface RunMap {
  target_s: number;
  wards: Record<string, WardFigures>;
  stations: Record<string, StationFigures>;
}

/** `map.json` of a comparison. */
export interface ComparedMap {
  baseline: string;
  target_s: number;
  scenarios: Record<string, { wards: Record<string, WardFigures> }>;
  differences: Record<string, Record<string, Record<"late" | "mean_s", WardDifference>>>;
}

export type WardOutlines = GeoJSON.FeatureCollection<
  GeoJSON.Geometry,
  { code: string; name: string; name_en: string }
>;

export const getWards = () => request<WardOutlines>("GET", `${PATH}/wards`);
export const getMap = (id: string) => request<RunMap | ComparedMap>("GET", fileOf(id, "map.json"));

/** What could not be used of a log, and why. */
export interface Account {
  read: number;
  kept: number;
  skipped: number;
  skipped_by_reason: Record<string, number>;
  first_skipped: { line: number; reason: string; detail: string }[];
  from: string | null;
  until: string | null;
  gaps: number;
  longest_gaps: { after: string; before: string; length_s: number }[];
  notes: string[];
}

export interface KeptLog {
  id: string;
  name: string;
  by: string;
  created_at: string;
  from_desk: boolean;
  format: string;
  calls: number;
  days: number;
  calls_per_day?: number;
  has_demand: boolean;
  by_day: [string, number][];
  account: Account;
}

const LOGS = `${PATH}/logs`;
export const listLogs = () => request<{ logs: KeptLog[] }>("GET", LOGS).then((found) => found.logs);
export const takeDeskLog = (days: number) => request<KeptLog>("POST", `${LOGS}/desk`, { days });
export const eraseLog = (id: string) => request<unknown>("DELETE", `${LOGS}/${id}`);
export const sendLog = (file: File) =>
  send<KeptLog>("POST", `${LOGS}?name=${encodeURIComponent(file.name.slice(0, 120))}`, file);

export interface SettingAbout {
  meaning: string | null;
  unit: string | null;
  least: number | null;
  most: number | null;
}

/** The desk's settings: what holds by default, and what each means. */
export interface PolicyShown {
  sections: Record<string, Record<string, unknown>>;
  defaults: Record<string, Record<string, unknown>>;
  settings: Record<string, Record<string, SettingAbout>>;
}

export const getPolicy = () => request<PolicyShown>("GET", "/api/v1/policy");

/** A siting that an operator left on the server. */
export interface KeptSiting {
  name: string;
  objective: string;
  new: unknown[];
}

export const listSitings = () =>
  request<{ sitings: KeptSiting[] }>("GET", `${PATH}/sitings`).then((found) => found.sitings);
