"""The composition root of the server: the only file that joins the parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from redis.asyncio import Redis

from dispatch import endpoints, personal_endpoints
from dispatch.access import endpoints as access_endpoints
from dispatch.access.guard import allow
from dispatch.access.store import AccessStore
from dispatch.alarms import endpoints as alarm_endpoints
from dispatch.alarms.rules import FILE as ALARM_RULES
from dispatch.alarms.rules import read_rules
from dispatch.alarms.watch import watch_alarms
from dispatch.api_page import add_api_page
from dispatch.assignment import endpoints as assignment_endpoints
from dispatch.assignment.advised import Advised
from dispatch.assignment.evidence_book import EvidenceBook
from dispatch.assignment.recommender import Recommender
from dispatch.assignment.shared import SharedAdvice
from dispatch.assignment.watch import watch_offers
from dispatch.city_pack import DEFAULT_FOLDER, CityPack
from dispatch.coverage_table import coverage_table
from dispatch.crews import endpoints as crew_endpoints
from dispatch.database import open_pool
from dispatch.desk import Command, Desk
from dispatch.event_log import EventLog
from dispatch.feed import Feed
from dispatch.geocoding.endpoints import geocoding_router
from dispatch.geocoding.search import Geocoder
from dispatch.hospitals import endpoints as hospital_endpoints
from dispatch.hospitals.watch import watch_reservations
from dispatch.http import RequestLimit
from dispatch.intake import call_endpoints, message_endpoints, phone_endpoints
from dispatch.intake import endpoints as intake_endpoints
from dispatch.intake.calling_back import watch_call_backs
from dispatch.leader import Leader
from dispatch.major import endpoints as major_endpoints
from dispatch.move_up import endpoints as move_up_endpoints
from dispatch.move_up.advisor import MoveUpAdvisor
from dispatch.move_up.watch import watch_moves
from dispatch.openapi import add_descriptions
from dispatch.paper import write_paper
from dispatch.parts import Parts, parts_of
from dispatch.patients import endpoints as patient_endpoints
from dispatch.personal import open_personal_store
from dispatch.policy import endpoints as policy_endpoints
from dispatch.positions import endpoints as position_endpoints
from dispatch.positions.store import PositionStore
from dispatch.problems import add_problems
from dispatch.pulse import pulse
from dispatch.register import register_city
from dispatch.roads import endpoints as road_endpoints
from dispatch.roads.conditions import InForce, RoadConditions
from dispatch.roads.live import LiveSpeeds
from dispatch.roads.watch import watch_closures
from dispatch.routes.endpoints import routes_router
from dispatch.services import Services
from dispatch.settings import Settings
from dispatch.sms.gateway import find_gateway
from dispatch.sms.sender import send_messages
from dispatch.static import add_static
from dispatch.supervise import keep_running, stop_tasks
from dispatch.telephony import endpoints as telephony_endpoints
from dispatch.triage import endpoints as triage_endpoints
from dispatch.triage.active import Protocol
from routing.locate import Locator
from routing.travel_times import TravelTimes
from simulator import endpoints as simulation_endpoints
from simulator import upload_endpoints as log_endpoints
from simulator.ahead.jobs import LiveDesk, live_roads
from simulator.job_runner import JobRunner
from simulator.jobs import JobStore
from simulator.planning import Planning, door
from simulator.uploads import LogStore

ROOMS = (
    endpoints,
    personal_endpoints,
    access_endpoints,
    intake_endpoints,
    call_endpoints,
    telephony_endpoints,
    phone_endpoints,
    message_endpoints,
    triage_endpoints,
    assignment_endpoints,
    alarm_endpoints,
    move_up_endpoints,
    major_endpoints,
    patient_endpoints,
    crew_endpoints,
    position_endpoints,
    hospital_endpoints,
    road_endpoints,
    policy_endpoints,
)
"""Whose endpoints need nothing but the parts."""


@dataclass(frozen=True)
class Loaded:
    """What is read from disk before the server starts."""

    pack: CityPack
    travel: TravelTimes
    geocoder: Geocoder
    city: dict[str, Any]
    city_dir: Path


def create_app(
    settings: Settings,
    services: Services,
    loaded: Loaded,
    *,
    is_demo: bool = False,
    on_ready: Callable[[Parts], Any] | None = None,
    on_stop: Callable[[], Any] | None = None,
) -> FastAPI:
    """The whole HTTP application. Parts start and stop with its lifespan; the hooks are called while they run."""

    simulations = JobRunner(JobStore(settings.state / "simulations"), loaded.city_dir, settings.state)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running_parts(settings, services, loaded, is_demo=is_demo) as parts, simulations.working():
            app.state.parts, app.state.access, app.state.demo = parts, parts.access, is_demo
            app.state.public_origin = settings.public_url
            if on_ready:
                await on_ready(parts)
            yield
            parts.feed.close()
            if on_stop:
                await on_stop()

    app = FastAPI(
        title="Saigon115",
        summary="Emergency medical dispatch for Ho Chi Minh City",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    add_problems(app)
    app.add_middleware(RequestLimit)
    for room in ROOMS:
        app.include_router(room.router)
    app.include_router(routes_router(lambda request: parts_of(request).travel, allow("see_city")))
    app.include_router(geocoding_router(lambda request: parts_of(request).geocoder, allow("see_city")))
    app.state.planning = Planning(simulations, LogStore(settings.state), lambda: loaded.pack, _live_desk)
    for room in (log_endpoints, simulation_endpoints):
        app.include_router(room.router, dependencies=door(allow("simulate")))
    add_descriptions(app)
    add_api_page(app)
    add_static(app, loaded.city_dir)
    return app


@asynccontextmanager
async def running_parts(
    settings: Settings, services: Services, loaded: Loaded, *, is_demo: bool
) -> AsyncIterator[Parts]:
    """Everything that runs beside the endpoints, joined; stopped in reverse order."""
    async with open_pool(services.database_url) as pool, Redis.from_url(services.redis_url) as redis:
        desk = Desk(EventLog(pool), services.database_url)
        feed = Feed(desk, backlog=settings.socket_backlog, resume_limit=settings.resume_limit)
        positions = PositionStore(redis, pool)
        coverage = await asyncio.to_thread(coverage_table, loaded.pack, loaded.travel)
        book = EvidenceBook()
        advice = SharedAdvice(redis, feed.show_recommendations, book)
        advised = Advised(advice.show)
        recommender = Recommender(desk, positions, loaded.travel, coverage, show=advised.show, book=book)
        locator = await asyncio.to_thread(Locator, loaded.travel.graph, loaded.travel.streets)

        def show_roads(in_force: InForce) -> None:
            recommender.look_again()
            feed.show_traffic(in_force)

        live = LiveSpeeds(redis, locator.key)
        parts = Parts(
            settings=settings,
            pool=pool,
            access=AccessStore(pool),
            personal=await open_personal_store(pool, settings.state),
            sms=find_gateway(settings, is_demo=is_demo),
            desk=desk,
            feed=feed,
            positions=positions,
            recommender=recommender,
            advised=advised,
            move_ups=MoveUpAdvisor(desk, positions, loaded.travel, coverage, show=feed.show_move_ups),
            roads=RoadConditions(desk, live, loaded.travel, locator, show=show_roads),
            alarm_rules=read_rules(DEFAULT_FOLDER / ALARM_RULES),
            protocol=Protocol(
                pool,
                desk,
                settings.protocol_dir or DEFAULT_FOLDER / "protocol",
                [complaint.code for complaint in loaded.pack.complaints],
            ),
            coverage=coverage,
            pack=loaded.pack,
            travel=loaded.travel,
            geocoder=loaded.geocoder,
            city=loaded.city,
            is_demo=is_demo,
        )
        async with _running(parts, advice, services.database_url):
            yield parts


@asynccontextmanager
async def _running(parts: Parts, advice: SharedAdvice, database_url: str) -> AsyncIterator[None]:
    """Start in the order in which parts need one another: the state first, the leader's work last."""
    await parts.desk.start()
    await parts.desk.execute(
        Command(actor="system:city-pack"), lambda state, now: register_city(parts.pack, state, now)
    )
    await parts.protocol.start()
    await parts.positions.start()
    await parts.roads.live.start()
    await parts.roads.refresh()
    leader = Leader(database_url, lambda: _lead(parts, advice))
    leader.start()
    works: dict[str, Callable[[], Awaitable[None]]] = {
        "pulse": lambda: pulse(parts),
        "keep road conditions": parts.roads.run,
        "follow advice": lambda: advice.follow(parts.recommender.take),
        "advise moves": parts.move_ups.run,
        "recommend": lambda: parts.recommender.run(lambda: advice.is_needed),
    }
    if (gateway := parts.sms) is not None:
        works["send messages"] = lambda: send_messages(parts.pool, parts.personal, gateway)
    tasks = [asyncio.create_task(keep_running(name, work), name=name) for name, work in works.items()]
    try:
        yield
    finally:
        await stop_tasks(*tasks)
        await leader.stop()
        await parts.roads.live.stop()
        await parts.positions.stop()
        await parts.desk.stop()


