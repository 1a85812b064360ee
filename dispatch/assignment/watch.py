"""
The leader's watch over offers: silence ends an offer, and the next one leaves without waiting for a person.

Also auto-dispatch, when a city has switched it on for some levels. It makes offers and nothing else, never on a
level that only an unapproved protocol has set, never on stale positions, and one key holds it. It never diverts, and
never asks a unit that a person took back from the incident.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any

import structlog

from dispatch.assignment import diversion, offers
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.eligible import declined_offers, wants_second
from dispatch.assignment.handlers import make_offer
from dispatch.assignment.recommendation import Candidate, Recommendation
from dispatch.desk import Command, Decision
from dispatch.domain.fold.runs import UNCOVERING
from dispatch.domain.state import Incident, Offer, Run, State
from dispatch.errors import Refused, Unavailable
from dispatch.parts import Parts

TICK_S = 0.5

log = structlog.get_logger()


async def watch_offers(parts: Parts) -> None:
    """The leader's loop."""
    while True:
        await _expire(parts)
        await _end_lapsed(parts)
        await _offer_on(parts)
        await asyncio.sleep(TICK_S)


async def _attempt(work: Awaitable[Any]) -> None:
    """A refusal by the state is no failure here, for the state has moved on; and it holds up no other offer."""
    try:
        await work
    except (Refused, Unavailable) as error:
        log.info("offer watch tries again", reason=str(error))


def is_abandoned(incident: Incident) -> bool:
    """
    Somebody wanted it sent, and the last station that was asked refused, was silent, or had its unit diverted to a
    graver incident. Where several units are needed, offers that are open or brought a unit say nothing of the others.
    """
    asked = [offer for offer in incident.offers.values() if offer.tier == "main"]
    if len(incident.needs) > 1:
        asked = [offer for offer in asked if not _stands(offer, incident.runs.get(offer.id))]
    if not asked or incident.status == "closed":
        return False
    last, run = asked[-1], incident.runs.get(asked[-1].id)
    return last.status in ("refused", "expired") or (run is not None and run.cause == "diverted")


def _stands(offer: Offer, run: Run | None) -> bool:
    """Whether it waits for an answer, or its unit is coming, there, or has served."""
    return offer.status == "open" or (run is not None and run.cause is None and run.outcome not in UNCOVERING)


def asks_again(incident: Incident, recommendation: Recommendation) -> bool:
    """Only stations that already declined are left: asking them once more is a person's decision."""
    declined = declined_offers(incident)
    return any(candidate.station_id in declined for candidate in recommendation.units)


def may_auto_offer(parts: Parts, incident: Incident, recommendation: Recommendation) -> bool:
    """Whether auto-dispatch may make the first offer of an incident."""
    settings, state = parts.settings, parts.desk.state
    return (
        incident.priority in settings.auto_dispatch
        and not state.auto_dispatch_held
        and not incident.offers
        and incident.level_by == "person"
        and all(
            is_fresh(candidate, state, settings.auto_dispatch_max_data_age_s)
            for candidate in (*recommendation.units, *recommendation.parallel)
        )
    )


def is_fresh(candidate: Candidate, state: State, max_age_s: float) -> bool:
    """
    Whether we know where the unit is: its fix is young enough, or it has none and stands at its post.

    A unit on the road that sends no fix could be anywhere.
    """
    if candidate.fix_age_s is not None:
        return candidate.fix_age_s <= max_age_s
    unit = state.units.get(candidate.unit_id)
    return unit is not None and unit.status == "available"


def is_for_system(candidate: Candidate, incident: Incident, state: State) -> bool:
    """
    Whether the system may ask this unit by itself: it is free, no person took it back from this incident, and it is of
    115; others are rung up by a person.
    """
    unit = state.units.get(candidate.unit_id)
    if unit is None or unit.external or unit.id in incident.barred:
        return False
    return unit.is_free_for(incident.priority)


async def _expire(parts: Parts) -> None:
    now = datetime.now(UTC)
    overdue = [
        offer.id
        for incident in list(parts.desk.state.incidents.values())
        for offer in incident.open_offers
        if offer.expires_at <= now
    ]
    for offer_id in overdue:

        def decide(state: State, now: datetime, offer_id: str = offer_id) -> Decision:
            return Decision(offers.expire_offer(state, offer_id), lambda after: None)

        await _attempt(parts.desk.execute(Command(actor="system:offer-watch"), decide))


async def _end_lapsed(parts: Parts) -> None:
    """A diversion that can no longer be: the unit has arrived, was stood down, or the levels have changed."""
    for offer_id in diversion.list_lapsed(parts.desk.state):

        def decide(state: State, now: datetime, offer_id: str = offer_id) -> Decision:
            return Decision(offers.withdraw_offer(state, offer_id, "no_longer_possible"), lambda after: None)

        await _attempt(parts.desk.execute(Command(actor="system:offer-watch"), decide))


async def _offer_on(parts: Parts) -> None:
    for found in list(parts.recommender.latest.values()):
        incident = parts.desk.state.incidents.get(found.incident_id)
        if incident is None or found.action != "send":
            continue
        if (is_abandoned(incident) or wants_second(incident)) and not asks_again(incident, found):
            await _offer(parts, incident, found, "system:next-offer")
        elif may_auto_offer(parts, incident, found):
            await _offer(parts, incident, found, "system:auto-dispatch")


async def _offer(parts: Parts, incident: Incident, found: Recommendation, actor: str) -> None:
    for candidate in (*found.units, *found.parallel):
        if not is_for_system(candidate, incident, parts.desk.state):
            continue
        request = OfferRequest(
            offer_id="", incident_id=incident.id, unit_id=candidate.unit_id, tier=candidate.tier, by_system=True
        )
        await _attempt(make_offer(parts, Command(actor=actor), request))
