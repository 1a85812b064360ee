"""HTTP for major incidents and unsafe scenes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.assignment.offer_ends import get_incident
from dispatch.desk import Command, Decision
from dispatch.domain import events as ev
from dispatch.domain.place import Place
from dispatch.domain.state import State
from dispatch.domain.words import Colour, SceneAuthority
from dispatch.errors import Forbidden
from dispatch.http import Body, answered, json
from dispatch.major import decide
from dispatch.major.board import draw_board
from dispatch.parts import parts_of

router = APIRouter(prefix="/api/v1/incidents/{incident_id}", tags=["major incidents"])

SeeDesk = Depends(allow("see_desk"))
Declare = Depends(allow("declare_major"))
StandDown = Depends(allow("stand_down_major"))
TellScene = Depends(allow("report_unit_status"))

Number = Annotated[int, Field(ge=0, le=decide.MOST_PATIENTS)]


class DeclareBody(Body):
    expected: Number
    reason: str | None = Field(default=None, max_length=200)


class CountsBody(Body):
    counts: dict[Colour, Number]


class CommanderBody(Body):
    unit_id: str


class StagingBody(Body):
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    label: str = Field(default="", max_length=200)


class QuotaBody(Body):
    hospital_id: str
    quota: dict[Colour, Number]


class ReasonBody(Body):
    reason: str | None = Field(default=None, max_length=200)


class SafetyBody(Body):
    unsafe: bool
    by: SceneAuthority


@router.get("/major")
async def get_board(incident_id: str, request: Request, actor: Actor = SeeDesk) -> Response:
    """Patients by colour, who is where, what each hospital still takes; null when it was never a major incident."""
    state = parts_of(request).desk.state
    return json(draw_board(state, get_incident(state, incident_id)))


@router.post("/major", status_code=201)
async def declare(incident_id: str, body: DeclareBody, request: Request, actor: Actor = Declare) -> Response:
    """Declare a major incident for so many expected patients: it becomes red and asks for that many units."""
    reason = await parts_of(request).personal.code_or_token(incident_id, body.reason)
    command = body.command(actor, f"incidents/{incident_id}/major")

    def told(state: State) -> list[ev.Event]:
        return decide.declare(state, incident_id, body.expected, reason)

    return await _do(request, command, incident_id, told, status=201)


@router.post("/major/counts")
async def count(incident_id: str, body: CountsBody, request: Request, actor: Actor = TellScene) -> Response:
    """How many patients of each colour there are, as the scene sees it now."""
    command = body.command(actor, f"incidents/{incident_id}/major/counts")
    return await _do(request, command, incident_id, lambda state: decide.count(state, incident_id, body.counts), actor)


@router.post("/major/commander")
async def name_commander(incident_id: str, body: CommanderBody, request: Request, actor: Actor = Declare) -> Response:
    """Another crew on the scene commands."""
    command = body.command(actor, f"incidents/{incident_id}/major/commander")
    return await _do(
        request, command, incident_id, lambda state: decide.name_commander(state, incident_id, body.unit_id)
    )


@router.post("/major/staging")
async def set_staging(incident_id: str, body: StagingBody, request: Request, actor: Actor = TellScene) -> Response:
    """Where units gather before they are called forward; without a point, they drive to the scene."""
    place = None
    if body.lon is not None and body.lat is not None:
        place = Place(lon=body.lon, lat=body.lat, kind="point", label=body.label)
    command = body.command(actor, f"incidents/{incident_id}/major/staging")
    return await _do(request, command, incident_id, lambda state: decide.set_staging(state, incident_id, place), actor)


@router.post("/major/quotas")
async def set_quota(incident_id: str, body: QuotaBody, request: Request, actor: Actor = Declare) -> Response:
    """How many patients of each colour a hospital takes; an empty quota lifts the limit."""
    command = body.command(actor, f"incidents/{incident_id}/major/quotas")
    return await _do(
        request,
        command,
        incident_id,
        lambda state: decide.set_quota(state, incident_id, body.hospital_id, body.quota),
    )


@router.post("/major/stand-down")
async def stand_down(incident_id: str, body: ReasonBody, request: Request, actor: Actor = StandDown) -> Response:
    """Send nobody else; open offers are withdrawn, those under way go on."""
    reason = await parts_of(request).personal.code_or_token(incident_id, body.reason)
    command = body.command(actor, f"incidents/{incident_id}/major/stand-down")
    return await _do(request, command, incident_id, lambda state: decide.stand_down(state, incident_id, reason))


@router.post("/safety")
async def tell_safety(incident_id: str, body: SafetyBody, request: Request, actor: Actor = TellScene) -> Response:
    """The scene is unsafe: crews wait until 113 or 114 opens it."""
    command = body.command(actor, f"incidents/{incident_id}/safety")
    return await _do(
        request, command, incident_id, lambda state: decide.tell_safety(state, incident_id, body.unsafe, body.by), actor
    )


async def _do(
    request: Request,
    command: Command,
    incident_id: str,
    told: Callable[[State], list[ev.Event]],
    crew: Actor | None = None,
    status: int = 200,
) -> Response:
    """Decide and append; with `crew`, only for the incident that the asker's own unit is on."""

    def decided(state: State, now: datetime) -> Decision:
        if crew is not None:
            _require_there(state, crew, incident_id)
        return Decision(told(state), lambda after: _answer(after, incident_id), status=status)

    return answered(await parts_of(request).desk.execute(command, decided))


def _answer(state: State, incident_id: str) -> dict[str, Any]:
    return {"incident": state.incidents[incident_id]}


def _require_there(state: State, actor: Actor, incident_id: str) -> None:
    """A crew or a station speaks of the incident that it is on; the desk of any."""
    if actor.scope == "desk":
        return
    incident = get_incident(state, incident_id)
    runs = incident.active_runs
    if not any(run.unit_id == actor.unit_id or run.station_id == actor.station_id for run in runs):
        raise Forbidden(f"{actor.id} is not on incident {incident.number} and may not report from its scene")
