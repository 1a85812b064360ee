"""The units that a decision may use, as arrays: one column a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.eligible import RED, SKILL_BITS, UNSTAFFED, unit_bits
from dispatch.assignment.offerable import GROUP_OF, LEVELS, Offerable
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.stations import chance_of_accepting, load_of, usual_answer_s
from dispatch.assignment.travel import Floats
from dispatch.domain.clock import duty_day
from dispatch.domain.place import Place
from dispatch.domain.state import Hospital, State, Station, Unit
from dispatch.positions.model import Position

Flags = NDArray[np.bool_]
SPARE_SKILLS = np.array([bits.bit_count() for bits in range(2 ** len(SKILL_BITS))], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Fleet:
    """
    Units in order of their ids, as columns. Seconds throughout.

    `ready_s`: until it is free, with the margin, + answer + loss by refusal + turnout. `serves_below`: only incidents
    of a group before this one may use it. `burden_s`: fairness, capped. `ends_in_s`: until its crew's shift is over,
    inf where that is not known. `is_free`: it covers its post; `is_diverted`, `is_soon`: as `offerable` says; the
    others are on a break. `station`: the same number for units of the same station. `ties`: for each set of
    skills that is needed (as bits), each column's place among those that cost the same.
    """

    units: Sequence[Unit]
    column: Mapping[str, int]
    lonlat: Floats
    ready_s: Floats
    answer_s: Floats
    accepts: Floats
    burden_s: Floats
    ends_in_s: Floats
    fix_age_s: Sequence[float | None]
    can_refuse: Flags
    skills: NDArray[np.int64]
    profiles: Mapping[str, NDArray[np.int64]]
    straight_mps: Floats
    offerable: Sequence[Offerable]
    serves_below: NDArray[np.int64]
    is_free: Flags
    is_diverted: Flags
    is_soon: Flags
    station: NDArray[np.int64]
    ties: NDArray[np.int64]

    @property
    def has_road(self) -> Flags:
        """Which columns travel by road at all."""
        found = np.zeros(len(self.units), dtype=np.bool_)
        for columns in self.profiles.values():
            found[columns] = True
        return found


def gather_fleet(
    offerable: Sequence[Offerable],
    state: State,
    positions: Mapping[str, Position],
    now: datetime,
    settings: AssignmentSettings,
) -> Fleet:
    """The units as arrays."""
    units = [one.unit for one in offerable]
    stations = [state.stations[unit.station_id] for unit in units]
    fixes = [positions.get(unit.id) for unit in units]
    spots = [fix or _usual_spot(unit, state) for fix, unit in zip(fixes, units, strict=True)]
    asked = {station.id: station for station in stations}
    usual_s = {key: usual_answer_s(station, settings.offer_answer_s) for key, station in asked.items()}
    chance = {key: chance_of_accepting(station) for key, station in asked.items()}
    answer_s = _floats([usual_s[station.id] for station in stations])
    accepts = _floats([chance[station.id] for station in stations])
    turnout_s = _floats([_turnout_s(unit, settings) for unit in units])
    wait_s = _floats([0.0 if one.free_in_s is None else one.free_in_s + settings.soon_margin_s for one in offerable])
    kph = _floats([settings.straight_kph[unit.kind] for unit in units])
    is_diverted = np.array([one.diverts_from is not None for one in offerable], dtype=np.bool_)
    is_soon = np.array([one.free_in_s is not None for one in offerable], dtype=np.bool_)
    skills = np.array([unit_bits(unit) for unit in units], dtype=np.int64)
    station_no = {key: number for number, key in enumerate(state.stations)}
    return Fleet(
        units=units,
        column={unit.id: column for column, unit in enumerate(units)},
        lonlat=_floats([(spot.lon, spot.lat) for spot in spots]).reshape(-1, 2),
        ready_s=wait_s + answer_s + loss_by_refusal_s(accepts, settings) + turnout_s,
        answer_s=answer_s,
        accepts=accepts,
        burden_s=_burdens_s(stations, state, now, settings),
        ends_in_s=_floats([_ends_in_s(unit, now) for unit in units]),
        fix_age_s=[max(0.0, (now - fix.at).total_seconds()) if fix else None for fix in fixes],
        can_refuse=np.array([station.can_refuse for station in stations], dtype=np.bool_),
        skills=skills,
        profiles=_columns_by_profile(units, settings),
        straight_mps=kph / 3.6 / settings.detour,
        offerable=offerable,
        serves_below=np.array([_serves_below(one) for one in offerable], dtype=np.int64),
        is_free=np.array([unit.is_free for unit in units], dtype=np.bool_),
        is_diverted=is_diverted,
        is_soon=is_soon,
        station=np.array([station_no[unit.station_id] for unit in units], dtype=np.int64),
        ties=_ties(units, skills, is_diverted * 2 + is_soon * 3),
    )


def _turnout_s(unit: Unit, settings: AssignmentSettings) -> float:
    return settings.break_turnout_s if unit.status == "on_break" else settings.turnout_s.get(unit.status, 0.0)


def _ties(units: Sequence[Unit], skills: NDArray[np.int64], busy: NDArray[np.int64]) -> NDArray[np.int64]:
    """Our own before external; free, on a break, under way, not free yet; fewest skills to spare; smallest id."""
    needed = np.arange(2 ** len(SKILL_BITS))[:, None]
    kind = busy + np.array([unit.external * 4 + (unit.status == "on_break") for unit in units], dtype=np.int64)
    spare = SPARE_SKILLS[skills & ~needed]
    order: NDArray[np.int64] = (kind * 4 + spare) * len(skills) + np.arange(len(skills))
    return order


def loss_by_refusal_s(accepts: Floats, settings: AssignmentSettings) -> Floats:
    """Seconds that refusals cost on average: (1 - p) / p refusals before a yes, were every next station like this."""
    return (1.0 - accepts) / accepts * settings.retry_s


def runs_above_mean(state: State, now: datetime) -> dict[str, float]:
    """For each station with staffed units its runs of this duty day for each of them, above the city's mean."""
    staffed: dict[str, int] = {}
    for unit in state.units.values():
        if unit.status not in UNSTAFFED:
            staffed[unit.station_id] = staffed.get(unit.station_id, 0) + 1
    day = duty_day(now)
    runs = {key: load_of(state.stations[key], day) for key in staffed}
    mean = sum(runs.values()) / max(1, sum(staffed.values()))
    return {key: max(0.0, runs[key] / staffed[key] - mean) for key in staffed}


