/** Frames of the feed. */

import type { MoveUp } from "./moves";
import type { Recommendation } from "./recommendation";
import type { Recorded, State } from "./state";
import type { Both } from "./words";

/** id, lon, lat, heading_deg, speed_kph, fix_at */
export type PositionRow = [string, number, number, number | null, number | null, string];

export type Frame =
  | { type: "snapshot"; seq: number; state: State }
  | { type: "event"; seq: number; event: Recorded }
  | ({ type: "recommendation" } & Recommendation)
  | { type: "positions"; at: string; units: PositionRow[] }
  | { type: "move_ups"; moves: MoveUp[] }
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
