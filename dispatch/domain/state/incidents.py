"""Incidents, with their offers and runs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from dispatch.domain.events import Need
from dispatch.domain.place import Place
from dispatch.domain.state.major import Major
from dispatch.domain.state.offers import Offer
from dispatch.domain.state.runs import Run
from dispatch.domain.words import IncidentStatus, Level, LevelBy, Outcome, RunKind


class Incident(msgspec.Struct, kw_only=True):
    """
    `offers` and `runs` are keyed by the offer's id, in the order they were made.

    `waiting_since`: when it opened, reopened or was last left by every unit; None while one is going or there, and once
    it is closed.

    `opened_for`: the call that it was opened for, None when a person opened it without one.

    `barred`: units that a person took back from this incident; the system does not offer it to them by itself.
    """

    id: str
    number: str
    status: IncidentStatus
    priority: Level
    complaint: str
    answered_at: datetime
    opened_at: datetime
    waiting_since: datetime | None = None
    level_set_at: datetime
    level_by: LevelBy = "person"
    location_settled_at: datetime | None = None
    kind: RunKind = "emergency"
    from_at: datetime | None = None
    until_at: datetime | None = None
    hospital_id: str | None = None
    place: Place | None = None
    needs: tuple[Need, ...] = ()
    call_ids: list[str] = []
    opened_for: str | None = None
    offers: dict[str, Offer] = {}
    runs: dict[str, Run] = {}
    barred: list[str] = []
    major: Major | None = None
    scene_unsafe: bool = False
    outcome: Outcome | None = None
    duplicate_of: str | None = None
    closed_at: datetime | None = None
    version: int = 0

    @property
    def open_offers(self) -> list[Offer]:
        return [offer for offer in self.offers.values() if offer.status == "open"]

    @property
    def active_runs(self) -> list[Run]:
        return [run for run in self.runs.values() if run.is_active]
