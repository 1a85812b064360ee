"""`saigon115 token …` and `saigon115 user …`: they join the running server's database, or start it for the moment."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Column, Table

from dispatch.access.passwords import new_password
from dispatch.access.roles import ROLES, read_role
from dispatch.access.store import AccessStore
from dispatch.city_pack import load_city_pack
from dispatch.database import migrate, open_pool
from dispatch.errors import Malformed, Saigon115Error
from dispatch.paths import default_state_dir
from dispatch.services import running_postgres

token_app = typer.Typer(no_args_is_help=True, help="Bearer tokens of crews, stations and machines.")
user_app = typer.Typer(no_args_is_help=True, help="Accounts of people.")

_ROLE_HELP = f"One of {', '.join(ROLES)}."
T = TypeVar("T")


@token_app.command("create")
def create_token(
    role: Annotated[str, typer.Option("--role", help=_ROLE_HELP)],
    unit: Annotated[str | None, typer.Option("--unit", help="A crew's unit.")] = None,
    station: Annotated[str | None, typer.Option("--station", help="A station.")] = None,
    hospital: Annotated[str | None, typer.Option("--hospital", help="A hospital.")] = None,
    label: Annotated[str | None, typer.Option("--label", help="What it is for, in your words.")] = None,
) -> None:
    """Make a token and print it. It is shown this once."""

    async def create(store: AccessStore) -> str:
        check_names(unit, station, hospital)
        owner = {"unit_id": unit, "station_id": station, "hospital_id": hospital}
        _, secret = await store.tokens.create(read_role(role), **owner, label=label, by=_who())
        return secret

    typer.echo(_with_store(create))


def check_names(unit: str | None = None, station: str | None = None, hospital: str | None = None) -> None:
    """Refuse an owner that the city pack does not have: its token would open a desk where nothing ever comes."""
    pack = load_city_pack()
    named = (
        ("unit", unit, [row.id for row in pack.units], "units.csv"),
        ("station", station, [row.id for row in pack.stations], "stations.csv"),
        ("hospital", hospital, [row.id for row in pack.hospitals], "hospitals.csv"),
    )
    for thing, name, known, table in named:
        if name is not None and name not in known:
            near = ", ".join(get_close_matches(name, known)) or ", ".join(known[:3])
            raise Malformed(f"there is no {thing} {name}; data/hcmc/{table} lists all by their id, such as {near}")


@token_app.command("list")
def list_tokens() -> None:
    """Show all tokens, without their secrets."""
    table = Table(Column("id", no_wrap=True), "role", "owner", "label", "created", "last used", "revoked")
    for token in _with_store(lambda store: store.tokens.list_all()):
        table.add_row(
            token.id,
            token.role,
            token.unit_id or token.station_id or token.hospital_id,
            token.label,
            *(f"{at:%Y-%m-%d %H:%M}Z" if at else "" for at in (token.created_at, token.last_used_at, token.revoked_at)),
        )
    Console(emoji=False).print(table)


@token_app.command("revoke")
def revoke_token(token_id: Annotated[str, typer.Argument(help="The id that `token list` shows.")]) -> None:
    """Make a token good for nothing, within five seconds everywhere."""
    _with_store(lambda store: store.tokens.revoke(token_id, by=_who()))
    typer.echo(f"token {token_id} is revoked", err=True)


@user_app.command("add")
def add_user(
    username: str,
    role: Annotated[list[str], typer.Option("--role", help=f"{_ROLE_HELP} Repeat for more.")],
    hospital: Annotated[str | None, typer.Option("--hospital", help="Which one, for the role hospital.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
) -> None:
    """Add an account and print its password, unless you gave it."""
    password = _password(password_stdin)

    async def add(store: AccessStore) -> None:
        check_names(hospital=hospital)
        roles = {read_role(one) for one in role}
        await store.accounts.add(username, password, roles, by=_who(), hospital_id=hospital)

    _with_store(add)
    if not password_stdin:
        typer.echo(password)


@user_app.command("list")
def list_users() -> None:
    """Show all accounts."""
    table = Table(Column("username", no_wrap=True), "roles", "hospital", "created", "disabled")
    for account in _with_store(lambda store: store.accounts.list_all()):
        dates = (account.created_at, account.disabled_at)
        table.add_row(
            account.username,
            ", ".join(sorted(account.roles)),
            account.hospital_id,
            *(f"{at:%Y-%m-%d %H:%M}Z" if at else "" for at in dates),
        )
    Console(emoji=False).print(table)


@user_app.command("disable")
def disable_user(username: str) -> None:
    """Let an account enter no more and end its sessions, within five seconds everywhere."""
    _with_store(lambda store: store.accounts.disable(username, by=_who()))
    typer.echo(f"account {username} is disabled", err=True)


@user_app.command("enable")
def enable_user(username: str) -> None:
    """Let a disabled account enter again."""
    _with_store(lambda store: store.accounts.enable(username, by=_who()))
    typer.echo(f"account {username} is enabled", err=True)


@user_app.command("password")
def set_user_password(
    username: str,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
) -> None:
    """Give an account a new password, end its sessions, and print the password unless you gave it."""
    password = _password(password_stdin)
    _with_store(lambda store: store.accounts.set_password(username, password, by=_who()))
    if not password_stdin:
        typer.echo(password)


def _password(from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else new_password()


def _who() -> str:
    """The person at the terminal, as the audit names them."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a user id without a name, as containers have
        return f"cli:{os.geteuid()}"


def _with_store(work: Callable[[AccessStore], Awaitable[T]]) -> T:
    """Run `work` on the database; what goes wrong is said on stderr, with exit code 1."""

    async def run(database_url: str) -> T:
        async with open_pool(database_url, min_size=1, max_size=2) as pool:
            return await work(AccessStore(pool))

    try:
        with running_postgres(default_state_dir(), os.environ.get("DATABASE_URL") or None, _progress) as database_url:
            migrate(database_url)
            return asyncio.run(run(database_url))
    except Saigon115Error as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _progress(line: str) -> None:
    typer.echo(f"· {line}", err=True)
