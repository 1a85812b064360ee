"""Commands of triage: assess, keep the answers apart, raise the incident, tell what was said to the caller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.desk import Answer, Command, Decision
from dispatch.domain.state import Call, State
from dispatch.errors import Malformed, NotFound, Taken
from dispatch.ids import new_id
from dispatch.intake import telephone
from dispatch.intake.numbers import take_number
from dispatch.intake.opening import open_events, opening_of
from dispatch.intake.understanding import find_complaint, match_complaint
from dispatch.parts import Parts
from dispatch.personal import new_token
from dispatch.triage.answers import Reading, read_answers
from dispatch.triage.calls import chapter_of, instruction_given, raised, times_of, told_of, triaged
from dispatch.triage.decide import Assessment, decide
from dispatch.triage.model import Package
from dispatch.triage.show import show_assessment


class AnswersGiven(msgspec.Struct, frozen=True, kw_only=True):
    """All answers so far, with the chapter or the complaint where somebody chose one."""

    answers: Mapping[str, Any] = {}
    chapter: str | None = None
    complaint: str | None = None


async def assess(parts: Parts, given: AnswersGiven, call_id: str | None = None) -> dict[str, Any]:
    """What these answers mean, and what to ask next; nothing is kept."""
    package = await parts.protocol.current()
    call = _call(parts.desk.state, call_id) if call_id else None
    reading, found = _assess(parts, package, given, call)
    return show_assessment(package, found, reading)


async def set_answers(parts: Parts, command: Command, call_id: str, given: AnswersGiven) -> Answer:
    """
    Keep a call's answers and act on them: the incident is raised at once, and an arrest opens one even without a place.

    A level is never lowered here, whatever the answers say.
    """
    package, now = await parts.protocol.current(), datetime.now(UTC)
    before = _call(parts.desk.state, call_id)
    reading, found = _assess(parts, package, given, before)
    _check_names(package, reading)
    complaint = _complaint(parts, package, given)
    opens = found.recognised is not None and before.incident_id is None
    number, incident_id = (await take_number(parts, now) if opens else ""), new_id("inc")
    token, text = new_token(), msgspec.json.encode(dict(given.answers)).decode()

    def act(state: State, at: datetime) -> Decision:
        call = _call(state, call_id)
        events = telephone.picked_up(call, command.actor, at)
        events.append(triaged(call_id, package, found, complaint=complaint, token=token))
        incident = state.incidents.get(call.incident_id or "")
        if incident is not None and incident.status != "closed":
            named = found.recognised or complaint or _first_complaint(package, given.chapter, incident.complaint)
            if (revised := raised(call, incident, found, named)) is not None:
                events.append(revised)
        elif opens and call.incident_id is None:
            known = find_complaint(parts, complaint or call.complaint)
            opening = opening_of(known, found, call.place or next(iter(call.places), None))
            events += open_events(incident_id, number, call.answered_at or now, opening, call_id)

        def answer(after: State) -> dict[str, Any]:
            told = after.calls[call_id]
            return {
                "call": told,
                "incident": after.incidents.get(told.incident_id or "", incident),
                "triage": show_assessment(package, found, reading),
                "times": times_of(told),
            }

        return Decision(events, answer, within=lambda conn: _keep(parts, conn, call_id, token, text))

    return await parts.desk.execute(command, act)


async def give_instruction(parts: Parts, command: Command, call_id: str, instruction: str, step: str) -> Answer:
    """The caller was told this step; some mark a moment that is measured, such as the first compression."""
    package = await parts.protocol.current()

    def act(state: State, at: datetime) -> Decision:
        _call(state, call_id)
        given = instruction_given(package, call_id, instruction, step)
        return Decision([given], lambda after: {"call": after.calls[call_id], "times": times_of(after.calls[call_id])})

    return await parts.desk.execute(command, act)


def show_call(parts: Parts, call_id: str) -> dict[str, Any]:
    """What triage has found about a call so far, and its measured times."""
    call = _call(parts.desk.state, call_id)
    return {"triage": call.triage, "instruction": call.instruction, "step": call.instruction_step, **times_of(call)}


def _assess(parts: Parts, package: Package, given: AnswersGiven, call: Call | None) -> tuple[Reading, Assessment]:
    complaint = match_complaint(parts, given.complaint, None)
    chapter = chapter_of(package, given.chapter, complaint.code if complaint else None, call)
    incident = parts.desk.state.incidents.get(call.incident_id or "") if call else None
    has_place = incident is not None and incident.place is not None
    reading = read_answers(package, given.answers, chapter, told_of(package, call, has_place))
    return reading, decide(package, reading.answers, in_surge=parts.desk.state.surge.on)


def _check_names(package: Package, reading: Reading) -> None:
    if reading.unknown:
        strange = ", ".join(reading.unknown)
        raise Malformed(f"the protocol has no question {strange}; GET /api/v1/protocol lists them")


def _complaint(parts: Parts, package: Package, given: AnswersGiven) -> str | None:
    """The complaint that a person named, or the first of the chapter they named."""
    found = match_complaint(parts, given.complaint, None)
    if given.complaint and found is None:
        raise Malformed(f"no complaint {given.complaint!r}; GET /api/v1/complaints lists them")
    return found.code if found else None


def _first_complaint(package: Package, chapter: str | None, now: str) -> str | None:
    """The complaint of a chapter, unless the incident's own is of that chapter already."""
    codes = package.chapters[chapter].complaints if chapter else ()
    return None if not codes or now in codes else codes[0]


async def _keep(parts: Parts, conn: Any, call_id: str, token: str, text: str) -> None:
    await parts.personal.keep(call_id, "answers", text, token=token, conn=conn)


def _call(state: State, call_id: str) -> Call:
    call = state.calls.get(call_id)
    if call is None:
        raise NotFound("no open call {call}; GET /api/v1/snapshot lists them", code="no_open_call", call=call_id)
    if call.status == "closed":
        raise Taken(
            "call {call} is {call_status}; take a new call, or join it to its incident first",
            code="call_not_open",
            call=call_id,
            call_status=call.status,
        )
    return call
