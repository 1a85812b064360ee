"""A start and a seed → the calls of the hours ahead, the open ones first, and what is under way when they begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.eligible import skill_bits
from simulator.ahead.residual import Residuals
from simulator.ahead.start import Start, StartCall, StartRun, StartUnit
from simulator.begun import Begun, BegunHospital, BegunRun, BegunUnit
from simulator.calls import SILENT, Calls
from simulator.city_calls import KINDS, draw_attributes
from simulator.crews import ALWAYS_CONVEYED
from simulator.streams import Seed
from simulator.units import (
    ASKED,
    CONVEYING,
    FIRST,
    FREE,
    GOING,
    HOSPITAL,
    KIND_NAMES,
    MAIN,
    OFF,
    RESTING,
    SCENE,
    Run,
    Unit,
)

if TYPE_CHECKING:
    from simulator.city import CityWorld

BREAK_S, LEAST_BREAK_S = 1800.0, 300.0
"""A break lasts half an hour in all, and five minutes more at least (guesses)."""
LEAST_WAY_S = 60.0
"""Somebody on a way of which nothing is known has this left at least (guess)."""
OPEN = 1
"""Beside the seed: of what is open already, so that it does not move the forecast's draws."""


@dataclass(frozen=True)
class Ends:
    """Where things of the desk are in the table of places."""

    zone: dict[str, int]
    station: dict[str, int]
    hospital: dict[str, int]
    points: NDArray[np.float64]

    @classmethod
    def of(cls, world: CityWorld) -> Ends:
        """Hospitals that nobody is taken to and wards without demand are taken for the nearest that is in the table."""
        points, first = world.points, world.first_hospital
        known = {row.id: first + at for at, row in enumerate(world.hospitals)}
        hospital = {
            row.id: known[row.id] if row.id in known else first + nearest(points[first:], row.lon, row.lat)
            for row in world.pack.hospitals
        }
        zones = points[: world.first_station]
        return cls(
            zone={row.code: nearest(zones, row.lon, row.lat) for row in world.pack.old_wards},
            station={spot.id: world.first_station + at for at, spot in enumerate(world.stations)},
            hospital=hospital,
            points=points,
        )


def nearest(points: NDArray[np.float64], lon: float, lat: float) -> int:
    """The row nearest in degrees: at 10° north a degree is about as long either way."""
    return int(np.hypot(points[:, 0] - lon, points[:, 1] - lat).argmin())


def make_units(start: Start, ends: Ends, can_refuse: dict[str, bool]) -> list[Unit]:
    """The units of the start, by id."""
    told = sorted(start.units, key=lambda unit: unit.id)
    return [
        Unit(
            index=index,
            id=unit.id,
            home=ends.station[unit.station_id],
            station=list(ends.station).index(unit.station_id),
            kind=KIND_NAMES.index(unit.kind),
            skills=skill_bits(unit.skills) & (3 if unit.kind == "motorbike" else 7),
            can_refuse=can_refuse[unit.station_id],
            moved_s=list(unit.moved_s),
        )
        for index, unit in enumerate(told)
    ]


def open_calls(start: Start, world: CityWorld, ends: Ends, seed: int) -> Calls:
    """The incidents that are open, as calls; what the desk does not know of them is drawn."""
    told, city = start.calls, world.scenario.city
    assert city is not None
    kind = np.array([KINDS.index(call.kind) if call.kind in KINDS else 0 for call in told], dtype=np.int64)
    at_s = np.array([call.answered_s for call in told], dtype=np.float64)
    calls = draw_attributes(world.pack, city, world.work, world.where_calls, (seed, OPEN), at_s, kind)
    calls.opened_s = np.array([call.opened_s for call in told], dtype=np.float64)
    for row, call in enumerate(told):
        _tell(calls, row, call, ends)
    return calls


