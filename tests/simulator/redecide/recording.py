"""A small desk that writes its log down: the real handlers and recommender, straight-line roads, no database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import numpy as np

from dispatch.assignment import handlers, offers
from dispatch.assignment.advised import Advised
from dispatch.assignment.asking import OfferRequest
from dispatch.assignment.coverage import Coverage
from dispatch.assignment.recommender import Recommender
from dispatch.assignment.travel import Travel
from dispatch.city_pack import CityPack
from dispatch.desk import Answer, Command, Decision, Desk, plain
from dispatch.domain import events as ev
from dispatch.domain.events import Event, Need, Recorded, stream_of
from dispatch.domain.fold import apply
from dispatch.domain.state import Closure, State
from dispatch.domain.words import Level
from dispatch.hospitals import handlers as hospital_handlers
from dispatch.hospitals.sending import Choice
from dispatch.move_up import handlers as move_handlers
from dispatch.move_up.advisor import MoveUpAdvisor
from dispatch.parts import Parts
from dispatch.positions.model import Position
from dispatch.positions.store import PositionStore
from simulator.redecide.again import World
from tests.factories import LAT, LON, FakeTravel, make_place

NETWORK = "streets"
PACK = cast(CityPack, SimpleNamespace(city_hash="tables", destination_needs=(), hospitals=()))
COVERAGE = Coverage(
    zones=np.array([(LON, LAT, 1.0), (LON + 0.2, LAT, 3.0)]),
    time_from_station=np.array([[0.0, 2000.0], [1000.0, 1000.0], [2000.0, 0.0]]),
    station_ids=("S1", "S2", "S3"),
)
WORLD = World(PACK, COVERAGE)


class PlainTravel(FakeTravel):
    """Knows what is in force, as the roads do: no live speeds."""

    conditions = SimpleNamespace(version="free", live_arc=())


class SmallDesk:
    """Three stations in a row, two units each, two hospitals; `lines` is its log as it is exported."""

    def __init__(self) -> None:
        self.state, self.lines = State(), list[bytes]()
        self._listeners: list[Callable[[Sequence[Recorded]], None]] = []
        self.positions = SimpleNamespace(latest=dict[str, Position]())
        desk, travel = cast(Desk, self), PlainTravel()
        store = cast(PositionStore, self.positions)
        self.recommender = Recommender(desk, store, travel, COVERAGE, lambda told: None)
        self.move_ups = MoveUpAdvisor(desk, store, travel, COVERAGE, lambda moves: None)
        self.parts = cast(Parts, SimpleNamespace(
            desk=self, recommender=self.recommender, advised=Advised(lambda told: None), move_ups=self.move_ups,
            positions=self.positions, pack=PACK, travel=travel, personal=self,
            settings=SimpleNamespace(offer_timeout_s=60.0),
            roads=SimpleNamespace(locator=SimpleNamespace(key=NETWORK)),
        ))  # fmt: skip
        self._register()

    def on_events(self, listener: Callable[[Sequence[Recorded]], None]) -> None:
        self._listeners.append(listener)

    async def code_or_token(self, subject: str, text: str | None) -> str | None:
        return text

    async def execute(self, command: Command, decide: Callable[[State, datetime], Decision]) -> Answer:
        decision = decide(self.state, datetime.now(UTC))
        self.tell(*decision.events)
        return Answer(decision.status, plain(decision.answer(self.state)), self.state.seq)

    def tell(self, *events: Event) -> None:
        now, told = datetime.now(UTC), []
        for event in events:
            stream = stream_of(event)
            version = self.state.version_of(stream) + 1
            recorded = Recorded(
                seq=self.state.seq + 1, stream=stream, version=version, type=type(event).__name__, data=event,
                actor="user:lan", at=now, recorded_at=now,
            )  # fmt: skip
            apply(self.state, recorded)
            told.append(recorded)
            self.lines.append(msgspec.json.encode(recorded) + b"\n")
        for listener in self._listeners:
            listener(told)

    def open_incident(self, id: str, priority: Level, lon: float, needs: tuple[Need, ...] = (Need(),)) -> None:
        self.tell(ev.IncidentOpened(
            incident_id=id, number=id, answered_at=datetime.now(UTC) - timedelta(seconds=40), priority=priority,
            complaint="unknown", place=make_place(lon), needs=needs, level_by="person",
        ))  # fmt: skip

    def put(self, unit_id: str, lon: float, age_s: float = 3.0) -> None:
        self.positions.latest[unit_id] = Position(lon=lon, lat=LAT, at=datetime.now(UTC) - timedelta(seconds=age_s))

    async def send_advised(self, incident_id: str) -> None:
        """Offer it to everybody advised, as a dispatcher does: the second station after the first."""
        advice = (await self.recommender.refresh())[incident_id]
        for one in (*advice.units, *advice.parallel):
            request = OfferRequest(offer_id="", incident_id=incident_id, unit_id=one.unit_id)
            await handlers.make_offer(self.parts, Command("user:lan"), request)

    async def move_advised(self) -> None:
        move = (await self.move_ups.refresh())[0]
        await move_handlers.ask(self.parts, Command("user:lan"), move.unit_id, move.to_id, None)

    async def bring(self, incident_id: str, unit_id: str, hospital_id: str) -> None:
        choice = Choice(incident_id=incident_id, unit_id=unit_id, hospital_id=hospital_id)
        actor: Any = SimpleNamespace(unit_id=None, scope="desk")
        await hospital_handlers.set_destination(self.parts, actor, Command("user:lan"), choice, None, None)

    def _register(self) -> None:
        for number in (1, 2, 3):
            self.tell(ev.StationRegistered(
                station_id=f"S{number}", name="", name_en="", kind="shared", can_refuse=True,
                lon=LON + 0.1 * (number - 1), lat=LAT,
            ))  # fmt: skip
            for which in "ab":
                skills: Any = ("doctor", "nurse", "convey")
                self.tell(ev.UnitRegistered(
                    unit_id=f"U{number}{which}", station_id=f"S{number}", kind="van", skills=skills, staffed=True,
                ))  # fmt: skip
        for number in (1, 2):
            self.tell(ev.HospitalRegistered(
                hospital_id=f"H{number}", name="", name_en="", lon=LON + 0.1 * number, lat=LAT, emergency=True,
                capabilities=("general",),
            ))  # fmt: skip


async def record_day(folder: Path) -> Path:
    """A red call to two stations, two calls at once of which one goes against the advice, a move, a destination."""
    desk = SmallDesk()
    for unit_id, lon in (("U1a", LON + 0.011), ("U2a", LON + 0.083), ("U3a", LON + 0.2123456789012)):
        desk.put(unit_id, lon)
    await desk.move_advised()
    desk.open_incident("I1", 1, LON + 0.02)
    await desk.send_advised("I1")
    desk.open_incident("I2", 3, LON + 0.1)
    desk.open_incident("I3", 3, LON + 0.11)
    await desk.send_advised("I2")
    desk.put("U2a", LON + 0.15)
    await desk.recommender.refresh()
    against = OfferRequest(offer_id="", incident_id="I3", unit_id="U3b", reason="road_blocked")
    await handlers.make_offer(desk.parts, Command("user:lan"), against)
    offer = next(one for one in desk.state.incidents["I3"].open_offers)
    await desk.execute(
        Command("station:S3"),
        lambda state, now: Decision(offers.accept_offer(state, offer.id), lambda after: None),
    )
    await desk.bring("I3", "U3b", "H1")
    path = folder / "log.jsonl"
    path.write_bytes(b"".join(desk.lines))
    return path


class SmallRoads:
    """The straight-line roads, or those of another map."""

    def __init__(self, network: str = NETWORK) -> None:
        self.network = network

    def under(self, version: str, now: datetime, closures: Sequence[Sequence[Closure]]) -> Travel | None:
        return FakeTravel() if version == FakeTravel.version else None
