"""The bare result of a decision, before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.coverage import Covered
from dispatch.assignment.response import Fleet, Reach
from dispatch.domain.state import Incident, Offer


@dataclass(slots=True)
class Case:
    """
    One waiting incident and what was decided for it; units are columns of the fleet.

    `slots` are indices into the incident's needs; `allowed` is slots × columns; `chosen` holds a column for
    each slot or None. `reach` is None while the place is pending.
    """

    incident: Incident
    slots: Sequence[int]
    reach: Reach | None
    allowed: NDArray[np.bool_]
    declined: Mapping[str, Offer]
    chosen: list[int | None] = field(default_factory=list)
    parallel: int | None = None

    @property
    def sent(self) -> list[int]:
        return [column for column in self.chosen if column is not None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Who goes where, for all waiting incidents together; `case_of` tells which one uses a column."""

    now: datetime
    fleet: Fleet
    cases: Sequence[Case]
    case_of: Mapping[int, Case]
    covered: Covered | None
