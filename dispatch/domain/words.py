"""The closed lists of words that facts are told in. Screens translate them; the API publishes them."""

from __future__ import annotations

from typing import Literal, get_args

Level = Literal[1, 2, 3, 4]
"""1 red, 2 orange, 3 yellow, 4 green; lexicographic: nothing outranks red."""

LevelBy = Literal["person", "protocol"]
"""Who set a level: an unapproved protocol never feeds auto-dispatch."""

Skill = Literal["doctor", "nurse", "convey"]
UnitKind = Literal["van", "motorbike", "boat"]
StationKind = Literal["centre", "own", "shared", "waterway", "external"]
"""`external`: whoever lends a unit that is not of 115; it is asked by voice."""
RunKind = Literal["emergency", "interfacility", "home", "standby_event", "relay", "station_direct"]
MoveUpEnd = Literal["refused", "silent", "withdrawn", "overtaken"]
"""`overtaken`: the unit has been given something else to do."""
Channel = Literal["app", "voice"]
HospitalCapability = str
"""A code such as `stroke`; the open list stands in the city pack."""
HospitalStatus = Literal["open", "busy", "full"]
"""Of its emergency department, by its own word. It advises: not even `full` hides a hospital."""
HospitalResource = Literal[
    "ed_bed",
    "icu_bed",
    "ventilator",
    "cath_lab",
    "ct",
    "operating_room",
    "dialysis_place",
    "burn_bed",
    "delivery_room",
    "neonatal_cot",
    "isolation_bed",
]
"""What a hospital counts free places of, and what can be reserved there."""
ReservationEnd = Literal["arrived", "expired", "released"]
ReservationStatus = Literal["held", "arrived", "expired", "released"]

UnitStatus = Literal[
    "off_duty",
    "available",
    "offered",
    "dispatched",
    "en_route",
    "on_scene",
    "transporting",
    "at_hospital",
    "returning",
    "moving_up",
    "on_break",
    "out_of_service",
]
UnitReport = Literal[
    "available",
    "off_duty",
    "moving_up",
    "en_route",
    "on_scene",
    "at_patient",
    "transporting",
    "at_hospital",
    "handed_over",
    "returning",
    "on_break",
    "out_of_service",
]
"""What a crew can say. `at_patient` and `handed_over` are stamps: the status stays."""

OutOfServiceReason = Literal["breakdown", "accident", "crew_ill", "no_fuel", "cleaning", "supplies", "other"]

Recognised = Literal["cardiac_arrest"]
"""What triage has recognised that cannot wait."""
CallMark = Literal["first_compression"]
"""A moment of a call that is measured from its answer on."""
PhoneFixSource = Literal["aml_sms", "aml_https", "link"]
"""Whence a phone told where it is: the network's message, the maker's, or the page that the caller opened."""
PhoneFixMethod = Literal["gnss", "wifi", "cell", "fused", "unknown"]

CallStatus = Literal["ringing", "answered", "joined", "closed", "abandoned"]
CallBackReason = Literal["abandoned", "dropped", "silent", "clinical", "other"]
"""`dropped`: the line ended before anybody knew what it was; `clinical`: a lower call that waits too long."""
CallBackResult = Literal["reached", "no_answer", "engaged", "failed"]
CallBackEnd = Literal["reached", "rang_again", "given_up", "not_needed", "closed"]
ReopenCause = Literal["undone", "rang_again", "closed_unheard"]
"""
`rang_again`: somebody called from the same number soon after. `closed_unheard`: its incident was closed by a crew that
cannot have heard of it.
"""
SilentStep = Literal["listened", "key_asked", "key_heard", "nothing_heard"]
"""What is done about a call in which nobody speaks, in this order; then it is called back once."""
MessageSide = Literal["caller", "desk"]
"""Who wrote a message of a text conversation."""
IncidentStatus = Literal["waiting", "assigned", "attended", "closed"]
Tier = Literal["main", "first"]
"""`main`: covers a need of the incident. `first`: gets there sooner and treats until a `main` unit comes."""

