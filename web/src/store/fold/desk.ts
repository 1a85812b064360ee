/** The desk as a whole. */

import type { Room } from "./table";

export const desk: Room<"AutoDispatchHeld"> = {
  AutoDispatchHeld(state, event, recorded) {
    state.auto_dispatch_held = event.held;
    state.desk_version = recorded.version;
  },
};
