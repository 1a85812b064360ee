"""Who goes ahead of red's main unit."""

from __future__ import annotations

import msgspec

from dispatch.assignment.decide import assign
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import Incident, Unit
from dispatch.domain.words import Level
from tests.factories import LON, NOW, FakeTravel, make_incident, make_offer, make_state, make_station, make_unit

SETTINGS = AssignmentSettings()


def decide(
    *incidents: Incident, units: list[Unit], at: dict[str, float], settings: AssignmentSettings = SETTINGS
) -> dict[str, Recommendation]:
    """Each unit stands at a station of its name, so many degrees east, which may not refuse."""
    stations = [make_station(key, lon=LON + east, can_refuse=False) for key, east in at.items()]
    return assign(make_state(stations=stations, units=units, incidents=incidents), {}, FakeTravel(), NOW, settings)


def tiers(found: Recommendation) -> list[tuple[str, str]]:
    return [(unit.unit_id, unit.tier) for unit in found.units]


def van(id: str) -> Unit:
    return make_unit(id, station_id=id)


def bike(id: str) -> Unit:
    return make_unit(id, station_id=id, kind="motorbike")


def test_a_motorbike_goes_ahead_when_it_arrives_two_minutes_sooner() -> None:
    def found(far: float) -> list[tuple[str, str]]:
        return tiers(decide(make_incident(priority=1), units=[bike("b"), van("v")], at={"b": 0.0, "v": far})["I1"])

    assert found(0.0119) == [("v", "main")]
    assert found(0.0121) == [("v", "main"), ("b", "first")]


def test_only_for_the_levels_that_are_set() -> None:
    def found(level: Level, settings: AssignmentSettings) -> list[tuple[str, str]]:
        units, at = [bike("b"), van("v")], {"b": 0.0, "v": 0.1}
        return tiers(decide(make_incident(priority=level), units=units, at=at, settings=settings)["I1"])

    two = msgspec.structs.replace(SETTINGS, first_tier_levels=(1, 2))
    assert (found(2, SETTINGS), found(2, two)) == ([("v", "main")], [("v", "main"), ("b", "first")])


def test_who_cannot_treat_does_not_go_ahead() -> None:
    driver = make_unit("d", station_id="d", kind="motorbike", skills=())
    assert tiers(decide(make_incident(priority=1), units=[driver, van("v")], at={"d": 0.0, "v": 0.1})["I1"]) == [
        ("v", "main")
    ]


def test_a_unit_ahead_never_takes_the_main_unit_of_another_red_call() -> None:
    """The bike could go ahead to the first call, but it is all that the second one needs and gets."""
    ahead, alone = make_incident("ahead", priority=1), make_incident("alone", priority=1, lon=LON + 0.5)
    alone.needs = (type(alone.needs[0])(("doctor",)),)
    found = decide(ahead, alone, units=[bike("b"), van("v")], at={"b": 0.0, "v": 0.1})
    assert {key: tiers(one) for key, one in found.items()} == {"ahead": [("v", "main")], "alone": [("b", "main")]}


def test_a_unit_ahead_goes_before_a_lesser_call_gets_it() -> None:
    orange = make_incident("orange", priority=2)
    orange.needs = (type(orange.needs[0])(("doctor",)),)
    found = decide(make_incident(priority=1), orange, units=[bike("b"), van("v")], at={"b": 0.0, "v": 0.1})
    assert {key: tiers(one) for key, one in found.items()} == {"I1": [("v", "main"), ("b", "first")], "orange": []}


def test_nobody_goes_ahead_where_somebody_is_asked_already() -> None:
    red = make_incident(priority=1, offers=[make_offer(station_id="x", unit_id="x", status="refused")])
    red.offers["O2"] = make_offer("O2", station_id="v", unit_id="v")
    units = [bike("b"), van("w"), make_unit("v", station_id="v", status="offered")]
    assert tiers(decide(red, units=units, at={"b": 0.0, "w": 0.1, "v": 0.2})["I1"]) == [("w", "main")]
