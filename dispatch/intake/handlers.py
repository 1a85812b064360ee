"""Commands about calls and incidents: understand, keep the personal words apart, decide, append."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.access.permissions import may
from dispatch.access.roles import Actor
from dispatch.assignment import runs
from dispatch.assignment.offer_ends import get_incident
from dispatch.city_pack_schema import Complaint
from dispatch.database import Connection, borrowed
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.clock import duty_day
from dispatch.domain.fold.runs import UNCOVERING
from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.domain.state import Call, Incident, State
from dispatch.domain.words import Level, Outcome, RunKind
from dispatch.errors import Forbidden, Malformed, NotFound, Stale, Taken
from dispatch.ids import new_id
from dispatch.intake import decide as intake
from dispatch.intake import phone_locations, telephone
from dispatch.intake.opening import UNKNOWN, Opening, open_events, opening_of
from dispatch.intake.repeats import reopened_by
from dispatch.parts import Parts
from dispatch.personal import new_token
from dispatch.triage.answers import Reading, read_answers
from dispatch.triage.calls import triaged
from dispatch.triage.decide import decide
from dispatch.triage.model import Package
from dispatch.triage.show import show_assessment

SUGGESTIONS = 5


class CallTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What a call-taker (or a telephone adapter) hands in; everything may be missing."""

    caller_phone: str | None = None
    words: str | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    complaint: str | None = None
    answers: Mapping[str, Any] = {}
    call_id: str | None = None


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


async def take_call(parts: Parts, command: Command, taken: CallTaken) -> Answer:
    """
    Record a call; suggest places and a level; open the incident when the place is sure enough.

    Somebody unconscious who does not breathe normally opens it whatever the place (docs/domain.md).
    """
    call_id, now = taken.call_id or new_id("call"), datetime.now(UTC)
    complaint = match_complaint(parts, taken.complaint, taken.words)
    waiting = await phone_locations.list_pending(parts, taken.caller_phone)
    given, places = await _given_place(parts, taken), await _suggest(parts, taken, [one.fix for one in waiting])
    package = await parts.protocol.current()
    reading = _read(package, taken, complaint, given)
    found = decide(package, reading.answers, in_surge=parts.desk.state.surge.on)
    place = intake.settled_place(given, places) or (next(iter(places), None) if found.recognised else None)
    opens = place is not None or found.recognised is not None
    number, incident_id = (await take_number(parts, now) if opens else ""), new_id("inc")
    earlier = await telephone.earlier_calls(parts, taken.caller_phone)
    said = {kind: (new_token(), text) for kind, text in _personal(taken, complaint).items() if text}
    tokens = {kind: token for kind, (token, _) in said.items()}

    def take(state: State, at: datetime) -> Decision:
        rung = telephone.check_untaken(state, taken.call_id) if taken.call_id is not None else None
        is_told_now = rung is None or rung.caller_token is None
        duplicates = intake.find_duplicates(state, place, at)
        received = ev.CallReceived(
            call_id=call_id,
            answered_at=now,
            complaint=complaint.code if complaint else None,
            caller_token=tokens.get("phone"),
            words_token=tokens.get("words"),
            answers_token=tokens.get("answers"),
            place=given,
            places=tuple(places),
            duplicates=tuple(one.incident_id for one in duplicates),
        )
        events: list[ev.Event] = [*(reopened_by(state, earlier, at) if is_told_now else ())]
        if rung is not None and rung.status == "abandoned":
            events += telephone.picked_up(rung, command.actor, now)
        events.append(received)
        if taken.answers:
            events.append(triaged(call_id, package, found))
        if opens:
            answered_at = (rung.answered_at if rung else None) or now
            events += open_events(
                incident_id, number, answered_at, opening_of(complaint, found, place, taken.answers), call_id
            )

        def answer(after: State) -> dict[str, Any]:
            return {
                "call": after.calls[call_id],
                "places": places,
                "incident": after.incidents.get(incident_id),
                "duplicates": duplicates,
                "triage": show_assessment(package, found, reading),
            }

        return Decision(events, answer, status=201, within=lambda conn: _keep(parts, conn, call_id, taken, said))

    answer = await parts.desk.execute(command, take)
    await phone_locations.attach_pending(parts, command.actor, taken.caller_phone)
    return answer


