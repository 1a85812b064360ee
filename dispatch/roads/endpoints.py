"""HTTP for roads: live speeds, closures and floods."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Body as FromBody
from pydantic import Field

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.access.throttle import Throttle
from dispatch.desk import Command
from dispatch.domain.road import Road
from dispatch.domain.words import ClosureKind, RoadDirection
from dispatch.errors import Malformed
from dispatch.http import AwareTime, Body, answered, json
from dispatch.ids import new_id
from dispatch.parts import parts_of
from dispatch.roads import handlers
from dispatch.roads.model import ClosureRequest
from routing.road_ref import MOST_POINTS, MOST_WAYS

router = APIRouter(prefix="/api/v1", tags=["roads"])

SeeCity = Depends(allow("see_city"))
EditTraffic = Depends(allow("edit_traffic"))

MAX_SPEEDS = 5_000
SENDS_A_MINUTE = 60
"""Of one sender at one server: each weighs the streets anew (guess; a centre tells every minute or five)."""
LonLat = tuple[float, float]

_sends = Throttle(
    "speeds are sent too often; put them together and send again in {wait_s} s", tries=SENDS_A_MINUTE, window_s=60.0
)


class RoadBody(Body):
    """A road told in one way; with `name`, the point lies near the street."""

    way_ids: list[int] = Field(default=[], max_length=MOST_WAYS)
    line: list[LonLat] = Field(default=[], max_length=MOST_POINTS)
    area: list[LonLat] = Field(default=[], max_length=MOST_POINTS)
    name: str | None = Field(default=None, min_length=1, max_length=200)
    lon: float | None = None
    lat: float | None = None
    heading_deg: float | None = None


class ClosureBody(Body):
    kind: ClosureKind
    road: RoadBody
    direction: RoadDirection = "both"
    depth_cm: float | None = None
    speed_kph: float | None = None
    from_at: AwareTime | None = Field(default=None, alias="from")
    until_at: AwareTime | None = Field(default=None, alias="until")
    reason: str = Field(min_length=1, max_length=300)


@router.post("/traffic")
async def take_speeds(
    request: Request, speeds: Annotated[list[Any], FromBody()], actor: Actor = EditTraffic
) -> Response:
    """
    Take what traffic drives now: up to 5,000 of `{way_id | lon, lat, heading_deg? | line, direction?, speed_kph, at?,
    valid_s?, source?}`. Each is judged by itself; those accepted are in force when the answer comes. A sender may send
    60 times a minute.
    """
    _sends.take_try("speeds", actor.id)
    if len(speeds) > MAX_SPEEDS:
        raise Malformed(f"{len(speeds)} speeds at once; send at most {MAX_SPEEDS} in a request")
    return json(await handlers.take_speeds(parts_of(request), speeds))


@router.get("/traffic")
async def show_traffic(request: Request, actor: Actor = SeeCity) -> Response:
    """The live speeds in force as GeoJSON; `share` is the speed's share of free flow."""
    return json(await handlers.show_traffic(parts_of(request)))


@router.post("/closures", status_code=201)
async def close_road(body: ClosureBody, request: Request, actor: Actor = EditTraffic) -> Response:
    """
    Close a road (`closed`), or tell how deep it is under water (`flood`, `depth_cm`) or how slow it is (`slow`,
    `speed_kph`); from now or `from`, until `until` or until it is reopened. The reason must name no person.
    """
    told = body.road.model_dump(exclude={"idempotency_key"})
    closure = ClosureRequest(
        id=new_id("rd"),
        kind=body.kind,
        road=msgspec.convert(told, Road),
        direction=body.direction,
        depth_cm=body.depth_cm,
        speed_kph=body.speed_kph,
        from_at=body.from_at,
        until_at=body.until_at,
        reason=body.reason,
    )
    return answered(await handlers.close_road(parts_of(request), body.command(actor, "closures"), closure))


@router.get("/closures")
async def list_closures(request: Request, actor: Actor = SeeCity) -> Response:
    """Every closure that stands, now or later."""
    return json(handlers.list_closures(parts_of(request)))


@router.delete("/closures/{closure_id}")
async def reopen_road(
    closure_id: str,
    request: Request,
    reason: Annotated[str, Query(min_length=1, max_length=300)] = "lifted",
    actor: Actor = EditTraffic,
) -> Response:
    """Lift a closure; answers with the closure as it was."""
    command = Command(actor=actor.id)
    return answered(await handlers.reopen_road(parts_of(request), command, closure_id, reason))
