"""Commands about one call: un-joined, closed, reopened, silent, revised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec

from dispatch.access.permissions import may
from dispatch.access.roles import Actor
from dispatch.assignment.eligible import RED
from dispatch.database import Connection
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.place import Place
from dispatch.domain.state import Call, Incident, State
from dispatch.domain.words import Level, Outcome, SilentStep
from dispatch.errors import Forbidden, Malformed, Stale, Taken
from dispatch.ids import new_id
from dispatch.intake import decide as intake
from dispatch.intake.call_backs import DUE_WITHIN
from dispatch.intake.decide import get_call
from dispatch.intake.joining import unjoin
from dispatch.intake.numbers import take_number
from dispatch.intake.opening import UNKNOWN, Opening, open_events
from dispatch.intake.understanding import find_complaint
from dispatch.parts import Parts
from dispatch.personal import new_token
from dispatch.triage.calls import graver

UNDO_WITHIN = timedelta(minutes=30)
"""A close can be undone for so long (guess); then the call leaves the state."""

NEXT_STEP: dict[str, str] = {
    "": "listened",
    "listened": "key_asked",
    "key_asked": "key_heard or nothing_heard",
    "nothing_heard": "call_back",
}
"""What to do after a step about a silent call; after `key_heard` it is a call like any other."""


class PlaceRead(msgspec.Struct, frozen=True):
    """Which place was read to the caller: degrees and words as they stood then."""

    lon: float
    lat: float
    label: str


class CallChange(msgspec.Struct, frozen=True, kw_only=True):
    """Only what changes is set; `read_back`: the caller has confirmed the place, `place_read` or else `place`."""

    language: str | None = None
    needs_interpreter: bool | None = None
    needs_text: bool | None = None
    place: Place | None = None
    read_back: bool = False
    place_read: PlaceRead | None = None
    words: str | None = None


async def unjoin_call(parts: Parts, command: Command, call_id: str) -> Answer:
    """
    Take a call out of an incident that it was wrongly joined to (`joining.unjoin`).

    One that had no incident before opens one when its place is known or an arrest was recognised; else the call waits
    to be decided.
    """
    now, incident_id = datetime.now(UTC), new_id("inc")
    number = await take_number(parts, now) if _opens_anew(parts.desk.state, call_id) else None

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, call_id)
        left, own = (state.incidents.get(key or "") for key in (call.incident_id, call.left_incident_id))
        events = unjoin(call, left, own)
        if own is None and number is not None:
            events += open_events(incident_id, number, call.answered_at or now, _opening(parts, call), call_id)

        def answer(after: State) -> dict[str, Any]:
            told = after.calls[call_id]
            return {
                "call": told,
                "incident": after.incidents[left.id] if left else None,
                "own_incident": after.incidents.get(told.incident_id or ""),
            }

        return Decision(events, answer)

    return await parts.desk.execute(command, decide)


async def close_calls(
    parts: Parts, actor: Actor, command: Command, call_id: str, outcome: Outcome, also: Sequence[str] = ()
) -> Answer:
    """
    Close a call that has no incident, and with it others that a person named: all or none.

    One that was found to be red is closed, nobody sent, only by who may close an incident so.
    """
    ids = dict.fromkeys((call_id, *also))

    def decide(state: State, at: datetime) -> Decision:
        for key in ids:
            call = get_call(state, key)
            if call.incident_id or call.outcome:
                what = f"belongs to incident {call.incident_id}" if call.incident_id else f"is closed as {call.outcome}"
                raise Taken(f"call {key} {what}; nothing to close")
            is_red = call.arrest_recognised_at is not None or (call.triage is not None and call.triage.level == RED)
            if is_red and not may(actor, "close_without_sending"):
                raise Forbidden(
                    "call {call} was found to be red; open an incident for it, or have the supervisor or the duty "
                    "doctor close it",
                    code="red_call_not_closed",
                    call=key,
                )
        events: list[ev.Event] = [ev.CallClosed(call_id=key, outcome=outcome) for key in ids]
        return Decision(events, lambda after: {"call": after.calls[call_id]})

    return await parts.desk.execute(command, decide)


async def reopen_call(parts: Parts, command: Command, call_id: str) -> Answer:
    """Undo a close; who was to be called back then still is."""

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, call_id)
        if call.status != "closed":
            raise Taken(
                "call {call} is {call_status}, not closed; nothing to undo",
                code="call_not_closed",
                call=call_id,
                call_status=call.status,
            )
        if call.closed_at is not None and at - call.closed_at > UNDO_WITHIN:
            raise Taken(
                "call {call} was closed at {at:%H:%M} UTC, too long ago; open an incident for it",
                code="closed_too_long_ago",
                call=call_id,
                at=call.closed_at,
            )
        events: list[ev.Event] = [ev.CallReopened(call_id=call_id)]
        back = call.call_back
        if back is not None and back.ended_because == "closed":
            events.append(ev.CallBackAsked(call_id=call_id, reason=back.reason, due_at=max(back.due_at, at)))
        return Decision(events, lambda after: {"call": after.calls[call_id]})

    return await parts.desk.execute(command, decide)


async def take_silent_step(parts: Parts, command: Command, call_id: str, step: SilentStep) -> Answer:
    """Enter what was done about a silent call. After nothing was heard it is to be called back."""

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, call_id)
        events: list[ev.Event] = [ev.SilentStepTaken(call_id=call_id, step=step)]
        if step == "nothing_heard" and not call.is_to_call_back:
            events.append(ev.CallBackAsked(call_id=call_id, reason="silent", due_at=at + DUE_WITHIN["silent"]))
        return Decision(events, lambda after: {"call": after.calls[call_id], "next": NEXT_STEP.get(step)})

    return await parts.desk.execute(command, decide)


async def revise_call(parts: Parts, command: Command, call_id: str, change: CallChange) -> Answer:
    """Change what is known of a call. Reading the place back settles it: its incident's, if it has one."""
    if change == CallChange():
        raise Malformed("nothing to change; send language, needs_interpreter, needs_text, place, read_back or words")
    token = new_token() if change.words else None

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, call_id)
        incident = state.incidents.get(call.incident_id or "")
        confirmed = read_back(call, incident, change) if change.read_back else None
        revised = ev.CallRevised(
            call_id=call_id,
            language=change.language,
            needs_interpreter=change.needs_interpreter,
            needs_text=change.needs_text,
            place=change.place if incident else confirmed or change.place,
            read_back=change.read_back,
            words_token=token,
        )
        events: list[ev.Event] = [revised]
        if confirmed is not None and incident is not None:
            events.append(ev.IncidentRevised(incident_id=incident.id, place=confirmed))

        async def keep(conn: Connection) -> None:
            if token is not None and change.words is not None:
                await parts.personal.keep(call_id, "words", change.words, token=token, conn=conn)

        def answer(after: State) -> dict[str, Any]:
            return {
                "call": after.calls[call_id],
                "incident": after.incidents[incident.id] if incident and change.read_back else incident,
            }

        return Decision(events, answer, within=keep)

    return await parts.desk.execute(command, decide)


