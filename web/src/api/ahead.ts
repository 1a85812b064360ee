/** Look ahead from now: what is asked of the server, and what it answers. */

import { request } from "./http";

/** Mean over the replications with its 95 % interval; null where nothing could be measured. */
export interface Expected {
  mean: number | null;
  low: number | null;
  high: number | null;
}

/** A paired difference to "as now", alone: not corrected for how many were asked about. */
export interface AheadDifference extends Expected {
  excludes_zero: boolean;
}

/** Level 1 to 4, or all of them. */
export type LateBy<T> = Partial<Record<"all" | "1" | "2" | "3" | "4", T>>;

export interface AheadAlternative {
  name: string;
  policy: string;
  move_up: string;
  hospital: string;
  changes: Record<string, unknown>;
  calls: { mean: number };
  late: LateBy<Expected>;
  red_in_target: Expected;
  response_mean_s: Expected;
  waiting_end: Expected;
  units_free: { median: number[]; p10: number[]; p90: number[] };
  coverage: { mean: number[]; p10: number[]; p90: number[] };
  waiting: { mean: number[]; p90: number[] };
  difference: {
    late: LateBy<AheadDifference>;
    red_in_target: AheadDifference;
    response_mean_s: AheadDifference;
  } | null;
}

export interface AheadResult {
  at: string;
  seq: number;
  hours: number;
  replications: number;
  baseline: string;
  now: {
    units: { free: number; busy: number; resting: number };
    waiting: Record<string, number>;
    under_way: Record<string, number>;
    open_offers: number;
  };
  forecast: {
    calls_per_hour: number;
    usual_per_hour: number;
    seen_last_hour: number;
    factor: number;
    low: number;
    high: number;
    /** "pack", "desk" (its own log), "told", or the log that it learned from. */
    source: string;
    logged_hours: number;
    /** Left out, since the log has a gap there; absent from older results. */
    unknown_hours?: number;
  };
  travel: { source: "roads" | "table"; closures: number; live_speeds: number };
  left_out: { what: string; id: string; why: string }[];
  minutes: number[];
  targets_s: Record<string, number>;
  coverage_target_s: number;
  alternatives: AheadAlternative[];
}

/** Streets that are otherwise, in the words of a scenario; without a ward: the whole city. */
export interface RoadsOtherwise {
  ward?: string;
  street?: string;
  until?: string;
}

/** One way to go on from now. */
export interface AheadChange {
  name: string;
  policy?: string;
  move_up?: string;
  hospital?: string;
  units?: { station: string; kind?: string; count?: number }[];
  off_duty?: string[];
  more_calls?: number;
  more_calls_within_min?: number;
  scale?: number;
  closure?: RoadsOtherwise[];
  flood?: (RoadsOtherwise & { depth_cm: number })[];
  traffic?: (RoadsOtherwise & { speed_share: number })[];
}

export interface AheadAsked {
  kind: "ahead";
  name?: string;
  hours: number;
  replications: number;
  forecast?: string;
  alternatives: AheadChange[];
}

export const askAhead = (asked: AheadAsked) => request<{ id: string }>("POST", "/api/v1/simulations", asked);
