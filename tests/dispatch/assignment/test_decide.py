"""Who goes: one claim a test, in the smallest world that shows it. 0.01 degrees take 100 s."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.decide import assign
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.events import Need
from dispatch.domain.state import Run, Unit
from dispatch.positions.model import Position
from tests.dispatch.assignment.line import decide, sent
from tests.factories import LAT, LON, NOW, FakeTravel, make_incident, make_position, make_state, make_station, make_unit

READY_S = 10.0 + 60.0 / 9 + 60.0
"""Answer, refusals of a station that accepts nine of ten, turnout."""


# --- who is soonest -------------------------------------------------------------------------------------


def test_the_unit_that_arrives_first_is_sent_with_its_whole_response_time() -> None:
    found = decide(make_incident(), at={"far": 0.05, "near": 0.02})["I1"]
    assert [(unit.unit_id, unit.travel_s, unit.eta_s) for unit in found.units] == [
        ("near", 200.0, round(200.0 + READY_S, 1))
    ]


def test_a_unit_on_the_road_needs_no_turnout() -> None:
    rolling = make_unit("rolling", station_id="rolling", status="returning")
    assert sent(decide(make_incident(), at={"post": 0.02, "rolling": 0.025}, units=(rolling,))) == {"I1": ["rolling"]}


def test_a_station_that_may_not_refuse_answers_at_once() -> None:
    own = make_station("own", lon=LON + 0.0205, can_refuse=False)
    assert sent(decide(make_incident(), at={"shared": 0.02, "own": 0}, stations=(own,))) == {"I1": ["own"]}


def test_a_position_counts_more_than_the_station() -> None:
    here = {"away": make_position(LON + 0.001)}
    assert sent(decide(make_incident(), at={"away": 0.3, "near": 0.02}, positions=here)) == {"I1": ["away"]}


def test_a_stale_fix_never_removes_a_unit() -> None:
    old = {"near": make_position(LON + 0.01, age_s=4000)}
    found = decide(make_incident(), at={"near": 0.01, "far": 0.05}, positions=old)["I1"]
    assert [(unit.unit_id, unit.fix_age_s) for unit in found.units] == [("near", 4000.0)]
    assert (found.data_age_s, "fix is 1 h 6 min old" in found.why.en) == (4000.0, True)


def test_a_fix_from_the_future_is_no_age_below_zero() -> None:
    ahead = {"U": Position(lon=LON, lat=LAT, at=NOW + timedelta(minutes=5))}
    assert decide(make_incident(), at={"U": 0}, positions=ahead)["I1"].units[0].fix_age_s == 0.0


def test_equal_units_are_told_apart_by_spare_skills_then_by_id() -> None:
    plain = tuple(make_unit(key, station_id=key, skills=("convey",)) for key in ("b", "c"))
    assert sent(decide(make_incident(), at={"a": 0.02, "b": 0.02, "c": 0.02}, units=plain)) == {"I1": ["b"]}


# --- levels and waiting ---------------------------------------------------------------------------------


def test_red_outranks_everything() -> None:
    others = (make_incident(f"I{level}", priority=level, waited_s=80_000) for level in (2, 3, 4))
    red = make_incident("red", priority=1, lon=LON + 0.2)
    assert sent(decide(red, *others, at={"U": 0})) == {"red": ["U"], "I2": [], "I3": [], "I4": []}


def test_orange_outranks_yellow_however_long_it_waited() -> None:
    yellow = make_incident("yellow", priority=3, waited_s=80_000)
    assert sent(decide(yellow, make_incident("orange", priority=2), at={"U": 0})) == {"orange": ["U"], "yellow": []}


def test_two_incidents_share_two_units_better_than_greedy() -> None:
    """Greedy gives U1 to A, whose nearest it is, and leaves B 900 s away."""
    near, far = make_incident("A", lon=LON + 0.01), make_incident("B", lon=LON - 0.01)
    assert sent(decide(near, far, at={"U1": 0.0, "U2": 0.08})) == {"A": ["U2"], "B": ["U1"]}


def test_a_waiting_call_does_not_starve() -> None:
    """Fresh calls keep coming right beside the only unit; the old one, 600 s away, wins once it waited longer."""
    old, fresh = 0.06, make_incident("fresh", waited_s=0)
    young = decide(make_incident("old", lon=LON + old, waited_s=150), fresh, at={"U": 0})
    later = decide(make_incident("old", lon=LON + old, waited_s=250), fresh, at={"U": 0})
    assert (sent(young)["fresh"], sent(later)["old"]) == (["U"], ["U"])


def test_among_late_calls_too_a_wait_longer_than_the_way_wins() -> None:
    old = make_incident("old", lon=LON + 0.04, waited_s=4480)
    assert sent(decide(old, make_incident("late", waited_s=4000), at={"U": 0})) == {"old": ["U"], "late": []}


def test_among_red_calls_the_longer_wait_outweighs_a_shorter_way() -> None:
    old = make_incident("old", priority=1, lon=LON + 0.02, waited_s=300)
    assert sent(decide(old, make_incident("new", priority=1), at={"U": 0})) == {"old": ["U"], "new": []}


def test_within_a_level_the_rank_of_a_waiting_call_never_falls() -> None:
    """With all else equal: whoever would be served before another one is so at every later moment."""

    def ranking(later_s: float) -> list[str]:
        waits = {"a": 0, "b": 20, "c": 880, "d": 1790, "e": 1810, "f": 5000}
        order: list[str] = []
        while waits:
            calls = [make_incident(key, waited_s=wait + later_s) for key, wait in waits.items()]
            order += [key for key, units in sent(decide(*calls, at={"U": 0.03})).items() if units]
            del waits[order[-1]]
        return order

    assert [ranking(later_s) for later_s in range(0, 7200, 300)] == [["f", "e", "d", "c", "b", "a"]] * 24


def test_a_green_call_may_overtake_a_yellow_one_only_by_waiting() -> None:
    def winner(green_waited_s: float) -> str:
        green = make_incident("green", priority=4, waited_s=green_waited_s)
        found = decide(make_incident("yellow", priority=3, waited_s=60), green, at={"U": 0})
        return next(key for key, one in found.items() if one.units)

    assert [winner(60), winner(1800), winner(2000)] == ["yellow", "yellow", "green"]


def test_a_late_call_gets_the_near_unit() -> None:
    """Both are served; 100 s matter more to the one beyond its target."""
    late = make_incident("late", lon=LON + 0.03, waited_s=4000)
    fresh = make_incident("fresh", lon=LON + 0.035)
    assert sent(decide(late, fresh, at={"U1": 0.0, "U2": -0.01}))["late"] == ["U1"]


def test_a_clock_that_jumped_back_is_no_wait_below_zero() -> None:
    assert sent(decide(make_incident(waited_s=-7200), at={"U": 0})) == {"I1": ["U"]}


# --- what an incident needs -----------------------------------------------------------------------------


def test_a_motorbike_is_not_sent_to_convey_even_if_its_list_says_so() -> None:
    bike = make_unit("bike", station_id="bike", kind="motorbike", skills=("doctor", "convey"))
    found = decide(make_incident(), at={"bike": 0.0, "van": 0.1}, units=(bike,))
    assert sent(found) == {"I1": ["van"]}
    assert [(other.unit_id, other.reason) for other in found["I1"].alternatives] == [("bike", "cannot_convey")]


def test_two_tiers_send_the_near_motorbike_and_a_van_behind() -> None:
    bike = make_unit("bike", station_id="bike", kind="motorbike")
    both = make_incident(priority=1, needs=(Need(("doctor",)), Need(("convey",))))
    assert sent(decide(both, at={"bike": 0.0, "van": 0.1}, units=(bike,))) == {"I1": ["bike", "van"]}


def test_everybody_gets_a_first_unit_before_anybody_a_second() -> None:
    crash = make_incident("crash", needs=(Need(), Need()), waited_s=120)
    found = sent(decide(crash, make_incident("fall"), at={"U1": 0, "U2": 0.05}))
    assert {key: len(units) for key, units in found.items()} == {"crash": 1, "fall": 1}


def test_a_new_red_call_gets_the_last_unit_before_an_old_incident_gets_its_third() -> None:
    old = make_incident("old", priority=1, waited_s=3600, needs=(Need(),) * 5, status="assigned")
    there = [make_unit(key, status="on_scene", incident_id="old", offer_id=f"O-{key}") for key in ("A", "B")]
    for unit in there:
        old.runs[f"O-{unit.id}"] = Run(offer_id=f"O-{unit.id}", unit_id=unit.id, station_id="S1")
    state = make_state(units=[*there, make_unit("C")], incidents=[old, make_incident("new", priority=1)])
    found = assign(state, {}, FakeTravel(), NOW, AssignmentSettings())
    assert {key: [unit.unit_id for unit in one.units] for key, one in found.items()} == {"old": [], "new": ["C"]}


def test_what_is_partly_served_says_what_is_missing() -> None:
    found = decide(make_incident(needs=(Need(), Need())), at={"U": 0})["I1"]
    assert (found.action, len(found.units), "còn thiếu 1 kíp" in found.why.vi) == ("send", 1, True)


def test_somebody_who_can_do_something_is_sent_to_red_when_nobody_can_do_all() -> None:
    crews = (
        make_unit("bike", station_id="bike", kind="motorbike"),
        make_unit("van", station_id="van", skills=("convey",)),
    )
    need = (Need(("doctor", "convey")),)
    found = decide(make_incident(priority=1, needs=need), at={"bike": 0.01, "van": 0.05}, units=crews)
    assert [(unit.unit_id, unit.tier) for unit in found["I1"].units] == [("van", "main"), ("bike", "first")]
    assert "lacks a skill" in found["I1"].why.en
    assert sent(decide(make_incident(priority=2, needs=need), at={"bike": 0.01, "van": 0.05}, units=crews)) == {
        "I1": []
    }


# --- coverage -------------------------------------------------------------------------------------------


def lonely_and_doubled() -> tuple[dict[str, float], tuple[Unit, ...], Coverage]:
    """Station `lone` alone covers half of the demand; `pair` has two units for the other half."""
    zones = np.array([[LON, LAT, 1.0], [LON + 1, LAT, 1.0]])
    coverage = Coverage(zones, np.array([[100.0, np.inf], [np.inf, 100.0]]), ["lone", "pair"])
    return {"lone": 0.01, "pair": 0.02}, (make_unit("pair-2", station_id="pair"),), coverage


def test_a_lesser_call_spares_the_unit_that_covers_alone() -> None:
    at, units, coverage = lonely_and_doubled()
    found = decide(make_incident(priority=4), at=at, units=units, coverage=coverage)["I1"]
    assert [unit.unit_id for unit in found.units] == ["pair"]
    busy = 0.3 * 20 / 23  # nobody of three is busy
    assert [found.coverage_before, found.coverage_after] == pytest.approx([1 - (busy + busy**2) / 2, 1 - busy])
    assert [(other.unit_id, other.reason) for other in found.alternatives] == [
        ("lone", "leaves_gap"),
        ("pair-2", "equal"),
    ]


def test_coverage_weighs_nothing_for_red() -> None:
    at, units, coverage = lonely_and_doubled()
    assert sent(decide(make_incident(priority=1), at=at, units=units, coverage=coverage)) == {"I1": ["lone"]}