def _burdens_s(stations: Sequence[Station], state: State, now: datetime, settings: AssignmentSettings) -> Floats:
    above = runs_above_mean(state, now)
    each_s = _floats([above[station.id] for station in stations]) * settings.fairness_weight_s
    return np.minimum(each_s, settings.fairness_most_s)


def _usual_spot(unit: Unit, state: State) -> Station | Hospital | Place:
    """Where a unit without a fix is taken to be: the hospital or the scene it is at, else the post."""
    if unit.status == "at_hospital" and unit.hospital_id in state.hospitals:
        return state.hospitals[unit.hospital_id]
    incident = state.incidents.get(unit.incident_id or "")
    if unit.status == "on_scene" and incident is not None and incident.place is not None:
        return incident.place
    return state.stations[unit.post if unit.post in state.stations else unit.station_id]


def _serves_below(one: Offerable) -> int:
    if one.unit.status == "on_break":
        return GROUP_OF[RED] + 1
    return len(LEVELS) if one.diverts_from is None else GROUP_OF[one.diverts_from.priority]


def _ends_in_s(unit: Unit, now: datetime) -> float:
    return np.inf if unit.shift_until is None else (unit.shift_until - now).total_seconds()


def _columns_by_profile(units: Sequence[Unit], settings: AssignmentSettings) -> dict[str, NDArray[np.int64]]:
    found: dict[str, list[int]] = {}
    for column, unit in enumerate(units):
        if profile := settings.profiles.get(unit.kind):
            found.setdefault(profile, []).append(column)
    return {profile: np.array(columns, dtype=np.int64) for profile, columns in found.items()}


def _floats(values: Sequence[object]) -> Floats:
    return np.array(values, dtype=np.float64)
