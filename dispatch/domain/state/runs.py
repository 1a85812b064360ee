"""Runs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import Outcome, ReleaseCause, RunKind, Stamp, Tier


class Run(msgspec.Struct, kw_only=True):
    """One unit's commitment to one incident, with its own clock and outcome."""

    offer_id: str
    unit_id: str
    station_id: str
    kind: RunKind = "emergency"
    tier: Tier = "main"
    stamps: dict[Stamp, datetime] = {}
    hospital_id: str | None = None
    outcome: Outcome | None = None
    cause: ReleaseCause | None = None

    @property
    def is_active(self) -> bool:
        return self.outcome is None
