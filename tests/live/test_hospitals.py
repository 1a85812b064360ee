"""A hospital at a running desk: it tells for itself only, sees who comes to it, and confirms that it took over."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests.live.conftest import Live

PATIENCE_S = 60.0
PLACE = {"lon": 106.6981, "lat": 10.7725}


@pytest.fixture(scope="module")
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("dispatcher") as client:
        yield client


def now() -> str:
    return datetime.now(UTC).isoformat()


def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def soon(true: Callable[[], Any]) -> Any:
    """What it gives once it gives something; the leader's watch looks once a second."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not (found := true()):
        assert time.monotonic() < give_up_at, "it never came true"
        time.sleep(0.05)
    return found


OnScene = tuple[dict[str, Any], str, httpx.Client]


@pytest.fixture
def on_scene(live: Live, desk: httpx.Client) -> Iterator[OnScene]:
    """An incident with a unit at its scene, and the unit's own client."""
    stations = desk.get("/api/v1/snapshot").json()["state"]["stations"]
    unit = next(
        one
        for one in desk.get("/api/v1/units").json()
        if one["status"] == "available" and "convey" in one["skills"] and stations[one["station_id"]]["can_refuse"]
    )
    incident = ok(desk.post("/api/v1/incidents", json={**PLACE, "priority": 2, "complaint": "stroke"}), 201)
    made = ok(
        desk.post(f"/api/v1/incidents/{incident['id']}/offers", json={"unit_id": unit["id"], "reason": "training"}),
        201,
    )["offer"]
    with live.client("crew", unit_id=unit["id"]) as crew:
        ok(crew.post(f"/api/v1/offers/{made['id']}/answer", json={"answer": "accept"}))
        for status in ("en_route", "on_scene"):
            report(crew, unit["id"], status)
        yield incident, unit["id"], crew


def report(crew: httpx.Client, unit_id: str, status: str, **fields: str) -> None:
    ok(crew.post(f"/api/v1/units/{unit_id}/status", json={"status": status, "at": now(), **fields}))


def test_a_patient_is_brought_to_the_advised_hospital_which_sees_it_coming_and_takes_over(
    live: Live, desk: httpx.Client, on_scene: OnScene
) -> None:
    incident, unit_id, crew = on_scene
    path = f"/api/v1/incidents/{incident['id']}"
    advice = ok(desk.get(f"{path}/destinations", params={"unit_id": unit_id}))
    assert (advice["needed"], advice["approved"]) == (["stroke"], False)
    first = advice["destinations"][0]
    assert first["score_s"] == pytest.approx(sum(first["terms"].values()))
    body = {"unit_id": unit_id, "hospital_id": first["hospital_id"]}
    ok(desk.post(f"{path}/destination", json=body))
    hospital_id = first["hospital_id"]
    with live.client("hospital", hospital_id=hospital_id) as hospital:
        (coming,) = arrivals(hospital, hospital_id, unit_id)
        assert (coming["number"], coming["has_left"], coming["colours"]) == (incident["number"], False, {})
        assert not {"place", "lon", "words_token", "caller_token"} & coming.keys()
        confirm = f"/api/v1/hospitals/{hospital_id}/arrivals/{coming['run']}/confirm"
        assert hospital.post(confirm, json={}).status_code == 409
        patient = ok(crew.post(f"{path}/patients", json={"colour": "red", "words": "ông An, 61 tuổi"}), 201)
        ok(crew.patch(f"/api/v1/patients/{patient['patient']['id']}", json={"step": "loaded"}))
        report(crew, unit_id, "transporting")
        fix = {"unit_id": unit_id, "lon": 106.68, "lat": 10.76, "at": now()}
        ok(crew.post("/api/v1/positions", json=[fix]))
        (live_one,) = arrivals(hospital, hospital_id, unit_id)
        assert (live_one["has_left"], live_one["colours"]) == (True, {"red": 1})
        assert live_one["low_s"] < live_one["eta_s"] < live_one["high_s"]
        assert "ông An" not in json.dumps(
            ok(hospital.get(f"/api/v1/hospitals/{hospital_id}/arrivals")), ensure_ascii=False
        )
        report(crew, unit_id, "at_hospital")
        ok(hospital.post(confirm, json={}))
        assert arrivals(hospital, hospital_id, unit_id) == []
    run = ok(desk.get("/api/v1/snapshot"))["state"]["incidents"][incident["id"]]["runs"][coming["run"]]
    assert (run["hospital_id"], run["handover_confirmed_at"] is not None) == (hospital_id, True)
    report(crew, unit_id, "available")


