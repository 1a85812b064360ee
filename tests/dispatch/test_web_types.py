"""The console's hand-written types name the very fields and words that the server sends."""

from __future__ import annotations

import re

import pytest

from dispatch.assignment.recommendation import Alternative, Candidate, Change, Recommendation
from dispatch.domain import state
from dispatch.domain.events import Need, Recorded
from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.domain.road import Road
from dispatch.domain.state.runs import StampTold
from dispatch.domain.words import PUBLISHED
from dispatch.hospitals.arrivals import Arrival
from dispatch.paths import repo_root

FOLDER = repo_root() / "web" / "src" / "api" / "types"
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.ts")))

STRUCTS = (
    state.State,
    state.Incident,
    state.Unit,
    state.Station,
    state.Hospital,
    state.Reservation,
    state.Offer,
    state.Run,
    state.Alarm,
    state.Call,
    state.Major,
    state.Patient,
    state.OutcomeRecord,
    OutcomeDetails,
    state.Crew,
    state.Vehicle,
    StampTold,
    state.OfferCounts,
    state.PolicyInForce,
    state.ProtocolInForce,
    state.Triage,
    PhoneFix,
    state.Closure,
    Need,
    Place,
    Road,
    Recorded,
    Recommendation,
    Candidate,
    Alternative,
    Change,
    Arrival,
)

WORDS = {
    "UnitStatus": "unit_status",
    "UnitReport": "unit_report",
    "IncidentStatus": "incident_status",
    "OfferStatus": "offer_status",
    "RefusalCode": "refusal_code",
    "Outcome": "outcome",
    "OutcomeDetail": "outcome_detail",
    "Witness": "witness",
    "Physician": "physician",
    "CancelledBy": "cancelled_by",
    "AlarmKind": "alarm_kind",
    "AlarmStatus": "alarm_status",
    "ClosureKind": "closure_kind",
    "RoadDirection": "road_direction",
    "Skill": "skill",
    "Colour": "colour",
    "PatientStatus": "patient_status",
    "CallStatus": "call_status",
    "Recognised": "recognised",
    "CallMark": "call_mark",
    "PhoneFixSource": "phone_fix_source",
    "PhoneFixMethod": "phone_fix_method",
    "OutOfServiceReason": "out_of_service_reason",
    "PatientStep": "patient_step",
    "OverruleKind": "overrule_kind",
    "OverruleReason": "overrule_reason",
    "Tier": "tier",
    "SceneAuthority": "scene_authority",
    "UnitKind": "unit_kind",
    "HospitalStatus": "hospital_status",
    "HospitalResource": "hospital_resource",
}


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_an_interface_has_the_fields_of_its_struct(struct: type) -> None:
    body = re.search(rf"export interface {struct.__name__} {{\n(.*?)\n}}", SOURCE, re.DOTALL)
    assert body is not None, f"web/src/api/types/ has no interface {struct.__name__}"
    names = set(re.findall(r"^  (\w+)\??:", body.group(1), re.MULTILINE))
    assert names == set(struct.__struct_fields__)  # type: ignore[attr-defined]  # every struct of msgspec has them


@pytest.mark.parametrize("name", WORDS)
def test_a_list_of_words_is_the_same_on_both_sides(name: str) -> None:
    body = re.search(rf"export type {name} =(.*?);", SOURCE, re.DOTALL)
    assert body is not None, f"web/src/api/types/ has no type {name}"
    assert re.findall(r'"(\w+)"', body.group(1)) == list(PUBLISHED[WORDS[name]])
