"""
From a call to an incident: which level, which units, is it the same as another one. Pure.

The level comes from the complaint table of the city pack, which no medical council has signed yet
(`approved_by: null`): it proposes, a person may raise it at once, and it never feeds auto-dispatch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any, cast

import msgspec

from dispatch.domain.events import Need
from dispatch.domain.place import Place
from dispatch.domain.state import Call, Incident, State
from dispatch.domain.words import Level, RunKind
from dispatch.errors import Malformed, NotFound

OPENS_BY_ITSELF = 0.8
"""An incident opens without a person when a place is at least this sure (contract)."""

UNKNOWN_LEVEL: Level = 2
"""Nothing is known of the complaint: taken as grave until somebody knows better (guess)."""

DUPLICATE_M = 150.0
"""Calls nearer than this (plus both radii of uncertainty) may be about one event (guess)."""

DUPLICATE_WITHIN = timedelta(minutes=30)
"""… if they come within this time (guess)."""

NO = frozenset({"false", "no", "n", "0", "không", "khong", "abnormal", "agonal", "gasping"})
"""Answers that mean "not conscious" or "not breathing normally"; no yes is among them."""

_EARTH_M = 6_371_000.0


class Duplicate(msgspec.Struct, frozen=True):
    """An open incident that a call may be about: offered with its reasons, never joined by itself."""

    incident_id: str
    distance_m: float
    age_s: float
    reason: str


def level_of(default: Level | None, answers: Mapping[str, Any]) -> Level:
    """Red when the answers say unconscious or not breathing normally; else the complaint's own level."""
    if _is_no(answers.get("conscious")) or _is_no(answers.get("breathing")):
        return 1
    return default or UNKNOWN_LEVEL


def _is_no(answer: Any) -> bool:
    """However a form or a telephone adapter says no: a no that is not understood would cost a level."""
    return answer is not None and str(answer).strip().lower() in NO


def check_kind(
    state: State, kind: RunKind, from_at: datetime | None, until_at: datetime | None, hospital_id: str | None
) -> None:
    """A transfer names its hospital, an event stood by at its hours; nothing else does. Raises Malformed, NotFound."""
    if (kind == "standby_event") != (from_at is not None and until_at is not None):
        raise Malformed("a standby_event, and nothing else, has from_at and until_at; send both")
    if from_at is not None and until_at is not None and until_at <= from_at:
        raise Malformed(f"the event ends at {until_at:%H:%M} UTC, before it begins; send until_at after from_at")
    if (kind == "interfacility") != (hospital_id is not None):
        raise Malformed("an interfacility transfer, and nothing else, names the hospital_id that it goes to")
    if hospital_id is not None and hospital_id not in state.hospitals:
        raise NotFound(f"no hospital {hospital_id}; GET /api/v1/hospitals lists them")


def needs_of(skills: Sequence[str], count: int = 1) -> tuple[Need, ...]:
    """The package: so many units, each with these skills."""
    return tuple(Need(skills=cast(Any, tuple(skills))) for _ in range(count))


def settled_place(place: Place | None, places: Sequence[Place]) -> Place | None:
    """The place an incident may open with: given, or the best suggestion when it is sure enough."""
    if place is not None:
        return place
    if places and places[0].confidence >= OPENS_BY_ITSELF:
        return places[0]
    return None


def find_duplicates(state: State, place: Place | None, now: datetime) -> list[Duplicate]:
    """Open incidents near in place and time, nearest first."""
    if place is None:
        return []
    found = [_compare(incident, place, now) for incident in state.incidents.values()]
    return sorted((one for one in found if one), key=lambda one: (one.distance_m, one.incident_id))


def _compare(incident: Incident, place: Place, now: datetime) -> Duplicate | None:
    age = now - incident.opened_at
    if incident.place is None or incident.status == "closed" or age > DUPLICATE_WITHIN:
        return None
    there = incident.place
    away_m = distance_m((place.lon, place.lat), (there.lon, there.lat))
    if away_m > DUPLICATE_M + min(place.radius_m, 500) + min(there.radius_m, 500):
        return None
    reason = f"{away_m:.0f} m from incident {incident.number}, opened {age.total_seconds() / 60:.0f} min ago"
    return Duplicate(incident.id, round(away_m, 1), round(age.total_seconds(), 1), reason)


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (lon, lat) points, in metres, on a sphere."""
    lon1, lat1, lon2, lat2 = map(radians, (*one, *other))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_M * asin(sqrt(h))


def get_call(state: State, call_id: str) -> Call:
    """The call. Raises NotFound."""
    if call_id not in state.calls:
        raise NotFound("no open call {call}; GET /api/v1/snapshot lists them", code="no_open_call", call=call_id)
    return state.calls[call_id]


def next_number(duty_day: str, count: int) -> str:
    """What people say aloud: month and day of the duty day, then the count within it."""
    return f"{duty_day[5:7]}{duty_day[8:10]}-{count:03d}"
