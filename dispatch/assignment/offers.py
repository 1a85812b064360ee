"""
Offers: made to a station, answered by it, ended by silence. Pure: state in, events out.

Centre-run stations cannot refuse: for them the offer is accepted in the same breath. Two open offers for one
incident are right only for red (to two stations) or when it needs several units; the first acceptance wins and
the others are withdrawn. A unit is released the moment its offer ends. A `first` unit comes beside the main ones.
Units under way: see `diversion`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from dispatch.assignment import diversion
from dispatch.assignment.asking import OfferRequest, check_room, choose_unit, is_overrule, old_incident
from dispatch.assignment.offer_ends import check_open, end, find_offer, get_incident, take_back, take_back_rest
from dispatch.domain import events as ev
from dispatch.domain.state import Incident, Offer, State
from dispatch.domain.words import RefusalCode, Tier
from dispatch.errors import Malformed, NotFound, Taken


def make_offer(state: State, request: OfferRequest, now: datetime) -> list[ev.Event]:
    """
    Ask a station for a unit; who is not of 115 is asked by voice. Raises NotFound, Malformed, or Taken with what stands
    in the way.
    """
    incident = get_incident(state, request.incident_id)
    unit = choose_unit(state, request)
    old = old_incident(state, request, incident, unit)
    check_room(state, incident, unit, request.tier)
    station = state.stations[unit.station_id]
    ids = {"offer_id": request.offer_id, "incident_id": incident.id}
    asked: ev.Event = ev.DiversionAsked(**ids, unit_id=unit.id) if old else ev.UnitOffered(**ids, unit_id=unit.id)
    made: list[ev.Event] = [
        ev.OfferMade(
            **ids,
            station_id=station.id,
            unit_id=unit.id,
            channel="voice" if unit.external else request.channel,
            expires_at=now + timedelta(seconds=request.timeout_s),
            tier=request.tier or "main",
            diverts_from=old.id if old else None,
            signed=request.signed,
            overruled=is_overrule(incident, unit, request),
            reason=request.reason,
            note=request.note,
            saw=request.saw,
        ),
        asked,
        ev.StationOffered(**ids, station_id=station.id),
    ]
    if old is not None:
        return made + (diversion.change_over(state, incident, request.offer_id, unit, None) if request.signed else [])
    if station.can_refuse:
        return made
    return made + _accept(
        state, incident, _Accepted(request.offer_id, request.tier or "main", unit.id, unit.id, station.id)
    )


def accept_offer(
    state: State, offer_id: str, unit_id: str | None = None, on_behalf_of: str | None = None
) -> list[ev.Event]:
    """The station takes it, with the unit offered or another of its own that is free."""
    incident, offer = find_offer(state, offer_id)
    check_open(incident, offer)
    if offer.diverts_from is not None:
        return diversion.accept_diversion(state, incident, offer, unit_id, on_behalf_of)
    goes = unit_id or offer.unit_id
    if goes != offer.unit_id:
        _check_swap(state, offer, goes)
    accepted = _Accepted(offer.id, offer.tier, offer.unit_id, goes, offer.station_id, on_behalf_of)
    return _accept(state, incident, accepted)


def refuse_offer(state: State, offer_id: str, code: RefusalCode, on_behalf_of: str | None) -> list[ev.Event]:
    """The station cannot; the unit is as before."""
    incident, offer = find_offer(state, offer_id)
    check_open(incident, offer)
    refused = ev.OfferRefused(
        offer_id=offer.id, incident_id=incident.id, station_id=offer.station_id, code=code, on_behalf_of=on_behalf_of
    )
    return end(incident, offer, refused, "refused", "refused")


def expire_offer(state: State, offer_id: str) -> list[ev.Event]:
    """
    No answer in time: counted as silence.

    A diversion that the crew has acknowledged met no silence: nobody took the old incident in time; it is withdrawn.
    """
    incident, offer = find_offer(state, offer_id)
    check_open(incident, offer)
    if offer.acknowledged_at is not None:
        return take_back(incident, offer, "no_replacement")
    expired = ev.OfferExpired(offer_id=offer.id, incident_id=incident.id, station_id=offer.station_id)
    return end(incident, offer, expired, "expired", "silent")


def withdraw_offer(state: State, offer_id: str, because: str, *, bars: bool = False) -> list[ev.Event]:
    """The desk takes an open offer back; `bars` when a person does."""
    incident, offer = find_offer(state, offer_id)
    check_open(incident, offer)
    return take_back(incident, offer, because, bars=bars)


def acknowledge_offer(state: State, offer_id: str, on_behalf_of: str | None = None) -> list[ev.Event]:
    """The station knows that its offer is withdrawn, or a crew that it is to leave one incident for another."""
    incident, offer = find_offer(state, offer_id)
    if offer.status == "open" and offer.diverts_from is not None:
        return diversion.accept_diversion(state, incident, offer, None, on_behalf_of)
    if offer.status == "open":
        raise Taken(
            "offer {offer} waits for a yes or a no: POST /api/v1/offers/{offer}/answer",
            code="offer_waits",
            offer=offer.id,
        )
    if offer.acknowledged_at is not None:
        raise Taken(
            "offer {offer} is already acknowledged; nothing more is to be said",
            code="offer_acknowledged",
            offer=offer.id,
        )
    if offer.status != "withdrawn" and offer.diverts_from is None:
        raise Taken(f"offer {offer.id} is {offer.status}; only a withdrawal or a diversion is acknowledged")
    ids = {"offer_id": offer.id, "incident_id": incident.id, "station_id": offer.station_id}
    return [ev.OfferAcknowledged(**ids, on_behalf_of=on_behalf_of)]


def sign_offer(state: State, offer_id: str) -> list[ev.Event]:
    """A dispatcher answers for leaving the old incident: the unit that was asked to divert goes at once."""
    incident, offer = find_offer(state, offer_id)
    check_open(incident, offer)
    return diversion.sign(state, incident, offer)


def allow_again(state: State, incident_id: str, unit_id: str) -> list[ev.Event]:
    """A person lets the system offer the incident to a unit again that a person took back."""
    incident = get_incident(state, incident_id)
    if unit_id not in incident.barred:
        barred = ", ".join(incident.barred) or "none"
        raise NotFound(f"unit {unit_id} is not barred from incident {incident.number}; barred are: {barred}")
    return [ev.UnitAllowedAgain(incident_id=incident.id, unit_id=unit_id)]


class _Accepted(msgspec.Struct, frozen=True):
    """An acceptance: of which offer, with the unit offered and the one that goes."""

    offer_id: str
    tier: Tier
    offered: str
    goes: str
    station_id: str
    on_behalf_of: str | None = None


def _check_swap(state: State, offer: Offer, unit_id: str) -> None:
    unit = state.units.get(unit_id)
    if unit is None or unit.station_id != offer.station_id:
        raise Malformed(
            "unit {unit} is not of station {station}; name one of its own units",
            code="not_of_station",
            unit=unit_id,
            station=offer.station_id,
        )
    if not unit.is_free:
        raise Taken(
            "unit {unit} is {unit_status}; name a free unit of station {station}",
            code="unit_not_free_of_station",
            unit=unit_id,
            unit_status=unit.status,
            station=offer.station_id,
        )


def _accept(state: State, incident: Incident, accepted: _Accepted) -> list[ev.Event]:
    ids = {"offer_id": accepted.offer_id, "incident_id": incident.id}
    told: list[ev.Event] = [
        ev.OfferAccepted(
            **ids, station_id=accepted.station_id, unit_id=accepted.goes, on_behalf_of=accepted.on_behalf_of
        )
    ]
    if accepted.goes != accepted.offered:
        told.append(ev.UnitReleased(unit_id=accepted.offered, incident_id=incident.id, because="other_unit"))
    told.append(ev.UnitAssigned(**ids, unit_id=accepted.goes))
    told.append(ev.StationAnswered(**ids, station_id=accepted.station_id, answer="accepted"))
    if accepted.tier == "first":
        return told
    return (
        told
        + diversion.release_replaced(state, incident)
        + take_back_rest(state, incident, accepted.offer_id, accepted.goes)
    )
