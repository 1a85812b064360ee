"""HTTP for planners' logs: send one, or take the desk's own, and see what could not be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dispatch.errors import Malformed, Refused
from simulator.uploads import LARGEST_LOG, LogStore

EVENTS_MOST = 1_000_000
"""Events of the desk's own log that are read over HTTP: they are folded from the first one on (guess)."""
DAYS_MOST = 366
DeskEvents = Callable[[Request], AsyncIterator[list[Any]]]


class DeskDays(BaseModel):
    """The desk's own calls of the last so many days."""

    model_config = ConfigDict(extra="forbid")
    days: float = Field(gt=0, le=DAYS_MOST)
    name: str = Field(default="", max_length=120)


def logs_router(store: LogStore, desk_events: DeskEvents, guard: Any) -> APIRouter:
    """The routes; `desk_events` reads the desk's own log in batches; `guard` decides who may ask."""
    router = APIRouter(prefix="/api/v1/simulations/logs", tags=["simulations"])
    who, one_at_a_time = Depends(guard), asyncio.Lock()

    async def keep(new: tuple[str, Path], about: dict[str, object], form: str, since: datetime | None) -> Response:
        async with one_at_a_time:
            return _json(await asyncio.to_thread(store.read, *new, about, form, since), 201)

    @router.post("", status_code=201)
    async def send(
        request: Request,
        name: Annotated[str, Query(max_length=120)] = "",
        form: Annotated[str, Query(alias="format", max_length=40)] = "auto",
        actor: Any = who,
    ) -> Response:
        """
        Keep a log for simulations: the body is the file, packed by gzip or not. 422 says what is wrong with it.

        Formats as in `saigon115 demand read`. The answer is the account: read, kept, skipped and why, gaps.
        """
        now = datetime.now(UTC)
        new = await asyncio.to_thread(store.begin, now)
        try:
            await _receive(request, new[1] / "raw")
        except BaseException:
            store.give_up(new[1])
            raise
        about: dict[str, object] = {
            "name": name.strip() or "log",
            "by": actor.id,
            "created_at": now,
            "from_desk": False,
        }
        return await keep(new, about, form, None)

    @router.post("/desk", status_code=201)
    async def take(asked: DeskDays, request: Request, actor: Any = who) -> Response:
        """Keep the desk's own calls of the last days for simulations: when, where, what kind, how grave, how long."""
        now = datetime.now(UTC)
        new = await asyncio.to_thread(store.begin, now)
        try:
            await _write(desk_events(request), new[1] / "raw")
        except BaseException:
            store.give_up(new[1])
            raise
        about: dict[str, object] = {
            "name": asked.name.strip() or "115",
            "by": actor.id,
            "created_at": now,
            "from_desk": True,
        }
        return await keep(new, about, "own", now - timedelta(days=asked.days))

    @router.get("", dependencies=[who])
    def show_all() -> Response:
        """The logs that are kept, the newest first, each with its account."""
        return _json({"logs": list(store.all())})

    @router.get("/{log_id}", dependencies=[who])
    def show(log_id: str) -> Response:
        """One log's account."""
        return _json(store.get(log_id))

    @router.delete("/{log_id}", dependencies=[who])
    def erase(log_id: str) -> Response:
        """Erase a log. Simulations of it that are done stay; those that wait fail and say so."""
        store.erase(log_id)
        return _json({"id": log_id, "erased": True})

    return router


async def _receive(request: Request, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        async for part in request.stream():
            size += len(part)
            if size > LARGEST_LOG:
                raise Malformed(
                    f"the log is longer than {LARGEST_LOG:,} bytes; pack it with gzip, or send a part of it"
                )
            file.write(part)
    if not size:
        raise Malformed("the body is empty; send the log's file as it is")


async def _write(batches: AsyncIterator[list[Any]], path: Path) -> None:
    count = 0
    with path.open("wb") as file:
        async for events in batches:
            count += len(events)
            if count > EVENTS_MOST:
                raise Refused(
                    f"the desk's log has more than {EVENTS_MOST:,} events; on its machine run "
                    "'saigon115 log export' and 'saigon115 demand fit'"
                )
            file.writelines(msgspec.json.encode(event) + b"\n" for event in events)
    if not count:
        raise Refused("the desk's log is empty; take some calls first, or send a log")


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
