"""Offers, and how stations answer."""

from __future__ import annotations

from typing import Any

from dispatch.domain import events as ev
from dispatch.domain.clock import duty_day
from dispatch.domain.events import Recorded
from dispatch.domain.fold.overrules import count_overrule
from dispatch.domain.fold.runs import bar
from dispatch.domain.fold.table import folds, get
from dispatch.domain.lifecycles import next_incident_status, next_offer_status
from dispatch.domain.state import DutyDay, Incident, Offer, OfferCounts, Run, State, Station
from dispatch.domain.words import OfferAnswer
from dispatch.errors import IllegalStep

SYSTEM = "system:"
"""How the name of an actor that is no person begins."""


@folds(ev.OfferMade)
def _offer_made(state: State, event: ev.OfferMade, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    if incident.status == "closed":
        raise IllegalStep("incident", incident.id, incident.status, "offered", ["reopened"])
    _check_system(incident, event, recorded)
    incident.offers[event.offer_id] = Offer(
        id=event.offer_id,
        station_id=event.station_id,
        unit_id=event.unit_id,
        channel=event.channel,
        status="open",
        made_at=recorded.at,
        made_by=recorded.actor,
        expires_at=event.expires_at,
        tier=event.tier,
        diverts_from=event.diverts_from,
        signed=event.signed,
        overruled=event.overruled,
        reason=event.reason,
        note=event.note,
    )
    incident.barred = [unit_id for unit_id in incident.barred if unit_id != event.unit_id]
    if event.overruled:
        count_overrule(state, "unit", event.reason, recorded)
    incident.version = recorded.version


def _check_system(incident: Incident, event: ev.OfferMade, recorded: Recorded) -> None:
    """The system neither diverts nor acts against a person."""
    if not recorded.actor.startswith(SYSTEM):
        return
    if event.diverts_from is not None:
        raise IllegalStep("unit", event.unit_id, "under way", "diverted by the system", ["an offer by a person"])
    if event.unit_id in incident.barred:
        raise IllegalStep(
            "unit", event.unit_id, "taken back by a person", "offered by the system", ["a person's offer"]
        )


@folds(ev.OfferAccepted)
def _offer_accepted(state: State, event: ev.OfferAccepted, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    offer: Offer = get(incident.offers, "offer", event.offer_id)
    status = next_offer_status(offer.id, offer.status, "accepted")
    incident.status = next_incident_status(incident.id, incident.status, "unit_assigned")
    incident.waiting_since = None
    offer.status, offer.answered_at, offer.unit_id = status, recorded.at, event.unit_id
    incident.runs[offer.id] = Run(
        offer_id=offer.id,
        unit_id=event.unit_id,
        station_id=event.station_id,
        kind=incident.kind,
        tier=offer.tier,
        stamps={"offered_at": offer.made_at, "accepted_at": recorded.at},
    )
    incident.version = recorded.version


def _offer_ended(state: State, event: Any, recorded: Recorded, step: str) -> Offer:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    offer: Offer = get(incident.offers, "offer", event.offer_id)
    offer.status = next_offer_status(offer.id, offer.status, step)
    offer.answered_at, incident.version = recorded.at, recorded.version
    return offer


@folds(ev.OfferRefused)
def _offer_refused(state: State, event: ev.OfferRefused, recorded: Recorded) -> None:
    _offer_ended(state, event, recorded, "refused").code = event.code


@folds(ev.OfferExpired)
def _offer_expired(state: State, event: ev.OfferExpired, recorded: Recorded) -> None:
    _offer_ended(state, event, recorded, "expired")


@folds(ev.OfferWithdrawn)
def _offer_withdrawn(state: State, event: ev.OfferWithdrawn, recorded: Recorded) -> None:
    offer = _offer_ended(state, event, recorded, "withdrawn")
    if event.bars:
        bar(state.incidents[event.incident_id], offer.unit_id)


@folds(ev.UnitAllowedAgain)
def _unit_allowed_again(state: State, event: ev.UnitAllowedAgain, recorded: Recorded) -> None:
    incident: Incident = get(state.incidents, "incident", event.incident_id)
    if event.unit_id not in incident.barred:
        raise IllegalStep("unit", event.unit_id, f"not barred from incident {incident.id}", "allowed again", [])
    incident.barred, incident.version = [one for one in incident.barred if one != event.unit_id], recorded.version


@folds(ev.StationOffered)
def _station_offered(state: State, event: ev.StationOffered, recorded: Recorded) -> None:
    station: Station = get(state.stations, "station", event.station_id)
    for counts in (station, _running_day(station, recorded)):
        counts.offered += 1
    station.version = recorded.version


@folds(ev.StationAnswered)
def _station_answered(state: State, event: ev.StationAnswered, recorded: Recorded) -> None:
    station: Station = get(state.stations, "station", event.station_id)
    incident = state.incidents.get(event.incident_id)
    offer = incident.offers.get(event.offer_id) if incident else None
    for counts in (station, _running_day(station, recorded)):
        _count(counts, event.answer, offer, recorded)
    station.version = recorded.version


def _running_day(station: Station, recorded: Recorded) -> DutyDay:
    """The station's counts of the running duty day, begun anew at 06:30; a clock that jumps back begins none."""
    day = duty_day(recorded.at)
    if station.today is None or station.today.day < day:
        station.today = DutyDay(day=day)
    return station.today


def _count(counts: OfferCounts, answer: OfferAnswer, offer: Offer | None, recorded: Recorded) -> None:
    setattr(counts, answer, getattr(counts, answer) + 1)
    if offer is None or answer not in ("accepted", "refused"):
        return
    counts.answers += 1
    counts.answer_s += max(0.0, (recorded.at - offer.made_at).total_seconds())
    if answer == "refused" and offer.code:
        counts.refused_by[offer.code] = counts.refused_by.get(offer.code, 0) + 1
