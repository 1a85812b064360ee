"""Offers, on the incident's stream, and how each was answered, on the station's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.domain.events.base import Event
from dispatch.domain.words import Channel, OfferAnswer, RefusalCode, ReleaseCause, Tier


class OfferMade(Event, frozen=True):
    """
    `saw` is what the decision stood on: now, based_on_seq, hashes, positions, candidate travel times.

    `diverts_from` is the incident that the unit is under way to and would leave for this one; `signed`: whoever made
    the offer answers for leaving that one without a unit until another takes it. `overruled`: another unit was advised;
    `reason` is an `OverruleReason`, `note` a token of free words.
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
    note: str | None = None
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
    """`bars`: a person took it back from this unit, which the system then does not ask again by itself."""

    STREAM = "incident"

    offer_id: str
    incident_id: str
    station_id: str
    because: str
    bars: bool = False


class OfferAcknowledged(Event, frozen=True):
    """The station, or the crew, knows: of a withdrawal, or that it is to leave one incident for another."""

    STREAM = "incident"

    offer_id: str
    incident_id: str
    station_id: str
    on_behalf_of: str | None = None


class OfferSigned(Event, frozen=True):
    """A dispatcher answers for leaving the old incident without a unit until another takes it."""

    STREAM = "incident"

    offer_id: str
    incident_id: str


class UnitAllowedAgain(Event, frozen=True):
    """A person lifts the bar: the system may offer the incident to this unit again."""

    STREAM = "incident"

    incident_id: str
    unit_id: str


class DiversionAsked(Event, frozen=True):
    """A unit under way is asked to go to a graver incident; it stays on its own until it is diverted."""

    STREAM = "unit"

    unit_id: str
    incident_id: str
    offer_id: str


class DiversionDropped(Event, frozen=True):
    """It goes on as before."""

    STREAM = "unit"

    unit_id: str
    incident_id: str
    offer_id: str
    because: ReleaseCause


class UnitDiverted(Event, frozen=True):
    """From now on it goes to `incident_id`."""

    STREAM = "unit"

    unit_id: str
    incident_id: str
    offer_id: str
    from_incident_id: str


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
