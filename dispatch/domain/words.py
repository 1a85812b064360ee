"""The closed lists of words that facts are told in. Screens translate them; the API publishes them."""

from __future__ import annotations

from typing import Literal, get_args

Level = Literal[1, 2, 3, 4]
"""1 red, 2 orange, 3 yellow, 4 green; lexicographic: nothing outranks red."""

LevelBy = Literal["person", "protocol"]
"""Who set a level: an unapproved protocol never feeds auto-dispatch."""

Skill = Literal["doctor", "nurse", "convey"]
UnitKind = Literal["van", "motorbike", "boat"]
StationKind = Literal["centre", "own", "shared", "waterway"]
RunKind = Literal["emergency", "interfacility", "home", "standby_event", "relay", "station_direct"]
MoveUpEnd = Literal["refused", "silent", "withdrawn", "overtaken"]
"""`overtaken`: the unit has been given something else to do."""
Channel = Literal["app", "voice"]
HospitalCapability = str
"""A code such as `stroke`; the open list stands in the city pack."""

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
]
"""What a crew can say. `at_patient` and `handed_over` are stamps: the status stays."""

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
AlarmKind = Literal["offers_refused", "no_acceptance", "unsent"]
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
    "incident_status": get_args(IncidentStatus),
    "offer_status": get_args(OfferStatus),
    "refusal_code": get_args(RefusalCode),
    "overrule_kind": get_args(OverruleKind),
    "overrule_reason": get_args(OverruleReason),
    "outcome": get_args(Outcome),
    "alarm_kind": get_args(AlarmKind),
    "closure_kind": get_args(ClosureKind),
    "road_direction": get_args(RoadDirection),
    "skill": get_args(Skill),
    "colour": get_args(Colour),
    "patient_status": get_args(PatientStatus),
    "patient_step": get_args(PatientStep),
    "scene_authority": get_args(SceneAuthority),
    "run_kind": get_args(RunKind),
    "tier": get_args(Tier),
    "unit_kind": get_args(UnitKind),
}
"""The enumerations that the API's description carries."""
