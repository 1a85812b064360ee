"""Claims about who gets in, as whom, and for how long."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from dispatch.access.known import FRESH_S, KnownActors
from dispatch.access.passwords import SHORTEST, Passwords, new_password
from dispatch.access.roles import FIRST_ACCOUNT_ROLES, Actor, Role
from dispatch.access.store import TRIES, WINDOW_S, AccessStore, ensure_first_account
from dispatch.access.throttle import Throttle
from dispatch.database import Pool, borrowed
from dispatch.errors import Malformed, NotFound, Taken, TooOften, Unauthenticated, Unavailable

PASSWORD = "bánh mì thịt nướng"
AN = Actor("user:an", frozenset({"dispatcher"}))


@pytest.fixture
def store(pool: Pool) -> AccessStore:
    """With the cheapest hashing: the command line's tests pay the full price."""
    return AccessStore(pool, Passwords(PasswordHasher.from_parameters(CHEAPEST)))


async def rows(pool: Pool, query: str) -> list[tuple[object, ...]]:
    async with borrowed(pool) as connection:
        return await (await connection.execute(query.encode())).fetchall()


async def add_an(store: AccessStore) -> None:
    await store.accounts.add("an", PASSWORD, {"dispatcher"}, by="test")


async def test_the_first_start_makes_one_administrator_and_the_next_makes_none(store: AccessStore) -> None:
    password = await ensure_first_account(store)
    assert password is not None
    session = await store.sign_in("admin", password, "127.0.0.1")
    assert session.actor == Actor("user:admin", FIRST_ACCOUNT_ROLES)
    assert await ensure_first_account(store) is None


async def test_two_servers_at_their_first_start_make_one_administrator(store: AccessStore) -> None:
    made = await asyncio.gather(ensure_first_account(store), ensure_first_account(store))
    assert sum(password is not None for password in made) == 1


async def test_a_session_is_its_actors_until_signed_out(store: AccessStore) -> None:
    await add_an(store)
    session = await store.sign_in(" AN ", PASSWORD, "desk-1")
    assert await store.find_by_session(session.secret) == AN
    assert (session.expires_at - datetime.now(UTC)).total_seconds() == pytest.approx(12 * 3600, abs=60)
    await store.sign_out(session.secret)
    assert await store.find_by_session(session.secret) is None


@pytest.mark.parametrize(("name", "password"), [("an", "wrong password"), ("nobody", PASSWORD), ("'; --", PASSWORD)])
async def test_a_wrong_name_and_a_wrong_password_sound_the_same(store: AccessStore, name: str, password: str) -> None:
    await add_an(store)
    with pytest.raises(Unauthenticated, match="do not open an account"):
        await store.sign_in(name, password, "desk-1")


async def test_a_disabled_account_is_out_at_once_and_enabled_in_again(store: AccessStore) -> None:
    await add_an(store)
    session = await store.sign_in("an", PASSWORD, "desk-1")
    await store.accounts.disable("an", by="test")
    store.forget_known()
    assert await store.find_by_session(session.secret) is None
    with pytest.raises(Unauthenticated):
        await store.sign_in("an", PASSWORD, "desk-1")
    await store.accounts.enable("an", by="test")
    assert (await store.sign_in("an", PASSWORD, "desk-1")).actor == AN


async def test_a_new_password_ends_the_sessions_opened_with_the_old(store: AccessStore) -> None:
    await add_an(store)
    session = await store.sign_in("an", PASSWORD, "desk-1")
    await store.accounts.set_password("an", new_password(), by="test")
    store.forget_known()
    assert await store.find_by_session(session.secret) is None
    with pytest.raises(Unauthenticated):
        await store.sign_in("an", PASSWORD, "desk-1")


async def test_an_expired_session_is_nobodys(pool: Pool, store: AccessStore) -> None:
    await add_an(store)
    session = await store.sign_in("an", PASSWORD, "desk-1")
    await rows(pool, "UPDATE sessions SET expires_at = now() - interval '1 second' RETURNING 1")
    assert await AccessStore(pool).find_by_session(session.secret) is None


async def test_an_account_has_one_name_a_role_and_a_password_worth_the_name(store: AccessStore) -> None:
    await add_an(store)
    with pytest.raises(Taken, match="exists already"):
        await store.accounts.add("An", PASSWORD, {"auditor"}, by="test")
    with pytest.raises(Malformed, match="at least one role"):
        await store.accounts.add("binh", PASSWORD, set(), by="test")
    with pytest.raises(Malformed, match=f"{SHORTEST} to"):
        await store.accounts.add("binh", "short", {"auditor"}, by="test")
    with pytest.raises(Malformed, match="a username is"):
        await store.accounts.add("bình an", PASSWORD, {"auditor"}, by="test")
    with pytest.raises(NotFound, match="no account binh"):
        await store.accounts.disable("binh", by="test")
    assert [(account.username, account.roles) for account in await store.accounts.list_all()] == [
        ("an", frozenset({"dispatcher"}))
    ]


