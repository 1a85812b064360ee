"""Runs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.words import Outcome, ReleaseCause, RunKind, Stamp, Tier


class StampTold(msgspec.Struct, kw_only=True):
    """When the server wrote a stamp down, and who told it; `corrected`: how often the desk has set it right."""

    recorded_at: datetime
    source: str
    corrected: int = 0


class Run(msgspec.Struct, kw_only=True):
    """
    One unit's commitment to one incident, with its own clock and outcome.

    `stamps` are device times; `told` says of each how it came to us. `hospital_id`: where it goes, set by the desk or
    told by the crew; `handover_confirmed_at`: the hospital's side.
    """

    offer_id: str
    unit_id: str
    station_id: str
    kind: RunKind = "emergency"
    tier: Tier = "main"
    stamps: dict[Stamp, datetime] = {}
    told: dict[Stamp, StampTold] = {}
    ended_at: datetime | None = None
    hospital_id: str | None = None
    outcome: Outcome | None = None
    cause: ReleaseCause | None = None
    handover_confirmed_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.outcome is None
