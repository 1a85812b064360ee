"""
Plays a load against the running system, as real clients would: through its public API and feed only.

    SAIGON115_TOKEN=… python -m simulator.drive --url http://127.0.0.1:8115
    SAIGON115_TOKEN=… python -m simulator.drive --log LOG | --scenario S.toml --speed 10 --crews 300     see `load`

Callers ring, stations answer offers, crews drive along real roads and report, and a demo dispatcher makes the offers
that nobody at the console makes. Ends after --duration, on Ctrl-C or SIGTERM, or when --parent is gone, with one line
of JSON that says what happened. Exit codes: 0, 1 cannot go on, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from dispatch.city_pack import load_city_pack
from dispatch.paths import default_state_dir
from routing.errors import RoutingError
from routing.storage import FACTS_FILE
from routing.travel_times import TravelTimes
from simulator.api import Api, Clients
from simulator.callers import Callers
from simulator.crews import Crews
from simulator.demand import Demand, Mix
from simulator.errors import ScenarioError
from simulator.fleet import Fleet
from simulator.follow import Follower, NotWelcome
from simulator.load import CannotPlay, Load, write
from simulator.logs.table import LogError
from simulator.player import Options, Player
from simulator.tally import Tally
from simulator.traffic import Traffic

TOKEN = "SAIGON115_TOKEN"
TICK_S = 1.0
SHARE_NO_CONTENT = 0.12
"""Of the demo's calls; in life it is 0.7, and a screen full of it would show nothing (guess)."""
SHARE_DUPLICATE = 0.08
PERSON_S = 30.0


