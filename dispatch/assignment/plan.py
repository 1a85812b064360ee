"""The bare result of a decision, before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dispatch.assignment.coverage import Covered
from dispatch.assignment.fleet import Flags, Fleet
from dispatch.assignment.response import Reach
from dispatch.domain.state import Incident, Offer


@dataclass(slots=True)
class Case:
    """
    One incident that asks, and what was decided for it; units are columns of the fleet.

    `slots` are indices into the incident's needs; `needed` their skills as bits; `allowed` is slots × columns; `chosen`
    holds a column for each slot or None. `soon`: columns that are not free yet. `first` goes ahead of the chosen.
    `left_by`: ids of units that this very decision takes away from it. `cost` (1/100 s), `again` (declined already) and
    `must_send` are what the goals of `decide` are made of.
    """

    incident: Incident
    slots: Sequence[int]
    needed: NDArray[np.int64]
    reach: Reach | None
    allowed: Flags
    declined: Mapping[str, Offer]
    soon: frozenset[int] = frozenset()
    left_by: Sequence[str] = ()
    chosen: list[int | None] = field(default_factory=list)
    first: int | None = None
    parallel: int | None = None
    cost: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    again: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    must_send: bool = False

    @property
    def sent(self) -> list[int]:
        """Those that are offered now, one for each slot served."""
        return [column for column in self.chosen if column is not None and column not in self.soon]

    @property
    def awaited(self) -> list[int]:
        """Those that are waited for."""
        return [column for column in self.chosen if column is not None and column in self.soon]


@dataclass(frozen=True)
class Plan:
    """Who goes where, for all incidents together; `case_of` tells which one uses a column."""

    now: datetime
    fleet: Fleet
    cases: Sequence[Case]
    case_of: Mapping[int, Case]
    covered: Covered | None

    @cached_property
    def is_used(self) -> Flags:
        """Which columns some incident uses."""
        used = np.zeros(len(self.fleet.units), dtype=np.bool_)
        used[list(self.case_of)] = True
        return used
