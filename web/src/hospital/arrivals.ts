/** Who stands where on the hospital's board, and what each clock says. Pure. */

import type { NamedArrival } from "../api/types/arrivals";
import { stableOrder } from "../store/select";
import { milliseconds } from "../store/time";

/** At the door; under way with a patient; before that; gone, and not confirmed yet. In the order of the board. */
export type Stage = "door" | "coming" | "scene" | "left";
export const STAGES: readonly Stage[] = ["door", "coming", "scene", "left"];

/** A handover is slow after this long, and blocks the unit after that (docs/domain.md: 15/30 min). */
export const SLOW_S = 15 * 60;
export const BLOCKED_S = 30 * 60;

export function stageOf(arrival: NamedArrival): Stage {
  if (arrival.at_hospital_at !== null) return arrival.status === null ? "left" : "door";
  return arrival.has_left ? "coming" : "scene";
}

/** Whether the hospital's word is what is missing. */
export const canConfirm = (arrival: NamedArrival): boolean => arrival.at_hospital_at !== null;

/**
 * The board from top to bottom: at the door the longest first, under way the soonest first, at the scene the gravest
 * first. While `isKept`, rows that stay in their stage keep their place.
 */
export function arrange(
  arrivals: readonly NamedArrival[],
  shown: readonly string[],
  isKept: boolean,
): Record<Stage, NamedArrival[]> {
  const byRun = new Map(arrivals.map((one) => [one.run, one]));
  const stage = (wanted: Stage): NamedArrival[] => {
    const sorted = arrivals.filter((one) => stageOf(one) === wanted).sort(ORDER[wanted]);
    const order = stableOrder(
      shown,
      sorted.map((one) => one.run),
      isKept,
    );
    return order.flatMap((run) => byRun.get(run) ?? []);
  };
  return { door: stage("door"), coming: stage("coming"), scene: stage("scene"), left: stage("left") };
}

type Compare = (a: NamedArrival, b: NamedArrival) => number;

const byRun: Compare = (a, b) => a.run.localeCompare(b.run);
const byDoor: Compare = (a, b) =>
  milliseconds(a.at_hospital_at!) - milliseconds(b.at_hospital_at!) || byRun(a, b);
const etaOf = (one: NamedArrival): number => one.eta_s ?? Number.MAX_VALUE;

const ORDER: Record<Stage, Compare> = {
  door: byDoor,
  coming: (a, b) => etaOf(a) - etaOf(b) || a.level - b.level || byRun(a, b),
  scene: (a, b) => a.level - b.level || etaOf(a) - etaOf(b) || byRun(a, b),
  left: byDoor,
};

/** When it will be there, told `toldAt` (milliseconds); null where nobody knows. */
export function expectedAt(
  arrival: NamedArrival,
  toldAt: number,
): { at: number; low: number; high: number } | null {
  if (arrival.eta_s === null || arrival.low_s === null || arrival.high_s === null) return null;
  const after = (seconds: number): number => toldAt + seconds * 1000;
  return { at: after(arrival.eta_s), low: after(arrival.low_s), high: after(arrival.high_s) };
}

/** What the big figure says: whole minutes, less than one, or that it should be here. */
export function countdown(expected: number, now: number): number | "under" | "due" {
  const left_s = (expected - now) / 1000;
  if (left_s >= 60) return Math.round(left_s / 60);
  return left_s > 0 ? "under" : "due";
}

export type Tone = "calm" | "slow" | "blocked";

/** How long a unit has stood at the door; it stops when the crew has handed over, or has gone. */
export function doorClock(arrival: NamedArrival, now: number): { seconds: number; tone: Tone } {
  const from = milliseconds(arrival.at_hospital_at!);
  const until = arrival.handover_at === null ? now : milliseconds(arrival.handover_at);
  const seconds = Math.max(0, (until - from) / 1000);
  const isStopped = arrival.handover_at !== null || arrival.status === null;
  const tone = isStopped || seconds < SLOW_S ? "calm" : seconds < BLOCKED_S ? "slow" : "blocked";
  return { seconds, tone };
}

/** The figures of the strip. */
export const counts = (board: Record<Stage, readonly NamedArrival[]>): { door: number; coming: number } => ({
  door: board.door.length,
  coming: board.coming.length + board.scene.length,
});

/** What a person must hear of: who is newly coming, and who is newly at the door. */
export function news(
  before: readonly NamedArrival[],
  after: readonly NamedArrival[],
): { coming: NamedArrival[]; door: NamedArrival[] } {
  const was = new Map(before.map((one) => [one.run, stageOf(one)]));
  return {
    coming: after.filter((one) => !was.has(one.run) && !canConfirm(one)),
    door: after.filter((one) => stageOf(one) === "door" && was.get(one.run) !== "door"),
  };
}
