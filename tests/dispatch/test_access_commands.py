"""Claims about `saigon115 token` and `saigon115 user`, run as real processes against a real database."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dispatch.access.roles import Actor
from dispatch.access.store import AccessStore
from dispatch.access.tokens import PREFIX
from dispatch.database import Pool
from dispatch.errors import Unauthenticated

PROGRAM = """
import typer
from dispatch.access.commands import token_app, user_app
app = typer.Typer()
app.add_typer(token_app, name="token")
app.add_typer(user_app, name="user")
app()
"""


class Run:
    """The command line with one database in its environment."""

    def __init__(self, database_url: str) -> None:
        self._environment = {"DATABASE_URL": database_url, "LANG": "C.UTF-8", "COLUMNS": "160"}

    def __call__(self, *words: str, stdin: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", PROGRAM, *words]
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, env=self._environment, timeout=120, check=False
        )
        assert done.returncode == code, done.stderr
        return done


@pytest.fixture
def run(database_url: str) -> Run:
    return Run(database_url)


async def test_a_token_is_made_listed_and_revoked(run: Run, pool: Pool) -> None:
    made = run("token", "create", "--role", "crew", "--unit", "115-007", "--label", "tablet 7").stdout
    secret = made.removesuffix("\n")
    assert secret.startswith(PREFIX)
    actor = await AccessStore(pool).find_by_token(secret)
    assert actor is not None
    assert actor == Actor(actor.id, frozenset({"crew"}), unit_id="115-007")
    token_id = actor.id.removeprefix("token:")
    listed = run("token", "list").stdout
    assert [word in listed for word in (token_id, "115-007", "tablet 7", secret)] == [True, True, True, False]
    run("token", "revoke", token_id)
    assert await AccessStore(pool).find_by_token(secret) is None


async def test_an_account_is_added_listed_given_a_password_and_disabled(run: Run, pool: Pool) -> None:
    password = run("user", "add", "an", "--role", "dispatcher", "--role", "auditor").stdout.strip()
    session = await AccessStore(pool).sign_in("an", password, "desk-1")
    assert session.actor == Actor("user:an", frozenset({"dispatcher", "auditor"}))
    assert run("user", "password", "an", "--password-stdin", stdin="bánh mì thịt nướng\n").stdout == ""
    assert (await AccessStore(pool).sign_in("an", "bánh mì thịt nướng", "desk-1")).actor == session.actor
    assert "auditor, dispatcher" in run("user", "list").stdout
    run("user", "disable", "an")
    with pytest.raises(Unauthenticated):
        await AccessStore(pool).sign_in("an", "bánh mì thịt nướng", "desk-1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("token", "create", "--role", "crew"), "must name its unit (--unit)"),
        (("token", "create", "--role", "crew", "--unit", "115-07"), "no unit 115-07; data/hcmc/units.csv lists all"),
        (("token", "create", "--role", "station", "--station", "x"), "no station x; data/hcmc/stations.csv lists all"),
        (("token", "create", "--role", "king"), "'king' is no role; choose one of call_taker"),
        (("token", "revoke", "ffff"), "no token ffff"),
        (("user", "disable", "nobody"), "no account nobody"),
        (("user", "add", "an", "--role", "auditor", "--password-stdin"), "0 letters"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_on_stderr(run: Run, words: tuple[str, ...], says: str) -> None:
    done = run(*words, code=1)
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_database_that_is_down_is_told_without_its_password() -> None:
    done = Run("postgresql://desk:s3cret@127.0.0.1:1/desk")("token", "list", code=1)
    assert "127.0.0.1:1, cannot be reached" in done.stderr
    assert "s3cret" not in done.stderr
