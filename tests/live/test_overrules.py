"""Going against advice, diverting, acknowledging and lifting a bar, through the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.live.conftest import Live

BEN_THANH = {"lon": 106.6981, "lat": 10.7725}


@pytest.fixture(scope="module")
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("dispatcher") as client:
        yield client


def open_incident(desk: httpx.Client, priority: int = 3) -> dict[str, Any]:
    return dict(desk.post("/api/v1/incidents", json={"priority": priority, **BEN_THANH}).json())


def free_unit(desk: httpx.Client, can_refuse: bool, but: set[str] | None = None) -> str:
    """A van at its post; the farthest by id, so that nobody advises it."""
    state = desk.get("/api/v1/snapshot").json()["state"]
    free = [
        unit["id"]
        for unit in state["units"].values()
        if (unit["status"], unit["kind"]) == ("available", "van")
        and state["stations"][unit["station_id"]]["can_refuse"] == can_refuse
        and unit["id"] not in (but or set())
    ]
    return str(free[-1])


def advised(desk: httpx.Client, incident_id: str) -> set[str]:
    advice = desk.get(f"/api/v1/incidents/{incident_id}/recommendation").json()
    return {one["unit_id"] for one in (*advice["units"], *advice["parallel"])}


def offer(desk: httpx.Client, incident_id: str, unit_id: str, **more: Any) -> httpx.Response:
    return desk.post(f"/api/v1/incidents/{incident_id}/offers", json={"unit_id": unit_id, **more})


def count(live: Live) -> dict[str, int]:
    with live.client("planner") as planner:
        told: dict[str, int] = planner.get("/api/v1/overrules").json()["total"].get("unit", {})
    return told


def test_another_unit_is_sent_in_one_step_with_a_reason_that_is_counted(live: Live, desk: httpx.Client) -> None:
    incident_id, before = open_incident(desk)["id"], count(live)
    unit_id = free_unit(desk, can_refuse=True, but=advised(desk, incident_id))
    refused = offer(desk, incident_id, unit_id)
    assert (refused.status_code, "road_blocked" in refused.json()["detail"]) == (422, True)
    made = offer(desk, incident_id, unit_id, reason="road_blocked").json()["offer"]
    assert (made["overruled"], made["reason"], made["note"]) == (True, "road_blocked", None)
    assert count(live) == before | {"road_blocked": before.get("road_blocked", 0) + 1}


def test_words_of_ones_own_count_as_other_and_stand_in_no_event(live: Live, desk: httpx.Client) -> None:
    incident_id = open_incident(desk)["id"]
    unit_id = free_unit(desk, can_refuse=True, but=advised(desk, incident_id))
    made = offer(desk, incident_id, unit_id, reason="anh Ba quen bệnh nhân này").json()["offer"]
    assert (made["reason"], made["note"].startswith("psn")) == ("other", True)


def test_a_unit_under_way_is_diverted_with_a_signature_and_its_incident_waits(desk: httpx.Client) -> None:
    lesser, graver = open_incident(desk, 4), open_incident(desk, 2)
    unit_id = free_unit(desk, can_refuse=False)
    assert offer(desk, lesser["id"], unit_id, reason="training").json()["offer"]["status"] == "accepted"
    said = {"status": "en_route", "at": datetime.now(UTC).isoformat()}
    assert desk.post(f"/api/v1/units/{unit_id}/status", json=said).status_code == 200
    made = offer(desk, graver["id"], unit_id, reason="skill_needed", signed=True)
    assert (made.status_code, made.json()["offer"]["diverts_from"]) == (201, lesser["id"])
    known = desk.post(f"/api/v1/offers/{made.json()['offer']['id']}/acknowledge", json={"on_behalf_of": "kíp"})
    assert known.status_code == 200
    left = desk.get(f"/api/v1/incidents/{lesser['id']}").json()
    assert (left["status"], left["barred"]) == ("waiting", [unit_id])
    red = open_incident(desk, 1)
    assert offer(desk, red["id"], unit_id, reason="training").json()["offer"]["diverts_from"] == graver["id"]


def test_nobody_is_diverted_from_red_or_to_a_lesser_incident(desk: httpx.Client) -> None:
    red, other, lesser = open_incident(desk, 1), open_incident(desk, 1), open_incident(desk, 4)
    unit_id = free_unit(desk, can_refuse=False)
    assert offer(desk, red["id"], unit_id, reason="training").json()["offer"]["status"] == "accepted"
    for incident in (other, lesser):
        refused = offer(desk, incident["id"], unit_id, reason="training", signed=True)
        assert (refused.status_code, "red is never diverted from" in refused.json()["detail"]) == (409, True)


def test_a_station_sees_and_acknowledges_what_was_withdrawn_and_a_person_lifts_the_bar(
    live: Live, desk: httpx.Client
) -> None:
    incident_id = open_incident(desk)["id"]
    unit_id = free_unit(desk, can_refuse=True)
    made = offer(desk, incident_id, unit_id, reason="training").json()["offer"]
    assert desk.post(f"/api/v1/offers/{made['id']}/withdraw", json={}).status_code == 200
    assert desk.get(f"/api/v1/incidents/{incident_id}").json()["barred"] == [unit_id]
    with live.client("station", station_id=made["station_id"]) as station:
        assert incident_id in station.get("/api/v1/snapshot").json()["state"]["incidents"]
        path = f"/api/v1/offers/{made['id']}/acknowledge"
        assert station.post(path, json={}).json()["offer"]["acknowledged_at"] is not None
        again = station.post(path, json={})
        assert (again.status_code, "already acknowledged" in again.json()["detail"]) == (409, True)
        assert incident_id not in station.get("/api/v1/snapshot").json()["state"]["incidents"]
    bar = f"/api/v1/incidents/{incident_id}/barred/{unit_id}"
    assert desk.delete(bar).json()["incident"]["barred"] == []
    assert desk.delete(bar).status_code == 404


def test_a_late_answer_is_told_how_the_offer_ended(desk: httpx.Client) -> None:
    incident_id = open_incident(desk)["id"]
    made = offer(desk, incident_id, free_unit(desk, can_refuse=True), reason="training").json()["offer"]
    path = f"/api/v1/offers/{made['id']}/answer"
    assert desk.post(path, json={"answer": "refuse", "reason": "no_crew"}).status_code == 200
    late = desk.post(path, json={"answer": "accept"})
    assert (late.status_code, "already refused" in late.json()["detail"]) == (409, True)
    other = desk.post(path, json={"answer": "accept", "unit_id": "115-none"})
    assert other.status_code == 409
