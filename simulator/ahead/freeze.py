"""
The desk's state and the units' positions → what a look ahead starts from. Pure.

Two steps, so that the desk's event loop is held up by neither: `freeze` takes what changes, in a few milliseconds,
and still holds points of incidents in memory; `settle` asks the roads how long each way takes still, and forgets
the points.
Only what `settle` returns is ever written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from dispatch.assignment.response import straight_m
from dispatch.city_pack import CityPack
from dispatch.domain.state import Closure, Hospital, Incident, Offer, Run, State, Unit
from dispatch.domain.words import Stamp
from dispatch.positions.model import Position
from simulator.ahead.start import (
    LeftOut,
    LiveRoads,
    Start,
    StartCall,
    StartDecline,
    StartHospital,
    StartRun,
    StartUnit,
)

Point = tuple[float, float]
Way = tuple[Point, Point, str]
"""From where, to where, by which profile."""
TimesOf = Callable[[Sequence[Way]], list[float]]
"""Seconds of ways by the roads of this moment; inf where none leads."""

PROFILE_OF_KIND = {"van": "ambulance", "motorbike": "motorbike"}
RECENT = timedelta(hours=1)
STRAIGHT_KPH, DETOUR = 20.0, 1.3
"""Where no road leads (guess; `AssignmentSettings`)."""
LEAST_REST_S = 30.0
"""A crew that is on its way still is not there sooner (guess)."""
NO_CONTENT = frozenset({"duplicate", "no_content"})


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """A start whose ways are not measured yet: by which unit's way each number is to be found."""

    start: Start
    ways: dict[str, Way]


def freeze(
    state: State, positions: Mapping[str, Position], now: datetime, pack: CityPack, roads: LiveRoads | None = None
) -> Frozen:
    """Everything that a look ahead needs of the desk at `now`."""
    return _Freezing(state, positions, now, pack).freeze(roads or LiveRoads(closures=bare(state.closures.values())))


def settle(frozen: Frozen, times_of: TimesOf) -> Start:
    """The start with the rest of every way."""
    ids = list(frozen.ways)
    ways = [frozen.ways[unit_id] for unit_id in ids]
    rest_s = {
        unit_id: round(max(LEAST_REST_S, float(found) if np.isfinite(found) else _straight_s(way)), 3)
        for unit_id, way, found in zip(ids, ways, times_of(ways), strict=True)
    }
    units = tuple(
        msgspec.structs.replace(unit, rest_s=rest_s[unit.id]) if unit.id in rest_s else unit
        for unit in frozen.start.units
    )
    calls = tuple(
        msgspec.structs.replace(call, runs=tuple(_with_rest(run, rest_s) for run in call.runs))
        for call in frozen.start.calls
    )
    return msgspec.structs.replace(frozen.start, units=units, calls=calls)


def bare(closures: object) -> tuple[Closure, ...]:
    """Closures without the words and the names in them."""
    return tuple(
        msgspec.structs.replace(one, reason="", set_by="")
        for one in closures  # type: ignore[attr-defined]  # any collection
    )


def _with_rest(run: StartRun, rest_s: Mapping[str, float]) -> StartRun:
    return msgspec.structs.replace(run, rest_s=rest_s[run.unit_id]) if run.unit_id in rest_s else run


def _straight_s(way: Way) -> float:
    here, there, _ = way
    return float(straight_m(np.array([here]), there)[0]) * DETOUR / (STRAIGHT_KPH / 3.6)


