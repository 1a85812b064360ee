"""`saigon115 up`: services, tables, city, server, demo; one after the other, each said while it happens."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn
from rich.console import Console
from starlette.datastructures import State

from dispatch.access.store import ensure_first_account
from dispatch.app import Loaded, create_app
from dispatch.city.build import open_city
from dispatch.city.progress import shown_progress
from dispatch.city_about import describe_city
from dispatch.city_builders import BUILDERS
from dispatch.city_pack import load_city_pack
from dispatch.database import migrate
from dispatch.demo import Demo
from dispatch.errors import StartError
from dispatch.geocoding.search import Geocoder
from dispatch.services import Services, running_services
from dispatch.settings import Settings
from routing.travel_times import TravelTimes

STOP_WITHIN_S = 5

console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


@dataclass(frozen=True)
class UpOptions:
    """What `saigon115 up` was asked for."""

    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8115
    osm: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    demo_speed: float = 1.0
    demo_calls_per_hour: float = 30.0

    @property
    def url(self) -> str:
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        scheme = "https" if self.tls_cert else "http"
        return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{self.port}"


def serve(settings: Settings, options: UpOptions) -> None:
    """Start everything and run until told to stop. Raises StartError with the way out."""
    _set_up_logging()
    _check_options(options)
    listener = _listen(options)
    with listener, running_services(settings.state, settings.database_url, settings.redis_url, _say) as services:
        _say("bringing the tables up to date")
        migrate(services.database_url)
        city_dir = _open_city(options)
        _say("loading the city")
        loaded = load_city(city_dir)
        demo = Demo(options.url, city_dir, options.demo_speed, options.demo_calls_per_hour)
        try:
            with suppress(KeyboardInterrupt):  # uvicorn has stopped in order, and says once more what stopped it
                asyncio.run(_serve(settings, options, services, loaded, listener, demo))
        finally:
            demo.end()
    _say("stopped; nothing is left running")


async def _serve(
    settings: Settings,
    options: UpOptions,
    services: Services,
    loaded: Loaded,
    listener: socket.socket,
    demo: Demo,
) -> None:
    app = create_app(
        settings,
        services,
        loaded,
        is_demo=options.demo,
        on_ready=demo.prepare if options.demo else None,
        on_stop=demo.stop,
    )
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=1 << 20,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ssl_certfile=options.tls_cert,
        ssl_keyfile=options.tls_key,
        server_header=False,
    )
    server = uvicorn.Server(config)
    greeter = asyncio.create_task(_greet(server, options, loaded, app.state, demo))
    try:
        await server.serve(sockets=[listener])
    finally:
        greeter.cancel()
        await demo.stop()
    if not server.started:
        raise StartError("the server could not start; the lines above say why")


async def _greet(server: uvicorn.Server, options: UpOptions, loaded: Loaded, state: State, demo: Demo) -> None:
    """Say where the desk is once it answers; then let the demo begin."""
    while not server.started:  # noqa: ASYNC110  # uvicorn tells it by an attribute, not by an event
        await asyncio.sleep(0.05)
    console.print(f"\n[bold green]Saigon115[/] is at [bold]{options.url}[/]")
    password = await ensure_first_account(state.access)
    notice = loaded.city.get("notice")
    console.print(f"  city      {loaded.city['source']}{'  [yellow]' + notice['en'] + '[/]' if notice else ''}")
    if password:
        console.print(f"  sign in   [bold]admin[/] / [bold]{password}[/]   (shown only now; `saigon115 user password`)")
    else:
        console.print("  sign in   as before (`saigon115 user password admin` makes a new password)")
    console.print("  stop      Ctrl-C\n")
    if options.demo:
        await demo.start()


def load_city(city_dir: Path) -> Loaded:
    """
    Read a built city and the city pack: a second or two.

    What is read stays for good, so the collector need not look through it again: it held the loop up by up to 70 ms.
    """
    pack = load_city_pack()
    loaded = Loaded(
        pack=pack,
        travel=TravelTimes.load(city_dir, live=True),
        geocoder=Geocoder.load(city_dir / "gazetteer", ward_at=lambda lon, lat: _ward_name(pack.ward_at(lon, lat))),
        city=describe_city(city_dir),
        city_dir=city_dir,
    )
    gc.collect()
    gc.freeze()
    return loaded


def _open_city(options: UpOptions) -> Path:
    """The built city; the first build takes a minute or two and says what it does."""
    with shown_progress("building the city", console) as report:
        return open_city(osm=options.osm, progress=report, builders=BUILDERS)


def _ward_name(ward: object) -> str | None:
    return getattr(ward, "name", None)


def _check_options(options: UpOptions) -> None:
    if bool(options.tls_cert) != bool(options.tls_key):
        raise StartError("a certificate and its key go together; give both --tls-cert and --tls-key")
    for file in (options.tls_cert, options.tls_key, options.osm):
        if file is not None and not file.is_file():
            raise StartError(f"no file {file}; check the path")
    if options.host not in ("127.0.0.1", "::1", "localhost") and not options.tls_cert:
        console.print("[yellow]listening beyond this machine without TLS: put a proxy with TLS before it[/]")


def _listen(options: UpOptions) -> socket.socket:
    """Take the port first of all, so that a port in use is said before anything is started."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, options.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise StartError(
            f"cannot listen on {options.host} port {options.port} ({error.strerror}); "
            "stop what uses it, or choose another with --port"
        ) from error
    return listener


def _set_up_logging() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _say(what: str) -> None:
    console.print(f"· {what}")
