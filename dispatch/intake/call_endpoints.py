"""HTTP for what becomes of a call: un-joined, closed, reopened, called back, revised; the waiting lists; a surge."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.domain.words import CallBackResult, Outcome, SilentStep
from dispatch.http import Body, answered, json
from dispatch.intake import calling_back, own_calls, surge
from dispatch.intake.endpoints import PlaceBody, read_place
from dispatch.parts import parts_of

router = APIRouter(prefix="/api/v1", tags=["calls"])

TakeCalls = Depends(allow("take_calls"))
SeeDesk = Depends(allow("see_desk"))
DeclareSurge = Depends(allow("declare_surge"))
ListenBack = Depends(allow("listen_back"))
SeeAggregates = Depends(allow("see_aggregates"))
DutyDay = Query(default=None, description="YYYY-MM-DD, today's by default")


class CloseCallBody(Body):
    outcome: Outcome
    also: list[Annotated[str, Field(max_length=80)]] = Field(default_factory=list, max_length=50)


class SilentBody(Body):
    step: SilentStep


class PlaceReadBody(BaseModel):
    """The place that was read to the caller, as the screen had it."""

    model_config = ConfigDict(extra="forbid")
    lon: float
    lat: float
    label: str = Field(max_length=300)


class CallChangeBody(Body):
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")
    needs_interpreter: bool | None = None
    needs_text: bool | None = None
    place: PlaceBody | None = None
    read_back: bool = False
    place_read: PlaceReadBody | None = None
    words: str | None = Field(default=None, max_length=2000)


class CallBackBody(Body):
    reason: Literal["dropped", "silent", "clinical", "other"]
    due_in_s: float | None = Field(default=None, ge=0, le=86_400)


class AttemptBody(Body):
    result: CallBackResult


class EndBody(Body):
    because: Literal["rang_again", "given_up", "not_needed"]


class SurgeBody(Body):
    on: bool
    reason: str | None = Field(default=None, max_length=200)


@router.post("/calls/{call_id}/unjoin")
async def unjoin_call(call_id: str, body: Body, request: Request, actor: Actor = TakeCalls) -> Response:
    """Take a call out of an incident that it was wrongly joined to; it goes back to its own, or opens one."""
    command = body.command(actor, f"calls/{call_id}/unjoin")
    return answered(await own_calls.unjoin_call(parts_of(request), command, call_id))


@router.post("/calls/{call_id}/close")
async def close_call(call_id: str, body: CloseCallBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Close a call that has no incident, such as one without content, and in the same step others named in `also`."""
    command = body.command(actor, f"calls/{call_id}/close")
    done = await own_calls.close_calls(parts_of(request), actor, command, call_id, body.outcome, body.also)
    return answered(done)


@router.post("/calls/{call_id}/reopen")
async def reopen_call(call_id: str, body: Body, request: Request, actor: Actor = TakeCalls) -> Response:
    """Undo the close of a call, up to 30 minutes after it."""
    command = body.command(actor, f"calls/{call_id}/reopen")
    return answered(await own_calls.reopen_call(parts_of(request), command, call_id))


