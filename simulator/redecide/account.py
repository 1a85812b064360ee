"""What came of making the decisions of a log again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.clock import LOCAL
from simulator.redecide.acted import Kind
from simulator.redecide.compare import What


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One decision that comes out otherwise: what was recorded, what comes out now, and what is not as it was then."""

    kind: Kind
    seq: int
    at: datetime
    about: str
    what: What
    then: str
    now: str
    causes: tuple[str, ...]


@dataclass
class Account:
    """`same` by kind; `untold`: those that cannot be compared, by reason; `roads`: where travel times came from."""

    same: Counter[Kind] = field(default_factory=Counter)
    different: list[Difference] = field(default_factory=list)
    untold: Counter[str] = field(default_factory=Counter)
    roads: Counter[str] = field(default_factory=Counter)
    events: int = 0
    broken: str | None = None

    @property
    def compared(self) -> int:
        return sum(self.same.values()) + len(self.different)

    def as_json(self) -> dict[str, Any]:
        """Everything, for `--out`."""
        return {
            "events": self.events,
            "compared": self.compared,
            "same": dict(self.same),
            "different": msgspec.to_builtins(self.different),
            "not_compared": dict(self.untold),
            "travel_times": dict(self.roads),
            "broken": self.broken,
        }

    def lines(self, shown: int) -> Iterator[str]:
        """A short account for people; at most `shown` differences."""
        by_kind = ", ".join(f"{count} {kind}s" for kind, count in sorted(self.same.items()))
        yield (
            f"{self.compared} decisions compared in {self.events} events: {sum(self.same.values())} the same"
            + (f" ({by_kind})" if by_kind else "")
            + f", {len(self.different)} different"
        )
        for where, count in sorted(self.roads.items()):
            yield f"  travel times {where}: {count}"
        for reason, count in self.untold.most_common():
            yield f"  not compared: {count}, {reason}"
        if self.broken:
            yield f"  the log is broken: {self.broken}"
        for one in self.different[:shown]:
            yield from _tell(one)
        if len(self.different) > shown:
            yield f"… and {len(self.different) - shown} more; --out FILE has them all"


def _tell(one: Difference) -> Iterator[str]:
    yield f"{one.kind} for {one.about} at {one.at.astimezone(LOCAL):%d/%m %H:%M:%S} (event {one.seq}): {one.what}"
    yield f"    then: {one.then}"
    yield f"    now:  {one.now}"
    yield f"    not as it was: {', '.join(one.causes)}"
