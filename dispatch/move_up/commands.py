"""Asking a crew to move up, its answer, and taking it back. Pure: state in, events out."""

from __future__ import annotations

from typing import Any

import msgspec

from dispatch.assignment.runs import get_unit
from dispatch.domain import events as ev
from dispatch.domain.state import State, Unit
from dispatch.errors import NotFound, Taken


class MoveRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Where to; `overruled`: nobody advised it."""

    unit_id: str
    station_id: str
    overruled: bool = False
    reason: str | None = None
    saw: dict[str, Any] = {}


def ask(state: State, request: MoveRequest) -> list[ev.Event]:
    """Ask a free unit to move. Raises NotFound or Taken; a unit that is asked already is asked anew."""
    unit = get_unit(state, request.unit_id)
    _get_post(state, request.station_id)
    if not unit.is_free:
        raise Taken(
            "unit {unit} is {unit_status} and cannot move up; choose a free unit",
            code="cannot_move_up",
            unit=unit.id,
            unit_status=unit.status,
        )
    if unit.post == request.station_id and unit.status != "returning":
        raise Taken(
            "unit {unit} already stands at {station}; choose another post",
            code="stands_there",
            unit=unit.id,
            station=request.station_id,
        )
    return [
        ev.MoveUpAsked(
            unit_id=unit.id,
            station_id=request.station_id,
            overruled=request.overruled,
            reason=request.reason,
            saw=request.saw,
        )
    ]


def accept(state: State, unit_id: str, on_behalf_of: str | None) -> list[ev.Event]:
    """The crew goes."""
    unit = _asked(state, unit_id)
    assert unit.asked_post_id is not None
    return [ev.MoveUpStarted(unit_id=unit.id, station_id=unit.asked_post_id, on_behalf_of=on_behalf_of)]


def refuse(state: State, unit_id: str, on_behalf_of: str | None) -> list[ev.Event]:
    """The crew cannot. It stays available: a refused move costs a crew nothing."""
    unit = _asked(state, unit_id)
    assert unit.asked_post_id is not None
    return [
        ev.MoveUpDropped(unit_id=unit.id, station_id=unit.asked_post_id, because="refused", on_behalf_of=on_behalf_of)
    ]


def withdraw(state: State, unit_id: str) -> list[ev.Event]:
    """The desk takes it back."""
    unit = _asked(state, unit_id)
    assert unit.asked_post_id is not None
    return [ev.MoveUpDropped(unit_id=unit.id, station_id=unit.asked_post_id, because="withdrawn")]


def drop_silent(state: State, unit_id: str, station_id: str) -> list[ev.Event]:
    """The crew did not answer: it stays where it is, and may be asked again. Nothing once it has answered."""
    if get_unit(state, unit_id).asked_post_id != station_id:
        return []
    return [ev.MoveUpDropped(unit_id=unit_id, station_id=station_id, because="silent")]


def _asked(state: State, unit_id: str) -> Unit:
    unit = get_unit(state, unit_id)
    if unit.asked_post_id is None:
        raise Taken(
            "unit {unit} has not been asked to move, or has got something else to do; look again",
            code="not_asked_to_move",
            unit=unit.id,
        )
    return unit


def _get_post(state: State, station_id: str) -> None:
    if station_id not in state.stations:
        raise NotFound(f"no station {station_id}; GET /api/v1/snapshot lists them")
    if state.stations[station_id].kind == "waterway":
        raise Taken(
            "station {station} is a pier; units that travel by road cannot stand in for its boat",
            code="is_pier",
            station=station_id,
        )
