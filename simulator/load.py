"""
A load test of the running desk: calls of a log or a scenario, hundreds of crews, and what people would feel of it.

Every crew's phone has connections of its own and sends a fix every few seconds of its drive; consoles follow the feed;
a played staff takes calls on, offers what is recommended, and stations answer. `speed` compresses the calls and the
times that crews take; the desk's own clock, and with it offers, timers and what stations need, stays real. Crews drive
`speed` times as fast too, but never faster than the desk believes of a vehicle, so that from about ×4 on driving does
not keep pace and units are scarcer than in life. Weakness: the driver shares its machine with the desk when both run
here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import ssl
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dispatch.city_pack import CityPack
from dispatch.domain.state import State, Unit
from routing.travel_times import TravelTimes
from simulator.api import Api, Clients
from simulator.callers import Callers, Ringing
from simulator.crews import Crews
from simulator.demand import Demand, Mix
from simulator.ears import Console, Ear, OwnFeed
from simulator.fleet import Fleet
from simulator.follow import Follower
from simulator.meter import Meter
from simulator.player import Options, Player
from simulator.recorded_calls import Recorded, Recording, of_log, of_scenario
from simulator.scripts import home_of
from simulator.tally import Tally
from simulator.traffic import Traffic

Say = Callable[[str], None]
TICK_S, TRAFFIC_EVERY_S, LOOP_LOOK_S, AGES_EVERY_S = 0.25, 5.0, 0.1, 5.0
STATE_WITHIN_S, OPEN_WITHIN_S, QUIET_S = 20.0, 120.0, 5.0
REQUESTS_PER_S = 500.0
AT_ONCE = 20
PERSON_S = 3.0
"""A dispatcher at a busy desk sends what is recommended so soon (guess)."""
LENT = "load-{:03d}"
LEFT = "who was put on duty stays on duty"


class CannotPlay(Exception):
    """The load cannot begin."""


class Load:
    """One load test, from the first crew on duty until something ends it."""

    def __init__(self, options: argparse.Namespace, token: str, pack: CityPack, travel: TravelTimes, say: Say) -> None:
        self._options, self._token, self._say = options, token, say
        self._meter, self._tally = Meter(options.consoles), Tally()
        self._counts: Counter[str] = Counter()
        self._tls: ssl.SSLContext | bool = ssl.create_default_context() if options.url.startswith("https") else False
        self._desk = self._api(token)
        self._follower = Follower(options.url, token, self._tally, say)
        self._fleet = Fleet(travel, options.speed, options.fix_every_s)
        self._traffic = Traffic(travel)
        self._pack, self._travel = pack, travel
        self._recording = _recording(options, pack)
        self._consoles: list[Console] = []
        self._crews: list[str] = []
        self._most_waiting = self._sockets = 0

    async def run(self, seed: int, over: Callable[[], str | None]) -> tuple[str, dict[str, Any]]:
        """Play; why it ended, and what was measured. Raises CannotPlay and what the follower raises."""
        listening = asyncio.create_task(self._follower.run(), name="follow")
        tasks = [listening]
        clients = Clients(self._desk)
        began = time.monotonic()
        try:
            state = await self._first_state(listening)
            clients = await self._man(state)
            ears, gate = self._ears(), asyncio.Semaphore(AT_ONCE)
            tasks += [asyncio.create_task(ear.run(gate)) for ear in ears]
            await self._until_open(ears, over)
            tasks.append(asyncio.create_task(self._watch_loop()))
            callers = self._callers(seed, datetime.now(UTC))
            player = self._player(clients, callers, seed)
            self._place_crews()
            began = time.monotonic()
            try:
                why = await self._play(player, callers, listening, over)
            finally:
                await player.close()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await clients.close()
            self._fleet.close()
        return why, self._told(why, time.monotonic() - began, seed)

    # --- before it begins -------------------------------------------------------------------------------

    async def _first_state(self, listening: asyncio.Task[None]) -> State:
        ready = asyncio.create_task(self._follower.is_ready.wait())
        await asyncio.wait([ready, listening], timeout=STATE_WITHIN_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if listening.done():
            listening.result()
        if self._follower.state is None:
            raise CannotPlay(f"no desk answers at {self._options.url} within {STATE_WITHIN_S:.0f} s; start it first")
        return self._follower.state

    async def _man(self, state: State) -> Clients:
        """So many crews on duty; units that the desk does not have are lent to it."""
        wanted = self._options.crews
        units = sorted(state.units.values(), key=lambda unit: (unit.kind == "boat", unit.status == "off_duty", unit.id))
        mine = units[:wanted]
        await _in_turn(self._put_on_duty(unit) for unit in mine if unit.status == "off_duty")
        lent = [LENT.format(number) for number in range(1, wanted - len(mine) + 1)]
        stations = sorted(state.stations.values(), key=lambda one: one.id)
        spots = [(stations[row % len(stations)].lon, stations[row % len(stations)].lat) for row in range(len(lent))]
        await _in_turn(self._lend(unit_id, spot) for unit_id, spot in zip(lent, spots, strict=True))
        self._crews = [unit.id for unit in mine] + lent
        tokens = _read_tokens(self._options.tokens)
        phones = {unit_id: self._api(tokens.get(("unit", unit_id), self._token)) for unit_id in self._crews}
        at_stations = {one: self._api(secret) for (kind, one), secret in tokens.items() if kind == "station"}
        self._say(f"{len(self._crews)} crews, {len(lent)} of them lent; {LEFT}")
        return Clients(self._desk, phones, at_stations)

    async def _put_on_duty(self, unit: Unit) -> None:
        body = {"status": "available", "at": datetime.now(UTC).isoformat()}
        reply = await self._desk.command(f"units/{unit.id}/status", body)
        if not reply.is_done:
            raise CannotPlay(f"unit {unit.id} cannot come on duty: {reply.status} {reply.body.get('detail', '')}")

    async def _lend(self, unit_id: str, spot: tuple[float, float]) -> None:
        state = self._follower.state
        if state is not None and unit_id in state.units:
            return await self._put_on_duty(state.units[unit_id]) if state.units[unit_id].status == "off_duty" else None
        body = {"unit_id": unit_id, "owner": "load test", "lon": spot[0], "lat": spot[1], "skills": ["nurse", "convey"]}
        reply = await self._desk.command("units/external", body)
        if not reply.is_done:
            detail = reply.body.get("detail", "")
            raise CannotPlay(
                f"unit {unit_id} cannot be lent to the desk: {reply.status} {detail}; "
                "give a token of role supervisor, or fewer --crews"
            )
        return None

    def _place_crews(self) -> None:
        """Where each was last seen, or at its station."""
        state = self._follower.state
        assert state is not None
        for unit in (state.units[one] for one in self._crews if one in state.units):
            home = home_of(unit, state.stations[unit.station_id])
            self._fleet.stand(unit.id, self._follower.last_seen.get(unit.id, home))
        self._fleet.spread_fixes(datetime.now(UTC))

    async def _until_open(self, ears: Sequence[Ear], over: Callable[[], str | None]) -> None:
        """Everybody listens before the first call comes."""
        give_up_at = time.monotonic() + OPEN_WITHIN_S
        while closed := sum(not ear.is_open.is_set() for ear in ears):
            if over() or time.monotonic() >= give_up_at:
                raise CannotPlay(f"{closed} of {len(ears)} feeds do not open within {OPEN_WITHIN_S:.0f} s; try fewer")
            await asyncio.sleep(TICK_S)

    def _api(self, token: str) -> Api:
        return Api(self._options.url, token, self._say, per_s=REQUESTS_PER_S, meter=self._meter, tls=self._tls)

    def _ears(self) -> list[Ear]:
        url, meter, counts = self._options.url, self._meter, self._counts
        self._consoles = [Console(one, url, self._token, meter, counts) for one in range(self._options.consoles)]
        own = [
            OwnFeed(url, secret, meter, counts, is_station=kind == "station")
            for (kind, one), secret in _read_tokens(self._options.tokens).items()
            if kind == "station" or one in self._crews
        ]
        self._sockets = len(own)
        return [*self._consoles, *own]

    def _callers(self, seed: int, now: datetime) -> Ringing:
        mix = Mix(self._options.calls_per_hour * self._options.speed, share_no_content=0.0, share_duplicate=0.0)
        demand = Demand(self._pack, self._travel.nearest_road, mix)
        if self._recording is None:
            return Callers(demand, seed, now, 0)
        return Recorded(self._recording, demand, seed, now, self._options.speed)

    def _player(self, clients: Clients, callers: Ringing, seed: int) -> Player:
        person_s = PERSON_S if self._options.person_s is None else self._options.person_s
        return Player(
            clients,
            self._follower,
            self._fleet,
            Crews(self._pack.demand, seed),
            callers,
            self._tally,
            Options(self._options.speed, person_s, not self._options.no_dispatcher, answers_voice=True),
            frozenset(row.id for row in self._pack.hospitals if row.destination),
            self._say,
            self._meter,
        )

    # --- while it runs ----------------------------------------------------------------------------------

    async def _play(
        self, player: Player, callers: Ringing, listening: asyncio.Task[None], over: Callable[[], str | None]
    ) -> str:
        """Look four times a second until something ends it; why."""
        traffic_at = ages_at = 0.0
        ends_at = time.monotonic() + (self._options.duration or float("inf"))
        last_call_at: float | None = None
        while True:
            now = time.monotonic()
            if listening.done():
                listening.result()
            if why := over() or self._too_many_errors() or ("the time is up" if now >= ends_at else None):
                return why
            if isinstance(callers, Recorded) and callers.is_over:
                last_call_at = last_call_at or now
                is_quiet = now >= last_call_at + QUIET_S and not self._is_anybody_waiting()
                if now >= last_call_at + self._options.settle_s or is_quiet:
                    return "the last call has been played"
            if now >= traffic_at and self._follower.state is not None:
                traffic_at = now + TRAFFIC_EVERY_S
                await self._traffic.keep(self._follower.state.closures.values(), datetime.now(UTC))
            if now >= ages_at:
                ages_at = now + AGES_EVERY_S
                self._look_at_ages()
            await callers.draw_ahead(datetime.now(UTC))
            await player.tick(datetime.now(UTC))
            await asyncio.sleep(max(0.0, now + TICK_S - time.monotonic()))

    def _too_many_errors(self) -> str | None:
        if self._meter.in_a_row < self._options.errors:
            return None
        return f"{self._meter.in_a_row} requests in a row failed, the last with {self._meter.last_trouble}"

    def _is_anybody_waiting(self) -> bool:
        state = self._follower.state
        if state is None:
            return True
        is_calling = any(one.outcome is None and one.incident_id is None for one in state.calls.values())
        return is_calling or any(one.status != "closed" for one in state.incidents.values())

    def _look_at_ages(self) -> None:
        """How old what the consoles show is, and who waits."""
        now, state = datetime.now(UTC), self._follower.state
        for console in self._consoles:
            for unit_id in self._crews:
                if (fix_at := console.fix_at.get(unit_id)) is not None:
                    what = "moving" if self._fleet.is_moving(unit_id) else "standing"
                    self._meter.note(f"age of a position, {what}", max((now - fix_at).total_seconds(), 0.0))
        self._meter.forget(time.perf_counter())
        if state is not None:
            self._most_waiting = max(self._most_waiting, _waiting(state))

    async def _watch_loop(self) -> None:
        """How late this program itself is: what is measured is too long by up to that."""
        while True:
            due = time.perf_counter() + LOOP_LOOK_S
            await asyncio.sleep(LOOP_LOOK_S)
            self._meter.note("the driver's own delay", max(time.perf_counter() - due, 0.0))

    # --- what came of it --------------------------------------------------------------------------------

    def _told(self, why: str, seconds: float, seed: int) -> dict[str, Any]:
        state = self._follower.state
        return {
            "ended": why,
            "seconds": round(seconds, 1),
            "speed": self._options.speed,
            "crews": len(self._crews),
            "consoles": len(self._consoles),
            "own_feeds": self._sockets,
            "calls_not_played": self._recording.not_played if self._recording else 0,
            "most_waiting": self._most_waiting,
            "waiting_at_the_end": _waiting(state) if state else None,
            "waits": self._meter.waits(),
            "troubles": dict(self._meter.troubles.most_common()),
            "feed": dict(sorted(({"gaps": 0, "resumes": 0} | self._counts).items())),
            "happened": json.loads(self._tally.line()),
            "load_average": round(os.getloadavg()[0], 1),
            "seed": seed,
        }


def table(told: dict[str, Any]) -> str:
    """The result for people."""
    lines = [
        f"ended: {told['ended']}, after {told['seconds']:.0f} s; speed {told['speed']:g}, {told['crews']} crews, "
        f"{told['consoles']} consoles, {told['own_feeds']} feeds of phones and stations; load {told['load_average']}",
        f"{'milliseconds':36}{'count':>9}{'p50':>9}{'p95':>9}{'p99':>9}{'longest':>10}",
    ]
    for what, row in told["waits"].items():
        marks = "".join(f"{row[name]:9.1f}" for name in ("p50_ms", "p95_ms", "p99_ms"))
        lines.append(f"{what:36}{row['count']:9}{marks}{row['max_ms']:10.1f}")
    lines += [f"trouble: {count} × {kind}" for kind, count in told["troubles"].items()]
    lines.append(
        f"feed: {told['feed']['gaps']} gaps, {told['feed']['resumes']} resumes; waiting for a unit: "
        f"{told['most_waiting']} at most, {told['waiting_at_the_end']} at the end"
    )
    return "\n".join(lines)


def write(told: dict[str, Any], report: Path | None) -> None:
    """One line of JSON on standard output, the table beside it, and the report's file."""
    with suppress(OSError):
        print(table(told), file=sys.stderr, flush=True)
        print(json.dumps(told, ensure_ascii=False), flush=True)
    if report is not None:
        report.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _recording(options: argparse.Namespace, pack: CityPack) -> Recording | None:
    if options.log is not None:
        return of_log(options.log, pack, options.seed or 1, options.format)
    return of_scenario(options.scenario, options.seed) if options.scenario is not None else None


def _waiting(state: State) -> int:
    return sum(one.status == "waiting" for one in state.incidents.values())


async def _in_turn(steps: Iterable[Any]) -> None:
    """A few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(step: Any) -> None:
        async with gate:
            await step

    await asyncio.gather(*(one(step) for step in steps))


def _read_tokens(path: Path | None) -> dict[tuple[str, str], str]:
    """Lines of `unit ID SECRET` or `station ID SECRET`. Raises CannotPlay."""
    if path is None:
        return {}
    found = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CannotPlay(f"{path}: cannot be read ({error.strerror}); name a file of tokens") from None
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words and (len(words) != 3 or words[0] not in ("unit", "station")):
            raise CannotPlay(f"{path}, line {number}: is not 'unit ID TOKEN' or 'station ID TOKEN'; correct it")
        if words:
            found[words[0], words[1]] = words[2]
    return found
