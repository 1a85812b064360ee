"""A log in the making: what a sample is told by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from dispatch.domain.events import Event, Recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.state import State
from dispatch.errors import Refused

START = datetime(2026, 11, 22, 0, 30, 0, 250_000, tzinfo=UTC)
"""07:30 in the city, an hour into the duty day. The microseconds are there to be kept."""


class Story:
    """A log in the making, with the state that it folds to and the moment at which the sample begins."""

    def __init__(self) -> None:
        self.state = State()
        self.events: list[Recorded] = []
        self.illegal: list[Recorded] = []
        self.before = self._encoded()
        self._now = START

    def tell(self, *events: Event, after_s: float = 3.0, actor: str = "user:lan") -> None:
        """Events that stand in the log together, `after_s` seconds later than the ones before."""
        self._now += timedelta(seconds=after_s)
        for event in events:
            recorded = self._record(event, actor)
            apply(self.state, recorded)
            self.events.append(recorded)

    def refuse(self, event: Event) -> None:
        """An event that the fold must refuse as things stand at the end."""
        recorded, before = self._record(event, "user:lan"), self._encoded()
        try:
            apply(self.state, recorded)
        except Refused:
            assert self._encoded() == before, f"refusing {event} changed the state"
            self.illegal.append(recorded)
        else:
            raise AssertionError(f"{event} was not refused")

    def begin(self) -> None:
        """What was told so far is the past: the sample's state before."""
        self.before, self.events = self._encoded(), []

    def sample(self) -> bytes:
        whole = {
            "before": msgspec.Raw(self.before),
            "events": self.events,
            "after": self.state,
            "illegal": self.illegal,
        }
        return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"

    def _record(self, event: Event, actor: str) -> Recorded:
        stream = stream_of(event)
        late = timedelta(milliseconds=180)  # the server hears of it a little later than the device says
        return Recorded(
            seq=self.state.seq + 1,
            stream=stream,
            version=self.state.version_of(stream) + 1,
            type=type(event).__name__,
            actor=actor,
            at=self._now,
            recorded_at=self._now + late,
            data=event,
        )

    def _encoded(self) -> bytes:
        return msgspec.json.encode(self.state)


Telling = Callable[[Story], None]
"""A story, named as its sample is; its docstring says what happens."""
