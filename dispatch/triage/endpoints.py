"""HTTP for the protocol and for triage."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.http import Body, answered, json
from dispatch.parts import parts_of
from dispatch.triage import handlers
from dispatch.triage.load import schemas
from dispatch.triage.show import show_package

router = APIRouter(prefix="/api/v1", tags=["triage"])

SeeCity = Depends(allow("see_city"))
SeeDesk = Depends(allow("see_desk"))
TakeCalls = Depends(allow("take_calls"))
EditProtocol = Depends(allow("edit_protocol"))
IfNoneMatch = Header(default=None)


class AnswersBody(Body):
    answers: dict[str, Any] = Field(default_factory=dict, max_length=200)
    chapter: str | None = Field(default=None, max_length=40)
    complaint: str | None = Field(default=None, max_length=500)

    @property
    def given(self) -> handlers.AnswersGiven:
        return handlers.AnswersGiven(answers=self.answers, chapter=self.chapter, complaint=self.complaint)


class AssessBody(AnswersBody):
    call_id: str | None = Field(default=None, max_length=80)


class InstructionBody(Body):
    instruction: str = Field(max_length=40)
    step: str = Field(max_length=40)


@router.get("/protocol")
async def show_protocol(request: Request, if_none_match: str | None = IfNoneMatch, actor: Actor = SeeCity) -> Response:
    """
    The protocol package in force: chapters, questions, criteria, responses, instructions, and who has approved it.

    `approved_by` is null and `warning` says so until a medical council has signed. It changes seldom: ask with
    `If-None-Match`, and again when a `ProtocolAdopted` comes on the feed.
    """
    parts = parts_of(request)
    package = await parts.protocol.current()
    tag = f'"{package.hash[:32]}-{parts.desk.state.protocol.version}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if if_none_match == tag:
        return Response(status_code=304, headers=headers)
    response = json(show_package(package, parts.desk.state.protocol))
    response.headers.update(headers)
    return response


@router.get("/protocol/schema")
async def show_schema(actor: Actor = SeeCity) -> Response:
    """The JSON schema of each kind of file of a package, for editors."""
    return json(schemas())


@router.post("/protocol/reload")
async def reload_protocol(body: Body, request: Request, check: bool = False, actor: Actor = EditProtocol) -> Response:
    """
    Read the package's folder again and adopt it on every node, without a restart.

    An invalid one is refused with file, line and reason of everything wrong, and the old one stays. With `check=true`
    nothing is adopted: the answer is what would be.
    """
    parts = parts_of(request)
    if check:
        return json(await parts.protocol.check())
    return answered(await parts.protocol.reload(body.command(actor, "protocol/reload")))


@router.post("/protocol/assess")
async def assess(body: AssessBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """What answers mean and what to ask next; nothing is kept. With `call_id`, what the call has told counts too."""
    return json(await handlers.assess(parts_of(request), body.given, body.call_id))


@router.put("/calls/{call_id}/answers")
async def set_answers(call_id: str, body: AnswersBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """
    Set a call's answers, all of them so far: level, next question, instructions; the incident is raised at once.

    The answers are kept as personal data; the log has codes. Somebody unconscious who does not breathe normally opens
    an incident even before its place is known. No level is lowered.
    """
    command = body.command(actor, f"calls/{call_id}/answers")
    return answered(await handlers.set_answers(parts_of(request), command, call_id, body.given))


@router.get("/calls/{call_id}/triage")
async def show_triage(call_id: str, request: Request, actor: Actor = SeeDesk) -> Response:
    """What triage has found about a call, and the times from its answer to recognition and to the first compression."""
    return json(handlers.show_call(parts_of(request), call_id))


@router.post("/calls/{call_id}/instructions")
async def give_instruction(call_id: str, body: InstructionBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Say that the caller was told a step of an instruction; some steps mark a time that is measured."""
    command = body.command(actor, f"calls/{call_id}/instructions")
    answer = await handlers.give_instruction(parts_of(request), command, call_id, body.instruction, body.step)
    return answered(answer)
