"""What may be changed of an incident, by whom, and what of a call is kept."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.live.conftest import Live
from tests.live.test_one_call import BEN_THANH, assign, open_incident, recommended_unit


def test_an_incident_whose_unit_was_called_off_is_closed_by_who_may_close_without_sending(live: Live) -> None:
    with live.client("dispatcher") as desk, live.client("supervisor") as supervisor:
        incident_id = open_incident(desk, priority=3)["id"]
        unit_id = assign(desk, incident_id, recommended_unit(desk, incident_id))
        off = desk.post(f"/api/v1/units/{unit_id}/stand-down", json={"outcome": "cancelled_before_departure"})
        assert off.status_code == 200, off.text
        body = {"outcome": "no_patient_found"}
        assert desk.post(f"/api/v1/incidents/{incident_id}/close", json=body).status_code == 403
        assert supervisor.post(f"/api/v1/incidents/{incident_id}/close", json=body).status_code == 200


def test_a_new_complaint_brings_its_own_needs(live: Live) -> None:
    with live.client("dispatcher") as desk:
        unknown = open_incident(desk)
        known = open_incident(desk, complaint="cardiac_arrest")
        body = {"version": unknown["version"], "complaint": "cardiac_arrest"}
        revised = desk.patch(f"/api/v1/incidents/{unknown['id']}", json=body).json()
    assert unknown["needs"] != known["needs"]
    assert (revised["complaint"], revised["needs"]) == ("cardiac_arrest", known["needs"])


def test_another_complaint_takes_no_unit_from_a_major_incident(live: Live) -> None:
    with live.client("dispatcher") as desk:
        incident_id = open_incident(desk)["id"]
        assert desk.post(f"/api/v1/incidents/{incident_id}/major", json={"expected": 10}).status_code == 201
        major = desk.get(f"/api/v1/incidents/{incident_id}").json()
        body = {"version": major["version"], "complaint": "burns"}
        revised = desk.patch(f"/api/v1/incidents/{incident_id}", json=body).json()
        desk.post(f"/api/v1/incidents/{incident_id}/major/stand-down", json={})
    assert len(major["needs"]) > 1
    assert (revised["complaint"], revised["needs"]) == ("burns", major["needs"])


def test_a_complaint_in_free_words_is_kept_as_it_was_said(live: Live) -> None:
    with live.client("call_taker") as desk:
        call = desk.post("/api/v1/calls", json={**BEN_THANH, "complaint": "bà Lan đau ngực"}).json()["call"]
        coded = desk.post("/api/v1/calls", json={**BEN_THANH, "complaint": "chest_pain"}).json()["call"]
        kept = desk.get(f"/api/v1/personal/{call['words_token']}").json()["text"]
    assert (call["complaint"], kept) == ("chest_pain", "bà Lan đau ngực")
    assert (coded["complaint"], coded["words_token"]) == ("chest_pain", None)


def test_a_unit_that_stands_by_at_an_event_is_released_by_the_supervisor_only(live: Live) -> None:
    hours = {"from_at": "2026-03-02T10:00:00Z", "until_at": "2026-03-02T14:00:00Z"}
    with live.client("dispatcher") as desk, live.client("supervisor") as supervisor:
        event_id = open_incident(desk, priority=4, kind="standby_event", **hours)["id"]
        unit_id = assign(desk, event_id, recommended_unit(desk, event_id))
        for status in ("en_route", "on_scene"):
            said = {"status": status, "incident_id": event_id, "at": datetime.now(UTC).isoformat()}
            assert desk.post(f"/api/v1/units/{unit_id}/status", json=said).status_code == 200
        off = (f"/api/v1/units/{unit_id}/stand-down", {"outcome": "cancelled_after_departure"})
        refused = desk.post(off[0], json=off[1])
        assert (refused.status_code, "only the supervisor" in refused.json()["detail"]) == (403, True)
        released = supervisor.post(off[0], json={**off[1], "reason": "needed_elsewhere"})
        assert (released.status_code, released.json()["unit"]["status"]) == (200, "returning")
        log = supervisor.get("/api/v1/events?after=0&limit=10000").json()
        ended = [one["data"] for one in log if one["type"] == "RunEnded" and one["data"]["unit_id"] == unit_id]
    assert ended[-1]["reason"] == "needed_elsewhere"
