"""The city, as registered at first start."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.words import HospitalCapability, Skill, StationKind, UnitKind


class StationRegistered(Event, frozen=True):
    STREAM = "station"

    station_id: str
    name: str
    name_en: str
    kind: StationKind
    can_refuse: bool
    lon: float
    lat: float
    phone: str | None = None


class HospitalRegistered(Event, frozen=True):
    STREAM = "hospital"

    hospital_id: str
    name: str
    name_en: str
    lon: float
    lat: float
    emergency: bool
    capabilities: tuple[HospitalCapability, ...] = ()


class UnitRegistered(Event, frozen=True):
    """
    A staffed unit starts available at its station, an unstaffed vehicle off duty. Its vehicle has the same id.

    `external`: lent to 115 by others.
    """

    STREAM = "unit"

    unit_id: str
    station_id: str
    kind: UnitKind
    skills: tuple[Skill, ...]
    staffed: bool
    external: bool = False
