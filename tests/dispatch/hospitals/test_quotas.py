"""A hospital that has had its share of a major incident is advised behind the others, and is never hidden."""

from __future__ import annotations

from dispatch.domain.state import Patient, Run, State
from dispatch.domain.words import Colour
from dispatch.hospitals.decide import Needs
from dispatch.major import decide as major
from tests.dispatch.hospitals.worlds import SETTINGS, advised, at, city, ids
from tests.factories import NOW, make_incident, make_unit
from tests.folding import fold

NEEDS = Needs(incident_id="I1", unit_id="U2")


def shared_out(quota: dict[Colour, int], gone: Colour | None = "red") -> State:
    """The near hospital takes so many; unit U1 has brought one there, and U2 asks."""
    state = city(at("near", 300), at("far", 900))
    state.incidents["I1"] = make_incident(priority=1)
    state.units = {key: make_unit(key, incident_id="I1") for key in ("U1", "U2")}
    state = fold(state, major.declare(state, "I1", 10, None))
    state = fold(state, major.set_quota(state, "I1", "near", quota))
    state.incidents["I1"].runs["O1"] = Run(offer_id="O1", unit_id="U1", station_id="S1", hospital_id="near")
    if gone is not None:
        carry(state, "U1", gone, "near")
    return state


def carry(state: State, unit_id: str, colour: Colour, hospital_id: str | None = None) -> None:
    state.patients[unit_id] = Patient(
        id=unit_id, incident_id="I1", number=1, status="loaded", status_at=NOW, found_at=NOW, colour=colour,
        unit_id=unit_id, hospital_id=hospital_id,
    )  # fmt: skip


def test_a_used_up_quota_puts_a_hospital_behind_the_others_and_says_so() -> None:
    advice = advised(shared_out({"red": 1}), NEEDS)
    assert ids(advice) == ["far", "near"]
    assert advice[1].terms["quota"] == SETTINGS.quota_s
    assert "Has had its share of this major incident" in [reason.en for reason in advice[1].reasons]


def test_a_quota_counts_by_the_colour_that_is_carried() -> None:
    state = shared_out({"red": 1, "yellow": 1})
    assert ids(advised(state, NEEDS)) == ["near", "far"]
    carry(state, "U2", "yellow")
    assert ids(advised(state, NEEDS)) == ["near", "far"]
    carry(state, "U2", "red")
    assert ids(advised(state, NEEDS)) == ["far", "near"]


def test_who_goes_there_already_is_not_counted_against_itself() -> None:
    state = shared_out({"red": 1}, gone=None)
    state.incidents["I1"].runs["O1"].unit_id = "U2"
    carry(state, "U2", "red", "near")
    assert ids(advised(state, NEEDS)) == ["near", "far"]


def test_a_quota_ends_with_its_major_incident() -> None:
    state = shared_out({"red": 1})
    state = fold(state, major.stand_down(state, "I1", None))
    assert [one.terms["quota"] for one in advised(state, NEEDS)] == [0.0, 0.0]
