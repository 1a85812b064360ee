"""Closed roads."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.state import Closure, State
from dispatch.errors import IllegalStep


@folds(ev.RoadClosed)
def _road_closed(state: State, event: ev.RoadClosed, recorded: Recorded) -> None:
    if event.id in state.closures:
        raise IllegalStep("road closure", event.id, "in the state", "closed", ["reopened"])
    state.closures[event.id] = Closure(
        id=event.id,
        kind=event.kind,
        road=event.road,
        direction=event.direction,
        depth_cm=event.depth_cm,
        speed_kph=event.speed_kph,
        from_at=event.from_at,
        until_at=event.until_at,
        reason=event.reason,
        set_by=recorded.actor,
        set_at=recorded.at,
        names=event.names,
        way_ids=event.way_ids,
        length_m=event.length_m,
        lines=event.lines,
        version=recorded.version,
    )


@folds(ev.RoadReopened)
def _road_reopened(state: State, event: ev.RoadReopened, recorded: Recorded) -> None:
    get(state.closures, "road closure", event.id)
    del state.closures[event.id]
