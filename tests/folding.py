"""Fold events into a state without a log, for tests of decisions."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime

from dispatch.domain.events import Event, Recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.state import State
from tests.factories import NOW


def fold(state: State, events: Sequence[Event], actor: str = "user:lan", at: datetime = NOW) -> State:
    """The state after the events; the one before stays as it is."""
    after = copy.deepcopy(state)
    for event in events:
        stream = stream_of(event)
        apply(
            after,
            Recorded(
                seq=after.seq + 1,
                stream=stream,
                version=after.version_of(stream) + 1,
                type=type(event).__name__,
                actor=actor,
                at=at,
                recorded_at=at,
                data=event,
            ),
        )
    return after
