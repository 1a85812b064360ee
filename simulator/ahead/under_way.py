"""
Who is under way when an alternative's roads part from the desk's: the same start, with the ways that are left on those
roads.

A unit turns at once, from where it is. Its way by the desk's own roads gets as much longer as the way to the hospital,
to the post or, since a patient's place is in no start, to the census point of the patient's ward.
Weaknesses: near the patient's own door nothing changes; a closure that begins later is not known to who is on the road.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from dispatch.city_pack import CityPack
from simulator.ahead.freeze import LEAST_REST_S, PROFILE_OF_KIND, Point, Way
from simulator.ahead.start import Start, StartCall, StartRun, StartUnit


def ways_of(start: Start, pack: CityPack) -> dict[str, Way]:
    """By unit, the way that is left of those whose seconds are known; at a patient's a unit is at the ward's point."""
    wards = {row.code: (row.lon, row.lat) for row in pack.old_wards}
    stations = {row.id: (row.lon, row.lat) for row in pack.stations}
    hospitals = {row.id: (row.lon, row.lat) for row in pack.hospitals}
    units = {unit.id: unit for unit in start.units}
    found: dict[str, Way] = {}
    for unit in start.units:
        if unit.rest_s > 0.0:
            _note(found, unit, _here(unit), stations.get(unit.post_id))
    for call in start.calls:
        ward = wards.get(call.zone or "")
        for run in call.runs:
            unit = units[run.unit_id]
            if run.rest_s is not None:
                _note(
                    found,
                    unit,
                    _here(unit) or ward,
                    ward if run.left_s is None else hospitals.get(run.hospital_id or ""),
                )
    return found


def with_longer_ways(start: Start, longer_s: Mapping[str, float]) -> Start:
    """The start with so many seconds more (or less) of these units' ways."""
    if not longer_s:
        return start

    def rest_s(unit_id: str, told_s: float) -> float:
        return round(max(LEAST_REST_S, told_s + longer_s.get(unit_id, 0.0)), 3)

    def changed(run: StartRun) -> StartRun:
        return run if run.rest_s is None else msgspec.structs.replace(run, rest_s=rest_s(run.unit_id, run.rest_s))

    def on_run(call: StartCall) -> StartCall:
        return msgspec.structs.replace(call, runs=tuple(changed(run) for run in call.runs))

    units = tuple(
        msgspec.structs.replace(unit, rest_s=rest_s(unit.id, unit.rest_s)) if unit.rest_s > 0.0 else unit
        for unit in start.units
    )
    return msgspec.structs.replace(start, units=units, calls=tuple(on_run(call) for call in start.calls))


def _here(unit: StartUnit) -> Point | None:
    return None if unit.lon is None or unit.lat is None else (unit.lon, unit.lat)


def _note(found: dict[str, Way], unit: StartUnit, here: Point | None, there: Point | None) -> None:
    if here is not None and there is not None:
        found[unit.id] = (here, there, PROFILE_OF_KIND[unit.kind])
