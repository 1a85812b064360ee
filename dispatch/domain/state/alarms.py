"""Alarms."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import AlarmKind, AlarmStatus


class Alarm(msgspec.Struct, kw_only=True):
    """
    In the state until it is cleared and acknowledged; cleared and never acknowledged, half an hour longer.

    Fields as in `AlarmRaised`; `step` is 1, and 2 once it has been passed on.
    """

    id: str
    kind: AlarmKind
    about: str
    status: AlarmStatus
    since: datetime
    threshold_s: float
    raised_at: datetime
    incident_id: str | None = None
    value: float | None = None
    step: int = 1
    escalated_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    cleared_at: datetime | None = None
    version: int = 0
