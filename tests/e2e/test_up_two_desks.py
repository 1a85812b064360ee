"""Two desks on one database: both serve, one leads, the other takes over. And auto-dispatch, which the leader does."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from dispatch.services import Services
from tests.dispatch.conftest import scratch_database, services, short_dir, template_database
from tests.e2e.desk_process import DeskProcess, copy_city, several, wait_for

__all__ = ["services", "short_dir", "template_database"]

PATIENCE_S = 120.0
LEADS = "this node leads"
SETTINGS = {"SAIGON115_AUTO_DISPATCH": "3", "SAIGON115_OFFER_TIMEOUT_S": "3"}


@pytest.fixture(scope="module")
def desks(services: Services, template_database: str, built_state: Path) -> Iterator[list[DeskProcess]]:
    """The leader first. They share a state folder, for the master key, and the database."""
    folder = Path(tempfile.mkdtemp(prefix="s115-two-"))
    state = copy_city(built_state, folder / "state")
    with scratch_database(services.database_url, template_database) as database_url:
        env = {"DATABASE_URL": database_url, "REDIS_URL": services.redis_url, **SETTINGS}
        with several(DeskProcess(state, env=env), DeskProcess(state, env=env)) as two:
            wait_for(lambda: any(map(_leads, two)), PATIENCE_S, lambda: "nobody leads")
            yield sorted(two, key=_leads, reverse=True)
    shutil.rmtree(folder)


def test_of_two_desks_on_one_database_both_are_ready_and_one_leads(desks: list[DeskProcess]) -> None:
    ready = [httpx.get(f"{desk.url}/readyz", timeout=60).status_code for desk in desks]
    assert (ready, [_leads(desk) for desk in desks]) == ([200, 200], [True, False])


def test_what_is_opened_on_one_desk_shows_on_the_feed_of_the_other(desks: list[DeskProcess]) -> None:
    here, there = desks
    for asked, heard in ((here, there), (there, here)):
        with asked.client("dispatcher") as client, heard.listen() as feed:
            assert json.loads(feed.recv(timeout=PATIENCE_S))["type"] == "snapshot"
            incident = _open(client, priority=4)
            event = _hear_event(feed, incident["seq"])
            assert event["event"]["data"]["incident_id"] == incident["id"]


def test_every_desk_shows_what_the_leader_recommends(desks: list[DeskProcess]) -> None:
    leader, other = desks
    with leader.listen() as here, other.listen() as there, other.client("dispatcher") as client:
        incident = _open(client, priority=4)
        leaders = _hear_advice(here, incident["id"])
        while _hear_advice(there, incident["id"]) != leaders:  # a desk that hears nothing for long decides by itself
            pass


def test_auto_dispatch_offers_the_levels_it_was_given_until_somebody_holds_it(desks: list[DeskProcess]) -> None:
    with desks[0].client("dispatcher") as client:
        red, yellow = _open(client, priority=1), _open(client, priority=3)
        offers = wait_for(lambda: _offers(client, yellow), PATIENCE_S, lambda: f"no offer: {desks[0].said()}")
        assert offers[0]["made_by"] == "system:auto-dispatch"
        held = client.post("/api/v1/desk/auto-dispatch", json={"held": True})
        assert (held.status_code, held.json()["held"]) == (200, True)
        waits = _open(client, priority=3)
        _let_the_leader_look(client, waits)
        assert (_offers(client, waits), _offers(client, red)) == ([], [])
        client.post("/api/v1/desk/auto-dispatch", json={"held": False})
        wait_for(lambda: _offers(client, waits), PATIENCE_S, lambda: "not offered after the hold was lifted")
        assert _offers(client, red) == []


def test_another_desk_takes_over_when_the_leader_is_killed(desks: list[DeskProcess]) -> None:
    leader, other = desks
    with other.client("dispatcher") as client:
        incident = _open(client, priority=2)
        unit_id = _unit_that_may_be_refused(client)
        made = client.post(
            f"/api/v1/incidents/{incident['id']}/offers", json={"unit_id": unit_id, "reason": "training"}
        )
        assert (made.status_code, made.json()["offer"]["status"]) == (201, "open")
        leader.kill()
        wait_for(lambda: _leads(other), PATIENCE_S, lambda: f"nobody took over: {other.said()}")
        _wait_until_expired(client, incident)
        advice = client.get(f"/api/v1/incidents/{_open(client, priority=1)['id']}/recommendation")
        assert advice.json()["action"] == "send"


def _leads(desk: DeskProcess) -> bool:
    return LEADS in desk.said()


def _open(client: httpx.Client, priority: int) -> dict[str, Any]:
    body = {"priority": priority, "lon": 106.6981, "lat": 10.7725}
    answer = client.post("/api/v1/incidents", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _offers(client: httpx.Client, incident: dict[str, Any]) -> list[dict[str, Any]]:
    return list(client.get(f"/api/v1/incidents/{incident['id']}").json()["offers"].values())


def _hear_event(feed: ClientConnection, seq: int) -> dict[str, Any]:
    """The frame of this event; others are passed by."""
    while True:
        frame: dict[str, Any] = json.loads(feed.recv(timeout=PATIENCE_S))
        if (frame["type"], frame.get("seq")) == ("event", seq):
            return frame


def _hear_advice(feed: ClientConnection, incident_id: str) -> dict[str, Any]:
    """The next frame of advice about an incident; `at` and `solver_ms` tell one computation from another."""
    while True:
        frame: dict[str, Any] = json.loads(feed.recv(timeout=PATIENCE_S))
        if frame["type"] == "recommendation" and frame["incident_id"] == incident_id:
            return frame


def _let_the_leader_look(client: httpx.Client, incident: dict[str, Any]) -> None:
    """
    Until the leader has ended an offer by silence that was made after `incident`: its watch has gone by that too.
    """
    probe = _open(client, priority=4)
    body = {"unit_id": _unit_that_may_be_refused(client), "reason": "training"}
    client.post(f"/api/v1/incidents/{probe['id']}/offers", json=body)
    _wait_until_expired(client, probe)
    assert probe["seq"] > incident["seq"]


def _wait_until_expired(client: httpx.Client, incident: dict[str, Any]) -> None:
    """Until silence has ended the incident's first offer."""

    def first() -> str:
        return str(_offers(client, incident)[0]["status"])

    wait_for(lambda: first() == "expired", PATIENCE_S, lambda: f"the offer of {incident['id']} is {first()}")


def _unit_that_may_be_refused(client: httpx.Client) -> str:
    state = client.get("/api/v1/snapshot").json()["state"]
    units = (unit for unit in state["units"].values() if unit["status"] == "available")
    return next(str(unit["id"]) for unit in units if state["stations"][unit["station_id"]]["can_refuse"])
