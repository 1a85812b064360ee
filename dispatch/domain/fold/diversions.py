"""
Units under way that are asked to go to a graver incident.

Whatever a command decided, here a unit never leaves a red incident, never for one that is not strictly graver, and
never after it arrived. What a scoped state does not hold cannot be looked at there; the desk's holds everything.
"""

from __future__ import annotations

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from dispatch.domain.fold.offers import SYSTEM
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_unit_status
from dispatch.domain.state import Incident, Offer, State, Unit
from dispatch.domain.words import UnitStatus
from dispatch.errors import IllegalStep

RED = 1
DIVERTIBLE: frozenset[UnitStatus] = frozenset({"dispatched", "en_route"})


@folds(ev.DiversionAsked)
def _diversion_asked(state: State, event: ev.DiversionAsked, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    _check(state, unit, event.incident_id)
    if recorded.actor.startswith(SYSTEM):
        raise IllegalStep("unit", unit.id, unit.status, "diverted by the system", ["an offer by a person"])
    if unit.diversion_offer_id is not None:
        raise IllegalStep("unit", unit.id, "asked to divert already", "asked again", ["withdraw that offer"])
    unit.diversion_offer_id, unit.version = event.offer_id, recorded.version


@folds(ev.DiversionDropped)
def _diversion_dropped(state: State, event: ev.DiversionDropped, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    if unit.diversion_offer_id != event.offer_id:
        raise IllegalStep("unit", unit.id, f"not asked by {event.offer_id} to divert", "let off", [])
    unit.diversion_offer_id, unit.version = None, recorded.version


@folds(ev.UnitDiverted)
def _unit_diverted(state: State, event: ev.UnitDiverted, recorded: Recorded) -> None:
    unit: Unit = get(state.units, "unit", event.unit_id)
    if (unit.incident_id, unit.diversion_offer_id) != (event.from_incident_id, event.offer_id):
        raise IllegalStep("unit", unit.id, f"on {unit.incident_id}", f"diverted from {event.from_incident_id}", [])
    _check(state, unit, event.incident_id)
    freed = next_unit_status(unit.id, unit.status, "released")
    unit.status, unit.status_at = next_unit_status(unit.id, freed, "assigned"), recorded.at
    unit.incident_id, unit.offer_id, unit.hospital_id = event.incident_id, event.offer_id, None
    unit.diversion_offer_id, unit.version = None, recorded.version


@folds(ev.OfferAcknowledged)
def _offer_acknowledged(state: State, event: ev.OfferAcknowledged, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    offer: Offer = get(incident.offers, "offer", event.offer_id)
    is_due = offer.status == "withdrawn" or (offer.diverts_from is not None and offer.status in ("open", "accepted"))
    if not is_due or offer.acknowledged_at is not None:
        raise IllegalStep("offer", offer.id, offer.status, "acknowledged", ["a withdrawal or a diversion, once"])
    offer.acknowledged_at, incident.version = recorded.at, recorded.version


@folds(ev.OfferSigned)
def _offer_signed(state: State, event: ev.OfferSigned, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    offer: Offer = get(incident.offers, "offer", event.offer_id)
    if offer.diverts_from is None or offer.status != "open" or offer.signed:
        raise IllegalStep("offer", offer.id, offer.status, "signed", ["an open offer that diverts, once"])
    offer.signed, incident.version = True, recorded.version


def _check(state: State, unit: Unit, incident_id: str) -> None:
    """Before arrival, from nothing red, to something strictly graver."""
    if unit.status not in DIVERTIBLE:
        raise IllegalStep("unit", unit.id, unit.status, "diverted", sorted(DIVERTIBLE))
    old, new = state.incidents.get(unit.incident_id or ""), state.incidents.get(incident_id)
    if old is not None and old.priority == RED:
        raise IllegalStep("incident", old.id, "red", "left by a diverted unit", [])
    if old is not None and new is not None and new.priority >= old.priority:
        raise IllegalStep("unit", unit.id, f"on level {old.priority}", f"diverted to level {new.priority}", ["graver"])