class _Freezing:
    """One state, read once."""

    def __init__(self, state: State, positions: Mapping[str, Position], now: datetime, pack: CityPack) -> None:
        self.state, self.positions, self.now, self.pack = state, positions, now, pack
        self.wards = [row for row in pack.old_wards if row.population_2019 > 0]
        self.ward_points = np.array([(row.lon, row.lat) for row in self.wards])
        self.stations = {row.id: (row.lon, row.lat) for row in pack.stations}
        self.ways: dict[str, Way] = {}
        self.left_out: list[LeftOut] = []

    def freeze(self, roads: LiveRoads) -> Frozen:
        state = self.state
        known = {unit.id for unit in state.units.values() if self._is_of_the_day(unit)}
        calls = [self._call(one, known) for one in state.incidents.values() if one.status != "closed"]
        start = Start(
            at=self.now,
            seq=state.seq,
            units=tuple(self._unit(unit) for unit in state.units.values() if unit.id in known),
            calls=tuple(sorted(calls, key=lambda call: (call.answered_s, call.opened_s))),
            hospitals=tuple(_hospital(one) for one in state.hospitals.values() if _has_told(one)),
            roads=roads,
            sections=state.policy.sections,
            recent=sum(self._is_recent(one) for one in state.incidents.values()),
            left_out=tuple(self.left_out),
        )
        return Frozen(start=start, ways=self.ways)

    def _is_of_the_day(self, unit: Unit) -> bool:
        why = None
        if unit.status in ("off_duty", "out_of_service"):
            return False
        if unit.kind not in PROFILE_OF_KIND:
            why = f"a {unit.kind} goes by no road"
        elif unit.external:
            why = "it is not of 115"
        elif unit.station_id not in self.stations:
            why = f"its station {unit.station_id} is not in the city pack"
        if why is not None:
            self.left_out.append(LeftOut(what="unit", id=unit.id, why=why))
        return why is None

    def _is_recent(self, incident: Incident) -> bool:
        is_new = self.now - RECENT < incident.answered_at <= self.now
        return is_new and incident.kind == "emergency" and incident.outcome not in NO_CONTENT

    def _s(self, at: datetime | None) -> float | None:
        """Seconds from now; what a fast clock puts ahead of now is now."""
        return None if at is None else min(0.0, (at - self.now).total_seconds())

    def _ago_s(self, at: datetime) -> float:
        return min(0.0, (at - self.now).total_seconds())

    def _unit(self, unit: Unit) -> StartUnit:
        lon, lat = self._here(unit)
        is_at_patient = unit.status == "on_scene" or (unit.status == "transporting" and unit.id not in self.positions)
        post = unit.post if unit.post in self.stations else unit.station_id
        if unit.status in ("returning", "moving_up"):
            self.ways[unit.id] = ((lon, lat), self.stations[post], PROFILE_OF_KIND[unit.kind])
        return StartUnit(
            id=unit.id,
            station_id=unit.station_id,
            kind=unit.kind,
            skills=unit.skills,
            status=unit.status,
            since_s=self._ago_s(unit.status_at),
            post_id=post,
            lon=None if is_at_patient else round(lon, 5),
            lat=None if is_at_patient else round(lat, 5),
            moved_s=tuple(self._ago_s(at) for at in unit.moved_at),
        )

    def _here(self, unit: Unit) -> Point:
        """Its last fix; without one, its post, or the hospital or the scene that its status puts it at."""
        fix = self.positions.get(unit.id)
        if fix is not None:
            return fix.lon, fix.lat
        hospital = self.state.hospitals.get(unit.hospital_id or "")
        if unit.status == "at_hospital" and hospital is not None:
            return hospital.lon, hospital.lat
        incident = self.state.incidents.get(unit.incident_id or "")
        if unit.status in ("on_scene", "transporting") and incident is not None and incident.place is not None:
            return incident.place.lon, incident.place.lat
        return self.stations.get(unit.post, self.stations[unit.station_id])

    def _call(self, incident: Incident, known: set[str]) -> StartCall:
        planned_s = (incident.from_at - self.now).total_seconds() if incident.from_at else 0.0
        opened_s = planned_s if planned_s > 0 and not incident.runs else self._ago_s(incident.opened_at)
        need = incident.needs[0].skills if incident.needs else ()
        offers = incident.offers
        runs = [self._run(incident, run, offers.get(run.offer_id)) for run in self._on_run(incident, known)]
        runs += [self._offer(one) for one in incident.open_offers if one.unit_id in known and not one.diverts_from]
        return StartCall(
            kind=incident.kind,
            priority=incident.priority,
            complaint=incident.complaint,
            zone=self._zone(incident),
            answered_s=self._ago_s(incident.answered_at),
            opened_s=opened_s,
            needs=need,
            units=max(1, len(incident.needs), sum(run.tier == "main" for run in runs if not run.is_offer)),
            done=sum(self._is_done(run, known) for run in incident.runs.values()),
            until_s=(incident.until_at - self.now).total_seconds() if incident.until_at else None,
            hospital_id=incident.hospital_id,
            runs=tuple(runs),
            declines=tuple(_decline(one, self) for one in offers.values() if _has_declined(one, known)),
        )

    def _on_run(self, incident: Incident, known: set[str]) -> list[Run]:
        return [run for run in incident.active_runs if run.unit_id in known and self._is_busy(run)]

    def _is_busy(self, run: Run) -> bool:
        unit = self.state.units[run.unit_id]
        return unit.offer_id == run.offer_id and unit.status in (
            "dispatched", "en_route", "on_scene", "transporting", "at_hospital"
        )  # fmt: skip

    @staticmethod
    def _is_done(run: Run, known: set[str]) -> bool:
        """One that was of use, or that goes on with a unit which the simulation cannot have."""
        if run.tier != "main":
            return False
        if run.outcome is None:
            return run.unit_id not in known
        return "on_scene_at" in run.stamps and run.outcome != "relayed"

    def _zone(self, incident: Incident) -> str | None:
        if incident.place is None:
            return None
        return self.wards[int(straight_m(self.ward_points, (incident.place.lon, incident.place.lat)).argmin())].code

    def _run(self, incident: Incident, run: Run, offer: Offer | None) -> StartRun:
        unit, stamp = self.state.units[run.unit_id], run.stamps
        hospital = run.hospital_id or unit.hospital_id or incident.hospital_id
        self._measure(unit, incident, hospital)
        made_at = stamp.get("offered_at") or (offer.made_at if offer else incident.opened_at)
        names: dict[str, Stamp] = {
            "accepted_s": "accepted_at", "en_route_s": "en_route_at", "on_scene_s": "on_scene_at",
            "at_patient_s": "at_patient_at", "left_s": "left_scene_at", "at_hospital_s": "at_hospital_at",
            "handover_s": "handover_at",
        }  # fmt: skip
        found: dict[str, Any] = {name: self._s(stamp.get(key)) for name, key in names.items()}
        for name, statuses in _NEEDED.items():
            if unit.status in statuses and found[name] is None:
                found[name] = self._ago_s(unit.status_at)
        return StartRun(
            unit_id=unit.id, tier=run.tier, offered_s=self._ago_s(made_at), hospital_id=hospital, **found
        )  # fmt: skip

    def _measure(self, unit: Unit, incident: Incident, hospital_id: str | None) -> None:
        profile, here = PROFILE_OF_KIND[unit.kind], self._here(unit)
        hospital = self.state.hospitals.get(hospital_id or "")
        if unit.status in ("dispatched", "en_route") and incident.place is not None:
            self.ways[unit.id] = (here, (incident.place.lon, incident.place.lat), profile)
        elif unit.status == "transporting" and hospital is not None:
            self.ways[unit.id] = (here, (hospital.lon, hospital.lat), profile)

    def _offer(self, offer: Offer) -> StartRun:
        return StartRun(
            unit_id=offer.unit_id,
            tier=offer.tier,
            is_offer=True,
            offered_s=self._ago_s(offer.made_at),
            expires_s=max(0.0, (offer.expires_at - self.now).total_seconds()),
        )