def _tell(calls: Calls, row: int, call: StartCall, ends: Ends) -> None:
    if call.zone is not None:
        calls.place[row] = ends.zone[call.zone]
        calls.zone[row] = ends.zone[call.zone] if calls.kind[row] != KINDS.index("interfacility") else -1
    calls.priority[row], calls.units[row] = call.priority, call.units
    if call.needs:
        calls.needs[row] = skill_bits(call.needs)
    if call.complaint in calls.complaints:
        calls.complaint[row] = calls.complaints.index(call.complaint)
    if call.complaint in ALWAYS_CONVEYED or any(run.left_s is not None for run in call.runs):
        calls.conveys[row] = True
    if call.hospital_id in ends.hospital:
        calls.hospital[row] = ends.hospital[call.hospital_id]
    if call.until_s is not None:
        calls.scene_s[row] = max(LEAST_WAY_S, call.until_s)


def more_calls(world: CityWorld, seed: Seed, at_s: NDArray[np.float64]) -> Calls:
    """Emergencies at these times beside those of the forecast, as usual in everything else; of a seed of their own."""
    city = world.scenario.city
    assert city is not None
    kind = np.zeros(len(at_s), dtype=np.int64)
    return draw_attributes(world.pack, city, world.work, world.where_calls, seed, at_s, kind)


