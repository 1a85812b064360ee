"""One 115 call, end to end, through the API and the feed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest
from websockets.sync.client import ClientConnection, connect

from dispatch.domain.events import read_recorded
from dispatch.domain.fold import apply
from dispatch.domain.state import State
from tests.live.conftest import Live

BEN_THANH = {"lon": 106.6981, "lat": 10.7725}


def now() -> str:
    return datetime.now(UTC).isoformat()


def listen(live: Live, role: Any = "dispatcher", after: int | None = None, **owner: str) -> ClientConnection:
    """The feed. `max_queue=None`: with a full queue, reading pauses and the close waits ten seconds for an answer."""
    query = "" if after is None else f"?after={after}"
    headers = {"Authorization": f"Bearer {live.token(role, **owner)}"}
    url = f"{live.url.replace('http', 'ws')}/feed{query}"
    return connect(url, additional_headers=headers, max_size=None, max_queue=None)


PATIENCE_S = 60.0
"""For a machine that is busy with other things. Nothing here asserts how fast the desk is."""


def hear(feed: ClientConnection, kind: str, **fields: Any) -> dict[str, Any]:
    """The next frame of a kind (and with these fields); others are passed by."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        frame: dict[str, Any] = json.loads(feed.recv(timeout=max(0.0, deadline - time.monotonic())))
        if frame["type"] == kind and all(frame.get(key) == value for key, value in fields.items()):
            return frame


