"""The policy."""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.table import folds
from dispatch.domain.state import PolicyInForce, State


@folds(ev.PolicyRevised)
def _policy_revised(state: State, event: ev.PolicyRevised, recorded: Recorded) -> None:
    state.policy = PolicyInForce(
        sections=event.sections,
        reason=event.reason,
        approved_by=event.approved_by,
        set_by=recorded.actor,
        set_at=recorded.at,
        version=recorded.version,
    )
