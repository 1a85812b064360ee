"""Offers."""

from __future__ import annotations

from datetime import datetime

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
