"""One move that is advised, with its reason."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.assignment.recommendation import Text
from dispatch.move_up.settings import MoveUpPolicy


class MoveUp(msgspec.Struct, frozen=True, kw_only=True):
    """
    Ask this unit to move. Coverage is a share of the city's expected demand, 0 to 1, with all moves advised before it.

    `moves_left`: how many more times the crew may be asked within the hour, this one included.
    """

    unit_id: str
    from_id: str
    to_id: str
    travel_s: float
    coverage_before: float
    coverage_after: float
    moves_left: int
    policy: MoveUpPolicy
    at: datetime
    why: Text

    @property
    def gain(self) -> float:
        return self.coverage_after - self.coverage_before
