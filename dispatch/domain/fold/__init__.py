"""
State + event → state, in place and after validation: an illegal step raises and changes nothing.

Each room's functions first look, then write. `web/src/store/fold/` mirrors this folder event by event; both are held to
the same samples in tests/samples/.
"""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain.events import Recorded
from dispatch.domain.fold import (
    alarms,
    call_backs,
    calls,
    city,
    crews,
    desk,
    diversions,
    hospitals,
    incidents,
    major,
    move_ups,
    offers,
    outcomes,
    patients,
    phones,
    policy,
    roads,
    runs,
    triage,
    units,
)
from dispatch.domain.fold.table import FOLDERS
from dispatch.domain.state import State
from dispatch.errors import IllegalStep

ROOMS = (
    alarms,
    call_backs,
    calls,
    city,
    crews,
    desk,
    diversions,
    hospitals,
    incidents,
    major,
    move_ups,
    offers,
    outcomes,
    patients,
    phones,
    policy,
    roads,
    runs,
    triage,
    units,
)
"""Importing a room enters its functions in the table."""

KEEP_CLOSED = timedelta(minutes=30)
"""How long a closed call or incident, or a cleared alarm, stays in the state, by the log's own time (guess)."""

KEEP_OUTCOMES = timedelta(days=3)
"""How long an outcome that wants details stays in the state, and may be asked about: a weekend (guess)."""


def apply(state: State, recorded: Recorded) -> None:
    """Fold one event in. Raises IllegalStep or NotFound and leaves the state as it was."""
    if recorded.seq != state.seq + 1:
        raise IllegalStep("state", f"at seq {state.seq}", "folding", f"seq {recorded.seq}", [str(state.seq + 1)])
    FOLDERS[type(recorded.data)](state, recorded.data, recorded)
    state.seq, state.at = recorded.seq, recorded.recorded_at
    _let_go(state, recorded)


def _let_go(state: State, recorded: Recorded) -> None:
    """What is closed or cleared leaves the state once it is old by the log's own time."""
    while state.leaving and recorded.recorded_at - state.leaving[0].closed_at > KEEP_CLOSED:
        kind, _, key = state.leaving.pop(0).stream.partition(":")
        if kind != "incident":
            state.table_of(kind).pop(key, None)
            continue
        incident = state.incidents.pop(key, None)
        for call_id in incident.call_ids if incident else ():
            state.calls.pop(call_id, None)
        for patient_id in [patient.id for patient in state.patients.values() if patient.incident_id == key]:
            del state.patients[patient_id]
    while state.outcomes:
        oldest = next(iter(state.outcomes.values()))
        if recorded.recorded_at - oldest.recorded_at <= KEEP_OUTCOMES:
            break
        del state.outcomes[oldest.id]
