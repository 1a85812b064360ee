"""Alarms."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import AlarmKind


class Alarm(msgspec.Struct, kw_only=True):
    id: str
    kind: AlarmKind
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
