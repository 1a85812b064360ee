"""HTTP for calls and incidents."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.permissions import may
from dispatch.access.roles import Actor
from dispatch.assignment.outcome_body import ReadableDetails
from dispatch.domain.place import Place
from dispatch.domain.words import Level, Outcome, RunKind
from dispatch.errors import Forbidden, Malformed
from dispatch.http import AwareTime, Body, answered, json
from dispatch.intake import handlers, taking, telephone
from dispatch.intake.closing import Closing
from dispatch.intake.timeline import find_incident
from dispatch.intake.understanding import place_at
from dispatch.parts import Parts, parts_of

router = APIRouter(prefix="/api/v1", tags=["intake"])

Lon = Field(default=None, ge=-180, le=180)
Lat = Field(default=None, ge=-90, le=90)


class CallBody(Body):
    caller_phone: str | None = Field(default=None, max_length=40)
    words: str | None = Field(default=None, max_length=2000)
    lon: float | None = Lon
    lat: float | None = Lat
    radius_m: float | None = Field(default=None, ge=0, le=100_000)
    complaint: str | None = Field(default=None, max_length=500)
    answers: dict[str, Any] = Field(default_factory=dict)
    call_id: str | None = Field(default=None, max_length=80)


class RingBody(Body):
    caller_phone: str | None = Field(default=None, max_length=40)
    rang_at: AwareTime | None = None


class PlaceBody(Body):
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    kind: Literal["address", "alley", "street", "intersection", "poi", "ward", "point"] = "point"
    label: str | None = Field(default=None, max_length=300)
    label_en: str | None = None
    radius_m: float = Field(default=0.0, ge=0, le=100_000)
    confidence: float = Field(default=1.0, ge=0, le=1)
    new_ward: str | None = None
    old_ward: str | None = None
    old_district: str | None = None
    understood: dict[str, str] = Field(default_factory=dict)
    settled: bool = False


class IncidentBody(Body):
    call_id: str | None = None
    place: PlaceBody | None = None
    lon: float | None = Lon
    lat: float | None = Lat
    priority: Level
    complaint: str | None = Field(default=None, max_length=500)
    kind: RunKind = "emergency"
    from_at: AwareTime | None = None
    until_at: AwareTime | None = None
    hospital_id: str | None = None


class RevisionBody(Body):
    version: int
    priority: Level | None = None
    complaint: str | None = Field(default=None, max_length=500)
    place: PlaceBody | None = None
    reason: str | None = Field(default=None, max_length=200)


class CloseBody(Body):
    outcome: Outcome
    version: int | None = None
    duplicate_of: str | None = None
    details: ReadableDetails = None


class JoinBody(Body):
    incident_id: str
    reopen: bool = False


TakeCalls = Depends(allow("take_calls"))
OpenIncidents = Depends(allow("open_incidents"))
EditIncidents = Depends(allow("edit_incidents"))
ReopenIncidents = Depends(allow("reopen_incidents"))
SeeCity = Depends(allow("see_city"))
SeeDesk = Depends(allow("see_desk"))
CloseIncidents = Depends(allow("close_incidents"))


@router.post("/calls", status_code=201)
async def take_call(body: CallBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Take a call. An incident opens by itself when coordinates are given or a place is at least 0.8 sure."""
    if (body.lon is None) != (body.lat is None):
        raise Malformed("lon and lat go together; send both or neither")
    taken = taking.CallTaken(**body.model_dump(exclude={"idempotency_key"}))
    return answered(await taking.take_call(parts_of(request), body.command(actor, "calls"), taken))


