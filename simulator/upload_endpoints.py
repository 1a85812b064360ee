"""HTTP for planners' logs: send one, or take the desk's own, and see what could not be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dispatch.errors import Malformed, Refused
from simulator.planning import answer, asker, planning_of
from simulator.uploads import LARGEST_LOG

router = APIRouter(prefix="/api/v1/simulations/logs", tags=["simulations"])

EVENTS_MOST = 1_000_000
"""Events of the desk's own log that are read over HTTP: they are folded from the first one on (guess)."""
DAYS_MOST = 366
About = dict[str, Any]


class DeskDays(BaseModel):
    """The desk's own calls of the last so many days."""

    model_config = ConfigDict(extra="forbid")
    days: float = Field(gt=0, le=DAYS_MOST)
    name: str = Field(default="", max_length=120)


@router.post("", status_code=201)
async def send(
    request: Request,
    name: Annotated[str, Query(max_length=120)] = "",
    form: Annotated[str, Query(alias="format", max_length=40)] = "auto",
) -> Response:
    """
    Keep a log for simulations: the body is the file, packed by gzip or not. 422 says what is wrong with it.

    Formats as in `saigon115 demand read`. The answer is the account: read, kept, skipped and why, gaps.
    """
    now = datetime.now(UTC)
    about: About = {"name": name.strip() or "log", "by": asker(request), "created_at": now, "from_desk": False}
    return await _keep(request, about, lambda path: _receive(request, path), form)


@router.post("/desk", status_code=201)
async def take(asked: DeskDays, request: Request) -> Response:
    """Keep the desk's own calls of the last days for simulations: when, where, what kind, how grave, how long."""
    now, events = datetime.now(UTC), planning_of(request).get_desk(request).log
    about: About = {"name": asked.name.strip() or "115", "by": asker(request), "created_at": now, "from_desk": True}
    since = now - timedelta(days=asked.days)
    return await _keep(request, about, lambda path: _write(events.read_all(), path), "own", since)


@router.get("")
def show_all(request: Request) -> Response:
    """The logs that are kept, the newest first, each with its account."""
    return answer({"logs": list(planning_of(request).logs.all())})


@router.get("/{log_id}")
def show(log_id: str, request: Request) -> Response:
    """One log's account."""
    return answer(planning_of(request).logs.get(log_id))


@router.delete("/{log_id}")
def erase(log_id: str, request: Request) -> Response:
    """Erase a log. Simulations of it that are done stay; those that wait fail and say so."""
    planning_of(request).logs.erase(log_id)
    return answer({"id": log_id, "erased": True})


async def _keep(
    request: Request,
    about: About,
    fetch: Callable[[Path], Awaitable[None]],
    form: str,
    since: datetime | None = None,
) -> Response:
    """Fetch a log into a new folder, then read it; one is read at a time. Nothing half sent stays."""
    planning = planning_of(request)
    store = planning.logs
    log_id, new = await asyncio.to_thread(store.begin, about["created_at"])
    try:
        await fetch(new / "raw")
    except BaseException:
        store.give_up(new)
        raise
    async with planning.reading:
        return answer(await asyncio.to_thread(store.read, log_id, new, about, form, since), 201)


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
