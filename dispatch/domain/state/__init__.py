"""
What the desk knows right now: a fold of the log and nothing else.

Plain, mutable, and the same in JSON: the console holds the very same shape and folds the very same events.
Positions are not here: they may be lost, facts may not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from dispatch.domain.state.alarms import Alarm
from dispatch.domain.state.calls import KEEP_MESSAGES, Call, CallBack, CallBackAttempt, CallMessage
from dispatch.domain.state.city import Station
from dispatch.domain.state.crews import Crew, Vehicle
from dispatch.domain.state.desk import Seat, Surge
from dispatch.domain.state.hospitals import Hospital, Reservation
from dispatch.domain.state.incidents import Incident
from dispatch.domain.state.major import Major
from dispatch.domain.state.offers import DutyDay, Offer, OfferCounts
from dispatch.domain.state.outcomes import OutcomeRecord
from dispatch.domain.state.patients import Patient
from dispatch.domain.state.policy import PolicyInForce
from dispatch.domain.state.roads import Closure
from dispatch.domain.state.runs import Run
from dispatch.domain.state.triage import ProtocolInForce, Triage
from dispatch.domain.state.units import Unit
from dispatch.domain.words import OverruleKind, OverruleReason

__all__ = [
    "FOLD_VERSION", "KEEP_MESSAGES", "TABLES",
    "Alarm", "Call", "CallBack", "CallBackAttempt", "CallMessage", "Closure", "Crew", "DutyDay", "Hospital", "Incident",
    "Leaving", "Major", "Offer", "OfferCounts", "OutcomeRecord", "Patient", "PolicyInForce", "ProtocolInForce",
    "Reservation", "Run", "Seat", "State", "Station", "Surge", "Triage", "Unit", "Vehicle",
]  # fmt: skip

FOLD_VERSION = 10
"""Raised whenever the same events would fold to another state; snapshots of another version are not used."""

TABLES: Final = {
    "alarm": "alarms",
    "call": "calls",
    "incident": "incidents",
    "unit": "units",
    "station": "stations",
    "hospital": "hospitals",
    "road": "closures",
    "patient": "patients",
    "outcome": "outcomes",
    "vehicle": "vehicles",
    "crew": "crews",
    "seat": "seats",
}
"""Where the things of each kind of stream are kept."""


class Leaving(msgspec.Struct, kw_only=True):
    """A closed call or incident, or a cleared alarm, on its way out of the state, oldest first."""

    stream: str
    closed_at: datetime


class State(msgspec.Struct, kw_only=True):
    """
    Everything, keyed by id. `seq` is the last event folded in; `at` its time of record.

    `outcomes`: those of the last days that want details, oldest first, by the run's or the closing's id.
    `overrules` counts by duty day, by which advice and by reason how often a person went against advice.
    """

    fold_version: int = FOLD_VERSION
    seq: int = 0
    at: datetime | None = None
    calls: dict[str, Call] = {}
    incidents: dict[str, Incident] = {}
    units: dict[str, Unit] = {}
    stations: dict[str, Station] = {}
    hospitals: dict[str, Hospital] = {}
    closures: dict[str, Closure] = {}
    patients: dict[str, Patient] = {}
    outcomes: dict[str, OutcomeRecord] = {}
    vehicles: dict[str, Vehicle] = {}
    crews: dict[str, Crew] = {}
    alarms: dict[str, Alarm] = {}
    policy: PolicyInForce = PolicyInForce()
    protocol: ProtocolInForce = ProtocolInForce()
    seats: dict[str, Seat] = {}
    surge: Surge = Surge()
    overrules: dict[str, dict[OverruleKind, dict[OverruleReason, int]]] = {}
    auto_dispatch_held: bool = False
    desk_version: int = 0
    leaving: list[Leaving] = []

    def version_of(self, stream: str) -> int:
        """How many events the stream has; 0 for one that does not exist (or has left the state)."""
        kind, _, key = stream.partition(":")
        if kind == "desk":
            return self.desk_version
        if kind == "policy":
            return self.policy.version
        if kind == "protocol":
            return self.protocol.version
        if kind == "surge":
            return self.surge.version
        return getattr(self.table_of(kind).get(key), "version", 0)

    def table_of(self, kind: str) -> dict[str, Any]:
        """The things of one kind of stream, by id."""
        table: dict[str, Any] = getattr(self, TABLES[kind])
        return table

    @property
    def waiting(self) -> list[Incident]:
        """Incidents with no unit on its way, gravest first, then longest waiting."""
        found = [incident for incident in self.incidents.values() if incident.status == "waiting"]
        return sorted(found, key=lambda incident: (incident.priority, incident.answered_at, incident.id))
