"""What a refusal, a death and a cancelling want to be told, through the API: with the outcome, or afterwards."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.live.conftest import Live
from tests.live.test_one_call import assign, now, open_incident

WITNESS = "Bà Nguyễn Thị Thử"


def free_unit(desk: httpx.Client) -> str:
    """One that is nobody's and whose station answers, so that tests do not take each other's."""
    return next(str(unit["id"]) for unit in desk.get("/api/v1/units").json() if unit["status"] == "available")


def going(desk: httpx.Client) -> tuple[str, str]:
    """An incident and the unit that is at its scene."""
    incident_id = open_incident(desk)["id"]
    made = desk.post(f"/api/v1/incidents/{incident_id}/offers", json={"unit_id": free_unit(desk), "reason": "training"})
    offer = made.json()["offer"]
    if offer["status"] == "open":
        desk.post(f"/api/v1/offers/{offer['id']}/answer", json={"answer": "accept", "on_behalf_of": "trạm"})
    for status in ("en_route", "on_scene"):
        report(desk, offer["unit_id"], status=status, incident_id=incident_id)
    return incident_id, offer["unit_id"]


def report(client: httpx.Client, unit_id: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/v1/units/{unit_id}/status", json={"at": now(), **body})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def lacking(client: httpx.Client) -> dict[str, list[str]]:
    answer = client.get("/api/v1/outcomes", params={"missing": True}).json()
    assert answer["lacking"] == len(answer["outcomes"])
    return {one["id"]: one["missing"] for one in answer["outcomes"]}


def test_a_crew_says_that_a_patient_refused_and_tells_the_rest_afterwards(live: Live) -> None:
    with live.client("dispatcher") as desk:
        incident_id, unit_id = going(desk)
        with live.client("crew", unit_id=unit_id) as crew, live.client("crew", unit_id="115-none") as stranger:
            said = report(
                crew, unit_id, status="returning", incident_id=incident_id, outcome="refused_by_patient",
                details={"has_capacity": True},
            )  # fmt: skip
            record = said["outcome_record"]
            assert (said["unit"]["status"], record["missing"]) == ("returning", ["risks", "signature"])
            assert lacking(crew) == {record["id"]: ["risks", "signature"]}
            assert lacking(stranger) == {}
            url = f"/api/v1/outcomes/{record['id']}/details"
            body = {"details": {"risks_told": True, "signed": False, "witness_name": WITNESS}, "idempotency_key": "k1"}
            assert stranger.post(url, json=body).json()["code"] == "not_your_outcome"
            told = crew.post(url, json=body)
            assert (told.status_code, told.json()["outcome_record"]["missing"]) == (200, [])
            assert crew.post(url, json=body).json() == told.json(), "told twice is told once"
            assert lacking(crew) == {}
        token = told.json()["outcome_record"]["details"]["witness_token"]
        timeline = desk.get(f"/api/v1/incidents/{incident_id}").json()["timeline"]
        assert [one["type"] for one in timeline].count("OutcomeDetailsTold") == 1
        for page in ("/api/v1/snapshot", "/api/v1/outcomes", f"/api/v1/incidents/{incident_id}"):
            assert WITNESS not in desk.get(page).text
        assert desk.get(f"/api/v1/personal/{token}", params={"why": "test"}).json()["text"] == WITNESS


def test_details_that_nobody_can_read_hold_up_no_crew(live: Live) -> None:
    with live.client("dispatcher") as desk:
        incident_id, unit_id = going(desk)
        empty = report(desk, unit_id, status="at_patient", incident_id=incident_id, details={})
        assert (empty["unit"]["status"], empty["outcome_record"]) == ("on_scene", None)
        details = {"doctor_name": " ", "decided_at": "2026-11-23T09:17:00", "physician": "Lan", "sined": 1}
        details |= {"police_informed": True}
        said = report(desk, unit_id, status="returning", outcome="resuscitation_stopped", details=details)
        assert said["unit"]["status"] == "returning"
        assert said["outcome_record"]["missing"] == ["doctor", "decided_at"]


def test_a_death_is_told_whole_with_its_outcome_and_the_doctors_name_stands_in_no_event(live: Live) -> None:
    with live.client("dispatcher") as desk:
        incident_id, unit_id = going(desk)
        details = {"doctor_name": "Bác sĩ Thử", "decided_at": now(), "police_informed": True}
        said = report(desk, unit_id, status="returning", outcome="resuscitation_stopped", details=details)
        record = said["outcome_record"]
        assert (record["outcome"], record["missing"]) == ("resuscitation_stopped", [])
        assert sorted(record["details"]) == ["decided_at", "physician_token", "police_informed"]
        assert "Bác sĩ Thử" not in desk.get(f"/api/v1/incidents/{incident_id}").text


def test_who_cancels_is_told_with_the_stand_down_and_with_the_closing(live: Live) -> None:
    with live.client("supervisor") as desk:
        incident_id = open_incident(desk)["id"]
        unit_id = assign(desk, incident_id, free_unit(desk))
        body = {"outcome": "cancelled_before_departure", "details": {"cancelled_by": "caller"}}
        stood_down = desk.post(f"/api/v1/units/{unit_id}/stand-down", json=body).json()["outcome_record"]
        assert (stood_down["missing"], stood_down["details"]) == ([], {"cancelled_by": "caller"})
        other_id = open_incident(desk)["id"]
        closed = desk.post(f"/api/v1/incidents/{other_id}/close", json={"outcome": "cancelled_before_departure"}).json()
        assert (closed["status"], closed["outcome_record"]["missing"]) == ("closed", ["cancelled_by"])
        late = {"details": {"cancelled_by": "other_service"}}
        told = desk.post(f"/api/v1/outcomes/{closed['outcome_record']['id']}/details", json=late).json()
        assert told["outcome_record"]["missing"] == []


@pytest.mark.parametrize(
    ("outcome_id", "details", "status"),
    [("off-none", {"signed": True}, 404), ("off-none", {"sined": True}, 422), ("off-none", {"witness": "Lan"}, 422)],
)
def test_what_nobody_knows_and_what_is_misspelt_is_refused(
    live: Live, outcome_id: str, details: dict[str, Any], status: int
) -> None:
    with live.client("duty_doctor") as doctor:
        answer = doctor.post(f"/api/v1/outcomes/{outcome_id}/details", json={"details": details})
        assert answer.status_code == status
