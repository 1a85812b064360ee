"""
Offers: made to a station, answered by it, ended by silence. Pure: state in, events out.

Centre-run stations cannot refuse: for them the offer is accepted in the same breath. Two open offers for one
incident are right only for red (to two stations) or when it needs several units; the first acceptance wins and
the others are withdrawn. A unit is released the moment its offer ends.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.state import Incident, Offer, State, Unit
from dispatch.domain.words import Channel, RefusalCode, ReleaseCause
from dispatch.errors import Malformed, NotFound, Taken

RED = 1
RED_OFFERS = 2
"""Red: to the two best stations at once (docs/domain.md)."""


class OfferRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be asked; a station without a named unit is asked for its best free one."""

    offer_id: str
    incident_id: str
    station_id: str | None = None
    unit_id: str | None = None
    channel: Channel = "app"
    reason: str | None = None
    timeout_s: float = 60.0
    recommended: Collection[str] = ()
    """Units that the recommendation named; another one is an overrule."""
    saw: dict[str, Any] = {}


def find_offer(state: State, offer_id: str) -> tuple[Incident, Offer]:
    """The offer and its incident. Raises NotFound."""
    for incident in state.incidents.values():
        if offer_id in incident.offers:
            return incident, incident.offers[offer_id]
    raise NotFound(f"no offer {offer_id}; GET /api/v1/incidents/{{id}} lists the offers of an incident")


def get_incident(state: State, incident_id: str) -> Incident:
    """The incident. Raises NotFound."""
    if incident_id not in state.incidents:
        raise NotFound(f"no open incident {incident_id}; GET /api/v1/incidents lists them")
    return state.incidents[incident_id]


def make_offer(state: State, request: OfferRequest, now: datetime) -> list[ev.Event]:
    """Ask a station for a unit. Raises NotFound, Malformed, or Taken with what stands in the way."""
    incident = get_incident(state, request.incident_id)
    unit = _choose_unit(state, request)
    _check_room(state, incident, unit)
    station = state.stations[unit.station_id]
    ids = {"offer_id": request.offer_id, "incident_id": incident.id}
    made: list[ev.Event] = [
        ev.OfferMade(
            offer_id=request.offer_id,
            incident_id=incident.id,
            station_id=station.id,
            unit_id=unit.id,
            channel=request.channel,
            expires_at=now + timedelta(seconds=request.timeout_s),
            overruled=bool(request.recommended) and unit.id not in request.recommended,
            reason=request.reason,
            saw=request.saw,
        ),
        ev.UnitOffered(**ids, unit_id=unit.id),
        ev.StationOffered(**ids, station_id=station.id),
    ]
    if station.can_refuse:
        return made
    return made + _accept(state, incident, request.offer_id, unit.id, unit.id, station.id, None)


def accept_offer(
    state: State, offer_id: str, unit_id: str | None = None, on_behalf_of: str | None = None
) -> list[ev.Event]:
    """The station takes it, with the unit offered or another of its own that is free."""
    incident, offer = find_offer(state, offer_id)
    _check_open(incident, offer)
    goes = unit_id or offer.unit_id
    if goes != offer.unit_id:
        _check_swap(state, offer, goes)
    return _accept(state, incident, offer.id, offer.unit_id, goes, offer.station_id, on_behalf_of)


def refuse_offer(
    state: State,
    offer_id: str,
    code: RefusalCode,
    on_behalf_of: str | None,
    *,
    alarm_id: str,
    refusals_before_alarm: int,
) -> list[ev.Event]:
    """The station cannot; the unit is free again, and enough refusals alarm the supervisor."""
    incident, offer = find_offer(state, offer_id)
    _check_open(incident, offer)
    ids = {"offer_id": offer.id, "incident_id": incident.id}
    told: list[ev.Event] = [
        ev.OfferRefused(**ids, station_id=offer.station_id, code=code, on_behalf_of=on_behalf_of),
        _release(incident, offer, "refused"),
        ev.StationAnswered(**ids, station_id=offer.station_id, answer="refused"),
    ]
    refusals = 1 + sum(other.status in ("refused", "expired") for other in incident.offers.values())
    if refusals >= refusals_before_alarm and not _has_alarm(incident, "offers_refused"):
        told.append(ev.AlarmRaised(alarm_id=alarm_id, incident_id=incident.id, kind="offers_refused"))
    return told


def expire_offer(state: State, offer_id: str, *, alarm_id: str) -> list[ev.Event]:
    """No answer in time: counted as silence, and the supervisor is alarmed."""
    incident, offer = find_offer(state, offer_id)
    _check_open(incident, offer)
    ids = {"offer_id": offer.id, "incident_id": incident.id}
    told: list[ev.Event] = [
        ev.OfferExpired(**ids, station_id=offer.station_id),
        _release(incident, offer, "expired"),
        ev.StationAnswered(**ids, station_id=offer.station_id, answer="silent"),
    ]
    if not _has_alarm(incident, "no_acceptance"):
        told.append(ev.AlarmRaised(alarm_id=alarm_id, incident_id=incident.id, kind="no_acceptance"))
    return told


