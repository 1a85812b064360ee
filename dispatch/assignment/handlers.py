"""Commands about offers, units and ends: read the state, call the decision, append what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from dispatch.access.guard import require_own_station, require_own_unit
from dispatch.access.permissions import may
from dispatch.access.roles import Actor
from dispatch.assignment import offers, outcomes, runs
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.offer_ends import find_offer, get_incident
from dispatch.assignment.outcome_body import DetailsTold
from dispatch.assignment.recommendation import Recommendation
from dispatch.assignment.saw import OfferSaw, advice_of, written
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.state import State
from dispatch.domain.words import Outcome, RefusalCode, Stamp
from dispatch.errors import Forbidden, NotFound
from dispatch.ids import new_id
from dispatch.parts import Parts
from dispatch.policy.model import policy_of, settings_hash

RED = 1


async def recommend(parts: Parts, incident_id: str) -> Recommendation:
    """The newest recommendation; computed here when this node does not lead or has none yet."""
    state = parts.desk.state
    get_incident(state, incident_id)
    known = parts.recommender.latest.get(incident_id)
    if known is not None and parts.recommender.still_holds(known):
        return known
    computed = await parts.recommender.compute()
    parts.advised.note(computed)
    found = computed.get(incident_id)
    if found is None:
        incident = state.incidents[incident_id]
        what = "has an open offer" if incident.open_offers else f"is {incident.status}"
        raise NotFound(f"incident {incident.number} {what}, so nothing is recommended; GET it to see who goes")
    return found


async def make_offer(parts: Parts, command: Command, request: OfferRequest, words: str | None = None) -> Answer:
    """Offer an incident to a station; what the decision saw is stored with the offer, a person's words apart."""
    known = parts.recommender.latest.get(request.incident_id) or parts.advised.last_told(request.incident_id)
    request = msgspec.structs.replace(
        request,
        offer_id=new_id("off"),
        note=await parts.personal.code_or_token(request.incident_id, words),
        timeout_s=parts.settings.offer_timeout_s,
        tier=request.tier or parts.advised.tier_of(request.incident_id, request.unit_id, known),
        recommended=parts.advised.units_of(request.incident_id, known),
        saw=_saw(parts, known),
    )

    def decide(state: State, now: datetime) -> Decision:
        events = offers.make_offer(state, request, now)
        return Decision(events, lambda after: _offer_answer(after, request.offer_id), status=201)

    return await parts.desk.execute(command, decide)


async def answer_offer(
    parts: Parts,
    actor: Actor,
    command: Command,
    offer_id: str,
    accept: bool,
    code: RefusalCode,
    unit_id: str | None,
    on_behalf_of: str | None,
) -> Answer:
    """The station's yes or no, by itself or entered for it by the desk."""
    spoke = await parts.personal.code_or_token(offer_id, on_behalf_of)

    def decide(state: State, now: datetime) -> Decision:
        _check_station(state, actor, offer_id)
        if accept:
            events = offers.accept_offer(state, offer_id, unit_id, spoke)
        else:
            events = offers.refuse_offer(state, offer_id, code, spoke)
        return Decision(events, lambda after: _offer_answer(after, offer_id))

    return await parts.desk.execute(command, decide)


async def withdraw_offer(parts: Parts, command: Command, offer_id: str, because: str) -> Answer:
    reason = await parts.personal.code_or_token(offer_id, because) or "withdrawn"

    def decide(state: State, now: datetime) -> Decision:
        events = offers.withdraw_offer(state, offer_id, reason, bars=True)
        return Decision(events, lambda after: _offer_answer(after, offer_id))

    return await parts.desk.execute(command, decide)


async def acknowledge_offer(
    parts: Parts, actor: Actor, command: Command, offer_id: str, on_behalf_of: str | None
) -> Answer:
    """A station or a crew knows of a withdrawal or a diversion."""
    spoke = await parts.personal.code_or_token(offer_id, on_behalf_of)

    def decide(state: State, now: datetime) -> Decision:
        _check_station(state, actor, offer_id)
        events = offers.acknowledge_offer(state, offer_id, spoke)
        return Decision(events, lambda after: _offer_answer(after, offer_id))

    return await parts.desk.execute(command, decide)


async def sign_offer(parts: Parts, command: Command, offer_id: str) -> Answer:
    """A dispatcher answers for a diversion: the unit changes over at once."""

    def decide(state: State, now: datetime) -> Decision:
        return Decision(offers.sign_offer(state, offer_id), lambda after: _offer_answer(after, offer_id))

    return await parts.desk.execute(command, decide)


async def allow_again(parts: Parts, command: Command, incident_id: str, unit_id: str) -> Answer:
    """Lift the bar that a person's withdrawal has set."""

    def decide(state: State, now: datetime) -> Decision:
        events = offers.allow_again(state, incident_id, unit_id)
        return Decision(events, lambda after: {"incident": after.incidents[incident_id]})

    return await parts.desk.execute(command, decide)


def show_overrules(state: State) -> dict[str, Any]:
    """How often people went against advice: in all, and by duty day."""
    total: dict[str, dict[str, int]] = {}
    for by_kind in state.overrules.values():
        for kind, by_reason in by_kind.items():
            for reason, count in by_reason.items():
                of_kind = total.setdefault(kind, {})
                of_kind[reason] = of_kind.get(reason, 0) + count
    return {"total": total, "days": dict(sorted(state.overrules.items()))}


