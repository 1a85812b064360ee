"""
What the desk knows right now: a fold of the log and nothing else.

Plain, mutable, and the same in JSON: the console holds the very same shape and folds the very same events.
Positions are not here: they may be lost, facts may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from dispatch.domain.events import Need
from dispatch.domain.lifecycles import FREE_STATUSES
from dispatch.domain.place import Place
from dispatch.domain.road import LonLat, Road
from dispatch.domain.words import (
    AlarmKind,
    Channel,
    ClosureKind,
    HospitalCapability,
    IncidentStatus,
    Level,
    LevelBy,
    OfferStatus,
    Outcome,
    RefusalCode,
    RoadDirection,
    Skill,
    Stamp,
    StationKind,
    UnitKind,
    UnitStatus,
)

FOLD_VERSION = 3
"""Raised whenever the same events would fold to another state; snapshots of another version are not used."""


class Station(msgspec.Struct, kw_only=True):
    id: str
    name: str
    name_en: str
    kind: StationKind
    can_refuse: bool
    lon: float
    lat: float
    phone: str | None = None
    offered: int = 0
    accepted: int = 0
    refused: int = 0
    silent: int = 0
    version: int = 0


class Hospital(msgspec.Struct, kw_only=True):
    id: str
    name: str
    name_en: str
    lon: float
    lat: float
    emergency: bool
    capabilities: tuple[HospitalCapability, ...] = ()
    diversion: tuple[HospitalCapability, ...] = ()
    version: int = 0


class Unit(msgspec.Struct, kw_only=True):
    """A vehicle with a crew in service. `incident_id`, `offer_id`: set from the offer to the run's end."""

    id: str
    station_id: str
    kind: UnitKind
    skills: tuple[Skill, ...]
    status: UnitStatus
    status_at: datetime
    incident_id: str | None = None
    offer_id: str | None = None
    hospital_id: str | None = None
    version: int = 0

    @property
    def is_free(self) -> bool:
        return self.status in FREE_STATUSES


class Offer(msgspec.Struct, kw_only=True):
    id: str
    station_id: str
    unit_id: str
    channel: Channel
    status: OfferStatus
    made_at: datetime
    made_by: str
    expires_at: datetime
    answered_at: datetime | None = None
    code: RefusalCode | None = None
    overruled: bool = False
    reason: str | None = None


class Run(msgspec.Struct, kw_only=True):
    """One unit's commitment to one incident, with its own clock and outcome."""

    offer_id: str
    unit_id: str
    station_id: str
    stamps: dict[Stamp, datetime] = {}
    hospital_id: str | None = None
    outcome: Outcome | None = None

    @property
    def is_active(self) -> bool:
        return self.outcome is None


class Alarm(msgspec.Struct, kw_only=True):
    id: str
    kind: AlarmKind
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


class Incident(msgspec.Struct, kw_only=True):
    """`offers` and `runs` are keyed by the offer's id, in the order they were made."""

    id: str
    number: str
    status: IncidentStatus
    priority: Level
    complaint: str
    answered_at: datetime
    opened_at: datetime
    level_set_at: datetime
    level_by: LevelBy = "person"
    place: Place | None = None
    needs: tuple[Need, ...] = ()
    call_ids: list[str] = []
    offers: dict[str, Offer] = {}
    runs: dict[str, Run] = {}
    alarms: dict[str, Alarm] = {}
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    version: int = 0

    @property
    def open_offers(self) -> list[Offer]:
        return [offer for offer in self.offers.values() if offer.status == "open"]

    @property
    def active_runs(self) -> list[Run]:
        return [run for run in self.runs.values() if run.is_active]


class Call(msgspec.Struct, kw_only=True):
    id: str
    answered_at: datetime
    complaint: str | None = None
    caller_token: str | None = None
    words_token: str | None = None
    answers_token: str | None = None
    place: Place | None = None
    places: tuple[Place, ...] = ()
    duplicates: tuple[str, ...] = ()
    incident_id: str | None = None
    outcome: Outcome | None = None
    version: int = 0


class Closure(msgspec.Struct, kw_only=True):
    """A road that is closed, flooded or slow, now or later; gone once it is reopened. See `events.RoadClosed`."""

    id: str
    kind: ClosureKind
    road: Road
    direction: RoadDirection
    depth_cm: float | None
    speed_kph: float | None
    from_at: datetime
    until_at: datetime | None
    reason: str
    set_by: str
    set_at: datetime
    names: tuple[str, ...]
    way_ids: tuple[int, ...]
    length_m: float
    lines: tuple[tuple[LonLat, ...], ...]
    version: int = 0


class Leaving(msgspec.Struct, kw_only=True):
    """A closed call or incident on its way out of the state, oldest first."""

    stream: str
    closed_at: datetime


class State(msgspec.Struct, kw_only=True):
    """Everything, keyed by id. `seq` is the last event folded in; `at` its time of record."""

    fold_version: int = FOLD_VERSION
    seq: int = 0
    at: datetime | None = None
    calls: dict[str, Call] = {}
    incidents: dict[str, Incident] = {}
    units: dict[str, Unit] = {}
    stations: dict[str, Station] = {}
    hospitals: dict[str, Hospital] = {}
    closures: dict[str, Closure] = {}
    auto_dispatch_held: bool = False
    desk_version: int = 0
    leaving: list[Leaving] = []

    def version_of(self, stream: str) -> int:
        """How many events the stream has; 0 for one that does not exist (or has left the state)."""
        kind, _, key = stream.partition(":")
        if kind == "desk":
            return self.desk_version
        table: Mapping[str, msgspec.Struct] = self.closures if kind == "road" else getattr(self, f"{kind}s")
        return getattr(table.get(key), "version", 0)

    @property
    def waiting(self) -> list[Incident]:
        """Incidents with no unit on its way, gravest first, then longest waiting."""
        found = [incident for incident in self.incidents.values() if incident.status == "waiting"]
        return sorted(found, key=lambda incident: (incident.priority, incident.answered_at, incident.id))
