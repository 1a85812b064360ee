"""Outcomes that want details."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.outcomes import OutcomeDetails
from dispatch.domain.words import Outcome, OutcomeDetail


class OutcomeRecord(msgspec.Struct, kw_only=True):
    """
    How a run ended, or an incident closed by hand (`unit_id` is None then), of those that want details.

    `missing` is what nobody has told yet, in the order in which to ask; `number` is the incident's, which leaves the
    state long before its outcome does. `version` counts what was told afterwards.
    """

    id: str
    incident_id: str
    number: str
    outcome: Outcome
    ended_at: datetime
    recorded_at: datetime
    unit_id: str | None = None
    details: OutcomeDetails = OutcomeDetails()
    missing: list[OutcomeDetail] = []
    version: int = 0