def withdraw_offer(state: State, offer_id: str, because: str) -> list[ev.Event]:
    """The desk takes an open offer back."""
    incident, offer = find_offer(state, offer_id)
    _check_open(incident, offer)
    return _withdraw(incident, offer, because)


def _choose_unit(state: State, request: OfferRequest) -> Unit:
    if request.unit_id is not None:
        if request.unit_id not in state.units:
            raise NotFound(f"no unit {request.unit_id}; GET /api/v1/units lists them")
        unit = state.units[request.unit_id]
        if request.station_id not in (None, unit.station_id):
            raise Malformed(f"unit {unit.id} belongs to station {unit.station_id}, not {request.station_id}; name one")
        return unit
    if request.station_id is None:
        raise Malformed("an offer needs a station_id or a unit_id")
    if request.station_id not in state.stations:
        raise NotFound(f"no station {request.station_id}; GET /api/v1/snapshot lists them")
    return _best_of_station(state, request)


def _best_of_station(state: State, request: OfferRequest) -> Unit:
    """A recommended unit first, then one that meets a need of the incident, then by id."""
    needs = state.incidents[request.incident_id].needs
    free = [unit for unit in state.units.values() if unit.station_id == request.station_id and unit.is_free]
    if not free:
        raise Taken(f"station {request.station_id} has no free unit now; offer to another station")

    def rank(unit: Unit) -> tuple[bool, bool, str]:
        fits = any(set(need.skills) <= set(unit.skills) for need in needs)
        return unit.id not in request.recommended, not fits, unit.id

    return min(free, key=rank)


def _check_room(state: State, incident: Incident, unit: Unit) -> None:
    if incident.status == "closed":
        raise Taken(f"incident {incident.number} is closed; reopen it before offering it")
    if not unit.is_free:
        raise Taken(f"unit {unit.id} is {unit.status} and cannot be offered; choose a free unit")
    open_offers = incident.open_offers
    missing = len(incident.needs) - len(incident.active_runs)
    if missing <= 0:
        going = ", ".join(run.unit_id for run in incident.active_runs)
        raise Taken(f"incident {incident.number} already has what it needs ({going}); stand a unit down first")
    allowed = max(missing, RED_OFFERS) if incident.priority == RED else missing
    if len(open_offers) >= allowed:
        asked = ", ".join(state.stations[offer.station_id].name for offer in open_offers)
        raise Taken(f"incident {incident.number} is already offered to {asked}; wait for the answer or withdraw it")
    if len(open_offers) >= missing and any(offer.station_id == unit.station_id for offer in open_offers):
        raise Taken(f"station {unit.station_id} is already asked for incident {incident.number}; ask another station")


def _check_open(incident: Incident, offer: Offer) -> None:
    if offer.status != "open":
        raise Taken(f"offer {offer.id} is already {offer.status}; incident {incident.number} shows what goes on")


def _check_swap(state: State, offer: Offer, unit_id: str) -> None:
    unit = state.units.get(unit_id)
    if unit is None or unit.station_id != offer.station_id:
        raise Malformed(f"unit {unit_id} is not of station {offer.station_id}; name one of its own units")
    if not unit.is_free:
        raise Taken(f"unit {unit_id} is {unit.status}; name a free unit of station {offer.station_id}")


def _accept(
    state: State, incident: Incident, offer_id: str, offered: str, goes: str, station_id: str, on_behalf_of: str | None
) -> list[ev.Event]:
    ids = {"offer_id": offer_id, "incident_id": incident.id}
    told: list[ev.Event] = [
        ev.OfferAccepted(**ids, station_id=station_id, unit_id=goes, on_behalf_of=on_behalf_of),
    ]
    if goes != offered:
        told.append(ev.UnitReleased(unit_id=offered, incident_id=incident.id, because="other_unit"))
    told.append(ev.UnitAssigned(**ids, unit_id=goes))
    told.append(ev.StationAnswered(**ids, station_id=station_id, answer="accepted"))
    if len(incident.active_runs) + 1 >= len(incident.needs):
        for other in incident.open_offers:
            if other.id != offer_id:
                told += _withdraw(incident, other, "another station accepted first")
    return told


def _withdraw(incident: Incident, offer: Offer, because: str) -> list[ev.Event]:
    ids = {"offer_id": offer.id, "incident_id": incident.id}
    return [
        ev.OfferWithdrawn(**ids, station_id=offer.station_id, because=because),
        _release(incident, offer, "withdrawn"),
        ev.StationAnswered(**ids, station_id=offer.station_id, answer="withdrawn"),
    ]


def _release(incident: Incident, offer: Offer, because: ReleaseCause) -> ev.UnitReleased:
    return ev.UnitReleased(unit_id=offer.unit_id, incident_id=incident.id, because=because)


def _has_alarm(incident: Incident, kind: str) -> bool:
    return any(alarm.kind == kind and alarm.acknowledged_at is None for alarm in incident.alarms.values())
