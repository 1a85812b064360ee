"""The policy through the API: read, checked, set, refused; and what offers remember of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import psycopg
import pytest

from tests.live.conftest import Live

POLICY = "/api/v1/policy"


@pytest.fixture
def director(live: Live) -> Iterator[httpx.Client]:
    """A medical director, who leaves the defaults behind."""
    with live.client("medical_director") as client:
        yield client
        assert client.put(POLICY, json=body({})).status_code == 200


def body(sections: Any, **more: Any) -> dict[str, Any]:
    return {"sections": sections, "reason": "giao ban", "approved_by": "user:giam-doc", **more}


def test_a_policy_that_is_set_holds_and_says_who_set_it_and_why(director: httpx.Client) -> None:
    before = director.get(POLICY).json()
    told = director.put(POLICY, json=body({"assignment": {"late_weight": 3.5}})).json()
    assert (told["values"]["assignment"]["late_weight"], told["reason"], told["approved_by"]) == (
        3.5,
        "giao ban",
        "user:giam-doc",
    )
    assert told["sections"] == {"assignment": {"late_weight": 3.5}}
    assert told["defaults"] == before["defaults"]
    assert told["settings_hash"] != before["settings_hash"]
    assert told["set_by"].startswith("token:")
    late = told["settings"]["assignment"]["late_weight"]
    assert (late["unit"], late["least"], late["most"]) == ("a weight", 0.0, 100.0)
    assert "second" in late["meaning"]


def test_a_check_tells_what_would_hold_and_sets_nothing(director: httpx.Client) -> None:
    before = director.get(POLICY).json()
    told = director.put(f"{POLICY}?check=true", json=body({"assignment": {"target_s": {"2": 700}}})).json()
    assert (told["check"], told["values"]["assignment"]["target_s"]["2"]) == (True, 700.0)
    assert director.get(POLICY).json() == before


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        (body({"assignment": {"late_wait": 1}}), 422, "no setting late_wait"),
        (body({"assignment": {"late_weight": -1}}), 422, "lies between 0 and 100"),
        (body({"weather": {}}), 422, "no section weather"),
        (body({}, version=10_000), 409, "GET /api/v1/policy"),
        ({"sections": {}}, 422, "reason"),
        (body({}, reason=""), 422, "reason"),
    ],
)
def test_a_policy_that_cannot_be_set_says_why(director: httpx.Client, asked: Any, status: int, words: str) -> None:
    answer = director.put(POLICY, json=asked)
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text


def test_only_a_medical_director_sets_it_and_who_works_the_desk_reads_it(live: Live) -> None:
    for role in ("supervisor", "administrator", "duty_doctor"):
        with live.client(role) as client:
            assert client.put(POLICY, json=body({})).status_code == 403
    for role, status in (("dispatcher", 200), ("planner", 200), ("traffic_centre", 403)):
        with live.client(role) as client:
            assert client.get(POLICY).status_code == status


def test_an_offer_remembers_the_policy_it_was_made_under(live: Live, director: httpx.Client) -> None:
    told = director.put(POLICY, json=body({"assignment": {"late_weight": 4.5}})).json()
    with live.client("dispatcher") as desk, psycopg.connect(live.database_url) as log:
        incident = desk.post("/api/v1/incidents", json={"priority": 3, "lon": 106.6981, "lat": 10.7725}).json()
        advice = desk.get(f"/api/v1/incidents/{incident['id']}/recommendation").json()
        offer = {"unit_id": advice["units"][0]["unit_id"]}
        made = desk.post(f"/api/v1/incidents/{incident['id']}/offers", json=offer).json()["offer"]
        asked = "SELECT data->'saw' FROM events WHERE type = 'OfferMade' AND data->>'offer_id' = %s"
        found = log.execute(asked, [made["id"]]).fetchone()
    assert found is not None
    assert (found[0]["settings_hash"], made["overruled"]) == (told["settings_hash"], False)
    assert datetime.fromisoformat(found[0]["now"]) <= datetime.fromisoformat(made["made_at"])
    assert found[0]["advice"]["units"][0][0] == advice["units"][0]["unit_id"]