async def report(
    parts: Parts, actor: Actor, command: Command, said: runs.Report, told: DetailsTold | None = None
) -> Answer:
    """A crew's status, at the crew's own time. A station reports for its own units, a crew for itself."""

    def decide(state: State, now: datetime) -> Decision:
        require_own_unit(actor, said.unit_id)
        unit = runs.get_unit(state, said.unit_id)
        require_own_station(actor, unit.station_id)
        events = runs.report(state, said, now)
        run_id = _outcome_told_of(events, unit.offer_id)

        def answer(after: State) -> dict[str, Any]:
            return {"unit": after.units[said.unit_id], "outcome_record": after.outcomes.get(run_id or "")}

        return Decision(events, answer, at=said.at, within=told.keeping(parts.personal, events) if told else None)

    return await parts.desk.execute(command, decide)


async def stand_down(
    parts: Parts,
    actor: Actor,
    command: Command,
    unit_id: str,
    outcome: Outcome,
    words: str | None,
    told: DetailsTold | None = None,
) -> Answer:
    """Release a unit. A red incident, or an event it stands by at, is left only by those who may sign for that."""
    left = runs.get_unit(parts.desk.state, unit_id).incident_id
    reason = await parts.personal.code_or_token(left or unit_id, words)

    def decide(state: State, now: datetime) -> Decision:
        unit = runs.get_unit(state, unit_id)
        incident = state.incidents.get(unit.incident_id or "")
        if incident and incident.priority == RED and not may(actor, "stand_down_red"):
            raise Forbidden(
                "incident {incident} is red; only the supervisor or the duty doctor stands its unit down",
                code="red_stood_down",
                incident=incident.number,
            )
        if incident and incident.kind == "standby_event" and not may(actor, "stand_down_major"):
            raise Forbidden(
                "unit {unit} stands by at an event ({incident}); only the supervisor or the duty doctor releases it",
                code="standby_stood_down",
                unit=unit_id,
                incident=incident.number,
            )
        details = outcomes.usable(told.details, now) if told else None
        events = runs.stand_down(state, unit_id, outcome, reason, details)
        run_id = unit.offer_id or ""

        def answer(after: State) -> dict[str, Any]:
            return {"unit": after.units[unit_id], "outcome_record": after.outcomes.get(run_id)}

        return Decision(events, answer, within=told.keeping(parts.personal, events) if told else None)

    return await parts.desk.execute(command, decide)


async def tell_outcome(parts: Parts, actor: Actor, command: Command, outcome_id: str, told: DetailsTold) -> Answer:
    """
    More about an outcome that wants details; by its crew, its station or the desk.

    Null is answered for one that this event is the first to find past its three days: it is told, and gone.
    """

    def decide(state: State, now: datetime) -> Decision:
        outcomes.require_own_outcome(state, actor.scope, outcome_id)
        events = outcomes.tell(state, outcome_id, told.details, now)
        return Decision(
            events,
            lambda after: {"outcome_record": after.outcomes.get(outcome_id)},
            within=told.keeping(parts.personal, events),
        )

    return await parts.desk.execute(command, decide)


async def correct_stamp(
    parts: Parts,
    command: Command,
    incident_id: str,
    offer_id: str,
    stamp: Stamp,
    to: datetime,
    source: str,
    reason: str,
) -> Answer:
    """Set a stamp of a run right; why stands beside it."""
    why = await parts.personal.code_or_token(incident_id, reason) or "other"

    def decide(state: State, now: datetime) -> Decision:
        events = runs.correct_stamp(state, incident_id, offer_id, stamp, to, source, why, now)
        return Decision(events, lambda after: {"run": after.incidents[incident_id].runs[offer_id]})

    return await parts.desk.execute(command, decide)


async def hold_auto_dispatch(parts: Parts, command: Command, held: bool) -> Answer:
    def decide(state: State, now: datetime) -> Decision:
        return Decision([ev.AutoDispatchHeld(held=held)], lambda after: {"held": after.auto_dispatch_held})

    return await parts.desk.execute(command, decide)


def _outcome_told_of(events: list[ev.Event], run_id: str | None) -> str | None:
    """Which run's outcome these events of a report tell of: the one that ends, or one told of late."""
    late = (event.offer_id for event in events if isinstance(event, ev.RunStamped))
    return next(late, run_id)


def _offer_answer(state: State, offer_id: str) -> dict[str, Any]:
    incident, offer = find_offer(state, offer_id)
    return {"offer": {"incident_id": incident.id, **msgspec.to_builtins(offer)}, "incident": incident}


def _saw(parts: Parts, recommendation: Recommendation | None) -> dict[str, Any]:
    """The advice and what it stood on; nothing but the moment where nothing was advised."""
    state = parts.desk.state
    hash_now = settings_hash(policy_of(state))
    if recommendation is None:
        unadvised = {"based_on_seq": state.seq, "city_hash": parts.pack.city_hash, "settings_hash": hash_now}
        return unadvised | {"traffic_version": parts.travel.version}
    decision = (recommendation.at, recommendation.based_on_seq)
    seen = parts.recommender.book.find(decision)
    return written(
        OfferSaw(
            now=recommendation.at,
            based_on_seq=recommendation.based_on_seq,
            settings_hash=seen.settings_hash if seen else hash_now,
            city_hash=parts.pack.city_hash,
            network=parts.roads.locator.key,
            traffic_version=recommendation.traffic_version,
            evidence=parts.recommender.book.unwritten(decision),
            advice=advice_of(recommendation),
            solver_ms=recommendation.solver_ms,
        )
    )


def _check_station(state: State, actor: Actor, offer_id: str) -> None:
    """A station answers its own offers only, a crew those of its own unit; the desk answers for anyone."""
    _, offer = find_offer(state, offer_id)
    require_own_station(actor, offer.station_id)
    require_own_unit(actor, offer.unit_id)
