"""Moves of idle units to other posts, on the unit's stream."""

from __future__ import annotations

from typing import Any

import msgspec

from dispatch.domain.events.base import Event
from dispatch.domain.words import MoveUpEnd


class MoveUpAsked(Event, frozen=True):
    """
    A crew is asked to move to another station's post, or back to its own.

    `saw` is what the advice stood on; `overruled`: another move or none was advised, `reason` says why.
    """

    STREAM = "unit"

    unit_id: str
    station_id: str
    overruled: bool = False
    reason: str | None = None
    saw: dict[str, Any] = msgspec.field(default_factory=dict)


class MoveUpStarted(Event, frozen=True):
    """The crew has accepted and is going."""

    STREAM = "unit"

    unit_id: str
    station_id: str
    on_behalf_of: str | None = None


class MoveUpDropped(Event, frozen=True):
    """The crew cannot, or the desk took it back."""

    STREAM = "unit"

    unit_id: str
    station_id: str
    because: MoveUpEnd
    on_behalf_of: str | None = None
