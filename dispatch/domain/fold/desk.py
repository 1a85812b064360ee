"""The desk as a whole."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds
from dispatch.domain.state import State


@folds(ev.AutoDispatchHeld)
def _auto_dispatch_held(state: State, event: ev.AutoDispatchHeld, recorded: Recorded) -> None:
    state.auto_dispatch_held, state.desk_version = event.held, recorded.version
