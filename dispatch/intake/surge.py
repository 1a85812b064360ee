"""The waiting lists, a surge declared and ended, a day's counts, what is known of a number, and listening back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from dispatch.access.roles import Actor
from dispatch.desk import Answer, Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.clock import duty_day, duty_day_start
from dispatch.domain.state import State
from dispatch.errors import NotFound, Taken
from dispatch.intake.again import offers
from dispatch.intake.counts import Counts, count_day
from dispatch.intake.decide import get_call
from dispatch.intake.score import LOOKS_BACK, SHOWN, earlier_call, rate
from dispatch.intake.telephone import CALLS_OF
from dispatch.intake.waiting import count, suggest, waiting_calls, waiting_incidents
from dispatch.parts import Parts

LISTED = 500
"""Entries of each waiting list that are sent; the counts tell all."""

RATED = 400
"""Calls of one number that a rate is made of; more change nothing in it but the count (guess)."""


def show_waiting(parts: Parts) -> dict[str, Any]:
    """Both lists, their counts, the surge and what is proposed about it."""
    state, now = parts.desk.state, datetime.now(UTC)
    return {
        "surge": state.surge,
        "suggestion": suggest(state),
        "counts": count(state),
        "calls": waiting_calls(state, now)[:LISTED],
        "incidents": waiting_incidents(state, now)[:LISTED],
    }


async def set_surge(parts: Parts, command: Command, on: bool, reason: str | None) -> Answer:
    """A supervisor declares a surge or ends it."""
    told = await parts.personal.code_or_token("surge:city", reason)

    def decide(state: State, now: datetime) -> Decision:
        if state.surge.on == on:
            raise Taken(f"a surge is {'declared' if on else 'over'} already, by {state.surge.set_by or 'nobody'}")
        return Decision([ev.SurgeSet(on=on, reason=told)], lambda after: {"surge": after.surge})

    return await parts.desk.execute(command, decide)


async def show_again(parts: Parts, call_id: str) -> dict[str, Any]:
    """What a call may be about, as its number has called before, with what one key does about it."""
    get_call(parts.desk.state, call_id)
    same = await parts.personal.same_number(call_id, CALLS_OF) or []
    own_at = next((one.at for one in same if one.call_id == call_id), None)
    earlier = [one.call_id for one in same if own_at is not None and one.at < own_at]
    return {"again": offers(parts.desk.state, call_id, earlier)}


async def show_repeats(parts: Parts, call_id: str) -> dict[str, Any]:
    """The other calls of a call's number, newest first, with their rate and score. Nothing else reads these."""
    same = await parts.personal.same_number(call_id, LOOKS_BACK)
    others = [one for one in same or () if one.call_id != call_id]
    told = await parts.desk.events.read_calls([one.call_id for one in others[:RATED]])
    by_call: dict[str, list[Any]] = {}
    for recorded in told:
        by_call.setdefault(recorded.stream.removeprefix("call:"), []).append(recorded)
    earlier = [earlier_call(one.call_id, one.at, by_call.get(one.call_id, ())) for one in others]
    rated = rate(earlier, datetime.now(UTC))
    incidents = parts.desk.state.incidents
    calls = []
    for one in earlier[:SHOWN]:
        incident = incidents.get(one.incident_id or "")
        calls.append({**msgspec.structs.asdict(one), "incident_number": incident.number if incident else None})
    return {
        "known": same is not None,
        **msgspec.structs.asdict(rated),
        "score": rated.score if same is not None else None,
        "calls": calls,
        "information_only": True,
    }


async def count_calls(parts: Parts, day: date | None) -> Counts:
    """The calls of a duty day, today's by default; looked for from a day before it to a day after it."""
    chosen = day or duty_day(datetime.now(UTC))
    start = duty_day_start(chosen)
    told = await parts.desk.events.read_calls_told(start - timedelta(days=1), start + timedelta(days=2))
    return count_day(chosen, told)


async def show_recording(parts: Parts, actor: Actor, call_id: str, why: str) -> dict[str, Any]:
    """The exchange's name of a call's recording, however long ago; the read is logged before it is given."""
    call = parts.desk.state.calls.get(call_id)
    token = call.recording_token if call else None
    if call is None:
        told = [one.data for one in await parts.desk.events.read_calls([call_id])]
        token = next((one.recording_token for one in reversed(told) if isinstance(one, ev.CallRecorded)), None)
    if token is None:
        raise NotFound(
            "call {call} has no recording; the exchange tells of one when it makes it",
            code="no_recording",
            call=call_id,
        )
    return {"call_id": call_id, "recording_id": await parts.personal.read(token, actor.id, f"listen-back: {why}")}
