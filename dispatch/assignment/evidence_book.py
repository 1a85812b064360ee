"""The evidence of the last decisions, until one of them is acted upon: most never are, and none of that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from dispatch.assignment.evidence import Evidence
from dispatch.assignment.saw import EVIDENCE
from dispatch.domain.events import Recorded

REMEMBERED = timedelta(seconds=20)
"""Longer than advice counts as advised, 15 s (`advised`)."""

Decision = tuple[datetime, int]
"""Which decision: its `now` and `based_on_seq`."""


class Seen(msgspec.Struct, frozen=True):
    """What a decision saw, and the hash of the settings it went by."""

    evidence: Evidence
    settings_hash: str


class EvidenceBook:
    """One for each process. Knows too which evidence stands in the log already, whoever wrote it."""

    def __init__(self) -> None:
        self._seen: dict[Decision, Seen] = {}
        self._written: set[Decision] = set()

    def note(self, decision: Decision, seen: Seen) -> None:
        """A new decision; what is old by then is forgotten."""
        self._seen[decision] = seen
        since = decision[0] - REMEMBERED
        self._seen = {key: one for key, one in self._seen.items() if key[0] >= since}
        self._written = {key for key in self._written if key[0] >= since}

    def find(self, decision: Decision) -> Seen | None:
        return self._seen.get(decision)

    def unwritten(self, decision: Decision) -> Evidence | None:
        """What is still to be written down of a decision that is acted upon."""
        seen = self._seen.get(decision)
        return None if seen is None or decision in self._written else seen.evidence

    def on_events(self, events: Sequence[Recorded]) -> None:
        """Offers that were folded, of any process."""
        for event in events:
            saw = getattr(event.data, "saw", None)
            if saw and saw.get(EVIDENCE) is not None and saw.get("now"):
                self._written.add((msgspec.convert(saw["now"], datetime), saw["based_on_seq"]))