def arrivals(client: httpx.Client, hospital_id: str, unit_id: str) -> list[dict[str, Any]]:
    found = ok(client.get(f"/api/v1/hospitals/{hospital_id}/arrivals"))["arrivals"]
    return [one for one in found if one["unit_id"] == unit_id]


def test_another_hospital_than_the_advised_one_needs_a_reason_and_is_counted(
    desk: httpx.Client, on_scene: OnScene
) -> None:
    incident, unit_id, crew = on_scene
    path = f"/api/v1/incidents/{incident['id']}"
    others = ok(desk.get(f"{path}/destinations", params={"unit_id": unit_id}))["destinations"]
    body = {"unit_id": unit_id, "hospital_id": others[3]["hospital_id"]}
    assert desk.post(f"{path}/destination", json=body).status_code == 422
    ok(desk.post(f"{path}/destination", json={**body, "reason": "người nhà yêu cầu"}))
    events = desk.get("/api/v1/events", params={"after": incident["seq"]}).json()
    told = next(one for one in events if one["type"] == "DestinationSet" and one["data"]["unit_id"] == unit_id)
    assert (told["data"]["overruled"], told["data"]["reason"]) == (True, "other")
    assert "người nhà" not in json.dumps(told, ensure_ascii=False)
    wished = ok(desk.get(f"{path}/destinations", params={"unit_id": unit_id, "wish": others[5]["hospital_id"]}))
    assert wished["destinations"][0]["hospital_id"] == others[5]["hospital_id"]
    ok(
        desk.post(
            f"{path}/destination",
            json={"unit_id": unit_id, "hospital_id": others[5]["hospital_id"], "wish": others[5]["hospital_id"]},
        )
    )
    report(crew, unit_id, "available", outcome="treated_not_conveyed")


def test_a_bed_is_kept_once_and_given_back_by_its_expiry(desk: httpx.Client) -> None:
    incident = ok(desk.post("/api/v1/incidents", json={**PLACE, "priority": 3}), 201)
    ok(desk.patch("/api/v1/hospitals/cho-ray", json={"capacity": {"icu_bed": 1}}))
    asked = {"incident_id": incident["id"], "resource": "icu_bed"}
    path = "/api/v1/hospitals/cho-ray/reservations"
    kept = ok(desk.post(path, json=asked), 201)["reservation"]
    assert desk.post(path, json=asked).status_code == 409
    assert desk.post(path, json={**asked, "resource": "burn_bed"}).status_code == 409
    ok(desk.delete(f"{path}/{kept['id']}"))
    assert desk.delete(f"{path}/{kept['id']}").status_code == 404
    short = ok(desk.post(path, json={**asked, "minutes": 0.01}), 201)["reservation"]

    def is_over() -> bool:
        hospitals = {one["id"]: one for one in desk.get("/api/v1/hospitals").json()}
        return short["id"] not in hospitals["cho-ray"]["reservations"]

    assert soon(is_over)
    again = ok(desk.post(path, json=asked), 201)["reservation"]
    ok(desk.delete(f"{path}/{again['id']}"))


def test_a_diversion_alone_is_still_a_whole_body_and_an_unknown_one_is_refused(desk: httpx.Client) -> None:
    told = ok(desk.patch("/api/v1/hospitals/cho-ray", json={"diversion": ["stroke"]}))
    assert (told["diversion"], told["status"]) == (["stroke"], "open")
    assert desk.patch("/api/v1/hospitals/cho-ray", json={"diversion": ["teleport"]}).status_code == 422
    assert desk.patch("/api/v1/hospitals/cho-ray", json={}).status_code == 422
    assert desk.patch("/api/v1/hospitals/cho-ray", json={"capacity": {"icu_bed": -1}}).status_code == 422
    assert desk.patch("/api/v1/hospitals/nowhere", json={"diversion": []}).status_code == 404
    assert ok(desk.patch("/api/v1/hospitals/cho-ray", json={"diversion": []}))["diversion"] == []


