/** The planner's reads and commands by name. */

import { request } from "./http";

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
}

export interface Run {
  id: string;
  name: string;
  kind: "run" | "comparison";
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
  figures?: Pick<Summary, "calls" | "response_s" | "within_s">;
}

export interface WholeRun extends Run {
  scenarios: { name: string; toml: string; scenario: ScenarioJson }[];
  summary: Summary | null;
  comparison: Comparison | null;
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
