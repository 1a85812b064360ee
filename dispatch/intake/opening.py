"""What an incident opens with, by the complaint and the assessment. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

import msgspec

from dispatch.city_pack_schema import Complaint
from dispatch.domain import events as ev
from dispatch.domain.events import Need
from dispatch.domain.place import Place
from dispatch.domain.words import Level, LevelBy
from dispatch.intake import decide as intake
from dispatch.triage.calls import graver, needs_with
from dispatch.triage.decide import Assessment

UNKNOWN = "unknown"
"""The complaint of an incident of which nobody has said what it is."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What an incident opens with."""

    level: Level
    level_by: LevelBy
    complaint: str
    needs: tuple[Need, ...]
    place: Place | None = None


def opening_of(
    complaint: Complaint | None,
    found: Assessment,
    place: Place | None,
    answers: Mapping[str, Any] = MappingProxyType({}),
) -> Opening:
    """
    By the graver of the complaint's own level and the assessment's, with what either of them needs. A recognised arrest
    is what the incident is called, whatever the caller began with.
    """
    plain = intake.level_of(cast(Level, complaint.level) if complaint else None, answers)
    return Opening(
        level=graver(plain, found.level),
        level_by="protocol",
        complaint=found.recognised or (complaint.code if complaint else UNKNOWN),
        needs=needs_with(found.response, intake.needs_of(complaint.needs if complaint else ("convey",))),
        place=place,
    )


def open_events(
    incident_id: str, number: str, answered_at: datetime, opening: Opening, call_id: str | None
) -> list[ev.Event]:
    """The incident, and the call that it is opened for."""
    opened: list[ev.Event] = [
        ev.IncidentOpened(
            incident_id=incident_id,
            number=number,
            answered_at=answered_at,
            priority=opening.level,
            level_by=opening.level_by,
            complaint=opening.complaint,
            call_id=call_id,
            place=opening.place,
            needs=opening.needs,
        )
    ]
    if call_id:
        opened.append(ev.CallJoined(call_id=call_id, incident_id=incident_id))
    return opened
