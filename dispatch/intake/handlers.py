"""Commands about incidents: opened by a person, revised, closed, reopened; a call joined to one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.access.permissions import may
from dispatch.access.roles import Actor
from dispatch.assignment.offer_ends import get_incident
from dispatch.assignment.outcome_body import DetailsTold
from dispatch.assignment.outcomes import usable
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.place import Place
from dispatch.domain.state import Incident, State
from dispatch.domain.words import Level, RunKind
from dispatch.errors import Forbidden, Malformed, Taken
from dispatch.ids import new_id
from dispatch.intake import decide as intake
from dispatch.intake import telephone
from dispatch.intake.closing import Closing, check_version, close
from dispatch.intake.decide import get_call
from dispatch.intake.joining import join
from dispatch.intake.numbers import take_number
from dispatch.intake.opening import UNKNOWN, Opening, open_events
from dispatch.intake.understanding import match_complaint
from dispatch.parts import Parts


class NewIncident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident that a person opens."""

    priority: Level
    place: Place | None = None
    complaint: str | None = None
    call_id: str | None = None
    kind: RunKind = "emergency"
    from_at: datetime | None = None
    until_at: datetime | None = None
    hospital_id: str | None = None


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to an incident, decided on `version`."""

    version: int
    priority: Level | None = None
    complaint: str | None = None
    place: Place | None = None
    reason: str | None = None


async def open_incident(parts: Parts, command: Command, new: NewIncident) -> Answer:
    """An incident opened by a person, with its place or with the place pending."""
    now = datetime.now(UTC)
    incident_id, number = new_id("inc"), await take_number(parts, now)
    complaint = match_complaint(parts, new.complaint, None)

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, new.call_id) if new.call_id else None
        if call and call.incident_id:
            raise Taken(
                "call {call} already belongs to incident {incident}; open that one",
                code="call_in_incident",
                call=call.id,
                incident=call.incident_id,
            )
        answered_at = (call.answered_at if call else None) or now
        place = new.place or (call.place if call else None)
        intake.check_kind(state, new.kind, new.from_at, new.until_at, new.hospital_id)
        opening = Opening(
            level=new.priority,
            level_by="person",
            complaint=complaint.code if complaint else UNKNOWN,
            needs=intake.needs_of(complaint.needs if complaint else ("convey",)),
            place=place,
        )
        events = open_events(incident_id, number, answered_at, opening, new.call_id)
        events[0] = msgspec.structs.replace(
            events[0], kind=new.kind, from_at=new.from_at, until_at=new.until_at, hospital_id=new.hospital_id
        )
        events = [*telephone.picked_up(call, command.actor, now), *events]
        return Decision(events, lambda after: after.incidents[incident_id], status=201)

    return await parts.desk.execute(command, decide)


async def revise_incident(parts: Parts, actor: Actor, command: Command, incident_id: str, change: Revision) -> Answer:
    """Change level, complaint or place. Anyone may raise a level; lowering it needs the right to."""
    complaint = match_complaint(parts, change.complaint, None)
    if change.complaint and complaint is None:
        raise Malformed(f"no complaint {change.complaint!r}; GET /api/v1/complaints lists them")
    reason = await parts.personal.code_or_token(incident_id, change.reason)

    def decide(state: State, at: datetime) -> Decision:
        incident = get_incident(state, incident_id)
        check_version(incident, change.version)
        _check_level(actor, incident, change.priority)
        revised = ev.IncidentRevised(
            incident_id=incident_id,
            priority=change.priority,
            complaint=complaint.code if complaint else None,
            place=change.place,
            needs=intake.needs_of(complaint.needs) if complaint and not _is_major(incident) else None,
            reason=reason,
        )
        return Decision([revised], lambda after: after.incidents[incident_id])

    return await parts.desk.execute(command, decide)


async def close_incident(
    parts: Parts, actor: Actor, command: Command, closing: Closing, told: DetailsTold | None = None
) -> Answer:
    """Close by hand. What joins it while this is decided is not closed unseen."""
    known = parts.desk.state.incidents.get(closing.incident_id)
    closing = msgspec.structs.replace(closing, seen_calls=tuple(known.call_ids) if known else ())
    incident_id = closing.incident_id

    def decide(state: State, at: datetime) -> Decision:
        meant = msgspec.structs.replace(closing, details=usable(told.details, at) if told else None)
        events = close(state, meant, may_without_sending=may(actor, "close_without_sending"))

        def answer(after: State) -> dict[str, Any]:
            closed = after.incidents[incident_id]
            record = after.outcomes.get(f"{incident_id}.{closed.version}")
            return {**msgspec.structs.asdict(closed), "outcome_record": record}

        return Decision(events, answer, within=told.keeping(parts.personal, events) if told else None)

    return await parts.desk.execute(command, decide)


async def reopen_incident(parts: Parts, command: Command, incident_id: str) -> Answer:
    def decide(state: State, at: datetime) -> Decision:
        get_incident(state, incident_id)
        events: list[ev.Event] = [ev.IncidentReopened(incident_id=incident_id)]
        return Decision(events, lambda after: after.incidents[incident_id])

    return await parts.desk.execute(command, decide)


async def join_call(parts: Parts, command: Command, call_id: str, incident_id: str, *, reopens: bool = False) -> Answer:
    """Join a call to an incident, one that still rings by the telephone's word too; `reopens`: also to a closed one."""

    def decide(state: State, at: datetime) -> Decision:
        events = [
            *telephone.picked_up(get_call(state, call_id), command.actor, at),
            *join(state, call_id, incident_id, reopens=reopens),
        ]
        return Decision(events, lambda after: {"call": after.calls[call_id], "incident": after.incidents[incident_id]})

    return await parts.desk.execute(command, decide)


def _is_major(incident: Incident) -> bool:
    """Then its units go by its commander's counts, not by the complaint."""
    return incident.major is not None and incident.major.is_on


def _check_level(actor: Actor, incident: Incident, priority: Level | None) -> None:
    if priority is not None and priority > incident.priority and not may(actor, "lower_levels"):
        raise Forbidden(
            "incident {incident} is level {level}; only the supervisor or the duty doctor lowers it",
            code="level_not_lowered",
            incident=incident.number,
            level=incident.priority,
        )
