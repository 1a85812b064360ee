"""`saigon115 log`: take the log out, and check that nobody has changed it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from dispatch.database import migrate, open_pool
from dispatch.event_log import EventLog
from dispatch.services import running_services
from dispatch.settings import read_settings

log_app = typer.Typer(no_args_is_help=True)


@log_app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="File to write: one event a line, JSON.")],
    after: Annotated[int, typer.Option(help="Only events with a greater seq.")] = 0,
) -> None:
    """Write every event as a line of JSON. The file holds health data: treat it so."""
    typer.echo(f"{_with_log(lambda log: _export(log, out, after))} events written to {out}")


@log_app.command("verify")
def verify() -> None:
    """Walk the chain of hashes from the first event to the last."""
    typer.echo(f"{_with_log(lambda log: log.verify())} events, each following the one before")


async def _export(log: EventLog, out: Path, after: int) -> int:
    count, part = 0, out.with_name(out.name + ".part")
    with part.open("wb") as file:
        async for events in log.read_all(after):
            file.writelines(msgspec.json.encode(event) + b"\n" for event in events)
            count += len(events)
    part.replace(out)
    return count


def _with_log(use: Callable[[EventLog], Awaitable[int]]) -> int:
    """Use the log of the running services, or of services started for this alone."""
    settings = read_settings()

    async def run(database_url: str) -> int:
        async with open_pool(database_url, min_size=1, max_size=2) as pool:
            return await use(EventLog(pool))

    with running_services(settings.state, settings.database_url, settings.redis_url) as services:
        migrate(services.database_url)
        return asyncio.run(run(services.database_url))
