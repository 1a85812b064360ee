"""What happens to an incident, and what it needs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.events.base import Event
from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.place import Place
from dispatch.domain.words import Level, LevelBy, Outcome, RunKind, Skill


class Need(msgspec.Struct, frozen=True):
    """One unit that an incident needs, by the skills it must bring."""

    skills: tuple[Skill, ...] = ("convey",)


class IncidentOpened(Event, frozen=True):
    """
    `number` is what people say aloud: the count within the duty day. `place` may still be pending.

    `kind` is that of its runs: an emergency, or a transfer to `hospital_id`, a ride home, an event stood by at between
    `from_at` and `until_at`, a station's own run. All of them occupy their units.
    """

    STREAM = "incident"

    incident_id: str
    number: str
    answered_at: datetime
    priority: Level
    complaint: str
    call_id: str | None = None
    place: Place | None = None
    needs: tuple[Need, ...] = (Need(),)
    level_by: LevelBy = "person"
    kind: RunKind = "emergency"
    from_at: datetime | None = None
    until_at: datetime | None = None
    hospital_id: str | None = None


class IncidentRevised(Event, frozen=True):
    """Only the fields that changed are set."""

    STREAM = "incident"

    incident_id: str
    priority: Level | None = None
    complaint: str | None = None
    place: Place | None = None
    needs: tuple[Need, ...] | None = None
    reason: str | None = None
    level_by: LevelBy = "person"


class IncidentJoined(Event, frozen=True):
    """A call joins it: the incident's side of `CallJoined`, by which nobody closes it who has not seen the call."""

    STREAM = "incident"

    incident_id: str
    call_id: str


class IncidentClosed(Event, frozen=True):
    """
    `duplicate_of`: the incident that goes on in its place, where somebody said which. `details`: what the outcome wants
    besides, where it was closed by hand.
    """

    STREAM = "incident"

    incident_id: str
    outcome: Outcome
    duplicate_of: str | None = None
    details: OutcomeDetails | None = None


class IncidentReopened(Event, frozen=True):
    STREAM = "incident"

    incident_id: str
