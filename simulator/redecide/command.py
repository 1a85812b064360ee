"""`saigon115 simulate redecide`: the log's decisions once more, and whether they come out the same."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import typer

from dispatch.city.build import open_city
from dispatch.city_builders import BUILDERS
from dispatch.city_pack import load_city_pack
from dispatch.coverage_table import coverage_table
from dispatch.domain.state import State
from dispatch.errors import Malformed, Saigon115Error
from dispatch.policy.decide import Revision, revise
from dispatch.policy.model import Sections
from routing.errors import RoutingError
from simulator.errors import SimulationError
from simulator.redecide.account import Account
from simulator.redecide.again import World
from simulator.redecide.reading import read_events
from simulator.redecide.roads import CityRoads
from simulator.redecide.run import redecide
from simulator.run import write_json

SAME, DIFFERENT, UNUSABLE = 0, 1, 2
"""Exit codes. With other settings a difference is the answer, and no failure."""


def run(log: Path, settings: Path | None, out: Path | None, city: Path | None, shown: int) -> int:
    """Do it, say what came of it, and give the exit code."""
    try:
        changes = None if settings is None else read_settings_file(settings)
        if out is not None:
            make_room(out)
        account = make_account(log, changes, city)
    except (Saigon115Error, RoutingError) as error:
        typer.echo(f"saigon115: {error}", err=True)
        return UNUSABLE
    for line in account.lines(shown):
        typer.echo(line)
    if out is not None:
        write_json(out, account.as_json())
    return exit_code(account, is_asking=changes is not None)


def make_account(log: Path, changes: Sections | None, city: Path | None) -> Account:
    """The account of a log on a built city. Raises LogError, CityCacheError and others of ours."""
    next(read_events(log))  # a file that is no log is said before the city is opened
    typer.echo("simulate: loading the roads", err=True)
    roads, pack = CityRoads(city or open_city(builders=BUILDERS)), load_city_pack()
    world = World(pack, coverage_table(pack, roads.travel))
    typer.echo("simulate: making the log's decisions again", err=True)
    return redecide(log, roads, world, changes)


def make_room(out: Path) -> None:
    """Where the account is to be written, told before minutes of work. Raises SimulationError."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SimulationError(f"{out} cannot be written ({error.strerror}); name another file with --out") from None
    if out.is_dir() or not os.access(out if out.exists() else out.parent, os.W_OK):
        raise SimulationError(f"{out} cannot be written; name another file with --out")


def exit_code(account: Account, *, is_asking: bool) -> int:
    """0: every decision compared came out the same; 1: one did not; 2: nothing can be said of all of them."""
    if account.different and not is_asking:
        return DIFFERENT
    return UNUSABLE if account.broken or not account.compared else SAME


def read_settings_file(path: Path) -> Sections:
    """Sections as the policy has them, such as `[assignment]`. Raises SimulationError with what is wrong."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        if stray := [name for name, section in told.items() if not isinstance(section, dict)]:
            raise Malformed(f"{stray[0]} stands outside a section; put it under [assignment], say")
        return revise(State(), Revision(sections=told, reason="asked", approved_by="asked")).sections
    except FileNotFoundError:
        raise SimulationError(f"no file {path}; give TOML with sections, such as [assignment]") from None
    except (OSError, ValueError, Malformed) as error:
        raise SimulationError(f"{path}: {error}") from None
