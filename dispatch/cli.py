"""`saigon115`: the composition root of the command line."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from dispatch.access.commands import token_app, user_app
from dispatch.city import commands as city_commands
from dispatch.city_builders import BUILDERS
from dispatch.errors import Saigon115Error
from dispatch.geocoding.commands import geocode
from dispatch.log_commands import log_app
from dispatch.serve import UpOptions, serve
from dispatch.settings import read_settings
from dispatch.telephony.commands import telephony_app
from dispatch.triage.commands import protocol_app
from routing.errors import RoutingError
from simulator.commands import simulate_app
from simulator.logs.commands import demand_app
from simulator.siting.commands import siting_app

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(city_commands.make_city_app(BUILDERS), name="city")
app.add_typer(token_app, name="token", help="Bearer tokens for crews, stations and programs.")
app.add_typer(user_app, name="user", help="Accounts of people.")
app.add_typer(log_app, name="log", help="The log of facts.")
app.add_typer(protocol_app, name="protocol", help="The triage package: check it, ask it.")
app.add_typer(telephony_app, name="telephony", help="Beside a telephone exchange: tells the desk of its calls.")
app.add_typer(simulate_app, name="simulate", help="The same decisions under another clock.")
app.add_typer(siting_app, name="siting", help="Where the next stations go.")
app.add_typer(demand_app, name="demand", help="What logs tell of the calls to come.")
app.command()(city_commands.matrix)
app.command()(city_commands.route)
app.command()(city_commands.reach)
app.command()(geocode)


@app.callback()
def main_options() -> None:
    """Saigon115: emergency medical dispatch for Ho Chi Minh City."""


@app.command("version")
def show_version() -> None:
    """The version of this program."""
    typer.echo(version("saigon115"))


@app.command()
def up(
    demo: Annotated[bool, typer.Option("--demo", help="Play a demo load: callers, stations, crews.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8115,
    osm: Annotated[
        Path | None, typer.Option(help="An OpenStreetMap extract (.osm.pbf) to build the city from.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="TLS certificate, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    public_url: Annotated[str | None, typer.Option(help="The address browsers use, behind a proxy.")] = None,
    demo_speed: Annotated[float, typer.Option(min=0.1, max=100, help="How much faster than life the demo runs.")] = 1.0,
    demo_calls_per_hour: Annotated[float, typer.Option(min=1, max=2000)] = 30.0,
) -> None:
    """Start the desk and everything it needs; Ctrl-C stops all of it."""
    options = UpOptions(
        demo=demo,
        host=host,
        port=port,
        osm=osm,
        tls_cert=tls_cert,
        tls_key=tls_key,
        demo_speed=demo_speed,
        demo_calls_per_hour=demo_calls_per_hour,
    )
    serve(read_settings(**({"public_url": public_url} if public_url else {})), options)


def main() -> None:
    """Run the command line; our own errors become one clear line and exit code 1."""
    try:
        app()
    except (Saigon115Error, RoutingError) as error:
        console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
        console.print(f"[bold red]saigon115:[/] {escape(str(error))}")
        sys.exit(1)


if __name__ == "__main__":
    main()
