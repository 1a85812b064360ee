"""
Who is coming to a hospital: what its own page shows and sounds. Pure; nothing in it is personal.

A unit is announced as soon as its destination is known, and stands there until the hospital has confirmed the handover.
Before it leaves the scene its time is told from the scene; once under way, from where it is, along the road. A unit
under way is taken to have driven on since its last fix, so that its time runs down without one.

Weakness: one that stands in a jam without a signal is announced too soon, by the age of its fix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec
import numpy as np

from dispatch.assignment.travel import Floats
from dispatch.city_pack_schema import DestinationNeed
from dispatch.domain.hospital_scope import is_coming
from dispatch.domain.state import Hospital, Incident, Reservation, Run, State
from dispatch.domain.words import Colour, HospitalResource, Level, UnitKind, UnitStatus
from dispatch.hospitals.needs import needs_of
from dispatch.positions.model import Position
from routing.eta import Eta


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """
    One run to the hospital. `run` names it; `eta_s` from now, one in ten sooner than `low_s`, one in ten later than
    `high_s`: from the scene while `has_left` is false, None once it is there or where no road is known.
    """

    run: str
    incident_id: str
    number: str
    level: Level
    complaint: str
    colours: dict[Colour, int]
    unit_id: str
    unit_kind: UnitKind
    status: UnitStatus | None
    has_left: bool
    needed: tuple[str, ...]
    resource: HospitalResource
    reservations: list[Reservation]
    left_scene_at: datetime | None
    at_hospital_at: datetime | None
    handover_at: datetime | None
    eta_s: float | None = None
    low_s: float | None = None
    high_s: float | None = None
    fix_age_s: float | None = None


class Times(Protocol):
    """What arrivals ask of the roads; `routing` satisfies it."""

    def eta(self, origins: Floats, destination: tuple[float, float], profile: str, *, fix_age_s: float) -> Eta:
        """Seconds from each origin (rows of lon, lat) to a (lon, lat), with low and high; inf where no road leads."""
        ...


class Origin(NamedTuple):
    """Where a unit's way begins, in degrees; `age_s` of the fix, None when it is the scene."""

    lon: float
    lat: float
    age_s: float | None


def list_arrivals(state: State, hospital: Hospital, table: Sequence[DestinationNeed]) -> list[Arrival]:
    """Every run that the hospital has not taken over yet, without times."""
    return [
        _arrival(state, hospital, incident, run, table)
        for incident in state.incidents.values()
        for run in incident.runs.values()
        if is_coming(run, hospital.id)
    ]


def origins_of(
    state: State, arrivals: Sequence[Arrival], positions: Mapping[str, Position], now: datetime
) -> dict[str, Origin]:
    """By run, where each that has not arrived starts from: its position once it has left the scene, else the scene."""
    found: dict[str, Origin] = {}
    for one in arrivals:
        place, position = state.incidents[one.incident_id].place, positions.get(one.unit_id)
        if one.at_hospital_at is not None:
            continue
        if one.has_left and position is not None:
            found[one.run] = Origin(position.lon, position.lat, max(0.0, (now - position.at).total_seconds()))
        elif place is not None:
            found[one.run] = Origin(place.lon, place.lat, None)
    return found


def with_times(
    arrivals: Sequence[Arrival],
    origins: Mapping[str, Origin],
    hospital: tuple[float, float],
    travel: Times,
    profiles: Mapping[UnitKind, str],
) -> list[Arrival]:
    """The same with their times by road; the gravest first, then who is there, then who comes soonest."""
    timed = [_with_time(one, origins.get(one.run), hospital, travel, profiles.get(one.unit_kind)) for one in arrivals]
    return sorted(timed, key=lambda one: (one.level, one.eta_s or 0.0, one.run))


def _arrival(
    state: State, hospital: Hospital, incident: Incident, run: Run, table: Sequence[DestinationNeed]
) -> Arrival:
    unit, needs = state.units[run.unit_id], needs_of(incident, table)
    carried = [
        patient
        for patient in state.patients.values()
        if patient.incident_id == incident.id and patient.unit_id == run.unit_id and patient.status != "ended"
    ]
    return Arrival(
        run=run.offer_id,
        incident_id=incident.id,
        number=incident.number,
        level=incident.priority,
        complaint=incident.complaint,
        colours=dict(Counter(patient.colour for patient in carried if patient.colour)),
        unit_id=unit.id,
        unit_kind=unit.kind,
        status=unit.status if run.is_active else None,
        has_left="left_scene_at" in run.stamps,
        needed=needs.capabilities,
        resource=needs.resource,
        reservations=[one for one in hospital.reservations.values() if one.incident_id == incident.id],
        left_scene_at=run.stamps.get("left_scene_at"),
        at_hospital_at=run.stamps.get("at_hospital_at"),
        handover_at=run.stamps.get("handover_at"),
    )


def _with_time(
    arrival: Arrival,
    origin: Origin | None,
    hospital: tuple[float, float],
    travel: Times,
    profile: str | None,
) -> Arrival:
    if origin is None or profile is None:
        return arrival
    here = np.array([origin[:2]], dtype=np.float64)
    eta = travel.eta(here, hospital, profile, fix_age_s=origin.age_s or 0.0)
    if not np.isfinite(eta.time_s[0]):
        return msgspec.structs.replace(arrival, fix_age_s=origin.age_s)
    driven_s = origin.age_s or 0.0
    return msgspec.structs.replace(
        arrival,
        eta_s=max(0.0, float(eta.time_s[0]) - driven_s),
        low_s=max(0.0, float(eta.low_s[0]) - driven_s),
        high_s=max(0.0, float(eta.high_s[0]) - driven_s),
        fix_age_s=origin.age_s,
    )