_NEEDED = {
    "accepted_s": ("dispatched", "en_route", "on_scene", "transporting", "at_hospital"),
    "en_route_s": ("en_route", "on_scene", "transporting", "at_hospital"),
    "on_scene_s": ("on_scene", "transporting", "at_hospital"),
    "left_s": ("transporting", "at_hospital"),
    "at_hospital_s": ("at_hospital",),
}
"""Stamps that a status implies; one that is missing is taken to be the status's own."""


def _decline(offer: Offer, freezing: _Freezing) -> StartDecline:
    made_s = freezing._ago_s(offer.made_at)
    answered_s = freezing._ago_s(offer.answered_at or offer.expires_at)
    return StartDecline(
        unit_id=offer.unit_id, offered_s=made_s, answered_s=max(made_s, answered_s), is_silent=offer.status == "expired"
    )


def _has_declined(offer: Offer, known: set[str]) -> bool:
    return offer.status in ("refused", "expired") and offer.unit_id in known and offer.diverts_from is None


def _has_told(hospital: Hospital) -> bool:
    return hospital.status != "open" or bool(hospital.diversion) or bool(hospital.capacity)


def _hospital(hospital: Hospital) -> StartHospital:
    return StartHospital(
        id=hospital.id, status=hospital.status, diversion=hospital.diversion, capacity=dict(hospital.capacity.items())
    )  # fmt: skip
