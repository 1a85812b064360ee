"""A scenario with a city → a day: the pack's demand, stations, units and hospitals, on its roads by the hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.coverage import Coverage
from dispatch.assignment.eligible import skill_bits
from dispatch.city_pack import CityPack, load_city_pack
from dispatch.domain.clock import LOCAL
from dispatch.domain.words import Skill, StationKind
from dispatch.policy.model import Policy, read_section, section_types
from routing.graph import distance_m
from simulator.begun import Begun
from simulator.busy_days import Crowd, busy_days, read_events
from simulator.calls import Calls
from simulator.changed_roads import changed_roads
from simulator.city_calls import Where, event_calls
from simulator.city_table import CityTable, Points, Roads
from simulator.day import Day
from simulator.diversions import plan_diversions, read_diversions
from simulator.drawn_calls import DrawnCalls
from simulator.errors import ScenarioError
from simulator.fitted import with_fit
from simulator.kept_logs import calls_between, demand_file
from simulator.log_calls import calls_of_log
from simulator.mishaps import having_patience, plan_breakdowns
from simulator.places import Places
from simulator.policies.base import Setup
from simulator.policies.find import make_policies
from simulator.rules import Rules
from simulator.scenario import MovedStation, NewStation, Scenario, ShiftPart
from simulator.streams import stream
from simulator.units import DAY_S, KIND_NAMES, Shift, Unit

SKILLS: dict[str, tuple[Skill, ...]] = {
    "van": ("doctor", "nurse", "convey"), "motorbike": ("doctor", "nurse"), "boat": ("nurse", "convey")
}  # fmt: skip

LONGEST_DRIVE_M = 100_000.0
"""
A hospital farther than this from every station, in a straight line, is no van's to go to, as that of Côn Đảo across
the sea (guess). Not by road: whatever an alternative closes, its calls are those of the others.
"""

TableOf = Callable[[Points, Points, Roads], CityTable]
"""The table between places, given another point of each zone to measure by, and whether traffic counts."""


@dataclass(frozen=True)
class StationSpot:
    """A station of the pack or of the scenario."""

    id: str
    lon: float
    lat: float
    can_refuse: bool
    kind: StationKind


class CityWorld:
    """Places in order: the old wards that have demand, then the stations, then the hospitals for patients."""

    def __init__(self, scenario: Scenario, where: str, table_of: TableOf) -> None:
        self.scenario, self.where = scenario, where
        assert scenario.city is not None
        self.pack, self.work = _city_pack(), scenario.work
        if scenario.city.demand is not None:
            self.pack, self.work = with_fit(self.pack, self.work, demand_file(scenario.city.demand, where))
        self.policy = _settings(scenario, where)
        self.stations = _stations(scenario, self.pack, where)
        self.wards = [row for row in self.pack.old_wards if self._factor(row.new_ward) > 0 and row.population_2019 > 0]
        self.hospitals = [row for row in self.pack.hospitals if row.destination]
        groups = (self.wards, self.stations, self.hospitals)
        points = np.array([(spot.lon, spot.lat) for group in groups for spot in group])
        self.changed = changed_roads(scenario, self.pack, self.start, self.first_hour_s, where)
        roads = scenario.city.traffic if self.changed is None else self.changed
        table = table_of(points, self._samples(), roads)
        is_open = np.ones(len(points), dtype=np.bool_)
        of_stations = slice(len(self.wards), len(self.wards) + len(self.stations))
        is_open[of_stations] = [spot.id not in scenario.city.closed for spot in self.stations]
        self.points, self.table = points[is_open], _of_places(table, is_open)
        self.stations = [spot for spot in self.stations if spot.id not in scenario.city.closed]
        self.first_station, self.first_hospital = len(self.wards), len(self.wards) + len(self.stations)
        self._check_reachable()
        until_s = scenario.scenario.duration_s
        self.diversions = read_diversions(scenario.diversion, self.pack, self.start, until_s, where)
        shape = self.pack.demand.hour_of_week
        self.busy = busy_days(scenario.calendar, scenario.surge, shape, self.start, until_s, where)
        self.events = read_events(scenario.event, self.start, until_s, where)

    def _factor(self, new_ward: str) -> float:
        """How much more a ward's people call than others', by the pack."""
        weight = self.pack.demand.ward_weight.get(new_ward, 0.0)
        people = next((row.population_2019 for row in self.pack.wards if row.code == new_ward), None)
        return weight / people if people else 0.0

    def _samples(self) -> np.ndarray:
        """For each zone another point of it, up to half way to the next zone's (of old wards we have no outlines)."""
        points = np.array([(row.lon, row.lat) for row in self.wards])
        apart = np.hypot(*np.moveaxis(points[:, None] - points[None, :], 2, 0))
        np.fill_diagonal(apart, np.inf)
        rng = stream(0, "table-samples")
        turn, far = 2 * np.pi * rng.random(len(points)), np.sqrt(rng.random(len(points)))
        reach = far * apart.min(axis=1) / 2
        found: np.ndarray = points + np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])
        return found

    def _check_reachable(self) -> None:
        """A station that no road leads from helps nobody: said before the run."""
        times = self.table.time_s[0][0]
        for index, station in enumerate(self.stations):
            if not np.isfinite(times[: self.first_station, self.first_station + index]).any():
                raise ScenarioError(
                    self.where,
                    f"no road leads from station {station.id!r}",
                    "correct its lon and lat (lon comes first)",
                )

    @property
    def start(self) -> datetime:
        """When the run begins, local time."""
        start = self.scenario.scenario.start
        return start.replace(tzinfo=LOCAL) if start.tzinfo is None else start.astimezone(LOCAL)

    @cached_property
    def where_calls(self) -> Where:
        """Where calls come from."""
        weight = np.array([row.population_2019 * self._factor(row.new_ward) for row in self.wards])
        to, of = self.points[self.first_hospital :].T, self.points[self.first_station : self.first_hospital].T
        apart_m = distance_m(to[0][:, None], to[1][:, None], of[0], of[1])
        hospitals = self.first_hospital + np.flatnonzero(apart_m.min(axis=1) <= LONGEST_DRIVE_M)
        stations = np.arange(self.first_station, self.first_hospital)
        return Where(weight / weight.sum(), tuple(row.code for row in self.wards), hospitals, stations)

    @cached_property
    def coverage(self) -> Coverage:
        """What coverage is measured on: the old wards, at empty streets."""
        zones = np.array([(row.lon, row.lat) for row in self.wards])
        weighted = np.column_stack([zones, self.where_calls.zone_weight])
        times = self.table.time_s[0][0][: self.first_station, self.first_station : self.first_hospital].T
        return Coverage(weighted, times.astype(np.float64), [station.id for station in self.stations])

    def make_units(self) -> list[Unit]:
        """The units on duty, by id; with shifts if the scenario gives any."""
        scenario, city = self.scenario, self.scenario.city
        assert city is not None
        row_of = {station.id: row for row, station in enumerate(self.stations)}
        told: list[tuple[str, str, str, tuple[Skill, ...]]] = [
            (row.id, row.station_id, row.kind, row.skills)
            for row in self.pack.units
            if row.kind != "boat" and (city.units == "all" or (city.units == "staffed" and row.staffed))
            if row.station_id in row_of and row.id not in city.without
        ]
        for part in scenario.unit:
            if part.post not in row_of:
                near = get_close_matches(part.post, sorted(row_of), 1)
                way_out = "name one of the pack's that is not closed, or a [[station]]"
                fact = f"unit {part.id!r} stands at {part.post!r}, which is no station"
                raise ScenarioError(self.where, fact, f"did you mean {near[0]!r}?" if near else way_out)
            told.append((part.id, part.post, part.kind, SKILLS[part.kind] if part.skills is None else part.skills))
        if twice := sorted({row[0] for row in told if [one[0] for one in told].count(row[0]) > 1}):
            raise ScenarioError(
                self.where, f"unit {twice[0]!r} is there twice", "give it an id that the pack does not have"
            )
        if not told:
            raise ScenarioError(self.where, "there is no unit", 'set units = "staffed" in [city], or add a [[unit]]')
        shifts = _shifts(scenario.shift, told, self.where)
        return [
            Unit(
                index=index,
                id=unit_id,
                home=self.first_station + row_of[station_id],
                station=row_of[station_id],
                kind=KIND_NAMES.index(kind),
                skills=skill_bits(skills or SKILLS[kind]) & (3 if kind == "motorbike" else 7),
                can_refuse=self.stations[row_of[station_id]].can_refuse,
                shift=shifts.get(unit_id),
            )
            for index, (unit_id, station_id, kind, skills) in enumerate(sorted(told))
        ]

    @property
    def of_day_s(self) -> float:
        """Seconds after local midnight when the run begins."""
        return self.start.hour * 3600.0 + self.start.minute * 60.0 + self.start.second

    @property
    def first_hour_s(self) -> float:
        """Seconds since Monday 00:00 local time when the run begins."""
        return self.start.weekday() * DAY_S + self.of_day_s

    def draw(self, seed: int) -> Calls:
        """The calls of the scenario's own demand, or of the log that it names."""
        coming = self.coming(seed)
        return coming if isinstance(coming, Calls) else coming.whole()

    def coming(self, seed: int) -> Calls | DrawnCalls:
        """The same, part after part where they are drawn."""
        scenario = self.scenario
        assert scenario.city is not None
        until_s, first_s = scenario.scenario.duration_s, self.first_hour_s
        if scenario.city.calls is not None:
            told = calls_between(scenario.city.calls, self.where, self.pack, self.start, until_s, seed)
            return calls_of_log(told, self, seed, self.start)[0]
        beside = [self._event_calls(crowd, seed) for crowd in self.events]
        return DrawnCalls(
            self.pack, scenario.city, self.work, self.where_calls, seed, first_s, until_s, self.busy, beside
        )

    def _event_calls(self, crowd: Crowd, seed: int) -> Calls:
        """At the zone whose census point is nearest."""
        assert self.scenario.city is not None
        zones = self.points[: self.first_station]
        place = int(np.hypot(zones[:, 0] - crowd.lon, zones[:, 1] - crowd.lat).argmin())
        return event_calls(self.pack, self.scenario.city, self.work, self.where_calls, seed, crowd, place)

    def make_day(
        self, seed: int, calls: Calls | None = None, units: list[Unit] | None = None, begun: Begun | None = None
    ) -> Day:
        """
        The day under a seed, with its own calls and units or with these; the world is built once for many of them.

        `begun`: what is under way when it begins.
        """
        head = self.scenario.scenario
        coming = self.coming(seed) if calls is None else calls
        if not len(coming) and begun is None:
            raise ScenarioError(self.where, "nobody calls", "raise emergencies_per_day, scale or duration_s")
        units = self.make_units() if units is None else units
        table = self.table
        places = Places(table.time_s, table.band, self.first_hour_s, table.distance_m, table.spans)
        rules = Rules(
            until_s=head.duration_s, queue=head.queue or "priority", offers=True, start_of_day_s=self.of_day_s
        )
        setup = Setup(
            units,
            posts=self.where_calls.stations,
            demand=self.where_calls.zone_weight,
            demand_places=np.arange(self.first_station),
            hospitals=self.where_calls.hospitals,
            city=self,
        )
        named = {"policy": head.policy, "move_up": head.move_up, "hospital": head.hospital}
        policies = make_policies(named, self.where, setup)
        patience = self.scenario.patience
        hears = [] if patience is None else [having_patience(patience, seed)]
        day = Day(coming, units, places, rules, policies, seed, begun, hears)
        plan_diversions(day, self.diversions)
        if self.scenario.breakdowns is not None:
            plan_breakdowns(day, self.scenario.breakdowns, seed)
        return day


