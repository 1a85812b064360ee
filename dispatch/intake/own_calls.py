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
from dispatch.domain.state import Call, State
from dispatch.domain.words import Level, Outcome, SilentStep
from dispatch.errors import Forbidden, Malformed, NotFound, Taken
from dispatch.ids import new_id
from dispatch.intake import decide as intake
from dispatch.intake.call_backs import DUE_WITHIN
from dispatch.intake.handlers import find_complaint, take_number
from dispatch.intake.opening import UNKNOWN, Opening, open_events
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


class CallChange(msgspec.Struct, frozen=True, kw_only=True):
    """Only what changes is set; `read_back`: the caller has confirmed the place."""

    language: str | None = None
    needs_interpreter: bool | None = None
    needs_text: bool | None = None
    place: Place | None = None
    read_back: bool = False
    words: str | None = None


async def unjoin_call(parts: Parts, command: Command, call_id: str) -> Answer:
    """
    Take a call out of an incident that it was wrongly joined to, which stays as it is.

    The call goes back to the incident it had before, reopened if it was closed as a duplicate. Closed otherwise it
    stays closed, and the call waits to be decided: in a closed incident nobody would see it. Without one a new incident
    opens when its place is known or an arrest was recognised; else the call waits too.
    """
    now, incident_id = datetime.now(UTC), new_id("inc")
    number = await take_number(parts, now) if _opens_anew(parts.desk.state, call_id) else None

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, call_id)
        left = state.incidents.get(call.incident_id or "")
        if left is None or call.status != "joined":
            raise Taken(f"call {call_id} is {call.status} and in no incident; nothing to take it out of")
        if left.opened_for == call_id:
            raise Taken(f"incident {left.number} was opened for call {call_id}; correct it, or take the other call out")
        events: list[ev.Event] = [ev.CallUnjoined(call_id=call_id, incident_id=left.id)]
        own = state.incidents.get(call.left_incident_id or "")
        if own is not None:
            is_double = own.status == "closed" and own.outcome == "duplicate"
            if is_double:
                events.append(ev.IncidentReopened(incident_id=own.id))
            if is_double or own.status != "closed":
                events.append(ev.CallJoined(call_id=call_id, incident_id=own.id))
        elif number is not None:
            events += open_events(incident_id, number, call.answered_at or now, _opening(parts, call), call_id)

        def answer(after: State) -> dict[str, Any]:
            told = after.calls[call_id]
            return {
                "call": told,
                "incident": after.incidents[left.id],
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
                    f"call {key} was found to be red; open an incident for it, or have the supervisor or the duty "
                    "doctor close it"
                )
        events: list[ev.Event] = [ev.CallClosed(call_id=key, outcome=outcome) for key in ids]
        return Decision(events, lambda after: {"call": after.calls[call_id]})

    return await parts.desk.execute(command, decide)


async def reopen_call(parts: Parts, command: Command, call_id: str) -> Answer:
    """Undo a close; who was to be called back then still is."""

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, call_id)
        if call.status != "closed":
            raise Taken(f"call {call_id} is {call.status}, not closed; nothing to undo")
        if call.closed_at is not None and at - call.closed_at > UNDO_WITHIN:
            raise Taken(
                f"call {call_id} was closed at {call.closed_at:%H:%M} UTC, too long ago; open an incident for it"
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
    token = new_token() if change.words else None

    def decide(state: State, at: datetime) -> Decision:
        call = get_call(state, call_id)
        incident = state.incidents.get(call.incident_id or "")
        revised = ev.CallRevised(
            call_id=call_id,
            language=change.language,
            needs_interpreter=change.needs_interpreter,
            needs_text=change.needs_text,
            place=_settled(change.place or call.place) if change.read_back and incident is None else change.place,
            read_back=change.read_back,
            words_token=token,
        )
        events: list[ev.Event] = [revised]
        if change.read_back:
            known = change.place or (incident.place if incident else call.place)
            if known is None:
                raise Taken(f"call {call_id} has no place yet; send the place that was read back")
            if incident is not None:
                events.append(ev.IncidentRevised(incident_id=incident.id, place=_settled(known)))

        async def keep(conn: Connection) -> None:
            if token is not None and change.words is not None:
                await parts.personal.keep(call_id, "words", change.words, token=token, conn=conn)

        def answer(after: State) -> dict[str, Any]:
            return {
                "call": after.calls[call_id],
                "incident": after.incidents[incident.id] if incident and change.read_back else incident,
            }

        return Decision(events, answer, within=keep)

    if change == CallChange():
        raise Malformed("nothing to change; send language, needs_interpreter, needs_text, place, read_back or words")
    return await parts.desk.execute(command, decide)


def get_call(state: State, call_id: str) -> Call:
    """The call. Raises NotFound."""
    if call_id not in state.calls:
        raise NotFound(f"no open call {call_id}; GET /api/v1/snapshot lists them")
    return state.calls[call_id]


def _settled(place: Place | None) -> Place | None:
    return msgspec.structs.replace(place, settled=True) if place is not None else None


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
