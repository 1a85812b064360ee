"""The watch's own question: whose offers all failed."""

from __future__ import annotations

from dispatch.assignment.watch import is_abandoned
from dispatch.domain.state import Run
from dispatch.domain.words import ReleaseCause
from tests.factories import make_incident, make_offer


def test_an_incident_whose_last_offer_failed_is_abandoned_and_a_withdrawn_one_is_not() -> None:
    assert is_abandoned(make_incident(offers=[make_offer(status="expired")]))
    assert not is_abandoned(make_incident(offers=[make_offer(status="refused"), make_offer("O2", status="withdrawn")]))
    assert not is_abandoned(make_incident())


def test_an_incident_whose_unit_was_diverted_is_abandoned_and_one_whose_unit_a_person_stood_down_is_not() -> None:
    causes: tuple[ReleaseCause, ReleaseCause] = ("diverted", "stood_down")
    incidents = [make_incident(offers=[make_offer(status="accepted")]) for _ in causes]
    for incident, cause in zip(incidents, causes, strict=True):
        incident.runs["O1"] = Run(offer_id="O1", unit_id="U1", station_id="S1", cause=cause)
    assert [is_abandoned(incident) for incident in incidents] == [True, False]
