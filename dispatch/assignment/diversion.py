"""
Diversion: a unit under way is asked to go to a graver incident. Pure: state in, events out.

Only before it arrives, only by a person, only to a strictly graver level, never from red. The unit stays on its run
until its crew has acknowledged and another unit has accepted in its place, or a dispatcher signs; then it changes over
in one step with whatever brought it about. A diversion that is refused, withdrawn or runs out leaves the run as it was.

Weakness: another unit counts as a replacement whatever its skills; that it has them is the recommendation's business.
"""

from __future__ import annotations

from dispatch.assignment.offer_ends import list_diversions, main_runs, staying_runs, take_back_rest
from dispatch.domain import events as ev
from dispatch.domain.fold.diversions import DIVERTIBLE
from dispatch.domain.state import Incident, Offer, State, Unit
from dispatch.domain.words import Outcome, Tier
from dispatch.errors import Malformed, Taken

RED = 1


def find_old(state: State, unit: Unit) -> Incident | None:
    """The incident that a unit is under way to and has not reached; None when it cannot be diverted from anything."""
    return state.incidents.get(unit.incident_id or "") if unit.status in DIVERTIBLE else None


def check_may_divert(incident: Incident, old: Incident, unit: Unit) -> None:
    """Raises Taken with the rule that stands in the way."""
    if old.id == incident.id:
        raise Taken(
            "unit {unit} is already on its way to incident {incident}",
            code="unit_already_coming",
            unit=unit.id,
            incident=incident.number,
        )
    if old.priority == RED:
        raise Taken(
            "unit {unit} goes to red incident {old}; red is never diverted from: choose another",
            code="red_not_diverted",
            unit=unit.id,
            old=old.number,
        )
    if incident.priority >= old.priority:
        raise Taken(
            "unit {unit} goes to incident {old} of level {old_level}; it is diverted only to a graver one, and "
            "incident {incident} has level {level}: choose a free unit",
            code="diverted_only_to_graver",
            unit=unit.id,
            old=old.number,
            old_level=old.priority,
            incident=incident.number,
            level=incident.priority,
        )


def check_request(tier: Tier | None, by_system: bool, unit: Unit) -> None:
    """Raises Taken or Malformed for a diversion that nobody may ask for."""
    if by_system:
        raise Taken(f"unit {unit.id} is {unit.status}; only a person may divert it")
    if tier == "first":
        raise Malformed(f"unit {unit.id} is under way; as a first unit choose a free one")
    if unit.diversion_offer_id is not None:
        raise Taken(
            "unit {unit} is already asked to divert (offer {offer}); withdraw that offer first",
            code="already_asked_to_divert",
            unit=unit.id,
            offer=unit.diversion_offer_id,
        )


def is_still_right(state: State, incident: Incident, offer: Offer) -> bool:
    """Whether the unit is still under way to the old incident, and the new one still graver."""
    unit = state.units[offer.unit_id]
    old = find_old(state, unit)
    return (
        old is not None
        and old.id == offer.diverts_from
        and unit.diversion_offer_id == offer.id
        and old.priority != RED
        and incident.priority < old.priority
    )


def list_lapsed(state: State) -> list[str]:
    """Open offers that ask a unit to divert and can no longer be accepted, by id."""
    return [offer.id for incident, offer in list_diversions(state) if not is_still_right(state, incident, offer)]


def accept_diversion(
    state: State, incident: Incident, offer: Offer, unit_id: str | None, on_behalf_of: str | None
) -> list[ev.Event]:
    """The crew acknowledges: it changes over now if it has been replaced, otherwise when it is."""
    if unit_id not in (None, offer.unit_id):
        raise Malformed(f"offer {offer.id} diverts unit {offer.unit_id}; for unit {unit_id} make an offer of its own")
    _check_still_right(state, incident, offer)
    old = state.incidents[offer.diverts_from or ""]
    if offer.acknowledged_at is not None:
        raise Taken(
            "offer {offer} is already acknowledged; unit {unit} goes on to incident {old} until another unit "
            "accepts it, or a dispatcher signs",
            code="diversion_acknowledged",
            offer=offer.id,
            unit=offer.unit_id,
            old=old.number,
        )
    told: list[ev.Event] = [
        ev.OfferAcknowledged(
            offer_id=offer.id, incident_id=incident.id, station_id=offer.station_id, on_behalf_of=on_behalf_of
        )
    ]
    if is_replaced(state, old, offer):
        told += change_over(state, incident, offer.id, state.units[offer.unit_id], on_behalf_of)
    return told


def sign(state: State, incident: Incident, offer: Offer) -> list[ev.Event]:
    """A dispatcher answers for the old incident: the unit changes over at once."""
    if offer.diverts_from is None:
        raise Malformed(f"offer {offer.id} diverts no unit; only a diversion is signed")
    _check_still_right(state, incident, offer)
    signed = ev.OfferSigned(offer_id=offer.id, incident_id=incident.id)
    return [signed, *change_over(state, incident, offer.id, state.units[offer.unit_id], None)]


def release_replaced(state: State, old: Incident) -> list[ev.Event]:
    """With the main unit that now joins this incident: those units change over that have acknowledged."""
    told: list[ev.Event] = []
    for incident, offer in list_diversions(state):
        taken_back = {event.offer_id for event in told if isinstance(event, ev.OfferWithdrawn)}
        is_due = offer.diverts_from == old.id and offer.acknowledged_at is not None and offer.id not in taken_back
        if is_due and is_still_right(state, incident, offer) and is_replaced(state, old, offer, joining=1):
            told += change_over(state, incident, offer.id, state.units[offer.unit_id], None)
    return told


def is_replaced(state: State, old: Incident, offer: Offer, *, joining: int = 0) -> bool:
    """
    Whether the old incident, without all units that are asked to leave it, has as many main units under way as when
    the diversion was offered (at most what it needs), counting `joining` that accept in this very step.
    """
    runs = main_runs(old)
    if all(run.unit_id != offer.unit_id for run in runs):
        return True
    before = sum(run.stamps.get("accepted_at", offer.made_at) <= offer.made_at for run in runs)
    return len(staying_runs(state, old)) + joining >= min(len(old.needs), before)


def change_over(
    state: State, incident: Incident, offer_id: str, unit: Unit, on_behalf_of: str | None
) -> list[ev.Event]:
    """The unit's old run ends and the new one begins, on every stream at once; it may replace another in turn."""
    ids = {"offer_id": offer_id, "incident_id": incident.id}
    old_id = unit.incident_id or ""
    ended: Outcome = "cancelled_after_departure" if unit.status == "en_route" else "cancelled_before_departure"
    return [
        ev.OfferAccepted(**ids, station_id=unit.station_id, unit_id=unit.id, on_behalf_of=on_behalf_of),
        ev.UnitDiverted(**ids, unit_id=unit.id, from_incident_id=old_id),
        ev.RunEnded(incident_id=old_id, unit_id=unit.id, outcome=ended, cause="diverted"),
        ev.StationAnswered(**ids, station_id=unit.station_id, answer="accepted"),
        *release_replaced(state, incident),
        *take_back_rest(state, incident, offer_id, unit.id),
    ]


def _check_still_right(state: State, incident: Incident, offer: Offer) -> None:
    unit = state.units[offer.unit_id]
    old = find_old(state, unit)
    if old is None or old.id != offer.diverts_from:
        raise Taken(
            "unit {unit} is {unit_status} and can no longer be diverted; withdraw offer {offer}",
            code="no_longer_divertible",
            unit=unit.id,
            unit_status=unit.status,
            offer=offer.id,
        )
    check_may_divert(incident, old, unit)
