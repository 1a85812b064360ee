/** The policy. */

import type { Room } from "./table";

export const policy: Room<"PolicyRevised"> = {
  PolicyRevised(state, event, recorded) {
    state.policy = {
      sections: event.sections,
      reason: event.reason,
      approved_by: event.approved_by,
      set_by: recorded.actor,
      set_at: recorded.at,
      version: recorded.version,
    };
  },
};
