"""
Facts, in the past tense. Each event belongs to one stream and says what happened there, nothing else.

A fact that concerns an incident, a unit and a station is three events, one on each stream, appended in one
transaction: that is what makes it impossible to give a unit twice. No personal data ever stands in an event:
phone numbers, names and free words are tokens into the personal store.
"""

# ruff: noqa: F403, F405
from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.events.alarms import *
from dispatch.domain.events.base import *
from dispatch.domain.events.call_backs import *
from dispatch.domain.events.calls import *
from dispatch.domain.events.city import *
from dispatch.domain.events.crews import *
from dispatch.domain.events.desk import *
from dispatch.domain.events.hospitals import *
from dispatch.domain.events.incidents import *
from dispatch.domain.events.major import *
from dispatch.domain.events.move_ups import *
from dispatch.domain.events.offers import *
from dispatch.domain.events.patients import *
from dispatch.domain.events.phones import *
from dispatch.domain.events.policy import *
from dispatch.domain.events.roads import *
from dispatch.domain.events.runs import *
from dispatch.domain.events.triage import *
from dispatch.domain.events.units import *
from dispatch.domain.upcasters import upcast

EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}


def read_event(type_name: str, data: Any, at: datetime) -> Event:
    """The typed event behind a stored name, its fields and its time. Raises KeyError or msgspec.ValidationError."""
    return msgspec.convert(upcast(type_name, data, at), EVENTS[type_name])


def read_recorded(fields: dict[str, Any]) -> Recorded:
    """A `Recorded` from its JSON form, as it stands in the feed and in exported logs."""
    envelope = msgspec.convert(fields, Envelope)
    return Recorded(**msgspec.structs.asdict(envelope), data=read_event(envelope.type, fields["data"], envelope.at))
