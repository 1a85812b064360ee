"""Taking a call: understand it, keep the personal words apart, decide, append."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from dispatch.city_pack_schema import Complaint
from dispatch.database import Connection
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.place import Place
from dispatch.domain.state import Call, State
from dispatch.ids import new_id
from dispatch.intake import decide as intake
from dispatch.intake import phone_locations, telephone
from dispatch.intake.numbers import take_number
from dispatch.intake.opening import open_events, opening_of
from dispatch.intake.repeats import reopened_by
from dispatch.intake.understanding import match_complaint, place_at, suggest_places
from dispatch.parts import Parts
from dispatch.personal import new_token
from dispatch.triage.answers import Reading, read_answers
from dispatch.triage.calls import triaged
from dispatch.triage.decide import Assessment, decide
from dispatch.triage.model import Package
from dispatch.triage.show import show_assessment


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

    @property
    def point(self) -> tuple[float, float] | None:
        return (self.lon, self.lat) if self.lon is not None and self.lat is not None else None


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """
    What was made of it. `place`: where its incident opens; None: unknown, or not sure enough. `said`: by kind the token
    and the text of all that must not stand in an event.
    """

    complaint: Complaint | None
    given: Place | None
    places: Sequence[Place]
    place: Place | None
    package: Package
    reading: Reading
    found: Assessment
    said: Mapping[str, tuple[str, str]]

    @property
    def opens(self) -> bool:
        """Whether an incident opens without a person's word: the place is sure enough, or an arrest is recognised."""
        return self.place is not None or self.found.recognised is not None

    def token(self, kind: str) -> str | None:
        return self.said[kind][0] if kind in self.said else None


async def take_call(parts: Parts, command: Command, taken: CallTaken) -> Answer:
    """
    Record a call; suggest places and a level; open the incident when the place is sure enough.

    Somebody unconscious who does not breathe normally opens it whatever the place (docs/domain.md).
    """
    call_id, incident_id, now = taken.call_id or new_id("call"), new_id("inc"), datetime.now(UTC)
    known = await _understand(parts, taken)
    number = await take_number(parts, now) if known.opens else ""
    earlier = await telephone.earlier_calls(parts, taken.caller_phone)

    def take(state: State, at: datetime) -> Decision:
        rung = telephone.check_untaken(state, taken.call_id) if taken.call_id is not None else None
        duplicates = intake.find_duplicates(state, known.place, at)
        received = _received(call_id, now, known, [one.incident_id for one in duplicates])
        is_told_now = rung is None or rung.caller_token is None
        events = [*(reopened_by(state, earlier, at) if is_told_now else ()), *_picked_up(rung, command, now), received]
        if taken.answers:
            events.append(triaged(call_id, known.package, known.found))
        if known.opens:
            answered_at = (rung.answered_at if rung else None) or now
            opening = opening_of(known.complaint, known.found, known.place, taken.answers)
            events += open_events(incident_id, number, answered_at, opening, call_id)

        def answer(after: State) -> dict[str, Any]:
            return {
                "call": after.calls[call_id],
                "places": known.places,
                "incident": after.incidents.get(incident_id),
                "duplicates": duplicates,
                "triage": show_assessment(known.package, known.found, known.reading),
            }

        return Decision(events, answer, status=201, within=lambda conn: _keep(parts, conn, call_id, taken, known))

    answer = await parts.desk.execute(command, take)
    await phone_locations.attach_pending(parts, command.actor, taken.caller_phone)
    return answer


async def _understand(parts: Parts, taken: CallTaken) -> Understood:
    complaint = match_complaint(parts, taken.complaint, taken.words)
    pending = await phone_locations.list_pending(parts, taken.caller_phone)
    given = await place_at(parts, *taken.point, taken.radius_m) if taken.point else None
    places = await suggest_places(parts, taken.words, taken.point, [one.fix for one in pending])
    package = await parts.protocol.current()
    reading = _read(package, taken, complaint, given)
    found = decide(package, reading.answers, in_surge=parts.desk.state.surge.on)
    place = intake.settled_place(given, places) or (next(iter(places), None) if found.recognised else None)
    return Understood(
        complaint=complaint,
        given=given,
        places=places,
        place=place,
        package=package,
        reading=reading,
        found=found,
        said={kind: (new_token(), text) for kind, text in _personal(taken, complaint).items() if text},
    )


def _read(package: Package, taken: CallTaken, complaint: Complaint | None, place: Place | None) -> Reading:
    """The answers that came with the call, in the complaint's chapter."""
    chapter = package.chapter_by_complaint.get(complaint.code) if complaint else None
    known = {"phone"} if taken.caller_phone else set()
    known |= {"place"} if place is not None else set()
    told = frozenset(one.id for one in package.gate.questions if one.kind in known)
    return read_answers(package, taken.answers, chapter, told)


def _personal(taken: CallTaken, complaint: Complaint | None) -> dict[str, str | None]:
    """What must not stand in an event: the number, the words as they were said, the clinical answers."""
    is_code = complaint is not None and taken.complaint == complaint.code
    said = [taken.words, None if is_code else taken.complaint]
    return {
        "phone": taken.caller_phone,
        "words": "\n".join(part for part in said if part) or None,
        "answers": msgspec.json.encode(dict(taken.answers)).decode() if taken.answers else None,
    }


def _received(call_id: str, now: datetime, known: Understood, duplicates: Sequence[str]) -> ev.CallReceived:
    return ev.CallReceived(
        call_id=call_id,
        answered_at=now,
        complaint=known.complaint.code if known.complaint else None,
        caller_token=known.token("phone"),
        words_token=known.token("words"),
        answers_token=known.token("answers"),
        place=known.given,
        places=tuple(known.places),
        duplicates=tuple(duplicates),
    )


def _picked_up(rung: Call | None, command: Command, now: datetime) -> list[ev.Event]:
    """A call that the exchange tells was given up was not: its caller is on the line."""
    is_given_up = rung is not None and rung.status == "abandoned"
    return telephone.picked_up(rung, command.actor, now) if is_given_up else []


async def _keep(parts: Parts, conn: Connection, call_id: str, taken: CallTaken, known: Understood) -> None:
    for kind, (token, text) in known.said.items():
        await parts.personal.keep(call_id, kind, text, token=token, conn=conn)
    if taken.caller_phone:
        await parts.personal.note_phone(taken.caller_phone, call_id, conn=conn)
