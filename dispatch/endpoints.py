"""HTTP and the socket for the desk as a whole: feed, snapshot, log, city, health."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fastapi import APIRouter, Depends, Query, Request, Response, WebSocket, WebSocketDisconnect
from prometheus_client import CONTENT_TYPE_LATEST

from dispatch.access.guard import OpenToAll, allow, identify
from dispatch.access.known import FRESH_S
from dispatch.access.roles import Actor
from dispatch.domain.scope import scoped_state
from dispatch.errors import Unauthenticated, Unavailable
from dispatch.feed import Subscription
from dispatch.http import json
from dispatch.metrics import metrics_text
from dispatch.parts import Parts, parts_of
from dispatch.supervise import stop_tasks

router = APIRouter(tags=["desk"])

SeeDesk = Depends(allow("see_desk"))
SeeCity = Depends(allow("see_city"))
Listen = Depends(allow("see_work"))
TRY_AGAIN = 1013
"""WebSocket close code: too slow, or the server stops; come back with `after`."""
SIGN_IN_AGAIN = 1008
"""WebSocket close code: the session or the token is good no more."""


@router.websocket("/feed")
async def feed(socket: WebSocket, after: int | None = None, actor: Actor = Listen) -> None:
    """Snapshot (or the events missed since `after`), then everything as it happens."""
    parts = parts_of(socket)
    await socket.accept()
    subscription = await parts.feed.subscribe(actor.scope, after)
    reader = asyncio.create_task(_until_gone(socket))
    writer = asyncio.create_task(_send_all(socket, subscription))
    watcher = asyncio.create_task(_until_unknown(socket))
    try:
        await asyncio.wait({reader, writer, watcher}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        parts.feed.unsubscribe(subscription)
        await stop_tasks(reader, writer, watcher)


async def _send_all(socket: WebSocket, subscription: Subscription) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while (data := await subscription.queue.get()) is not None:
            await socket.send_text(data.decode())
        await socket.close(TRY_AGAIN)


async def _until_unknown(socket: WebSocket) -> None:
    """Until the session or the token is good no more: a socket outlives neither."""
    while True:
        await asyncio.sleep(FRESH_S)
        try:
            await identify(socket)
        except Unauthenticated:
            with suppress(WebSocketDisconnect, RuntimeError):
                await socket.close(SIGN_IN_AGAIN)
            return
        except Unavailable:
            continue


async def _until_gone(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await socket.receive_text()


@router.get("/api/v1/snapshot")
async def snapshot(request: Request, actor: Actor = Listen) -> Response:
    """The state at the head of the log, as the feed's first frame has it; crews and stations get their own part."""
    state = parts_of(request).desk.state
    return json({"seq": state.seq, "state": state if actor.scope == "desk" else scoped_state(state, actor.scope)})


@router.get("/api/v1/events")
async def events(
    request: Request,
    after: int = Query(default=0, ge=0),
    limit: int = Query(default=1000, ge=1, le=10_000),
    actor: Actor = SeeDesk,
) -> Response:
    """The log by seq, oldest first, without holes."""
    return json(await parts_of(request).desk.events.read(after, limit))


@router.get("/api/v1/city")
async def city(request: Request, actor: Actor = SeeCity) -> Response:
    """Which roads and map are in use, where they come from, and how old they are."""
    return json(parts_of(request).city)


@router.get("/healthz", dependencies=[Depends(OpenToAll("a load balancer asks; says nothing"))])
async def healthz() -> Response:
    """The process is alive."""
    return json({"alive": True})


@router.get("/readyz", dependencies=[Depends(OpenToAll("a load balancer asks; counts only"))])
async def readyz(request: Request) -> Response:
    """200 only when the state is at the head of the log, the database answers and the city is loaded."""
    parts: Parts | None = getattr(request.app.state, "parts", None)
    if parts is None:
        return json({"ready": False, "why": "starting"}, 503)
    try:
        head = await parts.desk.events.head()
    except Unavailable as error:
        return json({"ready": False, "why": str(error)}, 503)
    ready = parts.desk.state.seq >= head
    body = {
        "ready": ready,
        "seq": parts.desk.state.seq,
        "head": head,
        "valkey": parts.positions.is_shared,
        "traffic": parts.roads.version,
    }
    return json(body, 200 if ready else 503)


@router.get("/metrics", dependencies=[Depends(OpenToAll("Prometheus asks; counts only"))])
async def metrics(request: Request) -> Response:
    """Prometheus; numbers only, nothing personal."""
    return Response(metrics_text(parts_of(request)), media_type=CONTENT_TYPE_LATEST)
