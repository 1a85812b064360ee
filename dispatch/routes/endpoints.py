"""HTTP for ways through the city: the fastest one between two places, and how far one gets from a place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.params import Depends as DependsMark

from dispatch.http import AwareTime, json
from dispatch.routes.ask import ask_reach, ask_route, check_point, read_minutes, read_point
from routing.travel_times import TravelTimes

Profile = Annotated[str, Query(description="car, ambulance or motorbike")]
At = Annotated[AwareTime | None, Query(description="Usual traffic of that hour of the week; without it, what is now")]


def routes_router(get_travel: Callable[[Request], TravelTimes], guard: Any) -> APIRouter:
    """The two routes; `guard` (a dependency, marked or bare) decides who may ask. They answer from a thread."""
    door = guard if isinstance(guard, DependsMark) else Depends(guard)
    router = APIRouter(prefix="/api/v1", tags=["routes"], dependencies=[door])

    @router.get("/route")
    async def route(
        request: Request,
        origin: Annotated[str, Query(alias="from", description="lon,lat")],
        destination: Annotated[str, Query(alias="to", description="lon,lat")],
        profile: Profile = "ambulance",
        at: At = None,
    ) -> Response:
        """The fastest way between two places as a GeoJSON Feature, with instructions in Vietnamese and English."""
        here, there = read_point(origin), read_point(destination)
        return await asyncio.to_thread(lambda: json(ask_route(get_travel(request), here, there, profile, at)))

    @router.get("/reach")
    async def reach(
        request: Request,
        lon: float,
        lat: float,
        minutes: Annotated[str, Query(description="1 to 60 each, at most six, as 5,10,15")] = "5,10,15",
        profile: Profile = "ambulance",
        to: Annotated[bool, Query(description="Who gets here in time, instead of where one gets")] = False,
        at: At = None,
    ) -> Response:
        """The ground reached from a place within some minutes, as a GeoJSON FeatureCollection."""
        place, limits = check_point(lon, lat), read_minutes(minutes)
        return await asyncio.to_thread(lambda: json(ask_reach(get_travel(request), place, limits, profile, at, to=to)))

    return router
