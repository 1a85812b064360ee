"""
What is told of outcomes: with the end of a run, or afterwards. Pure: state in, events out.

Nothing here holds up who ends a run: with an outcome, a time that cannot be is left out and stays missing. Told
afterwards, at leisure, it is refused, so that it is set right.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.clock import CLOCK_TOLERANCE
from dispatch.domain.hospital_scope import PREFIX
from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.scope import own_units
from dispatch.domain.state import OutcomeRecord, State
from dispatch.errors import Forbidden, Malformed, NotFound

LONGEST_BEFORE = timedelta(hours=24)
"""A decision lies at most this long before the end that it explains (guess)."""


def usable(details: OutcomeDetails | None, now: datetime) -> OutcomeDetails | None:
    """What came with an outcome, without a time of decision that cannot be true."""
    if details is None or details.decided_at is None or _can_be(details.decided_at, now, now):
        return details
    return msgspec.structs.replace(details, decided_at=None)


def tell(state: State, outcome_id: str, details: OutcomeDetails, now: datetime) -> list[ev.Event]:
    """More about an outcome. Raises NotFound, Malformed."""
    record = get_record(state, outcome_id)
    if details == OutcomeDetails():
        raise Malformed("nothing is told; send at least one of the details that are missing")
    if details.decided_at is not None and not _can_be(details.decided_at, record.ended_at, now):
        raise Malformed(
            "decided at {at:%Y-%m-%d %H:%M} UTC does not go with an end at {ended:%Y-%m-%d %H:%M}; look at the time",
            code="decided_out_of_time",
            at=details.decided_at,
            ended=record.ended_at,
        )
    told = ev.OutcomeDetailsTold(
        outcome_id=record.id, incident_id=record.incident_id, unit_id=record.unit_id, details=details
    )
    return [told]


def get_record(state: State, outcome_id: str) -> OutcomeRecord:
    """The outcome. Raises NotFound: also three days after its end, and when its incident was reopened."""
    if outcome_id not in state.outcomes:
        raise NotFound(
            "no outcome {outcome} can be told about; GET /api/v1/outcomes lists those of the last three days",
            code="no_outcome",
            outcome=outcome_id,
        )
    return state.outcomes[outcome_id]


def list_records(state: State, scope: str) -> list[OutcomeRecord]:
    """Those that want details, oldest first: a crew's and a station's own runs; a hospital has none."""
    if scope == "desk":
        return list(state.outcomes.values())
    units = set() if scope.startswith(PREFIX) else own_units(state, scope)
    return [record for record in state.outcomes.values() if record.unit_id in units]


def require_own_outcome(state: State, scope: str, outcome_id: str) -> None:
    """A crew and a station tell of their own runs, the desk of all. Raises NotFound, Forbidden."""
    record = get_record(state, outcome_id)
    if record not in list_records(state, scope):
        raise Forbidden(
            "the outcome {outcome} is of {unit}; its crew, its station or the desk tells of it",
            code="not_your_outcome",
            outcome=record.id,
            unit=record.unit_id or "the desk",
        )


def _can_be(decided_at: datetime, ended_at: datetime, now: datetime) -> bool:
    return ended_at - LONGEST_BEFORE <= decided_at <= now + CLOCK_TOLERANCE
