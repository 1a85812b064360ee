"""Offers."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from dispatch.domain.words import Channel, OfferStatus, RefusalCode, Tier


class Offer(msgspec.Struct, kw_only=True):
    id: str
    station_id: str
    unit_id: str
    channel: Channel
    status: OfferStatus
    made_at: datetime
    made_by: str
    expires_at: datetime
    answered_at: datetime | None = None
    code: RefusalCode | None = None
    tier: Tier = "main"
    diverts_from: str | None = None
    signed: bool = False
    acknowledged_at: datetime | None = None
    overruled: bool = False
    reason: str | None = None
    note: str | None = None


class OfferCounts(msgspec.Struct, kw_only=True):
    """
    What came of a station's offers. `answer_s` is the sum of seconds from offer to answer over `answers` of them:
    a yes or a no, never a silence.
    """

    offered: int = 0
    accepted: int = 0
    refused: int = 0
    silent: int = 0
    withdrawn: int = 0
    refused_by: dict[RefusalCode, int] = {}
    answers: int = 0
    answer_s: float = 0.0


class DutyDay(OfferCounts, kw_only=True):
    """The same for one duty day; an answer counts on the day it was given."""

    day: date
