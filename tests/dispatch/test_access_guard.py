"""Claims about the door of every route: roles, own units, and pages of other sites."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, get_args

import httpx
import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from fastapi import Depends, FastAPI
from starlette.requests import HTTPConnection

from dispatch.access.endpoints import router
from dispatch.access.guard import SESSION_COOKIE, Allow, OpenToAll, allow, require_own_station, require_own_unit
from dispatch.access.passwords import Passwords
from dispatch.access.permissions import PERMISSIONS, Permission, may
from dispatch.access.roles import FIRST_ACCOUNT_ROLES, ROLES, Actor
from dispatch.access.store import AccessStore
from dispatch.database import Pool
from dispatch.errors import Forbidden, Unauthenticated
from dispatch.problems import add_problems

QUICK = Passwords(PasswordHasher.from_parameters(CHEAPEST))
PASSWORD = "bánh mì thịt nướng"
AN = {"username": "an", "password": PASSWORD}


@pytest.fixture
async def app(pool: Pool) -> FastAPI:
    app = FastAPI()
    add_problems(app)
    app.include_router(router)
    app.state.access = AccessStore(pool, QUICK)
    await app.state.access.accounts.add("an", PASSWORD, {"dispatcher"}, by="test")

    @app.post("/offers")
    async def offer(actor: Annotated[Actor, Depends(allow("make_offers"))]) -> str:
        return actor.id

    @app.post("/simulations")
    async def simulate(actor: Annotated[Actor, Depends(allow("simulate"))]) -> str:
        return actor.id

    return app


@pytest.fixture
async def desk(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.local:8115") as client:
        yield client


async def test_a_session_opens_says_who_and_closes(desk: httpx.AsyncClient) -> None:
    opened = await desk.post("/api/v1/session", json=AN)
    assert (opened.status_code, opened.json()) == (200, {"actor": "user:an", "roles": ["dispatcher"]})
    cookie = opened.headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert "; HttpOnly; Max-Age=43200; Path=/; SameSite=strict" in cookie
    assert "Secure" not in cookie
    who = {"actor": "user:an", "roles": ["dispatcher"], "scope": "desk", "demo": False}
    assert (await desk.get("/api/v1/session")).json() == who
    assert (await desk.delete("/api/v1/session")).status_code == 204
    assert (await desk.get("/api/v1/session")).status_code == 401


async def test_over_https_the_cookie_is_secure(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://desk.local") as client:
        assert "Secure" in (await client.post("/api/v1/session", json=AN)).headers["set-cookie"]


async def test_the_answer_to_a_wrong_password_is_401_and_to_the_eleventh_429(
    desk: httpx.AsyncClient,
) -> None:
    wrong = AN | {"password": "wrong password"}
    assert [(await desk.post("/api/v1/session", json=wrong)).status_code for _ in range(10)] == [401] * 10
    last = await desk.post("/api/v1/session", json=AN)
    assert (last.status_code, last.headers["retry-after"]) == (429, "300")
    assert "too many sign-ins failed" in last.json()["detail"]


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"username": "an"}', b'{"username": "", "password": ""}', b"[]"])
async def test_a_malformed_sign_in_is_told_and_never_repeats_the_password(desk: httpx.AsyncClient, body: bytes) -> None:
    answer = await desk.post("/api/v1/session", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    long = await desk.post("/api/v1/session", json={"username": "a" * 65, "password": PASSWORD})
    assert PASSWORD not in long.text


async def test_without_a_session_or_token_nobody_passes(desk: httpx.AsyncClient) -> None:
    for headers in ({}, {"authorization": "Bearer s115_guess"}, {"cookie": f"{SESSION_COOKIE}=guess"}):
        answer = await desk.post("/offers", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:saigon115:problem:unauthenticated")


async def test_a_role_without_the_permission_is_told_which_roles_have_it(desk: httpx.AsyncClient) -> None:
    await desk.post("/api/v1/session", json=AN)
    assert (await desk.post("/offers")).json() == "user:an"
    refused = await desk.post("/simulations")
    assert refused.status_code == 403
    assert "user:an (dispatcher) may not simulate" in refused.json()["detail"]
    assert "medical_director, planner, supervisor" in refused.json()["detail"]


async def test_a_token_passes_by_its_role_and_says_its_scope(app: FastAPI, desk: httpx.AsyncClient) -> None:
    token, secret = await app.state.access.tokens.create("station", station_id="st-01", by="test")
    headers = {"authorization": f"Bearer {secret}"}
    assert (await desk.get("/api/v1/session", headers=headers)).json() == {
        "actor": f"token:{token.id}",
        "roles": ["station"],
        "scope": "station:st-01",
        "demo": False,
    }
    assert (await desk.post("/offers", headers=headers)).status_code == 403


async def test_a_browser_keeps_a_hospitals_token_until_it_signs_out_or_the_token_is_revoked(
    app: FastAPI, desk: httpx.AsyncClient
) -> None:
    access: AccessStore = app.state.access
    token, secret = await access.tokens.create("hospital", hospital_id="cho-ray", by="test")
    kept = await desk.post("/api/v1/session/token", json={"token": f" {secret}\n"})
    assert (kept.status_code, kept.json()) == (200, {"actor": f"token:{token.id}", "roles": ["hospital"]})
    assert "; HttpOnly; Max-Age=34560000; Path=/; SameSite=strict" in kept.headers["set-cookie"]
    assert (await desk.get("/api/v1/session")).json()["scope"] == "hospital:cho-ray"
    assert (await desk.post("/offers", headers={"origin": "http://evil.example"})).status_code == 403
    await desk.delete("/api/v1/session")
    assert (await desk.get("/api/v1/session")).status_code == 401
    await desk.post("/api/v1/session/token", json={"token": secret})
    await access.tokens.revoke(token.id, by="test")
    access.forget_known()
    assert (await desk.get("/api/v1/session")).status_code == 401
    assert (await desk.post("/api/v1/session/token", json={"token": secret})).status_code == 401


async def test_a_token_of_the_whole_desk_signs_no_browser_in(app: FastAPI, desk: httpx.AsyncClient) -> None:
    _, secret = await app.state.access.tokens.create("dispatcher", by="test")
    refused = await desk.post("/api/v1/session/token", json={"token": secret})
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    foreign = await desk.post(
        "/api/v1/session/token", json={"token": secret}, headers={"origin": "http://evil.example"}
    )
    assert foreign.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://desk.local:8115"}, 200),
        ({}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://desk.local:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
    ],
)
async def test_a_page_of_another_site_cannot_use_the_cookie(
    desk: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    await desk.post("/api/v1/session", json=AN)
    assert (await desk.post("/offers", headers=headers)).status_code == status
    assert (await desk.post("/api/v1/session", json=AN, headers=headers)).status_code == status


async def test_behind_a_proxy_the_public_origin_is_our_own(app: FastAPI) -> None:
    app.state.public_origin = "https://115.hcmc.example/"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://inside:8115") as desk:
        await desk.post("/api/v1/session", json=AN)
        assert (await desk.post("/offers", headers={"origin": "https://115.hcmc.example"})).status_code == 200
        assert (await desk.post("/offers", headers={"origin": "http://115.hcmc.example"})).status_code == 403


async def test_a_token_needs_no_origin(app: FastAPI, desk: httpx.AsyncClient) -> None:
    _, secret = await app.state.access.tokens.create("demo", by="test")
    headers = {"authorization": f"Bearer {secret}", "origin": "http://evil.example"}
    assert (await desk.post("/offers", headers=headers)).status_code == 200


async def test_a_socket_is_guarded_like_a_request(app: FastAPI) -> None:
    session = await app.state.access.sign_in("an", PASSWORD, "desk-1")

    async def knock(*headers: tuple[bytes, bytes]) -> Actor:
        scope = {"type": "websocket", "headers": [(b"host", b"desk.local"), *headers], "app": app}
        return await allow("see_work")(HTTPConnection(scope))

    cookie = (b"cookie", f"{SESSION_COOKIE}={session.secret}".encode())
    assert await knock(cookie, (b"origin", b"http://desk.local")) == session.actor
    with pytest.raises(Forbidden, match=r"http://evil\.example may not act here"):
        await knock(cookie, (b"origin", b"http://evil.example"))
    with pytest.raises(Unauthenticated, match="no session and no token"):
        await knock()


def test_a_crew_acts_for_its_own_unit_and_a_station_for_itself() -> None:
    crew = Actor("token:1", frozenset({"crew"}), unit_id="u1")
    station = Actor("token:2", frozenset({"station"}), station_id="s1")
    desk = Actor("user:an", frozenset({"dispatcher"}))
    for actor in (crew, desk):
        require_own_unit(actor, "u1")
    for actor in (station, desk):
        require_own_station(actor, "s1")
    with pytest.raises(Forbidden, match="crew of unit u1 and may not act for unit u2"):
        require_own_unit(crew, "u2")
    with pytest.raises(Forbidden, match="station s1 and may not act for station s2"):
        require_own_station(station, "s2")


def test_each_permission_has_a_role_and_each_role_of_the_table_exists() -> None:
    assert set(PERMISSIONS) == set(get_args(Permission))
    for permission, roles in PERMISSIONS.items():
        assert roles, permission
        assert roles <= set(ROLES), permission


@pytest.mark.parametrize("permission", ["lower_levels", "close_without_sending", "stand_down_red"])
def test_only_supervisor_and_duty_doctor_sign_what_is_grave(permission: Permission) -> None:
    assert PERMISSIONS[permission] == {"supervisor", "duty_doctor"}


def test_the_demo_may_play_and_nothing_more() -> None:
    demo = Actor("token:1", frozenset({"demo"}))
    assert {permission for permission in PERMISSIONS if may(demo, permission)} == {
        "know_oneself",
        "see_city",
        "see_work",
        "see_desk",
        "take_calls",
        "open_incidents",
        "edit_incidents",
        "acknowledge_alarms",
        "make_offers",
        "answer_offers",
        "report_unit_status",
        "send_positions",
    }


def test_the_first_account_may_do_all_that_the_desk_does() -> None:
    admin = Actor("user:admin", FIRST_ACCOUNT_ROLES)
    assert [permission for permission in PERMISSIONS if not may(admin, permission)] == []


def test_every_route_of_a_session_names_its_permission() -> None:
    for route in router.routes:
        guards = [one.call for one in route.dependant.dependencies]  # type: ignore[attr-defined]
        assert [guard for guard in guards if isinstance(guard, Allow | OpenToAll)], route
