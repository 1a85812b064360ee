"""What a medical director may change about the alarms of the city pack while the desk runs."""

from __future__ import annotations

from typing import Annotated

import msgspec

from dispatch.domain.words import AlarmKind, Level

Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]
Thresholds = Seconds | dict[Level, Seconds]
"""For all levels or by level."""

Count = Annotated[int, msgspec.Meta(ge=1)]
Metres = Annotated[float, msgspec.Meta(gt=0, le=10_000)]
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class AlarmChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What differs for one kind; None: as the city pack has it."""

    on: bool = True
    threshold_s: Thresholds | None = None
    escalate_after_s: Seconds | None = None
    count: Count | None = None
    within_m: Metres | None = None
    share: Share | None = None


class AlarmRules(msgspec.Struct, frozen=True, kw_only=True):
    """The policy's section `alarms`. The defaults stand in the city pack's `alarms.toml`, with their sources."""

    changes: dict[AlarmKind, AlarmChange] = {}
    """By kind of alarm, what differs from the city pack: `on`, `threshold_s` (seconds, or by level), `escalate_after_s`
    (seconds), `count` (refusals), `within_m` (metres), `share` (0 to 1)."""
