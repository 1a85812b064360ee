"""What a medical director may change about the alarms of the city pack while the desk runs."""

from __future__ import annotations

import msgspec

from dispatch.domain.words import AlarmKind, Level

Thresholds = float | dict[Level, float]
"""Seconds, for all levels or by level."""


class AlarmChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What differs for one kind; None: as the city pack has it."""

    on: bool = True
    threshold_s: Thresholds | None = None
    escalate_after_s: float | None = None
    count: int | None = None
    within_m: float | None = None
    share: float | None = None


class AlarmRules(msgspec.Struct, frozen=True, kw_only=True):
    """The policy's section `alarms`. The defaults stand in the city pack's `alarms.toml`, with their sources."""

    changes: dict[AlarmKind, AlarmChange] = {}
    """By kind of alarm, what differs from the city pack: `on`, `threshold_s` (seconds, or by level), `escalate_after_s`
    (seconds), `count` (refusals), `within_m` (metres), `share` (0 to 1)."""
