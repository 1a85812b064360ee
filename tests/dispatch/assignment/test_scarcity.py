"""Nobody free, nothing known, far too much at once: that is a decision too."""

from __future__ import annotations

from datetime import timedelta

from dispatch.assignment.decide import assign, make_plan
from dispatch.assignment.soon import still_lasts_s
from dispatch.domain.events import Need
from dispatch.domain.state import Run, State, Unit
from dispatch.domain.words import Skill, UnitStatus
from tests.dispatch.assignment.line import SETTINGS, decide, sent
from tests.factories import LAT, LON, NOW, FakeTravel, make_incident, make_offer, make_state, make_station, make_unit


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
