"""Who is to be asked for an incident, and what stands in the way. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args

import msgspec

from dispatch.assignment import diversion
from dispatch.assignment.eligible import skill_bits, slots_beside, unit_bits
from dispatch.assignment.offer_ends import main_offers, staying_runs
from dispatch.domain.state import Incident, State, Unit
from dispatch.domain.words import Channel, OverruleReason, Tier
from dispatch.errors import Malformed, NotFound, Taken

RED = 1
RED_BESIDE = 1
"""Red: to the two best stations at once (docs/domain.md), so one offer more than there are needs."""


class OfferRequest(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who is to be asked; a station without a named unit is asked for its best free one.

    `tier` None is `main`. `recommended`: the units that were advised, None when nothing was; for another one a `reason`
    is due. `note` is a token of free words. A unit under way is diverted from where it goes, which `diverts_from` may
    say.
    """

    offer_id: str
    incident_id: str
    station_id: str | None = None
    unit_id: str | None = None
    channel: Channel = "app"
    tier: Tier | None = None
    diverts_from: str | None = None
    signed: bool = False
    reason: OverruleReason | None = None
    note: str | None = None
    timeout_s: float = 60.0
    recommended: Collection[str] | None = None
    by_system: bool = False
    saw: dict[str, Any] = {}


def choose_unit(state: State, request: OfferRequest) -> Unit:
    """The unit to be asked. Raises NotFound, Malformed, or Taken when the station has none."""
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
    incident = state.incidents[request.incident_id]
    needs, level = incident.needs, incident.priority
    free = [unit for unit in state.units.values() if unit.station_id == request.station_id and unit.is_free_for(level)]
    if not free:
        raise Taken(
            "station {station} has no free unit now; offer to another station",
            code="station_has_no_free_unit",
            station=request.station_id,
        )

    def rank(unit: Unit) -> tuple[bool, bool, str]:
        fits = any(not skill_bits(need.skills) & ~unit_bits(unit) for need in needs)
        return unit.id not in (request.recommended or ()), not fits, unit.id

    return min(free, key=rank)


def old_incident(state: State, request: OfferRequest, incident: Incident, unit: Unit) -> Incident | None:
    """The incident that the unit is to leave; None for a free unit. Raises when it may not leave it."""
    old = diversion.find_old(state, unit)
    if request.diverts_from not in (None, old.id if old else None):
        goes = f"goes to incident {old.id}" if old else f"is {unit.status}"
        raise Taken(
            "unit {unit} {goes}, not to {diverts_from}; look at the newest state",
            code="unit_goes_elsewhere",
            unit=unit.id,
            goes=goes,
            diverts_from=request.diverts_from,
        )
    if old is None:
        if not unit.is_free_for(incident.priority):
            raise Taken(
                "unit {unit} is {unit_status} and cannot be offered; choose a free unit",
                code="unit_not_free",
                unit=unit.id,
                unit_status=unit.status,
            )
        if request.signed:
            raise Malformed(f"unit {unit.id} is free and leaves nobody; only a diversion is signed")
        return None
    diversion.check_request(request.tier, request.by_system, unit)
    diversion.check_may_divert(incident, old, unit)
    return old


def is_overrule(incident: Incident, unit: Unit, request: OfferRequest) -> bool:
    """
    Whether another unit was advised. Raises Malformed when no reason is given.

    While the place is pending nothing can be advised, and the nearest stations are alerted without a reason.
    """
    if request.recommended is None or request.by_system or unit.id in request.recommended or incident.place is None:
        return False
    if request.reason is None:
        advised = ", ".join(request.recommended) or "to wait"
        raise Malformed(
            "unit {unit} is not the one advised for incident {incident} ({advised}); send it with a reason: "
            "{reasons}, or words of your own",
            code="reason_needed",
            unit=unit.id,
            incident=incident.number,
            advised=advised,
            reasons=", ".join(get_args(OverruleReason)),
        )
    return True


def check_room(state: State, incident: Incident, unit: Unit, tier: Tier | None) -> None:
    """
    Whether the incident has room for one more offer. Raises Taken with what stands in the way.

    A unit that is asked or under way and lacks what is needed leaves the room for one that has it.
    """
    if incident.status == "closed":
        raise Taken(
            "incident {incident} is closed; reopen it before offering it",
            code="incident_closed",
            incident=incident.number,
        )
    if tier == "first":
        _check_first(incident)
        return
    staying, open_offers = staying_runs(state, incident), main_offers(incident)
    coming = [run.unit_id for run in staying]
    missing = len(slots_beside(incident, state.units, coming))
    if not missing:
        going = ", ".join(run.unit_id for run in staying)
        raise Taken(
            "incident {incident} already has what it needs ({going}); stand a unit down first",
            code="incident_has_enough",
            incident=incident.number,
            going=going,
        )
    asked_for = [*coming, *(offer.unit_id for offer in open_offers)]
    if len(slots_beside(incident, state.units, [*asked_for, unit.id])) < len(
        slots_beside(incident, state.units, asked_for)
    ):
        return
    allowed = missing + RED_BESIDE if incident.priority == RED else missing
    if len(open_offers) >= allowed:
        asked = ", ".join(state.stations[offer.station_id].name for offer in open_offers)
        raise Taken(
            "incident {incident} is already offered to {asked}; wait for the answer or withdraw it",
            code="already_offered",
            incident=incident.number,
            asked=asked,
        )
    if len(open_offers) >= missing and any(offer.station_id == unit.station_id for offer in open_offers):
        raise Taken(
            "station {station} is already asked for incident {incident}; ask another station",
            code="station_already_asked",
            station=unit.station_id,
            incident=incident.number,
        )


def _check_first(incident: Incident) -> None:
    """One first unit an incident."""
    firsts = [offer.unit_id for offer in incident.open_offers if offer.tier == "first"]
    firsts += [run.unit_id for run in incident.active_runs if run.tier == "first"]
    if firsts:
        raise Taken(
            "incident {incident} already has {first} as its first unit; withdraw or stand it down before",
            code="has_first_unit",
            incident=incident.number,
            first=firsts[0],
        )