async def open_incident(parts: Parts, command: Command, new: NewIncident) -> Answer:
    """An incident opened by a person, with its place or with the place pending."""
    now = datetime.now(UTC)
    incident_id, number = new_id("inc"), await take_number(parts, now)
    complaint = match_complaint(parts, new.complaint, None)

    def decide(state: State, at: datetime) -> Decision:
        call = _call(state, new.call_id) if new.call_id else None
        if call and call.incident_id:
            raise Taken(f"call {call.id} already belongs to incident {call.incident_id}; open that one")
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
        _check_version(incident, change.version)
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


def _is_major(incident: Incident) -> bool:
    """Then its units go by its commander's counts, not by the complaint."""
    return incident.major is not None and incident.major.is_on


async def close_incident(
    parts: Parts,
    actor: Actor,
    command: Command,
    incident_id: str,
    outcome: Outcome,
    version: int | None,
    duplicate_of: str | None = None,
) -> Answer:
    """
    Close by hand. Closing an incident to which nobody came needs the right to, unless it is the duplicate of another
    open one; a unit that was called off did not come, nor did one that is under way yet: that is stood down first.
    """

    def decide(state: State, at: datetime) -> Decision:
        incident = get_incident(state, incident_id)
        _check_version(incident, version)
        nobody_came = all(run.outcome in UNCOVERING for run in incident.runs.values())
        is_double = outcome == "duplicate" and _is_other_open(state, incident, duplicate_of)
        if nobody_came and not is_double and not may(actor, "close_without_sending"):
            raise Forbidden(
                f"nobody came to incident {incident.number}; only the supervisor or the duty doctor closes it so, "
                "or name the open incident that it is a duplicate_of"
            )
        return Decision(runs.close(state, incident_id, outcome), lambda after: after.incidents[incident_id])

    return await parts.desk.execute(command, decide)


async def reopen_incident(parts: Parts, command: Command, incident_id: str) -> Answer:
    def decide(state: State, at: datetime) -> Decision:
        get_incident(state, incident_id)
        events: list[ev.Event] = [ev.IncidentReopened(incident_id=incident_id)]
        return Decision(events, lambda after: after.incidents[incident_id])

    return await parts.desk.execute(command, decide)


async def join_call(parts: Parts, command: Command, call_id: str, incident_id: str) -> Answer:
    """
    Join a call to an incident. An incident that this call had opened alone and nobody was asked for is closed as
    a duplicate in the same step. How grave that one was, or the call was found to be, is not lost: the other is raised.
    """

    def decide(state: State, at: datetime) -> Decision:
        call, target = _call(state, call_id), get_incident(state, incident_id)
        if target.status == "closed":
            raise Taken(f"incident {target.number} is closed; reopen it before joining a call to it")
        events: list[ev.Event] = [ev.CallJoined(call_id=call_id, incident_id=incident_id)]
        own = state.incidents.get(call.incident_id or "")
        if own and own.id != incident_id and own.call_ids == [call_id] and not own.offers and own.status == "waiting":
            events += runs.close(state, own.id, "duplicate")
        graver_by = own.priority if own else call.triage.level if call.triage else None
        if graver_by is not None and graver_by < target.priority:
            events.append(
                ev.IncidentRevised(
                    incident_id=incident_id, priority=graver_by, level_by=own.level_by if own else "protocol"
                )
            )
        return Decision(events, lambda after: {"call": after.calls[call_id], "incident": after.incidents[incident_id]})

    return await parts.desk.execute(command, decide)


def match_complaint(parts: Parts, said: str | None, words: str | None) -> Complaint | None:
    """The gravest complaint behind a code or behind what was said; None when nothing fits."""
    for text in (said, words):
        if text and (found := parts.pack.list_complaints(text)):
            return min(found, key=lambda complaint: complaint.level)
    return None


def find_complaint(parts: Parts, code: str | None) -> Complaint | None:
    """The complaint of a code."""
    return next((one for one in parts.pack.complaints if one.code == code), None)


