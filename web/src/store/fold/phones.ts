/** Where callers' phones are. */

import { get, type Room } from "./table";

const KEEP_FIXES = 20;

export const phones: Room<"PhoneLocated" | "LocationLinkMade"> = {
  PhoneLocated(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.fixes = [...call.fixes, event.fix].slice(-KEEP_FIXES);
    call.version = recorded.version;
  },

  LocationLinkMade(state, event, recorded) {
    const call = get(state.calls, "call", event.call_id);
    call.link_expires_at = event.expires_at;
    call.version = recorded.version;
  },
};