def open_incident(desk: httpx.Client, **more: Any) -> dict[str, Any]:
    answer = desk.post("/api/v1/incidents", json={"priority": 2, **BEN_THANH, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def recommended_unit(desk: httpx.Client, incident_id: str) -> str:
    return str(desk.get(f"/api/v1/incidents/{incident_id}/recommendation").json()["units"][0]["unit_id"])


def assign(desk: httpx.Client, incident_id: str, unit_id: str) -> str:
    """Offer the incident to the unit, and accept for its station if that has not accepted by itself."""
    made = desk.post(f"/api/v1/incidents/{incident_id}/offers", json={"unit_id": unit_id})
    assert made.status_code == 201, made.text
    offer = made.json()["offer"]
    if offer["status"] == "open":
        yes = desk.post(f"/api/v1/offers/{offer['id']}/answer", json={"answer": "accept", "on_behalf_of": "trạm"})
        assert yes.status_code == 200, yes.text
    return str(offer["unit_id"])


def test_a_call_becomes_an_incident_a_recommendation_an_offer_a_run_and_an_outcome(live: Live) -> None:
    with live.client("dispatcher") as desk, listen(live) as feed:
        hear(feed, "snapshot")
        call = desk.post("/api/v1/calls", json={**BEN_THANH, "complaint": "đau ngực"}).json()
        incident_id = call["incident"]["id"]
        assert (call["incident"]["status"], call["call"]["complaint"]) == ("waiting", "chest_pain")
        advice = hear(feed, "recommendation", incident_id=incident_id)
        assert advice["action"] == "send"
        unit_id = assign(desk, incident_id, recommended_unit(desk, incident_id))
        hospital_id = desk.get("/api/v1/hospitals").json()[0]["id"]
        for status in ("en_route", "on_scene", "at_patient", "transporting", "at_hospital", "handed_over", "returning"):
            body = {"status": status, "incident_id": incident_id, "at": now()}
            if status == "transporting":
                body["hospital_id"] = hospital_id
            said = desk.post(f"/api/v1/units/{unit_id}/status", json=body)
            assert said.status_code == 200, said.text
        found = desk.get(f"/api/v1/incidents/{incident_id}").json()
        assert (found["status"], found["outcome"]) == ("closed", "conveyed")
        (run,) = found["runs"].values()
        assert run["hospital_id"] == hospital_id
        assert list(run["stamps"]) == [
            "offered_at",
            "accepted_at",
            "en_route_at",
            "on_scene_at",
            "at_patient_at",
            "left_scene_at",
            "at_hospital_at",
            "handover_at",
            "back_in_service_at",
        ]


def test_the_feed_has_no_gap_and_folds_to_the_snapshot(live: Live) -> None:
    with live.client("dispatcher") as desk, listen(live) as feed:
        first = hear(feed, "snapshot")
        state = _state(first["state"])
        workers = [threading.Thread(target=open_incident, args=(desk,)) for _ in range(5)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        head = desk.get("/api/v1/snapshot").json()
        while state.seq < head["seq"]:
            apply(state, read_recorded(hear(feed, "event")["event"]))
        if state.seq == head["seq"]:
            assert state == _state(head["state"])


def test_a_feed_resumes_after_the_last_event_it_saw(live: Live) -> None:
    with live.client("dispatcher") as desk:
        seq = desk.get("/api/v1/snapshot").json()["seq"]
        incident = open_incident(desk)
        with listen(live, after=seq) as feed:
            heard = json.loads(feed.recv(timeout=PATIENCE_S))
            assert (heard["type"], heard["seq"]) == ("event", seq + 1)
            while heard["event"]["data"].get("incident_id") != incident["id"]:  # what was left over may alarm meanwhile
                heard = hear(feed, "event")
            assert heard["event"]["type"] == "IncidentOpened"
        with listen(live, after=seq + 1_000_000) as ahead:
            assert json.loads(ahead.recv(timeout=PATIENCE_S))["type"] == "snapshot"


def test_a_crew_hears_its_own_work_and_nothing_else(live: Live) -> None:
    with live.client("dispatcher") as desk:
        incident_id = open_incident(desk)["id"]
        unit_id = recommended_unit(desk, incident_id)
        with listen(live, "crew", unit_id=unit_id) as feed, live.client("crew", unit_id=unit_id) as crew:
            before = hear(feed, "snapshot")["state"]
            assert (before["incidents"], list(before["units"]), before["calls"]) == ({}, [unit_id], {})
            assign(desk, incident_id, unit_id)
            assert list(hear(feed, "snapshot")["state"]["incidents"]) == [incident_id]
            said = crew.post(f"/api/v1/units/{unit_id}/status", json={"status": "en_route", "at": now()})
            assert said.status_code == 200
            other = next(unit["id"] for unit in desk.get("/api/v1/units").json() if unit["id"] != unit_id)
            refused = crew.post(f"/api/v1/units/{other}/status", json={"status": "off_duty", "at": now()})
            assert refused.status_code == 403


@pytest.fixture
def impatient(live: Live) -> Iterator[None]:
    """Offers that are made meanwhile end soon."""
    parts = live.app.state.parts
    before, parts.settings = parts.settings, parts.settings.model_copy(update={"offer_timeout_s": 0.2})
    yield
    parts.settings = before


@pytest.mark.usefixtures("impatient")
def test_silence_ends_an_offer_and_the_next_leaves_without_a_person(live: Live) -> None:
    with live.client("dispatcher") as desk, listen(live) as feed:
        hear(feed, "snapshot")
        incident_id = open_incident(desk)["id"]
        state = desk.get("/api/v1/snapshot").json()["state"]
        unit_id = next(
            unit["id"]
            for unit in state["units"].values()
            if unit["status"] == "available" and "convey" in unit["skills"] and _can_refuse(state, unit)
        )
        desk.post(f"/api/v1/incidents/{incident_id}/offers", json={"unit_id": unit_id, "reason": "local_knowledge"})
        kinds: list[str] = []
        while kinds.count("OfferMade") < 2:
            event = hear(feed, "event")["event"]
            if event["stream"] == f"incident:{incident_id}":
                kinds.append(event["type"])
        assert kinds == ["IncidentOpened", "OfferMade", "OfferExpired", "OfferMade"]


def test_the_metrics_count_the_desk_and_name_nobody(live: Live) -> None:
    with live.client("dispatcher") as desk:
        open_incident(desk, priority=3)
        told = httpx.get(f"{live.url}/metrics").text
        state = desk.get("/api/v1/snapshot").json()["state"]
        off_duty = sum(unit["status"] == "off_duty" for unit in state["units"].values())
        assert f'saigon115_units{{status="off_duty"}} {float(off_duty)}' in told
        assert 'saigon115_waiting{level="3"}' in told


def test_personal_data_stand_in_no_event_and_each_read_is_logged(live: Live) -> None:
    with live.client("dispatcher") as desk:
        words = {"words": "chị Tám ngất ở chợ Bến Thành", "caller_phone": "0903 115 115"}
        taken = desk.post("/api/v1/calls", json=words)
        call = taken.json()["call"]
        told = desk.get("/api/v1/events", params={"after": taken.json()["seq"] - 5}).text
        assert "Tám" not in told
        assert "0903115115" not in told.replace(" ", "")
        read = desk.get(f"/api/v1/personal/{call['words_token']}", params={"why": "call back"})
        assert read.json()["text"] == words["words"]


def _state(plain: Any) -> State:
    return msgspec.convert(plain, State)


def _can_refuse(state: dict[str, Any], unit: dict[str, Any]) -> bool:
    return bool(state["stations"][unit["station_id"]]["can_refuse"])