def _read(package: Package, taken: CallTaken, complaint: Complaint | None, place: Place | None) -> Reading:
    """The answers that came with the call, in the complaint's chapter."""
    chapter = package.chapter_by_complaint.get(complaint.code) if complaint else None
    known = {"phone"} if taken.caller_phone else set()
    known |= {"place"} if place is not None else set()
    told = frozenset(one.id for one in package.gate.questions if one.kind in known)
    return read_answers(package, taken.answers, chapter, told)


async def _given_place(parts: Parts, taken: CallTaken) -> Place | None:
    """The place of given coordinates, named by what lies nearest. Never refused for lying outside the city."""
    if taken.lon is None or taken.lat is None:
        return None
    return await place_at(parts, taken.lon, taken.lat, taken.radius_m)


async def place_at(parts: Parts, lon: float, lat: float, radius_m: float | None = None) -> Place:
    """A point as a place: the point as it was given, with the words of what is nearest."""
    near = await asyncio.to_thread(parts.geocoder.reverse, lon, lat)
    return msgspec.structs.replace(near, lon=lon, lat=lat, kind="point", radius_m=radius_m or 0.0, confidence=1.0)


async def _suggest(parts: Parts, taken: CallTaken, fixes: Sequence[PhoneFix]) -> list[Place]:
    """Places by the caller's words, those near the given point or the phone's own first among equals."""
    if not taken.words or not taken.words.strip():
        return []
    near = (taken.lon, taken.lat) if taken.lon is not None and taken.lat is not None else None
    if near is None and fixes:
        near = (fixes[-1].lon, fixes[-1].lat)
    return await asyncio.to_thread(lambda: parts.geocoder.search(taken.words or "", near=near, limit=SUGGESTIONS))


async def take_number(parts: Parts, answered_at: datetime) -> str:
    """The next number of the duty day. A command that fails afterwards leaves a gap; numbers never repeat."""
    day = duty_day(answered_at)
    async with borrowed(parts.pool) as conn:
        cursor = await conn.execute(
            "INSERT INTO duty_numbers (day, count) VALUES (%s, 1)"
            " ON CONFLICT (day) DO UPDATE SET count = duty_numbers.count + 1 RETURNING count",
            (day,),
        )
        row = await cursor.fetchone()
    assert row is not None  # RETURNING always gives one
    return intake.next_number(day.isoformat(), row[0])


def _personal(taken: CallTaken, complaint: Complaint | None) -> dict[str, str | None]:
    """What must not stand in an event: the number, the words as they were said, the clinical answers."""
    is_code = complaint is not None and taken.complaint == complaint.code
    said = [taken.words, None if is_code else taken.complaint]
    return {
        "phone": taken.caller_phone,
        "words": "\n".join(part for part in said if part) or None,
        "answers": msgspec.json.encode(dict(taken.answers)).decode() if taken.answers else None,
    }


async def _keep(
    parts: Parts, conn: Connection, call_id: str, taken: CallTaken, said: Mapping[str, tuple[str, str]]
) -> None:
    for kind, (token, text) in said.items():
        await parts.personal.keep(call_id, kind, text, token=token, conn=conn)
    if taken.caller_phone:
        await parts.personal.note_phone(taken.caller_phone, call_id, conn=conn)


def _is_other_open(state: State, incident: Incident, other_id: str | None) -> bool:
    """Whether another incident stands for this one."""
    other = state.incidents.get(other_id or "")
    return other is not None and other.id != incident.id and other.status != "closed"


def _check_version(incident: Incident, version: int | None) -> None:
    if version is not None and incident.version != version:
        raise Stale(
            f"incident {incident.number} is at version {incident.version}, not {version}; "
            "look at what changed and decide again"
        )


def _check_level(actor: Actor, incident: Incident, priority: Level | None) -> None:
    if priority is not None and priority > incident.priority and not may(actor, "lower_levels"):
        raise Forbidden(
            f"incident {incident.number} is level {incident.priority}; only the supervisor or the duty doctor lowers it"
        )


def _call(state: State, call_id: str) -> Call:
    if call_id not in state.calls:
        raise NotFound(f"no open call {call_id}; GET /api/v1/snapshot lists them")
    return state.calls[call_id]