@router.post("/calls/ringing", status_code=201)
async def ring(body: RingBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """A call rings and nobody has answered yet; POST /calls with its call_id answers it."""
    command = body.command(actor, "calls/ringing")
    return answered(await telephone.ring(parts_of(request), command, body.caller_phone, body.rang_at))


@router.post("/calls/{call_id}/abandon")
async def abandon(call_id: str, request: Request, actor: Actor = TakeCalls) -> Response:
    """The caller hung up before anybody answered."""
    command = Body().command(actor, f"calls/{call_id}/abandon")
    return answered(await telephone.abandon(parts_of(request), command, call_id))


@router.post("/calls/{call_id}/join")
async def join_call(call_id: str, body: JoinBody, request: Request, actor: Actor = TakeCalls) -> Response:
    """Join a call to an open incident, or with `reopen` to a closed one, which is open again then."""
    if body.reopen and not may(actor, "reopen_incidents"):
        raise Forbidden(f"{actor.id} may not reopen_incidents; ask a call-taker")
    command, parts = body.command(actor, f"calls/{call_id}/join"), parts_of(request)
    return answered(await handlers.join_call(parts, command, call_id, body.incident_id, reopens=body.reopen))


@router.post("/incidents", status_code=201)
async def open_incident(body: IncidentBody, request: Request, actor: Actor = OpenIncidents) -> Response:
    """Open an incident by hand; its place may be pending."""
    parts = parts_of(request)
    place = await read_place(parts, body.place)
    if place is None and body.lon is not None and body.lat is not None:
        place = await place_at(parts, body.lon, body.lat)
    new = handlers.NewIncident(
        priority=body.priority,
        place=place,
        complaint=body.complaint,
        call_id=body.call_id,
        kind=body.kind,
        from_at=body.from_at,
        until_at=body.until_at,
        hospital_id=body.hospital_id,
    )
    return answered(await handlers.open_incident(parts, body.command(actor, "incidents"), new))


@router.get("/incidents")
async def list_incidents(request: Request, actor: Actor = SeeDesk) -> Response:
    """Every incident in the state: open ones, and those closed in the last half hour."""
    return json(list(parts_of(request).desk.state.incidents.values()))


@router.get("/incidents/{incident_id}")
async def get_incident(incident_id: str, request: Request, actor: Actor = SeeDesk) -> Response:
    """One incident with all that was told about it, however long ago, and when its personal data were erased."""
    parts = parts_of(request)
    incident, timeline = await find_incident(parts, incident_id)
    erased_at = await parts.personal.erased_at(incident_id)
    return json({**msgspec.structs.asdict(incident), "timeline": timeline, "erased_at": erased_at})


@router.patch("/incidents/{incident_id}")
async def revise_incident(
    incident_id: str, body: RevisionBody, request: Request, actor: Actor = EditIncidents
) -> Response:
    """Change level, complaint or place; 409 when decided on an older version."""
    parts = parts_of(request)
    change = handlers.Revision(
        version=body.version,
        priority=body.priority,
        complaint=body.complaint,
        place=await read_place(parts, body.place),
        reason=body.reason,
    )
    command = body.command(actor, f"incidents/{incident_id}")
    return answered(await handlers.revise_incident(parts, actor, command, incident_id, change))


@router.post("/incidents/{incident_id}/close")
async def close_incident(
    incident_id: str, body: CloseBody, request: Request, actor: Actor = CloseIncidents
) -> Response:
    """
    Close an incident with its outcome; units under way must be stood down first.

    `details`: what a refusal, a death or a cancelling wants besides; `outcome_record` names what of it is missing.
    """
    command = body.command(actor, f"incidents/{incident_id}/close")
    closing = Closing(
        incident_id=incident_id, outcome=body.outcome, version=body.version, duplicate_of=body.duplicate_of
    )
    told = body.details.told() if body.details else None
    return answered(await handlers.close_incident(parts_of(request), actor, command, closing, told))


@router.post("/incidents/{incident_id}/reopen")
async def reopen_incident(incident_id: str, body: Body, request: Request, actor: Actor = ReopenIncidents) -> Response:
    """Undo a close."""
    command = body.command(actor, f"incidents/{incident_id}/reopen")
    return answered(await handlers.reopen_incident(parts_of(request), command, incident_id))


@router.get("/complaints")
async def list_complaints(request: Request, actor: Actor = SeeCity) -> Response:
    """The complaint table, with what callers say for each. `approved_by` is null until a medical council has signed."""
    pack = parts_of(request).pack
    return json(
        [
            {
                "code": one.code,
                "name": {"vi": one.name_vi, "en": one.name_en},
                "level": one.level,
                "synonyms": {"vi": one.synonyms_vi, "en": one.synonyms_en},
            }
            for one in pack.complaints
        ]
    )


async def read_place(parts: Parts, body: PlaceBody | None) -> Place | None:
    """A place from a request; one without words gets those of what is nearest."""
    if body is None:
        return None
    fields = body.model_dump(exclude={"idempotency_key", "label"})
    if body.label:
        return Place(label=body.label, **fields)
    return await place_at(parts, body.lon, body.lat, body.radius_m)
