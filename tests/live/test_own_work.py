"""A station and a crew act for themselves only; a crew's phone is heard however its client sends a fix."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from dispatch.access.tokens import hash_secret
from tests.live.conftest import Live


@pytest.fixture(scope="module")
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("dispatcher") as client:
        yield client


def units_of_two_stations(desk: httpx.Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two units of two stations that may refuse, the first of them free."""
    stations = desk.get("/api/v1/snapshot").json()["state"]["stations"]
    free = [
        unit
        for unit in desk.get("/api/v1/units").json()
        if unit["status"] == "available" and stations[unit["station_id"]]["can_refuse"]
    ]
    return free[0], next(unit for unit in free if unit["station_id"] != free[0]["station_id"])


def now() -> str:
    return datetime.now(UTC).isoformat()


def test_a_station_reports_for_its_own_units_only(live: Live, desk: httpx.Client) -> None:
    unit, other = units_of_two_stations(desk)
    body = {"status": "moving_up", "at": now()}
    with live.client("station", station_id=other["station_id"]) as station:
        assert station.post(f"/api/v1/units/{unit['id']}/status", json=body).status_code == 403
        assert station.post(f"/api/v1/units/{other['id']}/status", json=body).status_code == 200


@pytest.mark.parametrize("who", ["another unit", "a unit that is not registered"])
def test_a_crew_answers_no_offer_but_its_own(live: Live, desk: httpx.Client, who: str) -> None:
    unit, other = units_of_two_stations(desk)
    incident = desk.post("/api/v1/incidents", json={"lon": 106.6981, "lat": 10.7725, "priority": 3}).json()
    made = desk.post(
        f"/api/v1/incidents/{incident['id']}/offers", json={"unit_id": unit["id"], "reason": "training"}
    ).json()["offer"]
    unit_id = other["id"] if who == "another unit" else "115-none"
    with live.client("crew", unit_id=unit_id) as crew:
        answer = crew.post(f"/api/v1/offers/{made['id']}/answer", json={"answer": "accept"})
    assert answer.status_code == 403
    assert desk.post(f"/api/v1/offers/{made['id']}/withdraw", json={}).status_code == 200


@pytest.mark.parametrize("how", ["get", "post", "post form", "post odd form"])
def test_traccar_client_is_heard_however_it_sends(live: Live, desk: httpx.Client, how: str) -> None:
    unit_id = desk.get("/api/v1/units").json()[-1]["id"]
    fix = {"id": unit_id, "lat": "10.7725", "lon": "106.6981", "timestamp": now()}
    with live.client("crew", unit_id=unit_id) as crew:
        if how == "post form":
            answer = crew.post("/avl/osmand", data=fix)
        elif how == "post odd form":
            answer = crew.post("/avl/osmand", params=fix, files={"lat": b"10"})
        else:
            answer = crew.request(how, "/avl/osmand", params=fix)
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "rejected": []})


def listen(feed: ClientConnection) -> None:
    while True:
        feed.recv(timeout=60)


def test_an_open_feed_ends_when_its_token_is_revoked(live: Live) -> None:
    secret = live.token("supervisor")
    url = live.url.replace("http", "ws") + "/feed"
    with connect(url, additional_headers={"Authorization": f"Bearer {secret}"}) as feed:
        with psycopg.connect(live.database_url, autocommit=True) as connection:
            connection.execute("UPDATE tokens SET revoked_at = now() WHERE hash = %s", [hash_secret(secret)])
        with pytest.raises(ConnectionClosed) as closed:
            listen(feed)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_a_request_beyond_all_measure_is_refused_before_anybody_asks_who_sends_it(live: Live) -> None:
    answer = httpx.post(f"{live.url}/api/v1/calls", content=b" " * 9_000_000)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_the_console_keeps_its_guards_under_its_other_name(live: Live) -> None:
    page, other = httpx.get(f"{live.url}/"), httpx.get(f"{live.url}/index.html")
    assert page.headers.get("content-security-policy") == other.headers.get("content-security-policy")