async def test_a_crews_token_is_its_units_and_ends_when_revoked(pool: Pool, store: AccessStore) -> None:
    token, secret = await store.tokens.create("crew", unit_id="115-07", label="tablet 7", by="test")
    actor = Actor(f"token:{token.id}", frozenset({"crew"}), unit_id="115-07")
    assert await store.find_by_token(secret) == actor
    assert actor.scope == "unit:115-07"
    assert await rows(pool, "SELECT last_used_at IS NOT NULL FROM tokens") == [(True,)]
    await store.tokens.revoke(token.id, by="test")
    store.forget_known()
    assert await store.find_by_token(secret) is None
    with pytest.raises(NotFound, match="no token ffff"):
        await store.tokens.revoke("ffff", by="test")


@pytest.mark.parametrize(
    ("role", "unit", "station"),
    [("crew", None, None), ("crew", "u1", "s1"), ("station", None, None), ("avl", "u1", None), ("demo", None, "s1")],
)
async def test_only_a_crew_names_a_unit_and_only_a_station_a_station(
    store: AccessStore, role: Role, unit: str | None, station: str | None
) -> None:
    with pytest.raises(Malformed, match=r"must name|leave --"):
        await store.tokens.create(role, unit_id=unit, station_id=station, by="test")
    assert await store.tokens.list_all() == []


async def test_the_database_holds_no_secret(pool: Pool, store: AccessStore) -> None:
    await add_an(store)
    session = await store.sign_in("an", PASSWORD, "desk-1")
    _, secret = await store.tokens.create("avl", by="test")
    tables = ("accounts", "sessions", "tokens", "audit")
    stored = str([await rows(pool, f"SELECT t::text FROM {table} t") for table in tables])
    assert not [word for word in (PASSWORD, session.secret, secret) if word in stored]


async def test_who_changed_what_about_access_is_kept(pool: Pool, store: AccessStore) -> None:
    await add_an(store)
    await store.sign_in("an", PASSWORD, "desk-1")
    with pytest.raises(Unauthenticated):
        await store.sign_in("an", "wrong password", "desk-1")
    token, _ = await store.tokens.create("avl", by="user:admin")
    await store.tokens.revoke(token.id, by="user:admin")
    await store.accounts.disable("an", by="user:admin")
    assert await rows(pool, "SELECT actor, action FROM audit ORDER BY at") == [
        ("test", "account_added"),
        ("user:an", "signed_in"),
        ("user:an", "sign_in_failed"),
        ("user:admin", "token_created"),
        ("user:admin", "token_revoked"),
        ("user:admin", "account_disabled"),
    ]


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_guessing_is_slowed_for_one_name_from_one_address_and_never_for_good() -> None:
    clock = Clock()
    throttle = Throttle("wait {wait_s} s", tries=TRIES, window_s=WINDOW_S, clock=clock)
    for _ in range(TRIES):
        throttle.take_try("an", "desk-1")
    with pytest.raises(TooOften, match="wait 300 s") as refused:
        throttle.take_try("an", "desk-1")
    assert refused.value.retry_after_s == WINDOW_S
    throttle.take_try("an", "desk-2")
    throttle.take_try("binh", "desk-1")
    clock.now += WINDOW_S
    throttle.take_try("an", "desk-1")


async def test_signing_in_forgets_the_failures_before(store: AccessStore) -> None:
    await add_an(store)
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await store.sign_in("an", "wrong password", "desk-1")
        await store.sign_in("an", PASSWORD, "desk-1")
    for _ in range(TRIES - 1):
        store._throttle.take_try("an", "desk-1")
    await store.sign_in("an", PASSWORD, "desk-1")


class Asked:
    """A database that knows one actor, or none, or is away."""

    def __init__(self, actor: Actor | None) -> None:
        self.actor, self.count, self.is_away = actor, 0, False

    async def __call__(self, secret: str) -> Actor | None:
        self.count += 1
        if self.is_away:
            raise Unavailable("away")
        return self.actor


async def test_an_actor_seen_a_moment_ago_is_not_asked_for_again_and_a_disabled_one_is_out_in_five_seconds() -> None:
    clock, asked = Clock(), Asked(AN)
    known = KnownActors(asked, clock)
    assert [await known.find("secret") for _ in range(3)] == [AN] * 3
    assert asked.count == 1
    asked.actor = None
    clock.now += FRESH_S
    assert FRESH_S <= 5
    assert await known.find("secret") is None
    assert await known.find("secret") is None


async def test_while_the_database_is_away_who_was_known_stays_known_and_nobody_else_gets_in() -> None:
    clock, asked = Clock(), Asked(AN)
    known = KnownActors(asked, clock)
    await known.find("secret")
    asked.is_away = True
    clock.now += 3600
    assert await known.find("secret") == AN
    with pytest.raises(Unavailable):
        await known.find("another")
    clock.now += 12 * 3600
    with pytest.raises(Unavailable):
        await known.find("secret")
