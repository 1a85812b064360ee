"""Finding an offer, telling how it ended, and taking it back. Pure: state in, events out."""

from __future__ import annotations

from dispatch.assignment.eligible import slots_beside
from dispatch.domain import events as ev
from dispatch.domain.clock import LOCAL
from dispatch.domain.state import Incident, Offer, Run, State
from dispatch.domain.words import OfferAnswer, ReleaseCause
from dispatch.errors import NotFound, Taken


def get_incident(state: State, incident_id: str) -> Incident:
    """The incident. Raises NotFound."""
    if incident_id not in state.incidents:
        raise NotFound(
            "no open incident {incident}; GET /api/v1/incidents lists them",
            code="no_open_incident",
            incident=incident_id,
        )
    return state.incidents[incident_id]


def find_offer(state: State, offer_id: str) -> tuple[Incident, Offer]:
    """The offer and its incident. Raises NotFound."""
    for incident in state.incidents.values():
        if offer_id in incident.offers:
            return incident, incident.offers[offer_id]
    raise NotFound(
        "no offer {offer}; GET /api/v1/incidents/{{id}} lists the offers of an incident",
        code="no_offer",
        offer=offer_id,
    )


def check_open(incident: Incident, offer: Offer) -> None:
    """Raises Taken, telling a late or repeated answer how the offer ended and who goes instead."""
    if offer.status == "open":
        return
    at = f" at {offer.answered_at.astimezone(LOCAL):%H:%M:%S}" if offer.answered_at else ""
    going = ", ".join(run.unit_id for run in incident.active_runs)
    now = f"{going} goes" if going else f"it is {incident.status}"
    told = {
        "accepted": f"is already accepted{at}, with unit {offer.unit_id}; nothing more is to be said",
        "refused": f"is already refused{at} ({offer.code}); to go after all, ask the desk for a new offer",
        "expired": f"is already expired{at}, without an answer; to go after all, ask the desk for a new offer",
        "withdrawn": f"is already withdrawn{at}; acknowledge it: POST /api/v1/offers/{offer.id}/acknowledge",
    }
    raise Taken(f"offer {offer.id} {told[offer.status]}. Incident {incident.number}: {now}")


def main_runs(incident: Incident) -> list[Run]:
    """The active runs that cover a need; a `first` unit covers none."""
    return [run for run in incident.active_runs if run.tier == "main"]


def main_offers(incident: Incident) -> list[Offer]:
    return [offer for offer in incident.open_offers if offer.tier == "main"]


def list_diversions(state: State) -> list[tuple[Incident, Offer]]:
    """The open offers that ask a unit to leave one incident for another, each with the incident that it would go to."""
    return [
        (incident, offer)
        for incident in state.incidents.values()
        for offer in incident.open_offers
        if offer.diverts_from is not None
    ]


def staying_runs(state: State, incident: Incident) -> list[Run]:
    """The main runs of units that nobody asks to leave: it is looked after as if the others had gone."""
    leaving = {offer.unit_id for _, offer in list_diversions(state) if offer.diverts_from == incident.id}
    return [run for run in main_runs(incident) if run.unit_id not in leaving]


def end(incident: Incident, offer: Offer, told: ev.Event, because: ReleaseCause, answer: OfferAnswer) -> list[ev.Event]:
    """How an offer ended without a run: on the incident, on the unit, which is as it was before, and on the station."""
    ids = {"offer_id": offer.id, "incident_id": incident.id}
    freed: ev.Event = ev.UnitReleased(unit_id=offer.unit_id, incident_id=incident.id, because=because)
    if offer.diverts_from is not None:
        freed = ev.DiversionDropped(**ids, unit_id=offer.unit_id, because=because)
    return [told, freed, ev.StationAnswered(**ids, station_id=offer.station_id, answer=answer)]


def take_back(incident: Incident, offer: Offer, because: str, *, bars: bool = False) -> list[ev.Event]:
    """Withdraw an open offer; `bars`: a person does, and the system does not ask this unit again by itself."""
    withdrawn = ev.OfferWithdrawn(
        offer_id=offer.id, incident_id=incident.id, station_id=offer.station_id, because=because, bars=bars
    )
    return end(incident, offer, withdrawn, "withdrawn", "withdrawn")


def take_back_rest(state: State, incident: Incident, accepted_id: str, unit_id: str) -> list[ev.Event]:
    """With the run that now begins for this unit, the stations need not come whose units would cover nothing more."""
    coming = [*(run.unit_id for run in staying_runs(state, incident)), unit_id]
    missing = len(slots_beside(incident, state.units, coming))
    rest = [
        offer
        for offer in main_offers(incident)
        if offer.id != accepted_id and len(slots_beside(incident, state.units, [*coming, offer.unit_id])) == missing
    ]
    return [event for offer in rest for event in take_back(incident, offer, "another station accepted first")]