class Usage(Exception):
    """The driver was started without something that it needs."""


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator.drive", description="Plays a load as real clients would."
    )
    parser.add_argument("--url", default="http://127.0.0.1:8115", help="where the desk is")
    parser.add_argument("--city", type=Path, help="folder of the built city (default: that of the state folder)")
    parser.add_argument("--speed", type=_positive, default=1.0, help="how much faster than life crews drive and work")
    parser.add_argument("--calls-per-hour", type=_positive, default=40.0, help="by the clock, whatever the speed")
    parser.add_argument("--opening", type=int, default=8, help="incidents in the first two minutes")
    parser.add_argument("--seed", type=int, help="the same seed draws the same day (default: drawn, and told)")
    parser.add_argument("--duration", type=_positive, help="end after so many seconds")
    parser.add_argument("--parent", type=int, help="end when this process is gone")
    parser.add_argument("--no-dispatcher", action="store_true", help="make no offers: a person at the console does")
    parser.add_argument("--person-s", type=float, help="seconds that people at the console have first (30; load: 3)")
    parser.add_argument("--verbose", action="store_true", help="tell troubles as they happen")
    parser.add_argument("--i-own-this-host", action="store_true", help="allow another machine than this one")
    load = parser.add_argument_group("load test (docs/load-tests.md)")
    played = load.add_mutually_exclusive_group()
    played.add_argument("--log", type=Path, help="a log whose emergencies ring again")
    played.add_argument("--scenario", type=Path, help="a scenario of the city whose emergencies ring")
    load.add_argument("--format", default="auto", help="how the log is written, if it does not tell")
    load.add_argument("--crews", type=_whole, help="crews on duty; more than the desk has units are lent to it")
    load.add_argument("--consoles", type=_whole, default=3, help="dispatchers' screens that follow the feed")
    load.add_argument("--tokens", type=Path, help="lines 'unit ID TOKEN', 'station ID TOKEN': feeds of their own")
    load.add_argument("--fix-every-s", type=_positive, default=5.0, help="seconds between fixes of a moving unit")
    load.add_argument("--errors", type=_whole, default=50, help="end after so many failed requests in a row")
    load.add_argument("--settle-s", type=float, default=60.0, help="go on for so long after the last call")
    load.add_argument("--report", type=Path, help="a file for the result")
    options = parser.parse_args(arguments)
    if not options.i_own_this_host and not _is_here(options.url):
        parser.error(f"{options.url} is another machine; a load is played against one's own only: --i-own-this-host")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Run the driver; returns the exit code."""
    options = parse(arguments)
    is_load = options.log is not None or options.scenario is not None or options.crews is not None
    try:
        return asyncio.run(load(options) if is_load else drive(options))
    except (Usage, CannotPlay, ScenarioError, LogError) as error:
        _say(str(error))
        return 2
    except (RoutingError, NotWelcome) as error:
        _say(f"{error}; the driver needs a built city and a good token of role demo")
        return 1


async def load(options: argparse.Namespace) -> int:
    """Test the desk with a load; tell what was measured."""
    token, over = _token("supervisor"), _over(options.parent, None)  # the duration counts once all are there
    pack = load_city_pack()
    travel = TravelTimes.load(options.city or default_city())
    options.crews = options.crews or sum(row.staffed for row in pack.units)
    seed = secrets.randbits(32) if options.seed is None else options.seed
    stopped: list[str] = []
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.append, f"told to stop ({number.name})")
    test = Load(options, token, pack, travel, _say)
    why, told = await test.run(seed, lambda: stopped[0] if stopped else over())
    write(told, options.report)
    return int("requests in a row failed" in why)


def _token(role: str) -> str:
    token = os.environ.get(TOKEN)
    if not token:
        raise Usage(f"no token in {TOKEN}; make one with 'saigon115 token create --role {role}'")
    return token


async def drive(options: argparse.Namespace) -> int:
    """Play until it is over, then tell what happened."""
    token = _token("demo")
    seed = secrets.randbits(32) if options.seed is None else options.seed
    over = _over(options.parent, options.duration)
    say = _say if options.verbose else _say_nothing
    pack = load_city_pack()
    travel = TravelTimes.load(options.city or default_city())  # here: its queries belong to the thread that loads
    traffic = Traffic(travel)
    tally = Tally()
    api, follower = Api(options.url, token, say), Follower(options.url, token, tally, say)
    fleet = Fleet(travel, options.speed)
    demand = Demand(pack, travel.nearest_road, Mix(options.calls_per_hour, SHARE_NO_CONTENT, SHARE_DUPLICATE))
    callers = Callers(demand, seed, datetime.now(UTC), options.opening)
    player = Player(
        Clients(api),
        follower,
        fleet,
        Crews(pack.demand, seed),
        callers,
        tally,
        Options(options.speed, PERSON_S if options.person_s is None else options.person_s, not options.no_dispatcher),
        frozenset(row.id for row in pack.hospitals if row.destination),
        say,
    )
    started = time.monotonic()
    try:
        await _play(player, follower, callers, traffic, over)
    finally:
        await player.close()
        await api.close()
        fleet.close()
        with suppress(OSError):
            print(tally.line(seed=seed, seconds=round(time.monotonic() - started, 1)), flush=True)
    return 0


async def _play(
    player: Player, follower: Follower, callers: Callers, traffic: Traffic, over: Callable[[], str | None]
) -> None:
    """Tick once a second until it is over, told to stop, or not welcome."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    listening = asyncio.create_task(follower.run(), name="follow")
    try:
        while not stopped.is_set() and not over():
            if listening.done():
                listening.result()
            closures = follower.state.closures.values() if follower.state else ()
            await traffic.keep(closures, datetime.now(UTC))
            await callers.draw_ahead(datetime.now(UTC))
            await player.tick(datetime.now(UTC))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), TICK_S)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def _over(parent_id: int | None, duration_s: float | None) -> Callable[[], str | None]:
    """Why it is over: the time is up, or the parent is gone (another process under its number does not count)."""
    ends_at = time.monotonic() + duration_s if duration_s else float("inf")
    try:
        parent = psutil.Process(parent_id) if parent_id else None
    except psutil.NoSuchProcess:
        raise Usage(f"no process {parent_id}; --parent names the process with which the driver ends") from None

    def why() -> str | None:
        if time.monotonic() >= ends_at:
            return "the time is up"
        return "the parent is gone" if parent is not None and not _is_alive(parent) else None

    return why


def _is_alive(process: psutil.Process) -> bool:
    """A process that ended and that nobody has buried yet is gone."""
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def default_city() -> Path:
    """The newest built city of the state folder. Raises Usage when there is none."""
    built = sorted(
        default_state_dir().glob(f"city/*/{FACTS_FILE}"), key=lambda path: (path.stat().st_mtime, path.as_posix())
    )
    if not built:
        raise Usage("no built city in the state folder; run 'saigon115 city build', or name its folder with --city")
    return built[-1].parent


def _positive(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _is_here(url: str) -> bool:
    """This machine by a loopback address: a name could lead anywhere."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _say(text: str) -> None:
    with suppress(OSError):
        print(f"drive: {text}", file=sys.stderr, flush=True)


def _say_nothing(text: str) -> None:
    """Troubles of a client are no news to others."""


if __name__ == "__main__":
    sys.exit(main())
