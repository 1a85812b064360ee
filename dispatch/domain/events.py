"""
Facts, in the past tense. Each event belongs to one stream and says what happened there, nothing else.

A fact that concerns an incident, a unit and a station is three events, one on each stream, appended in one
transaction: that is what makes it impossible to give a unit twice. No personal data ever stands in an event:
phone numbers, names and free words are tokens into the personal store.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.place import Place
from dispatch.domain.road import LonLat, Road
from dispatch.domain.words import (
    AlarmKind,
    Channel,
    ClosureKind,
    HospitalCapability,
    Level,
    LevelBy,
    OfferAnswer,
    Outcome,
    RefusalCode,
    ReleaseCause,
    RoadDirection,
    Skill,
    StationKind,
    UnitKind,
    UnitReport,
)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What every event shares: its name is its class, its stream is told by `stream_of`."""


class Need(msgspec.Struct, frozen=True):
    """One unit that an incident needs, by the skills it must bring."""

    skills: tuple[Skill, ...] = ("convey",)


# --- the city, as registered at first start -------------------------------------------------------------


class StationRegistered(Event, frozen=True):
    station_id: str
    name: str
    name_en: str
    kind: StationKind
    can_refuse: bool
    lon: float
    lat: float
    phone: str | None = None


class HospitalRegistered(Event, frozen=True):
    hospital_id: str
    name: str
    name_en: str
    lon: float
    lat: float
    emergency: bool
    capabilities: tuple[HospitalCapability, ...] = ()


class HospitalRevised(Event, frozen=True):
    """`diversion` names what the hospital asks not to receive; it advises and never hides the hospital."""

    hospital_id: str
    diversion: tuple[HospitalCapability, ...]


class UnitRegistered(Event, frozen=True):
    """A staffed unit starts available at its station, an unstaffed vehicle off duty."""

    unit_id: str
    station_id: str
    kind: UnitKind
    skills: tuple[Skill, ...]
    staffed: bool


# --- calls ----------------------------------------------------------------------------------------------


class CallReceived(Event, frozen=True):
    call_id: str
    answered_at: datetime
    complaint: str | None = None
    caller_token: str | None = None
    words_token: str | None = None
    answers_token: str | None = None
    place: Place | None = None
    places: tuple[Place, ...] = ()
    duplicates: tuple[str, ...] = ()


class CallJoined(Event, frozen=True):
    call_id: str
    incident_id: str


class CallClosed(Event, frozen=True):
    call_id: str
    outcome: Outcome


# --- incidents ------------------------------------------------------------------------------------------


class IncidentOpened(Event, frozen=True):
    """`number` is what people say aloud: the count within the duty day. `place` may still be pending."""

    incident_id: str
    number: str
    answered_at: datetime
    priority: Level
    complaint: str
    call_id: str | None = None
    place: Place | None = None
    needs: tuple[Need, ...] = (Need(),)
    level_by: LevelBy = "person"


class IncidentRevised(Event, frozen=True):
    """Only the fields that changed are set."""

    incident_id: str
    priority: Level | None = None
    complaint: str | None = None
    place: Place | None = None
    needs: tuple[Need, ...] | None = None
    reason: str | None = None


class IncidentClosed(Event, frozen=True):
    incident_id: str
    outcome: Outcome


class IncidentReopened(Event, frozen=True):
    incident_id: str


class AlarmRaised(Event, frozen=True):
    alarm_id: str
    incident_id: str
    kind: AlarmKind


class AlarmAcknowledged(Event, frozen=True):
    alarm_id: str
    incident_id: str


# --- offers and runs, on the incident's stream ----------------------------------------------------------


class OfferMade(Event, frozen=True):
    """`saw` is what the decision stood on: now, based_on_seq, hashes, positions, candidate travel times."""

    offer_id: str
    incident_id: str
    station_id: str
    unit_id: str
    channel: Channel
    expires_at: datetime
    overruled: bool = False
    reason: str | None = None
    saw: dict[str, Any] = {}


class OfferAccepted(Event, frozen=True):
    """`unit_id` is the unit that goes: the station may name another of its own than the one offered."""

    offer_id: str
    incident_id: str
    station_id: str
    unit_id: str
    on_behalf_of: str | None = None


class OfferRefused(Event, frozen=True):
    offer_id: str
    incident_id: str
    station_id: str
    code: RefusalCode
    on_behalf_of: str | None = None


