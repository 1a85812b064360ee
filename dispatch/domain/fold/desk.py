"""The desk as a whole, and its seats."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Seat, State, Surge
from dispatch.errors import IllegalStep


@folds(ev.AutoDispatchHeld)
def _auto_dispatch_held(state: State, event: ev.AutoDispatchHeld, recorded: Recorded) -> None:
    state.auto_dispatch_held, state.desk_version = event.held, recorded.version


@folds(ev.SurgeSet)
def _surge_set(state: State, event: ev.SurgeSet, recorded: Recorded) -> None:
    state.surge = Surge(
        on=event.on, set_by=recorded.actor, set_at=recorded.at, reason=event.reason, version=recorded.version
    )


@folds(ev.SeatTaken)
def _seat_taken(state: State, event: ev.SeatTaken, recorded: Recorded) -> None:
    state.seats[event.seat_id] = Seat(id=event.seat_id, user=event.user, taken_at=recorded.at, version=recorded.version)


@folds(ev.SeatLeft)
def _seat_left(state: State, event: ev.SeatLeft, recorded: Recorded) -> None:
    seat: Seat = get(state.seats, "seat", event.seat_id)
    if seat.user is None:
        raise IllegalStep("seat", seat.id, "empty", "left", ["taken"])
    seat.user, seat.taken_at, seat.version = None, None, recorded.version
