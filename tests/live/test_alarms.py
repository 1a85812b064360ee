"""Alarms through the API and the feed: raised by the leader, listed, seen, cleared; the crew's sign of life."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.live.conftest import Live
from tests.live.test_bad_input import assert_problem
from tests.live.test_one_call import assign, hear, listen, now, open_incident, recommended_unit

AT_ONCE = {
    "unsent": {"threshold_s": {"4": 0}},
    "crew_check": {"threshold_s": 0},
    "message_unanswered": {"threshold_s": 0},
}


@pytest.fixture
def hasty(live: Live) -> Iterator[None]:
    """Green incidents alarm at once when nobody is asked, and crews on scene are asked at once."""
    with live.client("medical_director") as director:
        _set(director, {"alarms": {"changes": AT_ONCE}})
        yield
        _set(director, {})


def _set(director: httpx.Client, sections: dict[str, Any]) -> None:
    body = {"sections": sections, "reason": "giao ban", "approved_by": "user:giam-doc"}
    told = director.put("/api/v1/policy", json=body)
    assert told.status_code == 200, told.text


def _hear_alarm(feed: Any, type_name: str, kind: str | None = None, **fields: Any) -> dict[str, Any]:
    """The next event of a type whose data hold these fields."""
    wanted = fields if kind is None else {"kind": kind, **fields}
    while True:
        event: dict[str, Any] = hear(feed, "event")["event"]
        if event["type"] == type_name and wanted.items() <= event["data"].items():
            return event


@pytest.mark.usefixtures("hasty")
def test_a_written_message_that_nobody_answers_alarms_until_the_desk_writes(live: Live) -> None:
    with live.client("dispatcher") as desk, listen(live) as feed:
        hear(feed, "snapshot")
        call_id = desk.post("/api/v1/calls", json={}).json()["call"]["id"]
        page = desk.post(f"/api/v1/calls/{call_id}/location-link").json()["url"]
        assert httpx.post(f"{page}/messages", json={"text": "không nói được"}).status_code == 201
        raised = _hear_alarm(feed, "AlarmRaised", "message_unanswered", about=f"call:{call_id}")
        assert desk.post(f"/api/v1/calls/{call_id}/messages", json={"text": "115 đây"}).status_code == 201
        _hear_alarm(feed, "AlarmCleared", alarm_id=raised["data"]["alarm_id"])


@pytest.mark.usefixtures("hasty")
def test_an_incident_for_which_nobody_is_asked_alarms_once_is_seen_and_clears(live: Live) -> None:
    with live.client("dispatcher") as desk, listen(live) as feed:
        hear(feed, "snapshot")
        incident_id = open_incident(desk, priority=4)["id"]
        raised = _hear_alarm(feed, "AlarmRaised", "unsent", incident_id=incident_id)
        alarm_id = raised["data"]["alarm_id"]
        assert (raised["stream"], raised["data"]["about"]) == (f"alarm:{alarm_id}", f"incident:{incident_id}")
        assert alarm_id in [alarm["id"] for alarm in desk.get("/api/v1/alarms").json()]
        for _ in range(2):
            seen = desk.post(f"/api/v1/alarms/{alarm_id}/acknowledge", json={})
            assert (seen.status_code, seen.json()["alarm"]["status"]) == (200, "acknowledged")
        assign(desk, incident_id, recommended_unit(desk, incident_id))
        _hear_alarm(feed, "AlarmCleared", alarm_id=alarm_id)
        assert alarm_id not in [alarm["id"] for alarm in desk.get("/api/v1/alarms").json()]
        timeline = desk.get(f"/api/v1/incidents/{incident_id}").json()["timeline"]
        told = [event["type"] for event in timeline if event["stream"] == f"alarm:{alarm_id}"]
        assert told == ["AlarmRaised", "AlarmAcknowledged", "AlarmCleared"]


@pytest.mark.usefixtures("hasty")
def test_a_crew_on_scene_is_asked_until_it_says_that_it_is_well(live: Live) -> None:
    with live.client("dispatcher") as desk, listen(live) as feed:
        hear(feed, "snapshot")
        incident_id = open_incident(desk)["id"]
        unit_id = assign(desk, incident_id, recommended_unit(desk, incident_id))
        for status in ("en_route", "on_scene"):
            desk.post(f"/api/v1/units/{unit_id}/status", json={"status": status, "at": now()})
        about = f"unit:{unit_id}"
        alarm_id = _hear_alarm(feed, "AlarmRaised", "crew_check", about=about)["data"]["alarm_id"]
        with live.client("crew", unit_id=unit_id) as crew:
            safe = crew.post(f"/api/v1/units/{unit_id}/safe", json={})
            assert (safe.status_code, safe.json()["unit"]["safe_at"] is not None) == (200, True)
            other = next(unit["id"] for unit in desk.get("/api/v1/units").json() if unit["id"] != unit_id)
            assert crew.post(f"/api/v1/units/{other}/safe", json={}).status_code == 403
        _hear_alarm(feed, "AlarmCleared", alarm_id=alarm_id)


def test_an_alarm_of_an_incident_is_seen_at_the_incidents_own_address_too(live: Live) -> None:
    with live.client("dispatcher") as desk:
        incident_id = open_incident(desk)["id"]
        assert_problem(desk.post(f"/api/v1/incidents/{incident_id}/alarms/alm-0/acknowledge", json={}), 404, "alm-0")
        assert_problem(desk.post("/api/v1/alarms/alm-0/acknowledge", json={}), 404, "alm-0")


def test_the_rules_are_told_with_the_policys_changes(live: Live, hasty: None) -> None:
    with live.client("dispatcher") as desk:
        rules = {rule["kind"]: rule for rule in desk.get("/api/v1/alarms/rules").json()}
        assert rules["unsent"]["threshold_s"]["4"] == 0.0
        assert rules["unsent"]["threshold_s"]["1"] == 30.0
        assert rules["unsent"]["name"]["en"] == "Nobody has been asked yet"


def test_a_station_neither_lists_nor_acknowledges_the_desks_alarms(live: Live) -> None:
    with live.client("dispatcher") as desk:
        station_id = desk.get("/api/v1/units").json()[0]["station_id"]
    with live.client("station", station_id=station_id) as station:
        assert station.get("/api/v1/alarms").status_code == 403
        assert station.post("/api/v1/alarms/alm-0/acknowledge", json={}).status_code == 403
