"""Offers, on the incident's stream, and how each was answered, on the station's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.events.base import Event
from dispatch.domain.words import Channel, OfferAnswer, RefusalCode, Tier


class OfferMade(Event, frozen=True):
    """
    `saw` is what the decision stood on: now, based_on_seq, hashes, positions, candidate travel times.

    `diverts_from` is the incident that the unit is under way to and would leave for this one; `signed`: whoever made
    the offer answers for leaving that one without a unit until another takes it.
    """

    STREAM = "incident"

    offer_id: str
    incident_id: str
    station_id: str
    unit_id: str
    channel: Channel
    expires_at: datetime
    tier: Tier = "main"
    diverts_from: str | None = None
    signed: bool = False
    overruled: bool = False
    reason: str | None = None
    saw: dict[str, Any] = msgspec.field(default_factory=dict)


class OfferAccepted(Event, frozen=True):
    """`unit_id` is the unit that goes: the station may name another of its own than the one offered."""

    STREAM = "incident"

    offer_id: str
    incident_id: str
    station_id: str
    unit_id: str
    on_behalf_of: str | None = None


class OfferRefused(Event, frozen=True):
    STREAM = "incident"

    offer_id: str
    incident_id: str
    station_id: str
    code: RefusalCode
    on_behalf_of: str | None = None


class OfferExpired(Event, frozen=True):
    STREAM = "incident"

    offer_id: str
    incident_id: str
    station_id: str


class OfferWithdrawn(Event, frozen=True):
    STREAM = "incident"

    offer_id: str
    incident_id: str
    station_id: str
    because: str


class StationOffered(Event, frozen=True):
    STREAM = "station"

    station_id: str
    offer_id: str
    incident_id: str


class StationAnswered(Event, frozen=True):
    STREAM = "station"

    station_id: str
    offer_id: str
    incident_id: str
    answer: OfferAnswer