def _of_places(table: CityTable, kept: NDArray[np.bool_]) -> CityTable:
    """The table without closed stations: cut from the whole one, which need not be built again for them."""
    if kept.all():
        return table
    part = np.ix_(kept, kept)
    times = [[band[part] for band in bands] for bands in table.time_s]
    return replace(table, time_s=times, distance_m=table.distance_m[part])


@cache
def _city_pack() -> CityPack:
    """Read once: it never changes, and comparisons build many worlds."""
    return load_city_pack()


def _settings(scenario: Scenario, where: str) -> Policy:
    """The desk's settings with what `[settings.…]` changes of them."""
    sections: dict[str, Any] = {}
    for name, told in scenario.settings.items():
        if name not in section_types():
            raise ScenarioError(where, f"no section [settings.{name}]", f"sections are: {', '.join(section_types())}")
        known = section_types()[name].__struct_fields__
        if stray := sorted(told.keys() - set(known)):
            near = get_close_matches(stray[0], known, 1)
            way_out = f"did you mean {near[0]!r}?" if near else f"settings are: {', '.join(known)}"
            raise ScenarioError(where, f"no setting {stray[0]!r} in [settings.{name}]", way_out)
        try:
            sections[name] = read_section(name, told)
        except Exception as error:
            raise ScenarioError(where, f"[settings.{name}]: {error}", "correct it") from None
    return Policy(**sections)