def _live_desk(request: Request) -> LiveDesk:
    """What a look ahead starts from."""
    parts = parts_of(request)
    in_force = parts.roads.in_force
    arcs, kph = (in_force.live.arc.tolist(), in_force.live.kph.tolist()) if in_force else ([], [])
    locator, desk = parts.roads.locator, parts.desk
    roads = live_roads(desk.state, parts.roads.version, locator.key, arcs, kph)
    return LiveDesk(desk.state, parts.positions.latest, parts.travel, locator, roads, desk.events)


async def _lead(parts: Parts, advice: SharedAdvice) -> None:
    """What only the leading node does. Each begins anew by itself: a paper page that fails stops no offer."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keep_running("tell advice", advice.lead), name="tell advice")
        tasks.create_task(keep_running("watch offers", lambda: watch_offers(parts)), name="watch offers")
        tasks.create_task(keep_running("watch alarms", lambda: watch_alarms(parts)), name="watch alarms")
        tasks.create_task(keep_running("watch moves", lambda: watch_moves(parts)), name="watch moves")
        tasks.create_task(keep_running("watch call-backs", lambda: watch_call_backs(parts)), name="watch call-backs")
        tasks.create_task(keep_running("watch closures", lambda: watch_closures(parts)), name="watch closures")
        tasks.create_task(
            keep_running("watch reservations", lambda: watch_reservations(parts)), name="watch reservations"
        )
        tasks.create_task(keep_running("write paper", lambda: write_paper(parts)), name="write paper")