OfferStatus = Literal["open", "accepted", "refused", "expired", "withdrawn"]
OfferAnswer = Literal["accepted", "refused", "silent", "withdrawn"]
RefusalCode = Literal["no_vehicle", "no_crew", "on_transfer", "breakdown", "other"]
OverruleKind = Literal["unit", "destination", "move_up"]
"""Which advice a person went against."""
OverruleReason = Literal[
    "local_knowledge",
    "road_blocked",
    "crew_request",
    "station_call",
    "patient_known",
    "skill_needed",
    "unit_unfit",
    "training",
    "other",
]
ReleaseCause = Literal["refused", "expired", "withdrawn", "other_unit", "stood_down", "diverted"]
AlarmKind = Literal[
    "call_unanswered",
    "call_undecided",
    "call_back_overdue",
    "message_unanswered",
    "surge_due",
    "unsent",
    "undispatched",
    "offers_refused",
    "no_acceptance",
    "station_silent",
    "unit_unmoved",
    "lost_contact",
    "late_at_scene",
    "overdue",
    "long_on_scene",
    "crew_unsafe",
    "crew_check",
    "handover_slow",
    "handover_blocked",
    "coverage_hole",
    "shift_over",
    "supplies_low",
]
"""`unsent`: nobody was asked; `undispatched`: nobody is going. Their rules are data: `dispatch.alarms`."""
AlarmStatus = Literal["raised", "escalated", "acknowledged", "cleared"]
"""`cleared`: what it was about has ended; without an acknowledgement it is still shown."""
ClosureKind = Literal["closed", "flood", "slow"]
RoadDirection = Literal["both", "forward", "backward"]
"""Relative to the ways as mapped, or to the line as given."""
Outcome = Literal[
    "conveyed",
    "treated_not_conveyed",
    "refused_by_patient",
    "no_patient_found",
    "cancelled_before_departure",
    "cancelled_after_departure",
    "dead_on_arrival",
    "resuscitation_stopped",
    "relayed",
    "duplicate",
    "no_content",
    "transferred",
]
Witness = Literal["relative", "bystander", "crew", "police", "none"]
"""Who saw that a patient refused and did not sign; `none`: nobody else was there."""
Physician = Literal["crew_doctor", "duty_doctor", "hospital_doctor", "other_doctor"]
"""Which doctor decided to stop, or found the patient dead."""
CancelledBy = Literal["caller", "patient", "desk", "station", "crew", "hospital", "other_service"]
"""Who did not want the run any more; `other_service`: 113, 114 or another centre."""
OutcomeDetail = Literal["capacity", "risks", "signature", "doctor", "decided_at", "police", "cancelled_by"]
"""What some outcomes want to be told besides: `dispatch.domain.outcomes`."""

PatientStatus = Literal["found", "loaded", "at_hospital", "handed_over", "ended"]
PatientStep = Literal["loaded", "unloaded", "at_hospital", "handed_over", "ended"]
Colour = Literal["red", "yellow", "green", "black"]
"""Of a patient at a scene with many: immediate, urgent, can wait, dead."""
SceneAuthority = Literal["caller", "crew", "113", "114"]

Stamp = Literal[
    "offered_at",
    "accepted_at",
    "en_route_at",
    "on_scene_at",
    "at_patient_at",
    "left_scene_at",
    "at_hospital_at",
    "handover_at",
    "back_in_service_at",
]

PUBLISHED: dict[str, tuple[object, ...]] = {
    "level": get_args(Level),
    "unit_status": get_args(UnitStatus),
    "unit_report": get_args(UnitReport),
    "out_of_service_reason": get_args(OutOfServiceReason),
    "call_status": get_args(CallStatus),
    "call_back_reason": get_args(CallBackReason),
    "call_back_result": get_args(CallBackResult),
    "call_back_end": get_args(CallBackEnd),
    "reopen_cause": get_args(ReopenCause),
    "silent_step": get_args(SilentStep),
    "recognised": get_args(Recognised),
    "call_mark": get_args(CallMark),
    "phone_fix_source": get_args(PhoneFixSource),
    "phone_fix_method": get_args(PhoneFixMethod),
    "incident_status": get_args(IncidentStatus),
    "offer_status": get_args(OfferStatus),
    "refusal_code": get_args(RefusalCode),
    "overrule_kind": get_args(OverruleKind),
    "overrule_reason": get_args(OverruleReason),
    "outcome": get_args(Outcome),
    "outcome_detail": get_args(OutcomeDetail),
    "witness": get_args(Witness),
    "physician": get_args(Physician),
    "cancelled_by": get_args(CancelledBy),
    "alarm_kind": get_args(AlarmKind),
    "alarm_status": get_args(AlarmStatus),
    "closure_kind": get_args(ClosureKind),
    "road_direction": get_args(RoadDirection),
    "skill": get_args(Skill),
    "hospital_status": get_args(HospitalStatus),
    "hospital_resource": get_args(HospitalResource),
    "colour": get_args(Colour),
    "patient_status": get_args(PatientStatus),
    "patient_step": get_args(PatientStep),
    "scene_authority": get_args(SceneAuthority),
    "run_kind": get_args(RunKind),
    "tier": get_args(Tier),
    "unit_kind": get_args(UnitKind),
}
"""The enumerations that the API's description carries."""
