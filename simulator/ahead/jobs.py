"""A look ahead asked for over HTTP: the running desk's state at that moment, frozen into a job's folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from dispatch.city_pack import CityPack
from dispatch.domain.state import State
from dispatch.errors import Malformed, Refused
from dispatch.positions.model import Position
from routing.locate import Locator
from routing.travel_times import TravelTimes
from simulator.ahead.asked import AUTO, AheadAsked, as_now, check_alternatives, completed, read_asked
from simulator.ahead.forecast import forecast_of
from simulator.ahead.freeze import bare, freeze, settle
from simulator.ahead.logged import DeskLog, logged_hours
from simulator.ahead.look import scenario_of
from simulator.ahead.roads import checks_streets
from simulator.ahead.snapshot import times_by_road
from simulator.ahead.start import LiveRoads, Start
from simulator.city import CityWorld
from simulator.errors import ScenarioError
from simulator.jobs import ASKED_FILE, START_FILE, Job, new_id
from simulator.scenario import Work

CALLS_MOST = 200_000
"""Calls of all replications of all alternatives: about an hour on two cores by the desk's own decisions (guess)."""
WHERE = "ahead"


@dataclass(frozen=True)
class LiveDesk:
    """What the running desk lets a look ahead see; `log`: of its own past."""

    state: State
    positions: Mapping[str, Position]
    travel: TravelTimes
    locator: Locator
    roads: LiveRoads
    log: DeskLog

    async def freeze(self, forecast: str, pack: CityPack, now: datetime) -> Start:
        """What stands now. Raises ScenarioError, also when the forecast cannot be what is asked."""
        frozen = freeze(self.state, self.positions, now, pack, self.roads)  # in the loop: nothing changes meanwhile
        if not frozen.start.units:
            raise ScenarioError(WHERE, "no unit of the city is on duty", "ask again when units are")
        logged = await logged_hours(forecast, self.log, now, pack)
        start = await asyncio.to_thread(settle, frozen, lambda ways: times_by_road(self.travel, ways))
        return msgspec.structs.replace(start, logged=logged)


async def ahead_start(desk: LiveDesk, pack: CityPack, now: datetime) -> Start:
    """What a look ahead from now starts from, for another machine to run. Raises Refused."""
    try:
        return await desk.freeze(AUTO, pack, now)
    except ScenarioError as error:
        raise Refused(str(error)) from None


async def ahead_job(
    told: Mapping[str, Any], name: str, desk: LiveDesk, pack: CityPack, by: str, now: datetime
) -> tuple[Job, dict[str, str]]:
    """The job and its files. Raises Malformed with the key, the fact and the way out."""
    try:
        asked = read_asked(told, WHERE)
        start = await desk.freeze(asked.forecast, pack, now)
        await asyncio.to_thread(_check, asked, start, pack, desk.locator)
    except ScenarioError as error:
        raise Malformed(str(error)) from None
    job = Job(
        id=new_id(now),
        name=name or f"{asked.hours:g} h",
        kind="ahead",
        by=by,
        scenarios=(),
        replications=asked.replications,
        created_at=now,
    )
    return job, {START_FILE: _text(start), ASKED_FILE: _text(asked)}


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def live_roads(state: State, version: str, network: str, arcs: Iterable[int], kph: Iterable[float]) -> LiveRoads:
    """The closures that stand and the live speeds in force."""
    return LiveRoads(
        version=version, network=network, closures=bare(state.closures.values()), arcs=tuple(arcs), kph=tuple(kph)
    )


def _check(asked: AheadAsked, start: Start, pack: CityPack, locator: Locator) -> None:
    check_alternatives(asked, start, pack, WHERE)
    base = as_now(start)
    for one in (base, *(completed(one, base) for one in asked.alternatives)):
        CityWorld(scenario_of(start, asked, one), f"{WHERE}: alternative {one.name!r}", checks_streets(locator))
    _check_size(asked, start, pack)


def _check_size(asked: AheadAsked, start: Start, pack: CityPack) -> None:
    work = Work()
    planned = work.interfacility_per_day + work.home_per_day + work.standby_per_day + work.station_direct_per_day
    forecast = forecast_of(start, pack.demand, asked.calls_per_hour)
    per_hour = forecast.usual_per_hour * forecast.factor + planned / 24
    scales = 1.0 + sum(max(1.0, one.scale) for one in asked.alternatives)
    calls = per_hour * (asked.hours + 0.5) * scales * asked.replications
    if calls > CALLS_MOST:
        fact = f"about {calls:,.0f} calls in all are more than {CALLS_MOST:,}"
        raise ScenarioError(WHERE, fact, "ask for fewer hours, replications or alternatives")
