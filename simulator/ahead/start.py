"""
What a look ahead starts from: the desk's state at a moment, without anything that points at a person.

Incidents have no id, number, words or address here, only the old ward whose census point is nearest; a unit at a
patient's has no place, one on its way to anybody has the seconds that its way takes still. Seconds are from `at`;
what lies behind is negative.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.state import Closure
from dispatch.domain.words import HospitalStatus, RunKind, Skill, Tier, UnitKind, UnitStatus

START_VERSION = 1
"""Raised when a start that was kept could not be read any more."""


class StartUnit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    `lon`, `lat`: where it is, unless it stands at a patient's; `rest_s`: on no run, until it is at `post_id`.
    `since_s`: when its status began.
    """

    id: str
    station_id: str
    kind: UnitKind
    skills: tuple[Skill, ...]
    status: UnitStatus
    since_s: float
    post_id: str
    lon: float | None = None
    lat: float | None = None
    rest_s: float = 0.0
    moved_s: tuple[float, ...] = ()


class StartRun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    A unit on a run, or asked for one (`is_offer`). Stamps are None for what has not happened.

    `rest_s`: on its way, seconds to the scene or the hospital by the roads of this moment. `expires_s`: of an offer.
    """

    unit_id: str
    tier: Tier = "main"
    is_offer: bool = False
    offered_s: float
    expires_s: float | None = None
    accepted_s: float | None = None
    en_route_s: float | None = None
    on_scene_s: float | None = None
    at_patient_s: float | None = None
    left_s: float | None = None
    at_hospital_s: float | None = None
    handover_s: float | None = None
    hospital_id: str | None = None
    rest_s: float | None = None


class StartDecline(msgspec.Struct, frozen=True, kw_only=True):
    """An offer that a station refused, or let pass without an answer."""

    unit_id: str
    offered_s: float
    answered_s: float
    is_silent: bool


class StartCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    An open incident. `zone`: code of the old ward, None while nobody knows where it is. `done`: units that have
    finished with it. `until_s`: when planned work at the place ends.
    """

    kind: RunKind
    priority: int
    complaint: str
    zone: str | None
    answered_s: float
    opened_s: float
    needs: tuple[Skill, ...] = ()
    units: int = 1
    done: int = 0
    until_s: float | None = None
    hospital_id: str | None = None
    runs: tuple[StartRun, ...] = ()
    declines: tuple[StartDecline, ...] = ()


class StartHospital(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    status: HospitalStatus = "open"
    diversion: tuple[str, ...] = ()
    capacity: dict[str, int] = {}


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """What the simulation cannot have: which thing, and why."""

    what: str
    id: str
    why: str


class LiveRoads(msgspec.Struct, frozen=True, kw_only=True):
    """
    Closures that stand, without who said so and why, and the live speeds (km/h) by arc of the `network` of this name
    (`routing.locate.Locator.key`).
    """

    version: str = ""
    network: str = ""
    closures: tuple[Closure, ...] = ()
    arcs: tuple[int, ...] = ()
    kph: tuple[float, ...] = ()


class LoggedHours(msgspec.Struct, frozen=True, kw_only=True):
    """
    Emergencies answered in each whole hour from `since` on; None where nobody knows. `source`: `desk`, or the log.
    """

    source: str
    since: datetime
    counts: tuple[float | None, ...]


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """
    `recent`: emergencies answered within the last hour. `sections`: what the policy in force says otherwise.
    `logged`: what a forecast may learn from; None: the city pack alone.
    """

    start_version: int = START_VERSION
    at: datetime
    seq: int
    units: tuple[StartUnit, ...]
    calls: tuple[StartCall, ...]
    hospitals: tuple[StartHospital, ...] = ()
    roads: LiveRoads = LiveRoads()
    sections: dict[str, dict[str, Any]] = {}
    recent: int = 0
    logged: LoggedHours | None = None
    left_out: tuple[LeftOut, ...] = ()
