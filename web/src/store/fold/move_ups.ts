/** Moves of idle units to other posts. */

import { FREE_STATUSES, IllegalStep, UNIT_TRANSITIONS, step } from "../lifecycles";
import { microseconds } from "../time";
import { countOverrule } from "./overrules";
import { get, type Room } from "./table";

const REMEMBERED_US = 3_600_000_000;

export const move_ups: Room<"MoveUpAsked" | "MoveUpStarted" | "MoveUpDropped"> = {
  MoveUpAsked(state, event, recorded) {
    const unit = get(state.units, "unit", event.unit_id);
    get(state.stations, "station", event.station_id);
    if (!FREE_STATUSES.has(unit.status)) {
      throw new IllegalStep(`unit ${unit.id} cannot be asked to move up while ${unit.status}`);
    }
    unit.asked_post_id = event.station_id;
    if (event.overruled) countOverrule(state, "move_up", event.reason, recorded);
    unit.version = recorded.version;
  },

  MoveUpStarted(state, event, recorded) {
    const unit = get(state.units, "unit", event.unit_id);
    get(state.stations, "station", event.station_id);
    if (unit.status !== "moving_up") {
      unit.status = step(UNIT_TRANSITIONS, "unit", unit.id, unit.status, "moving_up");
      unit.status_at = recorded.at;
    }
    unit.asked_post_id = null;
    unit.version = recorded.version;
    unit.post_id = event.station_id === unit.station_id ? null : event.station_id;
    const now = microseconds(recorded.at);
    unit.moved_at = [...unit.moved_at.filter((at) => now - microseconds(at) < REMEMBERED_US), recorded.at];
  },

  MoveUpDropped(state, event, recorded) {
    const unit = get(state.units, "unit", event.unit_id);
    if (unit.asked_post_id !== event.station_id) {
      throw new IllegalStep(`unit ${unit.id} has not been asked to move to ${event.station_id}`);
    }
    unit.asked_post_id = null;
    unit.version = recorded.version;
  },
};
