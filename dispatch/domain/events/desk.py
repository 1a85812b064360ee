"""What concerns the desk as a whole."""

from __future__ import annotations

from dispatch.domain.events.base import Event


class AutoDispatchHeld(Event, frozen=True):
    """One key stops every offer without a person, another lets them go on."""

    STREAM = "desk:auto-dispatch"

    held: bool


class SurgeSet(Event, frozen=True):
    """A supervisor says that more call than can be answered, or that it is over. `reason`: a code or a token."""

    STREAM = "surge:city"

    on: bool
    reason: str | None = None


class SeatTaken(Event, frozen=True):
    """Who sits at which telephone. Whoever sat there before no longer does."""

    STREAM = "seat"

    seat_id: str
    user: str


class SeatLeft(Event, frozen=True):
    STREAM = "seat"

    seat_id: str
