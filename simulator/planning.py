"""What the planners' endpoints work with, joined once by the desk's `app.py`, and who is asking."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from fastapi import Depends, Request, Response
from fastapi.params import Depends as DependsMark

from dispatch.city_pack import CityPack
from simulator.ahead.jobs import LiveDesk
from simulator.job_runner import JobRunner
from simulator.uploads import LogStore


@dataclass(frozen=True)
class Planning:
    """
    `get_pack`: the city's facts, known once it is loaded; `get_desk`: the running desk at the moment of asking.
    `reading`: held by whoever reads a log, one at a time.
    """

    runner: JobRunner
    logs: LogStore
    get_pack: Callable[[], CityPack]
    get_desk: Callable[[Request], LiveDesk]
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


def planning_of(request: Request) -> Planning:
    """What `app.py` has joined."""
    return cast("Planning", request.app.state.planning)


def door(guard: Any) -> list[DependsMark]:
    """For a router: `guard` decides who may ask, and whom it lets through is known to `asker`."""

    async def remember(request: Request, actor: Any = Depends(guard)) -> None:
        request.state.actor = actor

    return [Depends(remember)]


def asker(request: Request) -> str:
    """The id of who came through the door."""
    return str(request.state.actor.id)


def answer(value: Any, status: int = 200) -> Response:
    """A value as a JSON response."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")
