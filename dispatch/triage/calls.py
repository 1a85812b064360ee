"""What an assessment means for a call and its incident, as facts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from dispatch.domain import events as ev
from dispatch.domain.events import Need
from dispatch.domain.state import Call, Incident
from dispatch.domain.words import Level, Skill
from dispatch.errors import Malformed, NotFound
from dispatch.triage.decide import Assessment
from dispatch.triage.model import PERSONAL, Package, Response

_SKILLS: tuple[Skill, ...] = get_args(Skill)


def triaged(
    call_id: str, package: Package, found: Assessment, *, complaint: str | None = None, token: str | None = None
) -> ev.CallTriaged:
    """The assessment as a fact of the call: codes and a token, no answers."""
    return ev.CallTriaged(
        call_id=call_id,
        package_hash=package.hash,
        level=found.level,
        chapter=found.chapter,
        criteria=found.matched,
        flags=found.flags,
        recognised=found.recognised,
        complaint=complaint,
        answers_token=token,
    )


def needs_with(response: Response, least: Sequence[Need]) -> tuple[Need, ...]:
    """Units that answer the response and never less than `least`: a unit that lacks a skill is asked with it."""
    asked = [set(unit.skills) for unit in response.units for _ in range(unit.count)]
    free = list(range(len(asked)))
    for need in least:
        skills = set(need.skills)
        fitting = next((at for at in free if asked[at] >= skills), None)
        if fitting is None and free:
            fitting = free[0]
            asked[fitting] |= skills
        if fitting is None:
            asked.append(skills)
        else:
            free.remove(fitting)
    return tuple(Need(skills=tuple(skill for skill in _SKILLS if skill in skills)) for skills in asked)


def raised(call: Call, incident: Incident, found: Assessment, complaint: str | None) -> ev.IncidentRevised | None:
    """
    The incident with the graver level, the greater needs, and the complaint that a person named; None: nothing changes.

    A level that a person has lowered since stays, until the answers show more than they did before.
    """
    shows_more = call.triage is None or found.level < call.triage.level or incident.level_by == "protocol"
    priority = found.level if found.level < incident.priority and shows_more else None
    is_counted = incident.major is not None and incident.major.is_on  # its units go by its commander's counts
    needs = needs_with(found.response, incident.needs) if shows_more and not is_counted else incident.needs
    is_more = sorted(map(str, needs)) != sorted(map(str, incident.needs))
    other = complaint if complaint not in (None, incident.complaint) else None
    if priority is None and other is None and not is_more:
        return None
    return ev.IncidentRevised(
        incident_id=incident.id,
        priority=priority,
        complaint=other,
        needs=needs if is_more else None,
        level_by="protocol",
    )


def chapter_of(package: Package, named: str | None, complaint: str | None, call: Call | None) -> str | None:
    """The chapter a person named, else the complaint's, else what the call had so far. Malformed for no such one."""
    if named is not None and named not in package.chapters:
        raise Malformed(f"the protocol has no chapter {named!r}; GET /api/v1/protocol lists them")
    if found := named or package.chapter_by_complaint.get(complaint or ""):
        return found
    if call is None:
        return None
    before = call.triage.chapter if call.triage else None
    if before in package.chapters:
        return before
    return package.chapter_by_complaint.get(call.complaint or "")


def told_of(package: Package, call: Call | None, has_place: bool) -> frozenset[str]:
    """The gate's personal questions that need no asking: the number that the exchange told, a place that is known."""
    known = {"phone"} if call is not None and call.caller_token else set()
    known |= {"place"} if has_place or (call is not None and call.place is not None) else set()
    return frozenset(one.id for one in package.gate.questions if one.kind in PERSONAL and one.kind in known)


def instruction_given(package: Package, call_id: str, instruction: str, step: str) -> ev.InstructionGiven:
    """The step as a fact, with the moment that it marks. NotFound names what there is."""
    script = package.instructions.get(instruction)
    if script is None:
        raise NotFound(f"the protocol has no instruction {instruction!r}; GET /api/v1/protocol lists them")
    found = next((one for one in script.steps if one.id == step), None)
    if found is None:
        steps = ", ".join(one.id for one in script.steps)
        raise NotFound(f"instruction {instruction} has no step {step!r}; its steps are {steps}")
    return ev.InstructionGiven(call_id=call_id, instruction=instruction, step=step, marks=found.marks)


def times_of(call: Call) -> dict[str, Any]:
    """Seconds from the answer to recognising an arrest and to the first compression; None: it was not told."""
    return {
        "arrest_recognised_at": call.arrest_recognised_at,
        "first_compression_at": call.first_compression_at,
        "answer_to_recognition_s": _seconds(call.answered_at, call.arrest_recognised_at),
        "answer_to_first_compression_s": _seconds(call.answered_at, call.first_compression_at),
    }


def graver(one: Level, other: Level) -> Level:
    return min(one, other)


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else round((end - start).total_seconds(), 1)
