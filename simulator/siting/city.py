"""The siting question of the city itself: its wards, its hospitals and stations, the times on its roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

import numpy as np

from dispatch.city_pack import CityPack
from dispatch.city_pack_schema import HospitalRow, StationRow
from routing.travel_times import TravelTimes
from simulator.siting.problem import Bools, Floats, Points, Problem, SitingError, name_some

Zones = Literal["old-wards", "wards"]
Hosts = Literal["emergency", "all", "wards"]
OFF_NETWORK_M = 1000.0
"""Farther than this from a street a point is off the network; nearer, it is a yard or an unmapped lane (guess)."""


@dataclass(frozen=True)
class CityQuestion:
    """
    `zones`: where demand is counted, the 322 wards of the census (finer, as the simulator does) or the new ones.
    `hosts`: which hospitals may get a station; "wards": those with emergencies, and the middle of every old ward, as if
    its health post took one in (guess: no list of these posts is in the pack). `from_scratch`: nothing is kept, every
    station's place is a candidate. `at_existing`: new units may join existing stations. `excluded`: candidates that may
    get nothing.
    """

    zones: Zones = "old-wards"
    hosts: Hosts = "emergency"
    from_scratch: bool = False
    at_existing: bool = False
    excluded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, allowed in (("zones", get_args(Zones)), ("hosts", get_args(Hosts))):
            if getattr(self, name) not in allowed:
                raise SitingError(f"no {name} {getattr(self, name)!r}; choose one of {', '.join(allowed)}")


def city_problem(
    pack: CityPack,
    travel: TravelTimes,
    question: CityQuestion,
    profile: str = "ambulance",
    at: datetime | None = None,
) -> Problem:
    """
    Candidates: hospitals that host no station, and the stations, kept with their staffed road units; no piers.

    A hospital off our roads is left out and named; a station off them stays, with straight-line estimates. Demand is
    where people live (census of 2019, with the pack's factors), weights sum to 1.
    """
    demand, weight = _demand(pack, question.zones)
    stations = [row for row in pack.stations if row.kind != "waterway"]
    hosts = {row.host_hospital_id for row in pack.stations}
    hospitals = [row for row in pack.hospitals if row.id not in hosts and (row.emergency or question.hosts == "all")]
    candidates = _points([*stations, *hospitals])
    if question.hosts == "wards":
        candidates = _join(candidates, _demand(pack, "old-wards")[0])
    stands = np.arange(len(candidates)) < len(stations)
    notes, usable = _notes(candidates, demand, stands, travel, profile)
    rows = np.flatnonzero(usable)
    kept = np.zeros(len(rows), dtype=np.bool_) if question.from_scratch else stands[rows]
    staffed = [row.station_id for row in pack.units if row.staffed and row.kind != "boat"]
    units = np.array([staffed.count(candidates.ids[row]) if stands[row] else 0 for row in rows], dtype=np.int64)
    times = travel.times(candidates.lonlat[rows], demand.lonlat, profile, at).T
    problem = Problem(
        demand=demand,
        weight=weight,
        candidates=_some(candidates, rows),
        time_s=np.ascontiguousarray(times),
        kept=kept,
        units=np.zeros_like(units) if question.from_scratch else units,
        open_=np.ones(len(rows), dtype=np.bool_) if question.at_existing else ~kept,
        notes=notes,
    )
    return exclude(problem, question.excluded)


def road_times(
    candidates: Points, demand: Points, travel: TravelTimes, profile: str = "ambulance", at: datetime | None = None
) -> Floats:
    """Seconds on the roads for a planner's own points. Raises `SitingError` for one without a place or off roads."""
    for points, what in ((candidates, "candidate"), (demand, "demand point")):
        if (nowhere := np.isnan(points.lonlat).any(axis=1)).any():
            ids = name_some([points.ids[row] for row in np.flatnonzero(nowhere)])
            raise SitingError(f"{what} {ids}: no lat and lon; give them, or a table of times with --matrix")
        if (off := is_off_network(points, travel, profile)).any():
            ids = name_some([points.ids[row] for row in np.flatnonzero(off)])
            fact = f"{what} {ids}: more than {OFF_NETWORK_M:.0f} m from any street, off the road network"
            raise SitingError(f"{fact}; correct lat and lon, leave it out, or build a larger city with --osm")
    times: Floats = np.ascontiguousarray(travel.times(candidates.lonlat, demand.lonlat, profile, at).T)
    return times


def is_off_network(points: Points, travel: TravelTimes, profile: str) -> Bools:
    """Which points lie so far from every street that times from there mean little."""
    off: Bools = travel.snap(points.lonlat, profile).places.distance_m > OFF_NETWORK_M
    return off


def exclude(problem: Problem, ids: Sequence[str]) -> Problem:
    """The question without some candidates. Raises `SitingError` for an id that is none."""
    open_ = problem.open_.copy()
    open_[problem.candidates.rows(ids, "candidate")] = False
    return replace(problem, open_=open_)


def _demand(pack: CityPack, zones: Zones) -> tuple[Points, Floats]:
    if zones == "wards":
        weights = pack.demand.ward_weight
        told = [(ward, line.representative_point()) for ward, line in zip(pack.wards, pack.outlines, strict=True)]
        kept = [(ward, point) for ward, point in told if ward.code in weights]
        lonlat = np.array([(point.x, point.y) for _, point in kept])
        points = Points(tuple(ward.code for ward, _ in kept), lonlat, tuple(ward.name for ward, _ in kept))
        return points, np.array([weights[ward.code] for ward, _ in kept])
    people = {row.code: row.population_2019 for row in pack.wards}
    factor = {code: weight / (people[code] or 1) for code, weight in pack.demand.ward_weight.items()}
    rows = [row for row in pack.old_wards if row.population_2019 and row.new_ward in factor]
    weight = np.array([row.population_2019 * factor[row.new_ward] for row in rows])
    names = tuple(f"{row.name or row.name_ascii}, {row.district}" for row in rows)
    lonlat = np.array([(row.lon, row.lat) for row in rows])
    return Points(tuple(row.code for row in rows), lonlat, names), weight / weight.sum()


def _points(rows: Sequence[StationRow | HospitalRow]) -> Points:
    lonlat = np.array([(row.lon, row.lat) for row in rows])
    return Points(tuple(row.id for row in rows), lonlat, tuple(row.name_vi for row in rows))


def _join(points: Points, more: Points) -> Points:
    ids = tuple(f"ward-{one}" for one in more.ids)
    return Points(points.ids + ids, np.vstack([points.lonlat, more.lonlat]), points.names + more.names)


def _some(points: Points, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Points:
    return Points(tuple(points.ids[row] for row in rows), points.lonlat[rows], tuple(points.names[row] for row in rows))


def _notes(
    candidates: Points, demand: Points, stands: Bools, travel: TravelTimes, profile: str
) -> tuple[tuple[str, ...], Bools]:
    """What is said of points off the roads, and which candidates can be used."""
    off = is_off_network(candidates, travel, profile)
    left_out = [candidates.ids[row] for row in np.flatnonzero(off & ~stands)]
    estimated = [candidates.ids[row] for row in np.flatnonzero(off & stands)]
    far = [demand.ids[row] for row in np.flatnonzero(is_off_network(demand, travel, profile))]
    told = (
        (left_out, "candidates off our roads, left out"),
        (estimated, "stations off our roads, kept with straight-line estimates"),
        (far, "demand points off our roads, with straight-line estimates"),
    )
    notes = tuple(f"{len(ids)} {what}: {', '.join(ids)}" for ids, what in told if ids)
    return notes, ~off | stands