def read_back(call: Call, incident: Incident | None, change: CallChange) -> Place:
    """
    The place that the caller has confirmed, settled: one that came along, or the very one that stands.

    Somebody else may have corrected the place while it was read to the caller, so which one was read must be said.
    Raises Taken, Malformed, Stale.
    """
    stands = change.place or (incident.place if incident else call.place)
    if stands is None:
        raise Taken(
            "call {call} has no place yet; send the place that was read back",
            code="call_has_no_place",
            call=call.id,
        )
    if change.place is None and change.place_read is None:
        raise Malformed("say which place was read back: place_read with lon, lat and label of the one that you read")
    if change.place_read is not None and change.place_read != PlaceRead(stands.lon, stands.lat, stands.label):
        raise Stale(
            "the place of call {call} is now {place}, not {read}; read that back",
            code="place_changed",
            call=call.id,
            place=stands.label,
            read=change.place_read.label,
        )
    return msgspec.structs.replace(stands, settled=True)


def _opens_anew(state: State, call_id: str) -> bool:
    """Whether un-joining opens a new incident: it has none to go back to, and where it is is known or cannot wait."""
    call = state.calls.get(call_id)
    if call is None or call.left_incident_id in state.incidents:
        return False
    return intake.settled_place(call.place, call.places) is not None or call.arrest_recognised_at is not None


def _opening(parts: Parts, call: Call) -> Opening:
    """By the graver of the complaint's level and what triage had found."""
    complaint = find_complaint(parts, call.complaint)
    own = intake.level_of(cast(Level, complaint.level) if complaint else None, {})
    return Opening(
        level=graver(own, call.triage.level) if call.triage else own,
        level_by="protocol",
        complaint=complaint.code if complaint else UNKNOWN,
        needs=intake.needs_of(complaint.needs if complaint else ("convey",)),
        place=intake.settled_place(call.place, call.places),
    )
