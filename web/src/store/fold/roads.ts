/** Closed roads. */

import { IllegalStep } from "../lifecycles";
import { get, type Room } from "./table";

export const roads: Room<"RoadClosed" | "RoadReopened"> = {
  RoadClosed(state, event, recorded) {
    if (Object.hasOwn(state.closures, event.id)) {
      throw new IllegalStep(`road closure ${event.id} is there already; allowed: reopened`);
    }
    state.closures[event.id] = {
      id: event.id,
      kind: event.kind,
      road: event.road,
      direction: event.direction,
      depth_cm: event.depth_cm ?? null,
      speed_kph: event.speed_kph ?? null,
      from_at: event.from_at,
      until_at: event.until_at ?? null,
      reason: event.reason,
      set_by: recorded.actor,
      set_at: recorded.at,
      names: event.names ?? [],
      way_ids: event.way_ids ?? [],
      length_m: event.length_m ?? 0,
      lines: event.lines ?? [],
      version: recorded.version,
    };
  },

  RoadReopened(state, event) {
    get(state.closures, "road closure", event.id);
    delete state.closures[event.id];
  },
};