@router.post("/calls/{call_id}/silent")
async def take_silent_step(call_id: str, body: SilentBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Enter what was done about a call in which nobody speaks; `next` is what to do then."""
    command = body.command(actor, f"calls/{call_id}/silent")
    return answered(await own_calls.take_silent_step(parts_of(request), command, call_id, body.step))


@router.patch("/calls/{call_id}")
async def revise_call(call_id: str, body: CallChangeBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """
    The caller's language, need of an interpreter or of text, further words, the place; read back it is settled.

    `read_back` without a `place` names the one that was read in `place_read`; 409 when another one stands by now.
    """
    parts = parts_of(request)
    read = body.place_read
    change = own_calls.CallChange(
        language=body.language,
        needs_interpreter=body.needs_interpreter,
        needs_text=body.needs_text,
        place=await read_place(parts, body.place),
        read_back=body.read_back,
        place_read=own_calls.PlaceRead(read.lon, read.lat, read.label) if read else None,
        words=body.words,
    )
    return answered(await own_calls.revise_call(parts, body.command(actor, f"calls/{call_id}"), call_id, change))


@router.get("/calls/{call_id}/repeats")
async def show_repeats(call_id: str, request: Request, actor: Actor = TakeCalls) -> Response:
    """Other calls from the same number, how many, and a score with its parts: information only, nothing reads it."""
    return json(await surge.show_repeats(parts_of(request), call_id))


@router.get("/calls/{call_id}/again")
async def show_again(call_id: str, request: Request, actor: Actor = TakeCalls) -> Response:
    """
    What the call may be about, as its number has called before, each with its reason and what to do with one key:
    `join`, `reopen_and_join` (POST …/join with `reopen`), `reopen_call` (of the earlier call), or `look`.
    """
    return json(await surge.show_again(parts_of(request), call_id))


@router.get("/calls/{call_id}/recording")
async def listen_back(
    call_id: str, request: Request, why: str = Query(min_length=3, max_length=200), actor: Actor = ListenBack
) -> Response:
    """The exchange's name of the recording. Who asked, and why, is logged for ever."""
    return json(await surge.show_recording(parts_of(request), actor, call_id, why))


@router.get("/calls/counts")
async def count_calls(request: Request, day: date | None = DutyDay, actor: Actor = SeeAggregates) -> Response:
    """The calls of a duty day (from 06:30 local): came, answered, gave up, with content, with an incident."""
    return json(await surge.count_calls(parts_of(request), day))


@router.get("/call-backs")
async def list_call_backs(request: Request, actor: Actor = TakeCalls) -> Response:
    """Who is to be called back, in order: by level, then by when it is due."""
    return json(await calling_back.show_queue(parts_of(request)))


@router.post("/calls/{call_id}/call-back")
async def ask_call_back(call_id: str, body: CallBackBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Put a call into the call-back queue."""
    command = body.command(actor, f"calls/{call_id}/call-back")
    return answered(await calling_back.ask(parts_of(request), command, call_id, body.reason, body.due_in_s))


@router.post("/calls/{call_id}/call-back/take")
async def take_call_back(call_id: str, body: Body, request: Request, actor: Actor = TakeCalls) -> Response:
    """Say that you are calling back now; 409 while another one is."""
    command = body.command(actor, f"calls/{call_id}/call-back/take")
    return answered(await calling_back.take(parts_of(request), command, call_id))


@router.post("/calls/{call_id}/call-back/attempts")
async def tell_attempt(call_id: str, body: AttemptBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """How an attempt went. Who was reached leaves the queue; else the next attempt is due in three minutes."""
    command = body.command(actor, f"calls/{call_id}/call-back/attempts")
    return answered(await calling_back.tell_attempt(parts_of(request), command, call_id, body.result))


@router.post("/calls/{call_id}/call-back/end")
async def end_call_back(call_id: str, body: EndBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Take a call out of the queue: rang again, not needed, or given up after an attempt."""
    command = body.command(actor, f"calls/{call_id}/call-back/end")
    return answered(await calling_back.end(parts_of(request), command, call_id, body.because))


@router.get("/waiting")
async def show_waiting(request: Request, actor: Actor = SeeDesk) -> Response:
    """Calls and incidents that wait, each list in the order in which to work, and whether a surge is proposed."""
    return json(surge.show_waiting(parts_of(request)))


@router.post("/surge")
async def set_surge(body: SurgeBody, request: Request, actor: Actor = DeclareSurge) -> Response:
    """Declare a surge or end it: meanwhile only questions that could make a call graver are asked."""
    command = body.command(actor, "surge")
    return answered(await surge.set_surge(parts_of(request), command, body.on, body.reason))
