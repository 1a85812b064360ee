"""Who goes: one claim a test, in the smallest world that shows it. 0.01 degrees take 100 s."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.decide import assign, make_plan
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.soon import still_lasts_s
from dispatch.domain.events import Need
from dispatch.domain.state import Incident, Run, State, Station, Unit
from dispatch.domain.words import Skill, UnitStatus
from dispatch.positions.model import Position
from tests.factories import (
    LAT,
    LON,
    NOW,
    FakeTravel,
    make_incident,
    make_offer,
    make_position,
    make_state,
    make_station,
    make_unit,
)

SETTINGS = AssignmentSettings()
READY_S = 10.0 + 60.0 / 9 + 60.0
"""Answer, refusals of a station that accepts nine of ten, turnout."""


def decide(
    *incidents: Incident,
    at: dict[str, float],
    units: tuple[Unit, ...] = (),
    stations: tuple[Station, ...] = (),
    positions: dict[str, Position] | None = None,
    travel: FakeTravel | None = None,
    coverage: Coverage | None = None,
) -> dict[str, Recommendation]:
    """
    Decide in a world on one line: `at` puts a station with one unit of the same name that many degrees east
    of the middle; `units` and `stations` replace those of their id.
    """
    posts = {key: make_station(key, lon=LON + east) for key, east in at.items()}
    posts |= {station.id: station for station in stations}
    crews = {key: make_unit(key, station_id=key) for key in at} | {unit.id: unit for unit in units}
    state = make_state(stations=posts.values(), units=crews.values(), incidents=incidents)
    return assign(state, positions or {}, travel or FakeTravel(), NOW, SETTINGS, coverage)


def sent(found: dict[str, Recommendation]) -> dict[str, list[str]]:
    return {key: [unit.unit_id for unit in one.units] for key, one in found.items()}


def asked_beside(found: dict[str, Recommendation], incident_id: str) -> list[str]:
    return [unit.unit_id for unit in found[incident_id].parallel]


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


# --- what stations answered -----------------------------------------------------------------------------


def refused_by(*stations: str, priority: int = 3) -> Incident:
    offers = [make_offer(f"O-{key}", station_id=key, status="refused", answered_at=NOW) for key in stations]
    return make_incident(priority=1 if priority == 1 else 3, offers=offers)


def test_a_station_that_refused_is_not_asked_again_while_another_is_left() -> None:
    assert sent(decide(refused_by("near"), at={"near": 0.0, "far": 0.3})) == {"I1": ["far"]}


def test_silence_counts_like_a_refusal_and_a_withdrawn_offer_does_not() -> None:
    silent = make_incident(offers=[make_offer(station_id="near", status="expired")])
    withdrawn = make_incident(offers=[make_offer(station_id="near", status="withdrawn")])
    at = {"near": 0.0, "far": 0.3}
    assert (sent(decide(silent, at=at)), sent(decide(withdrawn, at=at))) == ({"I1": ["far"]}, {"I1": ["near"]})


def test_a_station_that_refused_is_asked_again_when_nobody_else_is_left() -> None:
    found = decide(refused_by("only"), at={"only": 0.0})["I1"]
    assert [unit.unit_id for unit in found.units] == ["only"]
    assert "trạm đã từ chối 09:30; không còn trạm nào khác" in found.why.vi


def test_a_refusal_of_one_incident_says_nothing_about_another() -> None:
    other = make_incident("I2", lon=LON + 0.3)
    assert sent(decide(refused_by("near"), other, at={"near": 0.0, "far": 0.3})) == {"I1": ["far"], "I2": ["near"]}


# --- red: two stations at once --------------------------------------------------------------------------


def test_red_is_offered_to_the_two_best_stations() -> None:
    mate = make_unit("first-2", station_id="first")
    found = decide(make_incident(priority=1), at={"first": 0.01, "second": 0.02, "third": 0.03}, units=(mate,))
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["first"]}, ["second"])


def test_only_red_is_offered_to_two_stations() -> None:
    assert asked_beside(decide(make_incident(priority=2), at={"a": 0.01, "b": 0.02}), "I1") == []


def test_the_second_station_of_red_goes_before_a_lesser_call() -> None:
    red, orange = make_incident("red", priority=1), make_incident("orange", priority=2, lon=LON + 0.02)
    found = decide(red, orange, at={"a": 0.01, "b": 0.02, "c": 0.05})
    assert (sent(found), asked_beside(found, "red")) == ({"red": ["a"], "orange": ["c"]}, ["b"])


def test_the_second_station_of_one_red_call_never_takes_the_unit_of_another() -> None:
    reds = make_incident("I1", priority=1), make_incident("I2", priority=1, lon=LON + 0.02)
    found = decide(*reds, at={"a": 0.0, "b": 0.02})
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["a"], "I2": ["b"]}, [])


def test_a_first_station_that_accepts_at_once_needs_no_second() -> None:
    own = make_station("own", can_refuse=False)
    found = decide(make_incident(priority=1), at={"own": 0.0, "b": 0.01}, stations=(own,))
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["own"]}, [])


def test_a_slower_station_that_would_accept_at_once_never_calls_off_the_sooner_one() -> None:
    own = make_station("own", lon=LON + 0.1, can_refuse=False)
    found = decide(make_incident(priority=1), at={"near": 0.0, "own": 0, "far": 0.2}, stations=(own,))
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["near"]}, ["far"])


def test_a_station_that_refused_red_is_no_second_station() -> None:
    found = decide(refused_by("b", priority=1), at={"a": 0.0, "b": 0.01, "c": 0.02})
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["a"]}, ["c"])


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


# --- bad input is a decision too ------------------------------------------------------------------------


def test_no_unit_at_all_is_a_decision() -> None:
    found = decide(make_incident(), at={})["I1"]
    assert (found.action, found.units, found.why.vi) == ("queue", (), "không có kíp nào rảnh")


def test_nothing_at_all_is_no_advice() -> None:
    assert assign(State(), {}, FakeTravel(), NOW, SETTINGS) == {}


def test_a_queue_says_how_long_until_the_first_busy_unit_that_fits_is_free() -> None:
    def busy(id: str, status: UnitStatus, skills: tuple[Skill, ...] = ("convey",)) -> Unit:
        return make_unit(id, station_id="S", status=status, status_at=NOW - timedelta(seconds=300), skills=skills)

    crews = busy("a", "en_route"), busy("b", "transporting"), busy("c", "transporting", ("doctor",))
    found = decide(make_incident(), at={"S": 0.0}, units=(make_unit("S", station_id="S", status="off_duty"), *crews))
    assert (found["I1"].action, found["I1"].wait_s) == ("queue", round(still_lasts_s(900.0, 0.5, 300.0) + 1830.0, 1))
    assert found["I1"].why.vi == "không có kíp nào rảnh; có kíp sau khoảng 40 phút 42 giây (ước đoán)"


def test_skills_that_no_unit_can_ever_have_are_queued_without_an_end() -> None:
    """A motorbike whose list says that it conveys, and a need that only it would meet."""
    bike = make_unit("bike", station_id="bike", kind="motorbike", skills=("doctor", "convey", "doctor"))
    plain = make_unit("plain", station_id="bike", skills=("convey",), status="on_scene")
    need = (Need(("convey", "doctor", "convey")),)
    found = decide(make_incident(needs=need), at={"bike": 0.0}, units=(bike, plain))["I1"]
    assert (found.action, found.wait_s, found.why.en) == ("queue", None, "no free unit has what is needed")


def test_a_pending_place_is_queued_and_says_so() -> None:
    found = decide(make_incident(placed=False, priority=1), at={"U": 0})["I1"]
    assert (found.action, found.units, found.alternatives, found.why.en) == ("queue", (), (), "place not known yet")


def test_a_place_off_our_roads_is_estimated_and_marked() -> None:
    island = (LON + 0.1, LAT)
    found = decide(make_incident(lon=LON + 0.1), at={"U": 0}, travel=FakeTravel(islands=[island]))["I1"]
    assert [(unit.unit_id, unit.estimated, 2500 < unit.travel_s < 2600) for unit in found.units] == [("U", True, True)]
    assert "ước lượng đường chim bay" in found.why.vi


def test_a_boat_goes_only_where_no_road_leads() -> None:
    pier, boat = make_station("pier", kind="waterway"), make_unit("boat", station_id="pier", kind="boat")
    inland = decide(make_incident(), at={}, units=(boat,), stations=(pier,))["I1"]
    island = FakeTravel(islands=[(LON, LAT)])
    across = decide(make_incident(), at={"van": 0.1}, units=(boat,), stations=(pier,), travel=island)
    assert ([other.reason for other in inland.alternatives], inland.action) == (["by_water"], "queue")
    assert sent(across) == {"I1": ["boat"]}


def test_only_calls_that_wait_unasked_get_a_recommendation() -> None:
    asked = make_incident("asked", offers=[make_offer(unit_id="V")])
    going, closed = make_incident("going", status="assigned"), make_incident("closed", status="closed")
    going.runs["O2"] = Run(offer_id="O2", unit_id="W", station_id="U")
    busy = make_unit("V", status="offered", station_id="U"), make_unit("W", status="en_route", station_id="U")
    others = make_incident("waits"), make_incident("nothing", needs=())
    found = decide(asked, going, closed, *others, at={"U": 0}, units=busy)
    assert sent(found) == {"waits": ["U"]}


def test_a_mass_casualty_with_far_too_few_units_is_still_decided() -> None:
    offers = [make_offer(station_id="S1", status="refused")]
    calls = [
        make_incident(f"I{number:03}", waited_s=400 * number, lon=LON + 0.3, offers=offers[: number % 2])
        for number in range(400)
    ]
    units = [make_unit(f"U{number:03}") for number in range(300)]
    plan = make_plan(make_state(units=units, incidents=calls), {}, FakeTravel(), NOW, SETTINGS)
    assert sum(len(case.sent) for case in plan.cases) == 300


def test_a_third_station_is_asked_when_one_of_the_two_declines() -> None:
    asked = [
        make_offer("O1", station_id="near", unit_id="near", status="refused"),
        make_offer("O2", station_id="next", unit_id="next"),
    ]
    found = decide(make_incident(priority=1, offers=asked), at={"near": 0.01, "next": 0.02, "far": 0.05})
    assert (sent(found), asked_beside(found, "I1")) == ({"I1": ["far"]}, [])


def test_nobody_else_is_asked_while_the_second_station_has_declined_nothing() -> None:
    asked = [make_offer("O1", station_id="near", unit_id="near"), make_offer("O2", station_id="next", unit_id="next")]
    assert decide(make_incident(priority=1, offers=asked), at={"near": 0.01, "next": 0.02, "far": 0.05}) == {}


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
