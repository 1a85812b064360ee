"""Small worlds for the load driver: one street everywhere, the real pack, one run at any stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from dispatch.city_pack import CityPack, load_city_pack
from dispatch.domain.state import Incident, Run, State, Unit
from dispatch.domain.words import IncidentStatus, OfferStatus, Stamp, UnitKind, UnitStatus
from simulator.crews import Crews
from simulator.demand import Demand, Mix
from simulator.motion import Point
from simulator.scripts import Whereabouts
from tests.factories import LAT, LON, NOW, make_hospital, make_incident, make_offer, make_state, make_unit

SCENE: Point = (LON + 0.01, LAT)
HOSPITAL: Point = (LON - 0.01, LAT)
ELSEWHERE: Point = (LON, LAT + 0.02)
"""2.2 km from the station."""


class Road(NamedTuple):
    lon: float
    lat: float
    name: str | None
    distance_m: float


def one_street(lon: float, lat: float) -> Road:
    """Wherever one asks, there is Lê Lợi."""
    return Road(lon, lat, "Lê Lợi", 5.0)


@cache
def pack() -> CityPack:
    return load_city_pack()


def make_demand(*, calls_per_hour: float = 60.0, no_content: float = 0.1, duplicate: float = 0.1) -> Demand:
    return Demand(pack(), one_street, Mix(calls_per_hour, no_content, duplicate))


def make_crews(seed: int = 1) -> Crews:
    return Crews(pack().demand, seed)


def offer_with(outcome: str, crews: Crews | None = None) -> str:
    """The id of an offer whose run ends so."""
    found = crews or make_crews()
    return next(f"O{i}" for i in range(1000) if found.outcome(f"O{i}", can_convey=True) == outcome)


def make_run_state(
    status: UnitStatus,
    *,
    stamps: dict[Stamp, datetime] | None = None,
    offer_id: str = "O1",
    hospital_id: str | None = None,
    kind: UnitKind = "van",
    incident_status: IncidentStatus = "assigned",
) -> State:
    """U1 of S1 in a run on I1, with hospital H1 to the west and the scene to the east."""
    unit = make_unit(status=status, incident_id="I1", offer_id=offer_id, status_at=NOW, kind=kind)
    unit.hospital_id = hospital_id
    incident = make_incident(lon=SCENE[0], lat=SCENE[1], status=incident_status)
    incident.offers = {offer_id: make_offer(offer_id, status="accepted")}
    incident.runs = {offer_id: Run(offer_id=offer_id, unit_id="U1", station_id="S1", stamps=stamps or {})}
    hospital = make_hospital(lon=HOSPITAL[0], lat=HOSPITAL[1])
    hospital.capabilities = ("general",)
    return make_state(units=[unit], incidents=[incident], hospitals=[hospital])


def make_asked(*ends: OfferStatus, ended_ago_s: float = 0.0) -> Incident:
    """A waiting incident whose offers ended so."""
    ended_at = NOW - timedelta(seconds=ended_ago_s)
    offers = [make_offer(f"O{i}", status=end, answered_at=ended_at) for i, end in enumerate(ends)]
    return make_incident(offers=offers)


def only_unit(state: State) -> Unit:
    return state.units["U1"]


def at(here: Point, *, driving_to: Point | None = None, hospital_id: str | None = None) -> Whereabouts:
    return Whereabouts(here, driving_to, hospital_id)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def distinct(things: Iterable[object]) -> int:
    return len(set(things))
