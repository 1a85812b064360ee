"""Moves of idle units to other posts."""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.overrules import count_overrule
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_unit_status
from dispatch.domain.state import State, Unit
from dispatch.errors import IllegalStep

REMEMBERED = timedelta(hours=1)
"""Moves are counted by the hour."""


@folds(ev.MoveUpAsked)
def _move_up_asked(state: State, event: ev.MoveUpAsked, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    get(state.stations, "station", event.station_id)
    if not unit.is_free:
        raise IllegalStep("unit", unit.id, unit.status, "asked to move up", ["available", "returning", "moving_up"])
    unit.asked_post_id, unit.version = event.station_id, recorded.version
    if event.overruled:
        count_overrule(state, "move_up", event.reason, recorded)


@folds(ev.MoveUpStarted)
def _move_up_started(state: State, event: ev.MoveUpStarted, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    get(state.stations, "station", event.station_id)
    if unit.status != "moving_up":
        status = next_unit_status(unit.id, unit.status, "moving_up")
        unit.status, unit.status_at = status, recorded.at
    unit.asked_post_id, unit.version = None, recorded.version
    unit.post_id = None if event.station_id == unit.station_id else event.station_id
    unit.moved_at = [*(at for at in unit.moved_at if recorded.at - at < REMEMBERED), recorded.at]


@folds(ev.MoveUpDropped)
def _move_up_dropped(state: State, event: ev.MoveUpDropped, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    if unit.asked_post_id != event.station_id:
        raise IllegalStep("unit", unit.id, "not asked to move there", f"dropping the move to {event.station_id}", [])
    unit.asked_post_id, unit.version = None, recorded.version