class Beginning:
    """Puts a start into the simulator's terms; the same for every seed but for the draws."""

    def __init__(self, start: Start, world: CityWorld, units: list[Unit]) -> None:
        self.start, self.world = start, world
        self.ends = Ends.of(world)
        self._index = {unit.id: unit.index for unit in units}
        self._told = {unit.id: unit for unit in start.units}
        self._times_s = world.table.time_s[0][world.table.band[int(world.first_hour_s // 3600) % 168]]

    def begun(self, calls: Calls, seed: int) -> Begun:
        """What is under way, with the rest of everything drawn."""
        rows = [(call, run) for call, told in enumerate(self.start.calls) for run in told.runs]
        draws = Residuals(self.world.pack.demand, seed, len(rows))
        runs = [self._run(calls, call, run, draws, row) for row, (call, run) in enumerate(rows)]
        busy = {one.run.unit for one in runs}
        return Begun(
            calls=len(self.start.calls),
            runs=runs,
            units={
                self._index[unit.id]: self._unit(unit)
                for unit in self.start.units
                if self._index[unit.id] not in busy
            },
            declined=[one for call, told in enumerate(self.start.calls) for one in self._declined(call, told)],
            done={call: told.done for call, told in enumerate(self.start.calls) if told.done},
            hospitals=[
                BegunHospital(one.id, one.status, one.diversion, one.capacity)
                for one in self.start.hospitals
                if one.id in {row.id for row in self.world.hospitals}
            ],
        )  # fmt: skip

    def _unit(self, unit: StartUnit) -> BegunUnit:
        post = self.ends.station.get(unit.post_id, self.ends.station[unit.station_id])
        if unit.status == "on_break":
            return BegunUnit(RESTING, self._place(unit, post), post, max(LEAST_BREAK_S, BREAK_S + unit.since_s))
        if unit.status in ("off_duty", "out_of_service"):
            return BegunUnit(OFF, post, post)
        if unit.rest_s > 0.0:
            return BegunUnit(FREE, self._place(unit, post), post, unit.rest_s, unit.status == "moving_up")
        return BegunUnit(FREE, post, post)

    def _place(self, unit: StartUnit, otherwise: int) -> int:
        return otherwise if unit.lon is None or unit.lat is None else nearest(self.ends.points, unit.lon, unit.lat)

    def _declined(self, call: int, told: StartCall) -> list[Run]:
        found = []
        for one in told.declines:
            run = Run(call, self._index[one.unit_id], MAIN, one.offered_s)
            run.free_s, run.outcome = one.answered_s, "silent" if one.is_silent else "refused"
            run.start = self.ends.station[self._told[one.unit_id].station_id]
            found.append(run)
        return found

    def _run(self, calls: Calls, call: int, told: StartRun, draws: Residuals, row: int) -> BegunRun:
        unit = self._told[told.unit_id]
        run = Run(call, self._index[unit.id], FIRST if told.tier == "first" else MAIN, told.offered_s)
        run.start = self._place(unit, self.ends.station[unit.station_id])
        if told.is_offer:
            run.answer, after_s = draws.answer(row, -told.offered_s)
            expires_s = told.offered_s + 60.0 if told.expires_s is None else told.expires_s
            return BegunRun(run, ASKED, expires_s if run.answer == SILENT else told.offered_s + after_s)
        for name in ("accepted_s", "en_route_s", "on_scene_s", "left_s", "at_hospital_s", "handover_s"):
            value = getattr(told, name)
            if value is not None:
                setattr(run, name, value)
        if told.at_patient_s is not None:
            run.at_patient_s = told.at_patient_s
        if told.at_hospital_s is not None:
            return self._at_hospital(calls, run, told, draws, row)
        if told.left_s is not None:
            return self._conveying(calls, run, told)
        if told.on_scene_s is not None:
            return self._on_scene(run, told, calls, draws, row)
        return self._going(calls, run, told, draws, row)

    def _going(self, calls: Calls, run: Run, told: StartRun, draws: Residuals, row: int) -> BegunRun:
        if told.en_route_s is None:
            assert told.accepted_s is not None
            run.en_route_s = told.accepted_s + draws.turnout_s(row, -told.accepted_s)
        rest_s = told.rest_s if told.rest_s is not None else self._way_s(run.start, int(calls.place[run.call]))
        return BegunRun(run, GOING, max(run.en_route_s, 0.0) + rest_s)

    def _on_scene(self, run: Run, told: StartRun, calls: Calls, draws: Residuals, row: int) -> BegunRun:
        assert told.on_scene_s is not None
        run.start = int(calls.place[run.call])
        call = self.start.calls[run.call]
        if call.until_s is not None:
            return BegunRun(run, SCENE, max(call.until_s, 0.0))
        has_patient = told.at_patient_s is not None or call.kind != "emergency"
        return BegunRun(run, SCENE, told.on_scene_s + draws.on_scene_s(row, -told.on_scene_s, has_patient))

    def _conveying(self, calls: Calls, run: Run, told: StartRun) -> BegunRun:
        run.hospital = self._hospital_of(told, calls, run.call)
        if told.rest_s is not None:
            return BegunRun(run, CONVEYING, told.rest_s)
        assert told.left_s is not None
        way_s = self._way_s(int(calls.place[run.call]), run.hospital)
        return BegunRun(run, CONVEYING, max(LEAST_WAY_S, way_s + told.left_s))

    def _at_hospital(self, calls: Calls, run: Run, told: StartRun, draws: Residuals, row: int) -> BegunRun:
        assert told.at_hospital_s is not None
        call = run.call
        run.hospital = self._hospital_of(told, calls, call)
        run.start = run.hospital
        if told.handover_s is not None:
            return BegunRun(run, HOSPITAL, told.handover_s + draws.clean_up_s(row, -told.handover_s))
        before = sum(
            other.hospital_id == told.hospital_id and other.at_hospital_s < told.at_hospital_s
            for one in self.start.calls
            for other in one.runs
            if other.at_hospital_s is not None
        )
        longer_s = before * PER_UNIT_S
        run.handover_s = told.at_hospital_s + longer_s + draws.handover_s(row, -told.at_hospital_s - longer_s)
        return BegunRun(run, HOSPITAL, run.handover_s + draws.clean_up_s(row, 0.0))

    def _hospital_of(self, told: StartRun, calls: Calls, call: int) -> int:
        """As the crew told it; where planned work goes; else the nearest."""
        if told.hospital_id in self.ends.hospital:
            return self.ends.hospital[told.hospital_id]
        if calls.hospital[call] >= 0:
            return int(calls.hospital[call])
        first, near = self.world.first_hospital, int(calls.place[call])
        return first + int(self._times_s[first:, near].argmin())

    def _way_s(self, start: int, end: int) -> float:
        return max(LEAST_WAY_S, float(self._times_s[end, start]))


PER_UNIT_S = 300.0
"""Each unit that was there before makes a handover so much longer (guess; `Rules.handover_per_unit_s`)."""