def _stations(scenario: Scenario, pack: CityPack, where: str) -> list[StationSpot]:
    assert scenario.city is not None
    known = {row.id for row in pack.stations}
    moved = {part.id: (part.lon, part.lat) for part in scenario.moved_station}
    for told, section in ((scenario.city.closed, "[city] closed"), (tuple(moved), "[[moved_station]]")):
        if stray := [one for one in told if one not in known]:
            raise ScenarioError(where, f"{section} names {stray[0]!r}, which is no station", "name one of the pack's")
    if stray := sorted(set(scenario.city.without) - {row.id for row in pack.units}):
        raise ScenarioError(where, f"[city] without names {stray[0]!r}, which is no unit", "name one of the pack's")
    found = [
        StationSpot(row.id, *moved.get(row.id, (row.lon, row.lat)), row.can_refuse, row.kind) for row in pack.stations
    ]
    for at in scenario.moved_station:
        _check_inside(at, pack, where)
    for part in scenario.station:
        if part.id in known:
            raise ScenarioError(where, f"station {part.id!r} is there already", "give the new one another id")
        _check_inside(part, pack, where)
        known.add(part.id)
        found.append(StationSpot(part.id, part.lon, part.lat, part.can_refuse, "own" if part.can_refuse else "centre"))
    return found


def _check_inside(part: NewStation | MovedStation, pack: CityPack, where: str) -> None:
    if pack.ward_at(part.lon, part.lat) is None:
        raise ScenarioError(
            where,
            f"station {part.id!r} at {part.lon}, {part.lat} is outside the city",
            "correct lon and lat (lon comes first)",
        )


def _shifts(parts: tuple[ShiftPart, ...], told: list[Any], where: str) -> dict[str, Shift]:
    found: dict[str, Shift] = {}
    known, stations = {row[0] for row in told}, {row[1] for row in told}
    for part in parts:
        if stray := [one for one in part.units if one not in known] + [
            one for one in part.stations if one not in stations
        ]:
            raise ScenarioError(
                where, f"[[shift]] names {stray[0]!r}, which is no unit and no station with one", "correct the id"
            )
        named = part.units or tuple(row[0] for row in told if not part.stations or row[1] in part.stations)
        rest_s = _clock_s(part.rest_starts) if part.rest_starts else None
        for unit_id in named:
            found[unit_id] = Shift(_clock_s(part.starts), _clock_s(part.ends), rest_s, part.rest_min * 60)
    return found


def _clock_s(text: str) -> float:
    hours, minutes = text.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0