class OfferExpired(Event, frozen=True):
    offer_id: str
    incident_id: str
    station_id: str


class OfferWithdrawn(Event, frozen=True):
    offer_id: str
    incident_id: str
    station_id: str
    because: str


class RunEnded(Event, frozen=True):
    incident_id: str
    unit_id: str
    outcome: Outcome
    hospital_id: str | None = None


# --- units ----------------------------------------------------------------------------------------------


class UnitOffered(Event, frozen=True):
    unit_id: str
    incident_id: str
    offer_id: str


class UnitAssigned(Event, frozen=True):
    unit_id: str
    incident_id: str
    offer_id: str


class UnitReleased(Event, frozen=True):
    unit_id: str
    incident_id: str
    because: ReleaseCause


class UnitReported(Event, frozen=True):
    """A status or a stamp that the crew reported; `source` is app, avl, voice or paper."""

    unit_id: str
    report: UnitReport
    incident_id: str | None = None
    hospital_id: str | None = None
    source: str = "app"


# --- stations -------------------------------------------------------------------------------------------


class StationOffered(Event, frozen=True):
    station_id: str
    offer_id: str
    incident_id: str


class StationAnswered(Event, frozen=True):
    station_id: str
    offer_id: str
    incident_id: str
    answer: OfferAnswer


# --- roads ----------------------------------------------------------------------------------------------


class RoadClosed(Event, frozen=True):
    """
    A road is closed, flooded or slow from `from_at` until `until_at` (None: until it is reopened).

    `road` is what was told. Names, ways, length (metres) and lines are what it meant on the map in use then: to be
    drawn, and to be found again should `road` mean nothing on a later map.
    """

    id: str
    kind: ClosureKind
    road: Road
    direction: RoadDirection
    from_at: datetime
    reason: str
    depth_cm: float | None = None
    speed_kph: float | None = None
    until_at: datetime | None = None
    names: tuple[str, ...] = ()
    way_ids: tuple[int, ...] = ()
    length_m: float = 0.0
    lines: tuple[tuple[LonLat, ...], ...] = ()


class RoadReopened(Event, frozen=True):
    """`reason` is `over` when its time had come, otherwise a person's words."""

    id: str
    reason: str


# --- the desk -------------------------------------------------------------------------------------------


class AutoDispatchHeld(Event, frozen=True):
    """One key stops every offer without a person, another lets them go on."""

    held: bool


EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}

_STREAM_KEYS = (
    ("call", (CallReceived, CallJoined, CallClosed)),
    ("unit", (UnitRegistered, UnitOffered, UnitAssigned, UnitReleased, UnitReported)),
    ("station", (StationRegistered, StationOffered, StationAnswered)),
    ("hospital", (HospitalRegistered, HospitalRevised)),
)
_STREAM_OF: dict[type[Event], str] = {cls: kind for kind, classes in _STREAM_KEYS for cls in classes}


def stream_of(event: Event) -> str:
    """The one stream that an event belongs to, such as `unit:115-007`."""
    if isinstance(event, AutoDispatchHeld):
        return "desk:auto-dispatch"
    if isinstance(event, RoadClosed | RoadReopened):
        return f"road:{event.id}"
    kind = _STREAM_OF.get(type(event), "incident")
    return f"{kind}:{getattr(event, f'{kind}_id')}"


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Where and when an event stands in the log, without what it says."""

    seq: int
    stream: str
    version: int
    type: str
    actor: str
    at: datetime
    recorded_at: datetime


class Recorded(Envelope, frozen=True, kw_only=True):
    """
    An event as it stands in the log.

    `seq` has no holes and is commit order; `version` counts within the stream from 1; `at` is when it
    happened by the device that tells it, `recorded_at` when the server wrote it down.
    """

    data: Event


def read_event(type_name: str, data: Any) -> Event:
    """The typed event behind a stored name and its fields. Raises KeyError or msgspec.ValidationError."""
    return msgspec.convert(data, EVENTS[type_name])


def read_recorded(fields: dict[str, Any]) -> Recorded:
    """A `Recorded` from its JSON form, as it stands in the feed and in exported logs."""
    envelope = msgspec.convert(fields, Envelope)
    return Recorded(**msgspec.structs.asdict(envelope), data=read_event(envelope.type, fields["data"]))