def test_a_hospital_tells_and_sees_itself_only(live: Live, desk: httpx.Client) -> None:
    with live.client("hospital", hospital_id="cho-ray") as hospital:
        ok(hospital.patch("/api/v1/hospitals/cho-ray", json={"status": "busy"}))
        incident = ok(desk.post("/api/v1/incidents", json={**PLACE, "priority": 3}), 201)
        asked = {"incident_id": incident["id"], "resource": "icu_bed"}
        ok(desk.patch("/api/v1/hospitals/cho-ray", json={"status": "open", "capacity": {"icu_bed": 1}}))
        kept = ok(desk.post("/api/v1/hospitals/cho-ray/reservations", json=asked), 201)["reservation"]
        other = "/api/v1/hospitals/nhan-dan-115"
        refused = [
            hospital.patch(other, json={"status": "busy"}),
            hospital.get(other),
            hospital.get(f"{other}/arrivals"),
            hospital.post(f"{other}/arrivals/off-1/confirm", json={}),
            hospital.post(f"{other}/reservations", json=asked),
            hospital.delete(f"{other}/reservations/{kept['id']}"),
            hospital.get("/api/v1/units"),
            hospital.get(f"/api/v1/incidents/{incident['id']}/destinations"),
            hospital.get(f"/api/v1/incidents/{incident['id']}/patients"),
            hospital.get("/api/v1/events"),
        ]
        assert [answer.status_code for answer in refused] == [403] * len(refused)
        state = ok(hospital.get("/api/v1/snapshot"))["state"]
        assert (list(state["hospitals"]), state["calls"], state["stations"]) == (["cho-ray"], {}, {})
        assert incident["id"] not in state["incidents"]
        ok(hospital.delete(f"/api/v1/hospitals/cho-ray/reservations/{kept['id']}"))
    with live.client("hospital", hospital_id="nhan-dan-115") as other_hospital:
        listed = {one["id"]: one for one in ok(other_hospital.get("/api/v1/hospitals"))}
        assert listed["cho-ray"]["reservations"] == {}


def test_a_hospitals_feed_speaks_of_its_own_arrivals_and_nobody_elses(
    live: Live, desk: httpx.Client, on_scene: OnScene
) -> None:
    incident, unit_id, crew = on_scene
    secret = live.token("hospital", hospital_id="cho-ray")
    url = live.url.replace("http", "ws") + "/feed"
    with connect(url, additional_headers={"Authorization": f"Bearer {secret}"}) as feed:
        first = json.loads(feed.recv(timeout=PATIENCE_S))
        assert (first["type"], incident["id"] in first["state"]["incidents"]) == ("snapshot", False)
        sent = {"unit_id": unit_id, "hospital_id": "cho-ray", "reason": "training"}
        ok(desk.post(f"/api/v1/incidents/{incident['id']}/destination", json=sent))
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["type"] != "snapshot":
            heard.append(json.loads(feed.recv(timeout=PATIENCE_S)))
    assert "event" not in [frame["type"] for frame in heard]
    mine = heard[-1]["state"]["incidents"][incident["id"]]
    assert (mine["place"], mine["offers"], mine["call_ids"]) == (None, {}, [])
    report(crew, unit_id, "available", outcome="treated_not_conveyed")


def test_a_hospitals_account_signs_in_to_its_own_scope(live: Live) -> None:
    live.add_account("bv-cho-ray", "bánh mì thịt nướng", "hospital", hospital_id="cho-ray")
    with httpx.Client(base_url=live.url) as browser:
        ok(browser.post("/api/v1/session", json={"username": "bv-cho-ray", "password": "bánh mì thịt nướng"}))
        who = ok(browser.get("/api/v1/session"))
        assert (who["roles"], who["scope"]) == (["hospital"], "hospital:cho-ray")
        assert browser.get("/hospital").status_code in (200, 503)
