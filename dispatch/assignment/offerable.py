"""Which units a decision may use, and how: free, on a break, under way to a lesser call, or soon free. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dispatch.assignment.eligible import RED, in_open_offers, list_free
from dispatch.assignment.settings import AssignmentSettings
from dispatch.assignment.soon import run_of, soon_free_s
from dispatch.domain.lifecycles import FREE_STATUSES
from dispatch.domain.state import Incident, State, Unit
from dispatch.domain.words import Level, UnitStatus

LEVELS: Final[tuple[tuple[Level, ...], ...]] = ((1,), (2,), (3, 4))
"""Settled in this order; waiting reorders only within a group."""

GROUP_OF: Final[dict[Level, int]] = {level: group for group, levels in enumerate(LEVELS) for level in levels}

UNDER_WAY: Final[frozenset[UnitStatus]] = frozenset({"dispatched", "en_route"})
"""Before arrival."""


@dataclass(frozen=True, slots=True)
class Offerable:
    """A unit and how it comes into question. `diverts_from`: it is under way there; `free_in_s`: it is not free yet."""

    unit: Unit
    diverts_from: Incident | None = None
    free_in_s: float | None = None


def list_offerable(
    state: State, now: datetime, settings: AssignmentSettings, asking: Iterable[Incident] = ()
) -> list[Offerable]:
    """
    Every unit that one of the `asking` incidents might use, by id.

    Free: as `list_free`. On a break: for red. Under way to an emergency of a lesser group than some of them, and not
    asked to divert already. About to become free: as `soon_free_s`.
    """
    gravest = min((GROUP_OF[incident.priority] for incident in asking), default=len(LEVELS))
    offered = in_open_offers(state)
    found = [Offerable(unit) for unit in list_free(state, offered)]
    for unit in state.units.values():
        if unit.status in FREE_STATUSES or unit.id in offered:
            continue
        if unit.status == "on_break":
            found += [Offerable(unit)] if gravest == GROUP_OF[RED] else []
        elif unit.status in UNDER_WAY:
            incident = _lesser_emergency(unit, state, gravest)
            found += [Offerable(unit, diverts_from=incident)] if incident else []
        elif (free_in_s := soon_free_s(unit, state, now, settings)) is not None:
            found.append(Offerable(unit, free_in_s=free_in_s))
    return sorted(found, key=lambda offerable: offerable.unit.id)


def _lesser_emergency(unit: Unit, state: State, gravest: int) -> Incident | None:
    """The incident that it may be diverted from: no transfer, no event stood by at, and of a lesser group."""
    run, incident = run_of(unit, state), state.incidents.get(unit.incident_id or "")
    if incident is None or run is None or run.kind != "emergency" or unit.diversion_offer_id is not None:
        return None
    return incident if GROUP_OF[incident.priority] > gravest else None
