"""Personal data erased over HTTP: once all is over and nobody holds it, for ever, and with history untouched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest

from dispatch.domain.clock import LOCAL
from dispatch.services import Services
from tests.dispatch.conftest import services, short_dir, template_database
from tests.running_desk import Live, running_desk

__all__ = ["services", "short_dir", "template_database"]

PLACE = {"lon": 106.6981, "lat": 10.7725}
WHY = {"why": "yêu cầu số 12/2026"}


@pytest.fixture(scope="module")
def live(services: Services, template_database: str, whole_city: Any, short_dir: Any) -> Iterator[Live]:
    """A desk whose retention period is over at once."""
    with running_desk(
        services, template_database, whole_city, short_dir / "erasure", personal_keep_days=0, offer_timeout_s=3.0
    ) as desk:
        yield desk


@pytest.fixture
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("supervisor") as client:
        yield client


@pytest.fixture
def admin(live: Live) -> Iterator[httpx.Client]:
    with live.client("administrator") as client:
        yield client


def post(client: httpx.Client, path: str, **body: Any) -> Any:
    told = client.post(f"/api/v1/{path}", json=body)
    assert told.status_code < 300, told.text
    return told.json()


def rows(live: Live, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(live.database_url, autocommit=True) as connection:
        return connection.execute(query.encode(), values).fetchall()


def taken(live: Live, desk: httpx.Client, ref: str) -> Any:
    """A call with a number, words, a recording and a written message, and its incident."""
    phone = f"09037{ref:0>5}"
    with live.client("telephony") as pbx:
        told = {"event": "answered", "call_ref": ref, "number": phone, "recording_id": f"{phone}.wav"}
        key = post(pbx, "telephony/events", **told)["results"][0]["call_id"]
    call = post(desk, "calls", call_id=key, words="cụ ông ngã", idempotency_key=f"take-{ref}", **PLACE)
    page = post(desk, f"calls/{key}/location-link")["url"]
    assert httpx.post(f"{page}/messages", json={"text": "không nói được"}).status_code == 201
    return call


def be_over(live: Live, desk: httpx.Client, *incident_ids: str) -> None:
    """Closed, and out of the state: as half an hour later."""
    for incident_id in incident_ids:
        post(desk, f"incidents/{incident_id}/close", outcome="treated_not_conveyed")
        incident = live.app.state.parts.desk.state.incidents.pop(incident_id)
        for call_id in incident.call_ids:
            live.app.state.parts.desk.state.calls.pop(call_id)


def test_an_incident_is_erased_with_its_calls_and_history_stays_whole(
    live: Live, desk: httpx.Client, admin: httpx.Client
) -> None:
    call = taken(live, desk, "1")
    key, incident_id = call["call"]["id"], call["incident"]["id"]
    tokens = [call["call"]["caller_token"], call["call"]["words_token"]]
    path = f"/api/v1/incidents/{incident_id}/personal"
    refused = admin.request("DELETE", path, params=WHY)
    assert (refused.status_code, refused.json()["code"]) == (409, "erase_not_over")
    be_over(live, desk, incident_id)
    before = rows(live, "SELECT seq, hash FROM events ORDER BY seq")
    assert desk.request("DELETE", path, params=WHY).status_code == 403
    assert admin.request("DELETE", path).status_code == 422
    began = datetime.now(UTC)
    erased = admin.request("DELETE", path, params=WHY)
    assert erased.status_code == 200, erased.text
    assert (erased.json()["recordings"], key in erased.json()["subjects"]) == (["0903700001.wav"], True)
    for token in tokens:
        gone = desk.get(f"/api/v1/personal/{token}")
        assert (gone.status_code, gone.json()["code"]) == (404, "words_erased")
        days = {f"{at.astimezone(LOCAL):%Y-%m-%d}" for at in (began, datetime.now(UTC))}
        assert any(day in gone.json()["detail"] for day in days)
    assert admin.get(f"/api/v1/incidents/{incident_id}").json()["erased_at"] is not None
    counted = [
        rows(live, f"SELECT count(*) FROM {table} WHERE call_id = %s", key)[0][0]
        for table in ("phone_hashes", "location_links")
    ]
    assert (counted, rows(live, "SELECT 1 FROM commands WHERE key = 'take-1'")) == ([0, 0], [])
    assert rows(live, "SELECT seq, hash FROM events ORDER BY seq") == before
    audit = rows(live, "SELECT actor, detail->>'why' FROM audit WHERE action = 'personal.erase'")
    assert [why for _, why in audit] == [WHY["why"]]
    again = admin.request("DELETE", path, params=WHY).json()
    assert again["recordings"] == []


def test_where_the_phone_is_that_calls_again_now_is_not_erased_with_its_old_call(
    live: Live, desk: httpx.Client, admin: httpx.Client
) -> None:
    incident_id = taken(live, desk, "7")["incident"]["id"]
    be_over(live, desk, incident_id)
    fix = {"location_latitude": "10.7726", "location_longitude": "106.698", "location_accuracy": "9"}
    with live.client("carrier") as carrier:
        assert carrier.post("/api/v1/aml", data={"device_number": "0903700007", **fix}).status_code < 300
    assert admin.request("DELETE", f"/api/v1/incidents/{incident_id}/personal", params=WHY).status_code == 200
    call_id = post(desk, "calls", caller_phone="0903700007")["call"]["id"]
    assert len(live.app.state.parts.desk.state.calls[call_id].fixes) == 1


def test_of_two_callers_of_one_incident_one_is_erased_by_a_token_alone(
    live: Live, desk: httpx.Client, admin: httpx.Client
) -> None:
    one, other = taken(live, desk, "21"), taken(live, desk, "22")
    incident_id = one["incident"]["id"]
    post(desk, f"calls/{other['call']['id']}/join", incident_id=incident_id)
    be_over(live, desk, incident_id)
    gone = admin.request("DELETE", f"/api/v1/personal/{one['call']['words_token']}", params=WHY).json()
    assert gone["subjects"] == [one["call"]["id"]]
    told = [desk.get(f"/api/v1/personal/{call['call']['words_token']}").status_code for call in (one, other)]
    assert told == [404, 200]


def test_what_an_investigation_holds_is_not_erased_until_it_is_released(
    live: Live, desk: httpx.Client, admin: httpx.Client
) -> None:
    call = taken(live, desk, "3")
    incident_id, token = call["incident"]["id"], call["call"]["words_token"]
    be_over(live, desk, incident_id)
    held = f"/api/v1/personal-holds/{incident_id}"
    with live.client("call_taker") as call_taker:
        assert call_taker.put(held, params=WHY).status_code == 403
    assert desk.put(held, params=WHY).json() == {"subject": incident_id, "held": True}
    assert [one["subject"] for one in desk.get("/api/v1/personal-holds").json()] == [incident_id]
    for path in (f"personal/{token}", f"incidents/{incident_id}/personal"):
        refused = admin.request("DELETE", f"/api/v1/{path}", params=WHY)
        assert (refused.status_code, refused.json()["code"]) == (409, "erase_held")
    assert desk.request("DELETE", held, params=WHY).json() == {"subject": incident_id, "held": False}
    assert desk.request("DELETE", held, params=WHY).status_code == 404
    assert admin.request("DELETE", f"/api/v1/personal/{token}", params=WHY).status_code == 200
    with psycopg.connect(live.database_url) as connection:
        told = connection.execute("SELECT action FROM audit WHERE action LIKE 'personal.%' ORDER BY at").fetchall()
    assert [action for (action,) in told][-3:] == ["personal.hold", "personal.release", "personal.erase"]


def test_nothing_is_erased_before_its_retention_period_is_over(
    live: Live, desk: httpx.Client, admin: httpx.Client
) -> None:
    call = taken(live, desk, "4")
    be_over(live, desk, call["incident"]["id"])
    parts = live.app.state.parts
    kept = parts.settings.personal_keep_days
    parts.settings.personal_keep_days = 30
    try:
        refused = admin.request("DELETE", f"/api/v1/personal/{call['call']['words_token']}", params=WHY)
    finally:
        parts.settings.personal_keep_days = kept
    assert (refused.status_code, refused.json()["code"]) == (409, "erase_too_soon")


@pytest.mark.parametrize("path", ["personal/psn-0", "incidents/inc-0/personal"])
def test_what_was_never_there_is_not_found(admin: httpx.Client, path: str) -> None:
    assert admin.request("DELETE", f"/api/v1/{path}", params=WHY).status_code == 404
