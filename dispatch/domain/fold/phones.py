"""Where callers' phones are."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds, get
from dispatch.domain.phone import KEEP_FIXES
from dispatch.domain.state import Call, State


@folds(ev.PhoneLocated)
def _phone_located(state: State, event: ev.PhoneLocated, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.fixes = (*call.fixes, event.fix)[-KEEP_FIXES:]
    call.version = recorded.version


@folds(ev.LocationLinkMade)
def _location_link_made(state: State, event: ev.LocationLinkMade, recorded: Recorded) -> None:
    call: Call = get(state.calls, "call", event.call_id)
    call.link_expires_at, call.version = event.expires_at, recorded.version
