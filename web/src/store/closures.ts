/** Closures, floods and slow roads as the screen shows them: which are in force, in what order, near what words. */

import type { Closure, ClosureKind } from "../api/types";
import { plain } from "./select";
import { type Point, metres } from "./streets";

export const KINDS: readonly ClosureKind[] = ["closed", "flood", "slow"];

/** A start this near is now: this desk's clock ticks by the second, and the server's may be ahead (guess). */
const SOON_MS = 5_000;

export type Standing = "in_force" | "planned";

/** Null when it is over: the leader reopens it within moments. */
export function standingOf(closure: Closure, now: number): Standing | null {
  if (closure.until_at && Date.parse(closure.until_at) <= now) return null;
  return Date.parse(closure.from_at) > now + SOON_MS ? "planned" : "in_force";
}

export interface ListedClosure {
  closure: Closure;
  standing: Standing;
}

/** In force before planned, closed before flooded before slow, then the newest first; planned ones by their start. */
export function listClosures(closures: Record<string, Closure>, now: number): ListedClosure[] {
  const listed = Object.values(closures).flatMap((closure) => {
    const standing = standingOf(closure, now);
    return standing ? [{ closure, standing }] : [];
  });
  return listed.sort((a, b) => {
    if (a.standing !== b.standing) return a.standing === "in_force" ? -1 : 1;
    if (a.standing === "planned") return order(a.closure.from_at, b.closure.from_at);
    return (
      KINDS.indexOf(a.closure.kind) - KINDS.indexOf(b.closure.kind) ||
      order(b.closure.set_at, a.closure.set_at) ||
      order(a.closure.id, b.closure.id)
    );
  });
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function countInForce(listed: readonly ListedClosure[]): Record<ClosureKind, number> {
  const counts: Record<ClosureKind, number> = { closed: 0, flood: 0, slow: 0 };
  for (const { closure, standing } of listed) if (standing === "in_force") counts[closure.kind] += 1;
  return counts;
}

/** Closures whose streets hold every word typed. */
export function findClosures(listed: readonly ListedClosure[], typed: string): Closure[] {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  return listed
    .map(({ closure }) => closure)
    .filter((closure) => {
      const words = plain(closure.names.join(" "));
      return wanted.every((word) => words.includes(word));
    });
}

/** Two roads this near are taken for one: carriageways of a street (guess). */
const SAME_ROAD_M = 35;

/** What stands already along some lines: the closure with the largest share of its corners on them, if most are. */
export function standingOn(
  listed: readonly ListedClosure[],
  lines: readonly Point[][],
): ListedClosure | null {
  const corners = lines.flat();
  if (!corners.length) return null;
  const shareOf = ({ closure }: ListedClosure): number => {
    const own = closure.lines.flat();
    const on = corners.filter((at) => own.some((one) => metres(one, at) <= SAME_ROAD_M));
    return on.length / corners.length;
  };
  const [most] = listed.map((one) => ({ one, share: shareOf(one) })).sort((a, b) => b.share - a.share);
  return most && most.share > 0.5 ? most.one : null;
}
