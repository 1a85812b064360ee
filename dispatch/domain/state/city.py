"""Stations."""

from __future__ import annotations

from dispatch.domain.state.offers import DutyDay, OfferCounts
from dispatch.domain.words import StationKind


class Station(OfferCounts, kw_only=True):
    """With what came of all offers to it, and of those of the running duty day."""

    id: str
    name: str
    name_en: str
    kind: StationKind
    can_refuse: bool
    lon: float
    lat: float
    phone: str | None = None
    today: DutyDay | None = None
    version: int = 0
