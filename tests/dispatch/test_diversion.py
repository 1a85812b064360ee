"""Diversion: who may be asked to leave one incident for another, when the unit changes over, and what stays covered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from dispatch.assignment import diversion, offers
from dispatch.assignment.asking import OfferRequest
from dispatch.domain import events as ev
from dispatch.domain.events import Event, Need
from dispatch.domain.fold import apply
from dispatch.domain.state import State
from dispatch.domain.words import Level
from dispatch.errors import IllegalStep, Malformed, Taken
from tests.dispatch.test_fold import record, tell
from tests.factories import NOW, make_incident, make_state, make_station, make_unit


def under_way(old: Level = 3, new: Level = 1, **incident: Any) -> State:
    """U1 is on its way to `old`; `new` waits; U2 and U3 of other stations are free."""
    state = make_state(
        stations=[make_station("S1"), make_station("S2"), make_station("S3")],
        units=[make_unit("U1"), make_unit("U2", station_id="S2"), make_unit("U3", station_id="S3")],
        incidents=[make_incident("old", priority=old, **incident), make_incident("new", priority=new)],
    )
    send(state, "U1", "old", "first")
    return tell(state, ev.UnitReported(unit_id="U1", report="en_route"))


def send(state: State, unit_id: str, incident_id: str, offer_id: str, *, after: timedelta = timedelta(0)) -> None:
    request = OfferRequest(offer_id=offer_id, incident_id=incident_id, unit_id=unit_id)
    tell(state, *offers.make_offer(state, request, NOW), after=after)
    tell(state, *offers.accept_offer(state, offer_id), after=after)


def divert(state: State, offer_id: str = "divert", **asked: Any) -> State:
    request = OfferRequest(offer_id=offer_id, incident_id="new", unit_id="U1", **asked)
    return tell(state, *offers.make_offer(state, request, NOW))


def going(state: State) -> dict[str, str | None]:
    return {unit.id: unit.incident_id for unit in state.units.values()}


def statuses(state: State) -> dict[str, str]:
    return {incident.id: incident.status for incident in state.incidents.values()}


def test_a_unit_that_is_asked_to_divert_goes_on_as_before() -> None:
    state = divert(under_way())
    assert going(state) == {"U1": "old", "U2": None, "U3": None}
    assert (state.units["U1"].status, state.units["U1"].diversion_offer_id) == ("en_route", "divert")
    assert state.incidents["new"].offers["divert"].diverts_from == "old"


def test_it_changes_over_in_the_step_in_which_its_replacement_accepts() -> None:
    state = divert(under_way())
    tell(state, *offers.accept_offer(state, "divert"))
    assert going(state)["U1"] == "old"
    send(state, "U2", "old", "replacement", after=timedelta(seconds=9))
    assert going(state) == {"U1": "new", "U2": "old", "U3": None}
    assert statuses(state) == {"old": "assigned", "new": "assigned"}
    left = state.incidents["old"].runs["first"]
    assert (left.outcome, left.cause) == ("cancelled_after_departure", "diverted")


def test_a_replacement_before_the_crew_knows_moves_nobody_until_it_does() -> None:
    state = divert(under_way())
    send(state, "U2", "old", "replacement", after=timedelta(seconds=9))
    assert going(state) == {"U1": "old", "U2": "old", "U3": None}
    tell(state, *offers.acknowledge_offer(state, "divert"))
    assert going(state) == {"U1": "new", "U2": "old", "U3": None}


def test_a_signature_lets_it_go_at_once_and_the_old_incident_waits() -> None:
    state = divert(under_way(), signed=True)
    assert going(state)["U1"] == "new"
    assert statuses(state) == {"old": "waiting", "new": "assigned"}
    tell(state, *offers.acknowledge_offer(state, "divert"))
    assert state.incidents["new"].offers["divert"].acknowledged_at == NOW


def test_a_signature_may_come_later() -> None:
    state = divert(under_way())
    tell(state, *offers.sign_offer(state, "divert"))
    assert (going(state)["U1"], state.incidents["new"].offers["divert"].signed) == ("new", True)


@pytest.mark.parametrize("how", ["refused", "withdrawn", "expired", "expired after the crew knew"])
def test_a_diversion_that_comes_to_nothing_leaves_the_run_as_it_was(how: str) -> None:
    before, state = under_way(), divert(under_way())
    if how == "refused":
        ended = offers.refuse_offer(state, "divert", "other", None)
    elif how == "withdrawn":
        ended = offers.withdraw_offer(state, "divert", "desk", bars=True)
    else:
        tell(state, *(offers.accept_offer(state, "divert") if "knew" in how else ()))
        ended = offers.expire_offer(state, "divert")
    tell(state, *ended)
    state.units["U1"].version = before.units["U1"].version
    assert (state.units, state.incidents["old"]) == (before.units, before.incidents["old"])
    assert state.incidents["new"].status == "waiting"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [(1, 1, "red is never diverted from"), (2, 2, "only to a graver"), (2, 3, "only to a graver"), (4, 3, None)],
)
def test_only_a_strictly_graver_incident_diverts_and_nothing_diverts_from_red(
    old: Level, new: Level, words: str | None
) -> None:
    state = under_way(old, new)
    if words is None:
        assert going(divert(state, signed=True))["U1"] == "new"
        return
    with pytest.raises(Taken, match=words):
        divert(state, signed=True)


def test_a_unit_that_has_arrived_is_not_diverted() -> None:
    state = tell(under_way(), ev.UnitReported(unit_id="U1", report="on_scene"))
    with pytest.raises(Taken, match="on_scene and cannot be offered"):
        divert(state)


def test_a_unit_is_asked_to_divert_once_at_a_time_and_never_by_the_system() -> None:
    state = under_way()
    with pytest.raises(Taken, match="only a person may divert"):
        divert(state, by_system=True)
    divert(state)
    with pytest.raises(Taken, match=r"already asked to divert \(offer divert\)"):
        divert(state, "again")


def test_what_is_said_to_be_left_must_be_where_the_unit_goes() -> None:
    with pytest.raises(Taken, match="goes to incident old, not to other"):
        divert(under_way(), diverts_from="other")
    request = OfferRequest(offer_id="O", incident_id="new", unit_id="U2", signed=True)
    with pytest.raises(Malformed, match="only a diversion is signed"):
        offers.make_offer(under_way(), request, NOW)


def test_a_diversion_lapses_when_the_old_incident_turns_red_or_the_unit_arrives() -> None:
    turned = tell(divert(under_way()), ev.IncidentRevised(incident_id="old", priority=1))
    arrived = tell(divert(under_way()), ev.UnitReported(unit_id="U1", report="on_scene"))
    for state in (turned, arrived):
        assert diversion.list_lapsed(state) == ["divert"]
        with pytest.raises(Taken):
            offers.accept_offer(state, "divert")
        with pytest.raises(Taken):
            offers.sign_offer(state, "divert")
    assert diversion.list_lapsed(divert(under_way())) == []


def test_an_old_incident_that_needs_two_keeps_as_many_as_it_had() -> None:
    state = under_way(needs=(Need(), Need()))
    send(state, "U2", "old", "second")
    divert(state)
    tell(state, *offers.accept_offer(state, "divert"))
    assert going(state)["U1"] == "old"
    send(state, "U3", "old", "replacement", after=timedelta(seconds=9))
    assert going(state) == {"U1": "new", "U2": "old", "U3": "old"}


def test_a_replacement_that_was_itself_diverted_lets_the_first_one_go() -> None:
    state = under_way(old=2)
    state.incidents["least"] = make_incident("least", priority=4)
    send(state, "U2", "least", "O2")
    divert(state)
    tell(state, *offers.accept_offer(state, "divert"))
    request = OfferRequest(offer_id="chain", incident_id="old", unit_id="U2", signed=True)
    tell(state, *offers.make_offer(state, request, NOW), after=timedelta(seconds=9))
    assert going(state) == {"U1": "new", "U2": "old", "U3": None}
    assert statuses(state) == {"old": "assigned", "new": "assigned", "least": "waiting"}


ILLEGAL: tuple[Event, ...] = (
    ev.DiversionAsked(unit_id="U1", incident_id="new", offer_id="O"),
    ev.UnitDiverted(unit_id="U1", incident_id="new", offer_id="divert", from_incident_id="old"),
    ev.RunEnded(incident_id="old", unit_id="U1", outcome="cancelled_after_departure", cause="diverted"),
)


@pytest.mark.parametrize("event", ILLEGAL, ids=lambda event: type(event).__name__)
def test_the_fold_itself_lets_no_unit_leave_a_red_incident_for_another(event: Event) -> None:
    state = tell(divert(under_way(old=2)), ev.IncidentRevised(incident_id="old", priority=1))
    with pytest.raises(IllegalStep):
        tell(state, event)
    assert going(state)["U1"] == "old"


def test_the_fold_itself_lets_the_system_divert_nobody() -> None:
    state = under_way()
    for event in (ILLEGAL[0], made("new", "U1", diverts_from="old")):
        with pytest.raises(IllegalStep, match="diverted by the system"):
            by_system(state, event)


def test_the_fold_itself_lets_the_system_ask_no_unit_that_a_person_took_back() -> None:
    state = under_way()
    request = OfferRequest(offer_id="O2", incident_id="new", unit_id="U2")
    tell(state, *offers.make_offer(state, request, NOW))
    tell(state, *offers.withdraw_offer(state, "O2", "desk", bars=True))
    assert state.incidents["new"].barred == ["U2"]
    with pytest.raises(IllegalStep, match="taken back by a person"):
        by_system(state, made("new", "U2"))
    tell(state, *offers.allow_again(state, "new", "U2"))
    by_system(state, made("new", "U2"))
    assert state.incidents["new"].offers["O9"].status == "open"


def test_a_unit_that_was_stood_down_or_diverted_is_barred_until_a_person_offers_it_again() -> None:
    state = divert(under_way(), signed=True)
    assert state.incidents["old"].barred == ["U1"]
    tell(state, made("old", "U1"))
    assert state.incidents["old"].barred == []


def made(incident_id: str, unit_id: str, diverts_from: str | None = None) -> ev.OfferMade:
    return ev.OfferMade(
        offer_id="O9", incident_id=incident_id, station_id="S1", unit_id=unit_id, channel="app",
        expires_at=NOW + timedelta(seconds=60), diverts_from=diverts_from,
    )  # fmt: skip


def by_system(state: State, event: Event) -> None:
    apply(state, msgspec.structs.replace(record(state, event), actor="system:next-offer"))
