"""HTTP for positions: our own form in batches, and Traccar Client's OsmAnd protocol."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Body, Depends, Request, Response

from dispatch.access.guard import allow
from dispatch.access.roles import Actor
from dispatch.errors import Malformed
from dispatch.http import json
from dispatch.parts import Parts, parts_of
from dispatch.positions.decide import Rejected, judge

router = APIRouter(tags=["positions"])

SendPositions = Depends(allow("send_positions"))
KNOTS_TO_KPH = 1.852
MAX_BATCH = 10_000


@router.post("/api/v1/positions")
async def take_positions(
    request: Request, fixes: Annotated[list[Any], Body()], actor: Actor = SendPositions
) -> Response:
    """Take a batch of fixes; each is judged by itself, and what is rejected is told with its reason."""
    if len(fixes) > MAX_BATCH:
        raise Malformed(f"{len(fixes)} fixes at once; send at most {MAX_BATCH} in a request")
    return json(await take(parts_of(request), actor, fixes))


@router.post("/avl/osmand", operation_id="post_osmand")
@router.get("/avl/osmand", operation_id="get_osmand")
async def take_osmand(request: Request, actor: Actor = SendPositions) -> Response:
    """
    One fix by Traccar Client: `id` (or `deviceid`), `lat`, `lon`, `timestamp` (Unix seconds or RFC 3339), `speed`
    in knots, `bearing` in degrees, `accuracy` in metres.
    """
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    form = parse_qsl((await request.body()).decode(errors="replace")) if is_form else []
    told: dict[str, str] = {**request.query_params, **dict(form)}
    answer = await take(parts_of(request), actor, [_osmand_fix(told)])
    return json(answer, 200 if answer["accepted"] else 400)


async def take(parts: Parts, actor: Actor, fixes: list[Any]) -> dict[str, Any]:
    """Judge, keep, and answer with what was taken and what was not."""
    state = parts.desk.state
    known = {actor.unit_id} & state.units.keys() if actor.unit_id else state.units.keys()
    newest, accepted, rejected = judge(list(fixes), known, parts.positions.latest, datetime.now(UTC))
    await parts.positions.take(newest, accepted)
    return {"accepted": len(accepted), "rejected": [_row(one) for one in rejected]}


def _row(rejected: Rejected) -> dict[str, Any]:
    """The reason may quote what was sent: half a letter in it cannot be sent back."""
    return {"index": rejected.index, "reason": rejected.reason.encode(errors="replace").decode()}


def _osmand_fix(told: dict[str, str]) -> dict[str, Any]:
    unit_id = told.get("id") or told.get("deviceid")
    if not unit_id or "lat" not in told or "lon" not in told:
        raise Malformed("an OsmAnd fix needs id, lat and lon; set the unit's id as device identifier in the client")
    try:
        fix: dict[str, Any] = {"unit_id": unit_id, "lat": float(told["lat"]), "lon": float(told["lon"])}
        for name, theirs, factor in (
            ("speed_kph", "speed", KNOTS_TO_KPH),
            ("heading_deg", "bearing", 1.0),
            ("accuracy_m", "accuracy", 1.0),
        ):
            if theirs in told:
                fix[name] = float(told[theirs]) * factor
    except ValueError as error:
        raise Malformed(f"an OsmAnd fix's numbers must be numbers: {error}") from error
    fix["at"] = _osmand_time(told.get("timestamp"))
    return fix


def _osmand_time(text: str | None) -> str:
    if text is None:
        return datetime.now(UTC).isoformat()
    try:
        return datetime.fromtimestamp(float(text), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return text
