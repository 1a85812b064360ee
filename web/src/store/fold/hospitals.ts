/** Hospitals. */

import { get, type Room } from "./table";

export const hospitals: Room<"HospitalRevised"> = {
  HospitalRevised(state, event, recorded) {
    const hospital = get(state.hospitals, "hospital", event.hospital_id);
    hospital.diversion = event.diversion;
    hospital.version = recorded.version;
  },
};
