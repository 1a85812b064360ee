/** The closed lists of words, as in dispatch/domain/words.py. */

export type Level = 1 | 2 | 3 | 4;
export type Skill = "doctor" | "nurse" | "convey";
export type UnitKind = "van" | "motorbike" | "boat";
export type StationKind = "centre" | "own" | "shared" | "waterway" | "external";
export type Channel = "app" | "voice";

export type UnitStatus =
  | "off_duty"
  | "available"
  | "offered"
  | "dispatched"
  | "en_route"
  | "on_scene"
  | "transporting"
  | "at_hospital"
  | "returning"
  | "moving_up"
  | "on_break"
  | "out_of_service";

export type UnitReport =
  | "available"
  | "off_duty"
  | "moving_up"
  | "en_route"
  | "on_scene"
  | "at_patient"
  | "transporting"
  | "at_hospital"
  | "handed_over"
  | "returning"
  | "on_break"
  | "out_of_service";
export type OutOfServiceReason =
  "breakdown" | "accident" | "crew_ill" | "no_fuel" | "cleaning" | "supplies" | "other";
export type CallStatus = "ringing" | "answered" | "joined" | "closed" | "abandoned";
export type CallBackReason = "abandoned" | "dropped" | "silent" | "clinical" | "other";
export type CallBackResult = "reached" | "no_answer" | "engaged" | "failed";
export type CallBackEnd = "reached" | "rang_again" | "given_up" | "not_needed" | "closed";
export type ReopenCause = "undone" | "rang_again" | "closed_unheard";
export type MessageSide = "caller" | "desk";
export type SilentStep = "listened" | "key_asked" | "key_heard" | "nothing_heard";
export type IncidentStatus = "waiting" | "assigned" | "attended" | "closed";
export type OfferStatus = "open" | "accepted" | "refused" | "expired" | "withdrawn";
export type OfferAnswer = "accepted" | "refused" | "silent" | "withdrawn";
export type RefusalCode = "no_vehicle" | "no_crew" | "on_transfer" | "breakdown" | "other";
export type Tier = "main" | "first";
export type RunKind = "emergency" | "interfacility" | "home" | "standby_event" | "relay" | "station_direct";
export type ReleaseCause = "refused" | "expired" | "withdrawn" | "other_unit" | "stood_down" | "diverted";
/** Which advice a person went against. */
export type OverruleKind = "unit" | "destination" | "move_up";
export type OverruleReason =
  | "local_knowledge"
  | "road_blocked"
  | "crew_request"
  | "station_call"
  | "patient_known"
  | "skill_needed"
  | "unit_unfit"
  | "training"
  | "other";
export type ClosureKind = "closed" | "flood" | "slow";
export type RoadDirection = "both" | "forward" | "backward";
export type AlarmKind =
  | "call_unanswered"
  | "call_undecided"
  | "call_back_overdue"
  | "message_unanswered"
  | "surge_due"
  | "unsent"
  | "undispatched"
  | "offers_refused"
  | "no_acceptance"
  | "station_silent"
  | "unit_unmoved"
  | "lost_contact"
  | "late_at_scene"
  | "overdue"
  | "long_on_scene"
  | "crew_unsafe"
  | "crew_check"
  | "handover_slow"
  | "handover_blocked"
  | "coverage_hole"
  | "shift_over"
  | "supplies_low";
export type AlarmStatus = "raised" | "escalated" | "acknowledged" | "cleared";

export type Outcome =
  | "conveyed"
  | "treated_not_conveyed"
  | "refused_by_patient"
  | "no_patient_found"
  | "cancelled_before_departure"
  | "cancelled_after_departure"
  | "dead_on_arrival"
  | "resuscitation_stopped"
  | "relayed"
  | "duplicate"
  | "no_content"
  | "transferred";
/** Who saw that a patient refused and did not sign. */
export type Witness = "relative" | "bystander" | "crew" | "police" | "none";
/** Which doctor decided to stop, or found the patient dead. */
export type Physician = "crew_doctor" | "duty_doctor" | "hospital_doctor" | "other_doctor";
/** Who did not want the run any more. */
export type CancelledBy = "caller" | "patient" | "desk" | "station" | "crew" | "hospital" | "other_service";
/** What some outcomes want to be told besides. */
export type OutcomeDetail =
  "capacity" | "risks" | "signature" | "doctor" | "decided_at" | "police" | "cancelled_by";

export type Stamp =
  | "offered_at"
  | "accepted_at"
  | "en_route_at"
  | "on_scene_at"
  | "at_patient_at"
  | "left_scene_at"
  | "at_hospital_at"
  | "handover_at"
  | "back_in_service_at";

export type PatientStatus = "found" | "loaded" | "at_hospital" | "handed_over" | "ended";
export type PatientStep = "loaded" | "unloaded" | "at_hospital" | "handed_over" | "ended";
export type Colour = "red" | "yellow" | "green" | "black";
export type SceneAuthority = "caller" | "crew" | "113" | "114";

export type HospitalStatus = "open" | "busy" | "full";
export type HospitalResource =
  | "ed_bed"
  | "icu_bed"
  | "ventilator"
  | "cath_lab"
  | "ct"
  | "operating_room"
  | "dialysis_place"
  | "burn_bed"
  | "delivery_room"
  | "neonatal_cot"
  | "isolation_bed";
export type ReservationEnd = "arrived" | "expired" | "released";
export type ReservationStatus = "held" | "arrived" | "expired" | "released";

export interface Both {
  vi: string;
  en: string;
}
