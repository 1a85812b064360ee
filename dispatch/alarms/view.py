"""What the rules look at: the state, the positions, and what has to be remembered from look to look. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from dispatch.alarms.rules import Rules
from dispatch.crews.supplies import SupplyList
from dispatch.domain.state import Alarm, State, Unit
from dispatch.domain.words import AlarmKind
from dispatch.positions.model import Position

COVERAGE = "desk:coverage"
"""What a coverage hole is about."""

METRES_PER_DEGREE = 110_600.0


class Anchor(msgspec.Struct, frozen=True):
    """Where a unit under way has stayed, within the rule's distance, and since which fix."""

    lon: float
    lat: float
    since: datetime


class Memory(msgspec.Struct, frozen=True):
    """
    What neither the state nor the last positions tell: how long units stood still, how long coverage was too thin.

    Lost when the leader changes; then `remember` takes it from the alarms that are open, and an occasion that was not
    alarmed yet is counted from the new leader's first look.
    """

    anchors: Mapping[str, Anchor] = {}
    thin_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class View:
    """
    One look. `uncovered`: share of the demand that no free unit covers, 0 to 1; `supplies`: what vehicles should have.

    None where it is not known.
    """

    state: State
    positions: Mapping[str, Position]
    now: datetime
    rules: Rules
    memory: Memory = field(default_factory=Memory)
    uncovered: float | None = None
    supplies: SupplyList | None = None


def remember(
    memory: Memory,
    state: State,
    positions: Mapping[str, Position],
    now: datetime,
    rules: Rules,
    uncovered: float | None = None,
) -> Memory:
    """The memory after this look."""
    anchors = {}
    rule = rules.get("unit_unmoved")
    for unit in state.units.values():
        fix = positions.get(unit.id)
        if rule is not None and rule.within_m is not None and unit.status == "en_route" and fix is not None:
            anchors[unit.id] = _anchor(memory.anchors.get(unit.id), unit, fix, rule.within_m, state)
    return Memory(anchors, _thin_since(memory, state, now, rules, uncovered))


def open_alarm(state: State, kind: AlarmKind, about: str) -> Alarm | None:
    """The alarm of this kind about this thing whose condition still holds."""
    alarms = state.alarms.values()
    return next((one for one in alarms if one.kind == kind and one.about == about and one.cleared_at is None), None)


def _anchor(last: Anchor | None, unit: Unit, fix: Position, within_m: float, state: State) -> Anchor:
    if last is None:
        known = open_alarm(state, "unit_unmoved", f"unit:{unit.id}")
        return Anchor(fix.lon, fix.lat, known.since if known else max(fix.at, unit.status_at))
    return last if _apart_m(last, fix) <= within_m else Anchor(fix.lon, fix.lat, max(fix.at, unit.status_at))


def _apart_m(a: Anchor, b: Position) -> float:
    """Metres on a flat city, which is near enough for a few of them."""
    return math.hypot((a.lon - b.lon) * math.cos(math.radians(a.lat)), a.lat - b.lat) * METRES_PER_DEGREE


def _thin_since(memory: Memory, state: State, now: datetime, rules: Rules, uncovered: float | None) -> datetime | None:
    rule = rules.get("coverage_hole")
    if rule is None or rule.share is None or uncovered is None or uncovered <= rule.share:
        return None
    if memory.thin_since is not None:
        return memory.thin_since
    known = open_alarm(state, "coverage_hole", COVERAGE)
    return known.since if known else now
