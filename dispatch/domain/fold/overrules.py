"""How often people go against advice, and why."""

from __future__ import annotations

from typing import get_args

from dispatch.domain.clock import duty_day
from dispatch.domain.events import Recorded
from dispatch.domain.state import State
from dispatch.domain.words import OverruleKind, OverruleReason

DAYS_KEPT = 62
"""Duty days whose counts stay in the state: two months (guess); the log has them all."""

_REASONS: dict[str, OverruleReason] = {reason: reason for reason in get_args(OverruleReason)}


def count_overrule(state: State, kind: OverruleKind, reason: str | None, recorded: Recorded) -> None:
    """One more on its duty day; a reason that is not in the closed list counts as `other`."""
    word = _REASONS.get(reason or "", "other")
    by_reason = state.overrules.setdefault(duty_day(recorded.at).isoformat(), {}).setdefault(kind, {})
    by_reason[word] = by_reason.get(word, 0) + 1
    while len(state.overrules) > DAYS_KEPT:
        del state.overrules[min(state.overrules)]
