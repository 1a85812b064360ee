"""Major incidents, on the incident's stream: declared, commanded, staged, counted, shared out, stood down."""

from __future__ import annotations

from dispatch.domain.events.base import Event
from dispatch.domain.place import Place
from dispatch.domain.words import Colour, SceneAuthority


class MajorDeclared(Event, frozen=True):
    """`expected`: so many patients are expected; what it needs stands in an `IncidentRevised` beside."""

    STREAM = "incident"

    incident_id: str
    expected: int
    reason: str | None = None


class MajorCommandTaken(Event, frozen=True):
    """This unit's crew commands the scene: the first to arrive, until a supervisor names another."""

    STREAM = "incident"

    incident_id: str
    unit_id: str


class MajorStagingSet(Event, frozen=True):
    """Where units gather before they are called forward; None: they drive to the scene."""

    STREAM = "incident"

    incident_id: str
    place: Place | None


class MajorCounted(Event, frozen=True):
    """How many patients of each colour the scene reports, before each is registered."""

    STREAM = "incident"

    incident_id: str
    counts: dict[Colour, int]


class MajorQuotaSet(Event, frozen=True):
    """How many patients of each colour a hospital takes from this incident; an empty quota lifts the limit."""

    STREAM = "incident"

    incident_id: str
    hospital_id: str
    quota: dict[Colour, int]


class MajorStoodDown(Event, frozen=True):
    """No more units are sent; those on the scene finish their work."""

    STREAM = "incident"

    incident_id: str
    reason: str | None = None


class SceneSafetyTold(Event, frozen=True):
    """Whether crews may go in; `by` is who said so: an unsafe scene is opened by 113 or 114 only."""

    STREAM = "incident"

    incident_id: str
    unsafe: bool
    by: SceneAuthority
