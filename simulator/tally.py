"""What happened while the driver watched, counted from the log's own events."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded

_COUNTED: dict[type[ev.Event], str] = {
    ev.CallReceived: "calls",
    ev.CallClosed: "calls_closed",
    ev.IncidentOpened: "incidents",
    ev.IncidentClosed: "incidents_closed",
    ev.OfferMade: "offers",
    ev.OfferAccepted: "accepted",
    ev.OfferRefused: "refused",
    ev.OfferExpired: "expired",
    ev.OfferWithdrawn: "withdrawn",
    ev.RunEnded: "runs_ended",
    ev.AlarmRaised: "alarms",
}
_ALWAYS = (*_COUNTED.values(), "conveyed", "positions", "positions_rejected", "conflicts", "unanswered", "reconnects")


class Tally:
    """Counts by name; those that never rose are told as 0."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, what: str, times: int = 1) -> None:
        self._counts[what] += times

    def see(self, recorded: Recorded) -> None:
        """Count an event."""
        if name := _COUNTED.get(type(recorded.data)):
            self.count(name)
        if isinstance(recorded.data, ev.RunEnded):
            self.count(recorded.data.outcome)

    def line(self, **more: Any) -> str:
        """All counts as one line of JSON."""
        return json.dumps({**dict.fromkeys(_ALWAYS, 0), **self._counts, **more})
