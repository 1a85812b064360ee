"""Going against advice, first units, acknowledgements, and what late answers are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from dispatch.assignment import offers
from dispatch.assignment.advised import STILL_GOOD_S, Advised
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.handlers import show_overrules
from dispatch.assignment.recommendation import Candidate, Recommendation, Text
from dispatch.assignment.watch import is_for_system, is_fresh
from dispatch.domain import events as ev
from dispatch.domain.state import Incident, State
from dispatch.domain.words import UnitStatus
from dispatch.errors import Malformed, Taken
from tests.dispatch.test_fold import tell
from tests.factories import NOW, make_incident, make_state, make_station, make_unit


def world(**incident: Any) -> State:
    stations = [make_station(f"S{number}") for number in (1, 2, 3)]
    units = [make_unit(f"U{number}", station_id=f"S{number}") for number in (1, 2, 3)]
    return make_state(stations=stations, units=units, incidents=[make_incident(**incident)])


def ask(state: State, unit_id: str, offer_id: str = "O1", **asked: Any) -> State:
    request = OfferRequest(offer_id=offer_id, incident_id="I1", unit_id=unit_id, **asked)
    return tell(state, *offers.make_offer(state, request, NOW))


def advice(*unit_ids: str) -> Recommendation:
    text = Text(vi="", en="")
    return Recommendation(
        incident_id="I1", action="send", units=tuple(candidate(unit_id) for unit_id in unit_ids), parallel=(),
        alternatives=(), coverage_before=None, coverage_after=None, data_age_s=0.0, based_on_seq=1, at=NOW, why=text,
    )  # fmt: skip


def candidate(unit_id: str, fix_age_s: float | None = None) -> Candidate:
    return Candidate(unit_id=unit_id, station_id="S1", eta_s=60.0, travel_s=50.0, fix_age_s=fix_age_s)


# --- reasons --------------------------------------------------------------------------------------------


def test_another_unit_than_the_advised_one_needs_a_reason_and_the_refusal_names_them() -> None:
    with pytest.raises(Malformed, match=r"U2 is not the one advised .*\(U1\).* local_knowledge, road_blocked"):
        ask(world(), "U2", recommended=("U1",))


def test_sending_somebody_when_waiting_was_advised_needs_a_reason_too() -> None:
    with pytest.raises(Malformed, match=r"\(to wait\)"):
        ask(world(), "U2", recommended=())


@pytest.mark.parametrize("asked", [{"recommended": ("U2",)}, {"recommended": None}, {"recommended": ("U1",)}])
def test_the_advised_one_no_advice_and_a_pending_place_need_none(asked: dict[str, Any]) -> None:
    is_pending = asked["recommended"] == ("U1",)
    state = ask(world(placed=not is_pending), "U2", **asked)
    assert (state.incidents["I1"].offers["O1"].overruled, state.overrules) == (False, {})


def test_overrules_are_counted_by_duty_day_and_reason() -> None:
    state = ask(world(), "U2", recommended=("U1",), reason="road_blocked")
    tell(state, *offers.withdraw_offer(state, "O1", "desk"))
    ask(state, "U3", "O2", recommended=("U1",), reason="other", note="psn-7")
    assert state.overrules == {"2026-03-02": {"unit": {"road_blocked": 1, "other": 1}}}
    assert show_overrules(state)["total"] == {"unit": {"road_blocked": 1, "other": 1}}


def test_a_move_against_advice_is_counted_beside_them() -> None:
    state = world()
    tell(state, ev.MoveUpAsked(unit_id="U1", station_id="S2", overruled=True, reason="training"))
    later = timedelta(days=1)
    tell(state, ev.MoveUpAsked(unit_id="U2", station_id="S1", overruled=True, reason="psn-1"), after=later)
    assert state.overrules == {
        "2026-03-02": {"move_up": {"training": 1}},
        "2026-03-03": {"move_up": {"other": 1}},
    }


def test_who_sends_the_unit_that_was_advised_a_moment_ago_goes_against_nobody() -> None:
    clock = [0.0]
    advised = Advised(lambda told: None, lambda: clock[0])
    advised.show({"I1": advice("U1")})
    clock[0] = STILL_GOOD_S
    advised.show({"I1": advice("U2")})
    assert advised.units_of("I1", advice("U2")) == ("U2", "U1")
    clock[0] += 0.1
    assert advised.units_of("I1", advice("U2")) == ("U2",)
    assert advised.units_of("I1", None) is None


def test_a_unit_that_was_advised_to_go_ahead_still_goes_ahead_once_the_other_was_asked() -> None:
    clock = [0.0]
    advised = Advised(lambda told: None, lambda: clock[0])
    ahead = msgspec.structs.replace(candidate("U2"), tier="first")
    advised.show({"I1": msgspec.structs.replace(advice("U1"), units=(candidate("U1"), ahead))})
    advised.show({"I1": advice("U3")})
    clock[0] = STILL_GOOD_S
    tiers = [advised.tier_of("I1", unit_id, advice("U3")) for unit_id in ("U1", "U2", "U3", "U4", None)]
    assert tiers == ["main", "first", "main", None, None]
    clock[0] += 0.1
    assert advised.tier_of("I1", "U2", advice("U3")) is None


def test_what_only_one_person_was_told_who_asked_is_advice_too() -> None:
    shown: list[str] = []
    advised = Advised(shown.extend, lambda: 0.0)
    advised.show({"I1": advice("U1")})
    advised.note({"I1": advice("U2")})
    assert (advised.units_of("I1", advice("U1")), shown) == (("U1", "U2"), ["I1"])
    assert (advised.last_told("I1"), advised.last_told("I2")) == (advice("U2"), None)


# --- what the system leaves to people -------------------------------------------------------------------


def test_the_system_asks_no_unit_that_a_person_took_back_and_none_that_is_busy() -> None:
    state = ask(world(), "U1")
    tell(state, *offers.withdraw_offer(state, "O1", "desk", bars=True))
    ask(state, "U2", "O2")
    incident = state.incidents["I1"]
    assert [is_for_system(candidate(unit_id), incident, state) for unit_id in ("U1", "U2", "U3", "U9")] == [
        False, False, True, False,
    ]  # fmt: skip


def test_the_system_rings_nobody_up() -> None:
    state = world()
    state.units["U1"].external = True
    asked = [is_for_system(candidate(unit_id), state.incidents["I1"], state) for unit_id in ("U1", "U2")]
    assert asked == [False, True]


@pytest.mark.parametrize(
    ("status", "fix_age_s", "fresh"),
    [
        ("available", None, True),
        ("returning", None, False),
        ("moving_up", None, False),
        ("returning", 119.0, True),
        ("returning", 121.0, False),
    ],
)
def test_a_unit_on_the_road_without_a_fix_is_as_stale_as_one_with_an_old_one(
    status: UnitStatus, fix_age_s: float | None, fresh: bool
) -> None:
    state = make_state(units=[make_unit(status=status)])
    assert is_fresh(candidate("U1", fix_age_s), state, 120.0) is fresh


# --- first units ----------------------------------------------------------------------------------------


def test_a_first_unit_comes_beside_the_main_one_and_covers_no_need() -> None:
    state = ask(world(priority=1), "U1", tier="first")
    tell(state, *offers.accept_offer(state, "O1"))
    ask(state, "U2", "O2")
    tell(state, *offers.accept_offer(state, "O2"))
    assert [run.tier for run in state.incidents["I1"].active_runs] == ["first", "main"]


def test_a_first_unit_may_still_be_sent_when_the_main_one_is_and_only_one_of_them() -> None:
    state = ask(world(), "U1")
    tell(state, *offers.accept_offer(state, "O1"))
    ask(state, "U2", "O2", tier="first")
    with pytest.raises(Taken, match="already has U2 as its first unit"):
        ask(state, "U3", "O3", tier="first")


def test_a_first_unit_s_acceptance_withdraws_no_main_offer_and_a_main_one_no_first() -> None:
    state = ask(world(), "U1", tier="first")
    ask(state, "U2", "O2")
    tell(state, *offers.accept_offer(state, "O2"))
    assert statuses(state.incidents["I1"]) == {"O1": "open", "O2": "accepted"}


def statuses(incident: Incident) -> dict[str, str]:
    return {offer.id: offer.status for offer in incident.offers.values()}


# --- answers --------------------------------------------------------------------------------------------


def test_a_station_acknowledges_once_that_its_offer_is_withdrawn() -> None:
    state = ask(ask(world(priority=1), "U1"), "U2", "O2")
    tell(state, *offers.accept_offer(state, "O1"))
    tell(state, *offers.acknowledge_offer(state, "O2"))
    assert state.incidents["I1"].offers["O2"].acknowledged_at == NOW
    for offer_id, words in (("O2", "already acknowledged"), ("O1", "only a withdrawal or a diversion")):
        with pytest.raises(Taken, match=words):
            offers.acknowledge_offer(state, offer_id)


def test_an_open_offer_is_answered_and_not_acknowledged() -> None:
    with pytest.raises(Taken, match="offers/O1/answer"):
        offers.acknowledge_offer(ask(world(), "U1"), "O1")


def test_a_late_answer_is_told_how_the_offer_ended_and_who_goes() -> None:
    state = ask(world(), "U1")
    tell(state, *offers.expire_offer(state, "O1"))
    ask(state, "U2", "O2")
    tell(state, *offers.accept_offer(state, "O2"))
    with pytest.raises(Taken, match=r"O1 is already expired at 09:30:00.* new offer\. Incident I1: U2 goes"):
        offers.accept_offer(state, "O1")
    with pytest.raises(Taken, match="O2 is already accepted at 09:30:00, with unit U2"):
        offers.accept_offer(state, "O2")


def test_a_crew_on_its_break_is_disturbed_for_red_only() -> None:
    for priority, is_asked in ((1, True), (2, False)):
        state = world(priority=priority)
        state.units["U1"].status = "on_break"
        if is_asked:
            assert ask(state, "U1").units["U1"].status == "offered"
        else:
            with pytest.raises(Taken, match="on_break and cannot be offered"):
                ask(state, "U1")
