"""What concerns the desk as a whole."""

from __future__ import annotations

from dispatch.domain.events.base import Event


class AutoDispatchHeld(Event, frozen=True):
    """One key stops every offer without a person, another lets them go on."""

    STREAM = "desk:auto-dispatch"

    held: bool
