/** The desk as a whole, and its seats. */

import { IllegalStep } from "../lifecycles";
import { get, type Room } from "./table";

export const desk: Room<"AutoDispatchHeld" | "SurgeSet" | "SeatTaken" | "SeatLeft"> = {
  AutoDispatchHeld(state, event, recorded) {
    state.auto_dispatch_held = event.held;
    state.desk_version = recorded.version;
  },

  SurgeSet(state, event, recorded) {
    state.surge = {
      on: event.on,
      set_by: recorded.actor,
      set_at: recorded.at,
      reason: event.reason ?? null,
      version: recorded.version,
    };
  },

  SeatTaken(state, event, recorded) {
    state.seats[event.seat_id] = {
      id: event.seat_id,
      user: event.user,
      taken_at: recorded.at,
      version: recorded.version,
    };
  },

  SeatLeft(state, event, recorded) {
    const seat = get(state.seats, "seat", event.seat_id);
    if (seat.user === null) throw new IllegalStep(`nobody sits at seat ${seat.id}`);
    seat.user = null;
    seat.taken_at = null;
    seat.version = recorded.version;
  },
};
