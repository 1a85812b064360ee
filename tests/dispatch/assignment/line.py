"""The smallest worlds: stations on one line, where 0.01 degrees take 100 s."""

from __future__ import annotations

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.decide import assign
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import Incident, Station, Unit
from dispatch.domain.words import Level
from dispatch.positions.model import Position
from tests.factories import LON, NOW, FakeTravel, make_incident, make_offer, make_state, make_station, make_unit

SETTINGS = AssignmentSettings()


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


def refused_by(*stations: str, priority: Level = 3) -> Incident:
    offers = [make_offer(f"O-{key}", station_id=key, status="refused", answered_at=NOW) for key in stations]
    return make_incident(priority=priority, offers=offers)
