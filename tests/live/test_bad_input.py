"""Whatever is sent, the desk answers with a problem that says the fact, the thing and the way out; never with 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dispatch.access.permissions import PERMISSIONS
from dispatch.api_page import list_marks
from dispatch.domain.words import PUBLISHED
from tests.live.conftest import Live

BEN_THANH = {"lon": 106.6981, "lat": 10.7725}
HANOI = {"lon": 105.8544, "lat": 21.0285}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("dispatcher") as client:
        yield client


@pytest.fixture(scope="module")
def demo(live: Live) -> Iterator[httpx.Client]:
    with live.client("demo") as client:
        yield client


def assert_problem(answer: httpx.Response, status: int, *words: str) -> dict[str, Any]:
    """A whole problem of this status whose detail says these words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = dict(answer.json())
    assert set(told) - {"code", "facts"} == {"type", "title", "status", "detail"}
    assert told["status"] == status
    assert [word for word in words if word not in told["detail"]] == []
    return told


def open_incident(desk: httpx.Client, **more: Any) -> dict[str, Any]:
    answer = desk.post("/api/v1/incidents", json={"priority": 2, **BEN_THANH, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def free_units(desk: httpx.Client) -> list[str]:
    return [unit["id"] for unit in desk.get("/api/v1/units").json() if unit["status"] == "available"]


def now(ahead_s: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=ahead_s)).isoformat()


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("incidents", b'{"priority": 2,', "JSON"),
        ("incidents", b"", "the body"),
        ("incidents", b"[]", "dictionary"),
        ("incidents", b'{"priority": 2, "colour": "red"}', "colour"),
        ("incidents", b'{"priority": "grave"}', "priority"),
        ("incidents", b'{"priority": 5}', "priority"),
        ("incidents", b'{"priority": 2, "lon": "east", "lat": 1}', "lon"),
        ("incidents", b'{"priority": 2, "lon": NaN, "lat": 1}', "lon"),
        ("incidents", b'{"priority": 2, "lon": 1e999, "lat": 1}', "lon"),
        ("incidents", b'{"priority": 2, "place": {"lon": 106}}', "place.lat"),
        ("incidents", b'{"priority": 2, "idempotency_key": ""}', "idempotency_key"),
        ("calls", b'{"lon": 106.7}', "lon and lat go together"),
        ("calls", b'{"lon": 181, "lat": 10}', "lon"),
        ("calls", b'{"lon": 10.77, "lat": 106.69}', "lat"),
        ("calls", b'{"words": 115}', "words"),
        ("calls", b'{"answers": ["yes"]}', "answers"),
        ("calls", b'{"words": "Ch\\u0000", "lon": 106.7, "lat": 10.7}', "NUL"),
        ("calls", b'{"words": "\\ud800"}', "surrogate"),
        ("calls", b'{"\\ud800": 1}', "surrogate"),
        ("calls", b'{"answers": {"a": "\\u0000"}}', "NUL"),
        ("calls", b"\xff\xfe{}", "JSON"),
        ("calls", b'{"answers": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}", "deep"),
        ("calls", b'{"answers": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}", "deep"),
        ("calls", json.dumps({"answers": {"a": ["b" * 1000] * 2000}}).encode(), "at most 1000000"),
        ("positions", b'{"unit_id": "x"}', "list"),
        ("positions", b"[", "JSON"),
    ],
)
def test_a_malformed_body_is_a_problem_that_names_the_place(
    desk: httpx.Client, demo: httpx.Client, path: str, body: bytes, word: str
) -> None:
    client = demo if path == "positions" else desk
    assert_problem(client.post(f"/api/v1/{path}", content=body, headers=JSON), 422, word)


def test_a_body_beyond_all_measure_is_refused(desk: httpx.Client, demo: httpx.Client) -> None:
    words = desk.post("/api/v1/calls", json={"words": "a" * 5_000_000})
    assert_problem(words, 422, "at most 1000000")
    fixes = demo.post("/api/v1/positions", json=[{"unit_id": "a"}] * 10_001)
    assert_problem(fixes, 422, "at most 10000")
    endless = desk.post("/api/v1/calls", content=b"[" * 100_000, headers=JSON)
    assert endless.status_code in (400, 422)
    assert_problem(endless, endless.status_code)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a" * 5000, "..%2F", "' OR 1=1 --", "%", "🚑"])
def test_an_odd_id_in_a_path_is_unknown_or_malformed_and_no_more(desk: httpx.Client, text: str) -> None:
    odd = quote(text.encode("utf-8", "surrogatepass"), safe="")
    release = {"outcome": "cancelled_before_departure"}
    for answer in (
        desk.get(f"/api/v1/incidents/{odd}"),
        desk.get(f"/api/v1/incidents/{odd}/recommendation"),
        desk.get(f"/api/v1/personal/{odd}"),
        desk.post(f"/api/v1/units/{odd}/stand-down", json=release),
    ):
        assert answer.status_code in (404, 422) if text == "\x00" else answer.status_code in (403, 404)
        assert_problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "query",
    [
        "geocode?q=%00",
        "geocode?q=%ED%A0%80",
        "geocode?q=" + "a" * 5000,
        "reverse?lon=106.7&lat=95",
        "reverse?lon=nan&lat=nan",
        "route?from=a&to=b",
        "route?from=106.7,10.7&to=nan,nan",
        "route?from=106.7,10.7&to=106.6,10.7&profile=broom",
        "events?after=-1",
        "events?after=99999999999999999999999",
        "events?limit=1000000",
        "personal/psn-0?why=%00",
    ],
)
def test_an_odd_query_never_fails_the_server(desk: httpx.Client, query: str) -> None:
    answer = desk.get(f"/api/v1/{query}")
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert_problem(answer, answer.status_code)


def test_a_place_off_our_roads_is_taken_as_it_is_and_somebody_is_recommended(desk: httpx.Client) -> None:
    incident = open_incident(desk, **HANOI)
    assert (incident["place"]["lon"], incident["place"]["lat"]) == (HANOI["lon"], HANOI["lat"])
    assert _advice(desk, incident)["action"] == "send"


def test_times_to_a_place_off_our_roads_are_marked_as_estimates(desk: httpx.Client) -> None:
    units = _advice(desk, open_incident(desk, **HANOI))["units"]
    assert [unit["estimated"] for unit in units] == [True]


def _advice(desk: httpx.Client, incident: dict[str, Any]) -> dict[str, Any]:
    """What is recommended; the incident is closed afterwards, so that no other test meets it."""
    advice = desk.get(f"/api/v1/incidents/{incident['id']}/recommendation").json()
    open_ids = [one["id"] for one in desk.get("/api/v1/incidents").json() if one["status"] != "closed"]
    other = next((one for one in open_ids if one != incident["id"]), None) or open_incident(desk)["id"]
    double = {"outcome": "duplicate", "duplicate_of": other}
    closed = desk.post(f"/api/v1/incidents/{incident['id']}/close", json=double)
    assert closed.status_code == 200, closed.text
    return dict(advice)


def test_what_does_not_exist_is_a_404_that_says_where_to_look(desk: httpx.Client, demo: httpx.Client) -> None:
    incident = open_incident(desk)["id"]
    report = {"status": "off_duty", "at": now()}
    close = {"outcome": "no_content"}
    assert_problem(desk.get("/api/v1/incidents/inc-0"), 404, "inc-0", "GET /api/v1/incidents")
    assert_problem(desk.get("/api/v1/incidents/inc-0/recommendation"), 404, "inc-0")
    assert_problem(desk.post("/api/v1/incidents/inc-0/close", json=close), 404, "inc-0")
    assert_problem(desk.post("/api/v1/incidents/inc-0/reopen", json={}), 404, "inc-0")
    assert_problem(desk.post(f"/api/v1/incidents/{incident}/alarms/alm-0/acknowledge", json={}), 404, "alm-0")
    assert_problem(desk.post("/api/v1/incidents", json={"priority": 2, "call_id": "call-0"}), 404, "call-0")
    assert_problem(desk.post("/api/v1/calls/call-0/close", json=close), 404, "call-0")
    offers = f"/api/v1/incidents/{incident}/offers"
    assert_problem(desk.post(offers, json={"unit_id": "x-0"}), 404, "x-0", "GET /api/v1/units")
    assert_problem(desk.post(offers, json={"station_id": "x-0"}), 404, "x-0")
    assert_problem(desk.post(offers, json={}), 422, "station_id or a unit_id")
    assert_problem(desk.post("/api/v1/offers/off-0/answer", json={"answer": "accept"}), 404, "off-0")
    assert_problem(desk.post("/api/v1/offers/off-0/withdraw", json={}), 404, "off-0")
    assert_problem(desk.post("/api/v1/units/x-0/status", json=report), 404, "x-0", "GET /api/v1/units")
    assert_problem(desk.get("/api/v1/personal/psn-0"), 404, "psn-0")
    assert_problem(desk.get("/api/v1/nothing"), 404, "/api/v1/nothing", "/api/docs")
    assert_problem(desk.put("/api/v1/units"), 405, "PUT /api/v1/units")


def test_an_illegal_step_of_a_unit_names_what_is_allowed(desk: httpx.Client) -> None:
    unit_id = free_units(desk)[0]
    for status in ("on_scene", "transporting"):
        said = desk.post(f"/api/v1/units/{unit_id}/status", json={"status": status, "at": now()})
        assert_problem(
            said,
            409,
            unit_id,
            f"cannot go {status} while available",
            "off_duty, offered, on_break, out_of_service, returning",
        )
    down = desk.post(f"/api/v1/units/{unit_id}/stand-down", json={"outcome": "cancelled_before_departure"})
    assert_problem(down, 409, unit_id, "dispatched, en_route")


@pytest.mark.parametrize(
    ("at", "word"),
    [
        ("2026-01-01T10:00:00", "zone"),
        ("yesterday", "at"),
        ("in an hour", "ahead of ours"),
        ("0001-01-01T00:00:00+14:00", "set the device's clock"),
        ("9999-12-31T23:59:59-14:00", "set the device's clock"),
        ("9999-12-31T23:59:59Z", "ahead of ours"),
    ],
)
def test_a_report_needs_a_time_that_can_be_true(desk: httpx.Client, at: str, word: str) -> None:
    unit_id, said = free_units(desk)[0], now(ahead_s=3600) if at == "in an hour" else at
    assert_problem(desk.post(f"/api/v1/units/{unit_id}/status", json={"status": "off_duty", "at": said}), 422, word)
    assert unit_id in free_units(desk)


def test_each_bad_fix_of_a_batch_is_rejected_with_its_reason_and_spoils_no_other(
    desk: httpx.Client, demo: httpx.Client
) -> None:
    unit_id = free_units(desk)[-1]
    good = {"unit_id": unit_id, **BEN_THANH, "at": now()}
    batch = [
        good,
        {**good, "at": now(ahead_s=-60)},
        {**good, "at": "2026-01-01T10:00:00"},
        {**good, "at": now(ahead_s=600)},
        {**good, "unit_id": "x-0"},
        {**good, "lat": 95},
        {**good, "lon": "east"},
        {"unit_id": unit_id},
        "fix",
        None,
        {**good, **HANOI, "at": now(ahead_s=30)},
    ]
    answer = demo.post("/api/v1/positions", json=batch)
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    reasons = {row["index"]: row["reason"] for row in answer.json()["rejected"]}
    words = {
        1: "not newer than the last position",
        2: "no zone",
        3: "ahead of ours",
        4: "no unit x-0",
        5: "not on the globe",
        6: "lon",
        7: "lon",
        8: "not a fix",
        9: "not a fix",
        10: "no unit drives over",
    }
    assert list(reasons) == list(words)
    assert [index for index, word in words.items() if word not in reasons[index]] == []


@pytest.mark.parametrize(
    "fix",
    [
        b'{"unit_id": "\\ud800", "lon": 106.7, "lat": 10.7, "at": "2026-01-01T10:00:00Z"}',
        b'{"unit_id": "\\u0000", "lon": 106.7, "lat": 10.7, "at": "2026-01-01T10:00:00Z"}',
        b'{"unit_id": "UNIT", "lon": NaN, "lat": 10.7, "at": "2026-01-01T10:00:00Z"}',
        b'{"unit_id": "UNIT", "lon": 106.7, "lat": 10.7, "at": "0001-01-01T00:00:00+14:00"}',
    ],
)
def test_an_impossible_fix_is_rejected_inside_a_200(desk: httpx.Client, demo: httpx.Client, fix: bytes) -> None:
    unit_id = free_units(desk)[3].encode()
    answer = demo.post("/api/v1/positions", content=b"[" + fix.replace(b"UNIT", unit_id) + b"]", headers=JSON)
    assert (answer.status_code, answer.json()["accepted"]) == (200, 0), answer.text
    assert demo.get("/api/v1/units").status_code == 200


@pytest.mark.parametrize(
    "told", [b'"speed_kph": 1e300', b'"heading_deg": Infinity', b'"heading_deg": -1, "speed_kph": -1, "accuracy_m": -1']
)
def test_a_fix_whose_figures_cannot_be_true_is_taken_without_them(
    desk: httpx.Client, demo: httpx.Client, told: bytes
) -> None:
    unit_id = free_units(desk)[3]
    fix = f'"unit_id": "{unit_id}", "lon": 106.7, "lat": 10.7, "at": "{now()}"'.encode()
    answer = demo.post("/api/v1/positions", content=b"[{" + fix + b", " + told + b"}]", headers=JSON)
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1), answer.text
    position = next(unit["position"] for unit in demo.get("/api/v1/units").json() if unit["id"] == unit_id)
    assert {key for key, figure in position.items() if figure is not None} == {"lon", "lat", "at"}


def test_a_key_gives_the_same_answer_again_to_its_own_actor_only(live: Live, desk: httpx.Client) -> None:
    body = {"priority": 4, **BEN_THANH, "idempotency_key": "one-key"}
    first, again = desk.post("/api/v1/incidents", json=body), desk.post("/api/v1/incidents", json=body)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    with live.client("dispatcher") as colleague:
        theirs = colleague.post("/api/v1/incidents", json=body)
        assert (theirs.status_code, theirs.json()["id"] != first.json()["id"]) == (201, True)
    other = desk.post("/api/v1/incidents", json={**body, "priority": 3})
    assert_problem(other, 422, "one-key", "another body", "take a new key")
    elsewhere = desk.post(f"/api/v1/incidents/{first.json()['id']}/reopen", json={"idempotency_key": "one-key"})
    assert_problem(elsewhere, 422, "one-key")


def test_a_change_decided_on_an_older_version_is_refused(desk: httpx.Client) -> None:
    incident = open_incident(desk)
    change = {"version": incident["version"], "priority": 1}
    revised = desk.patch(f"/api/v1/incidents/{incident['id']}", json=change)
    assert (revised.status_code, revised.json()["priority"]) == (200, 1)
    again = desk.patch(f"/api/v1/incidents/{incident['id']}", json=change)
    assert_problem(again, 409, incident["number"], f"version {revised.json()['version']}, not {change['version']}")


def test_a_close_decided_on_an_older_version_is_refused(desk: httpx.Client) -> None:
    incident = open_incident(desk)
    desk.patch(f"/api/v1/incidents/{incident['id']}", json={"version": incident["version"], "priority": 1})
    close = {"outcome": "no_content", "version": incident["version"]}
    assert_problem(desk.post(f"/api/v1/incidents/{incident['id']}/close", json=close), 409, "version")


def test_a_second_offer_and_a_unit_already_asked_are_taken(desk: httpx.Client) -> None:
    one, other = open_incident(desk), open_incident(desk)
    first, second = free_units(desk)[:2]
    made = desk.post(f"/api/v1/incidents/{one['id']}/offers", json={"unit_id": first, "reason": "training"})
    assert made.status_code == 201, made.text
    assert_problem(
        desk.post(f"/api/v1/incidents/{one['id']}/offers", json={"unit_id": second, "reason": "training"}),
        409,
        one["number"],
    )
    assert_problem(
        desk.post(f"/api/v1/incidents/{other['id']}/offers", json={"unit_id": first, "reason": "training"}), 409, first
    )


def test_who_is_not_known_gets_401_and_is_told_how_to_sign_in(live: Live) -> None:
    with httpx.Client(base_url=live.url, timeout=20) as nobody:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
            answer = nobody.get("/api/v1/units", headers=headers)
            assert_problem(answer, 401)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        wrong = nobody.post("/api/v1/session", json={"username": "admin\x00", "password": "x"})
        assert wrong.status_code in (401, 422)
        assert_problem(wrong, wrong.status_code)
        assert_problem(nobody.post("/api/v1/session", content=b"{", headers=JSON), 422, "JSON")


def test_a_socket_without_a_token_is_refused_before_it_opens(live: Live) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{live.url.replace('http', 'ws')}/feed").close()
    assert refused.value.response.status_code in (401, 403)


def test_who_may_not_gets_403_and_is_told_who_may(live: Live, desk: httpx.Client) -> None:
    one, other = free_units(desk)[:2]
    report = {"status": "off_duty", "at": now()}
    with live.client("planner") as planner, live.client("crew", unit_id=one) as crew:
        assert_problem(planner.post("/api/v1/calls", json=BEN_THANH), 403, "planner", "call_taker, demo, dispatcher")
        assert_problem(crew.post(f"/api/v1/units/{other}/status", json=report), 403, one, other)
        fix = {"unit_id": other, **BEN_THANH, "at": now()}
        assert crew.post("/api/v1/positions", json=[fix]).json()["accepted"] == 0
    incident = open_incident(desk, priority=1)
    lower = desk.patch(f"/api/v1/incidents/{incident['id']}", json={"version": incident["version"], "priority": 3})
    assert_problem(lower, 403, incident["number"], "supervisor or the duty doctor")


def test_every_route_names_who_may_call_it(live: Live) -> None:
    marks_of = [(path, marks) for _, path, marks in list_marks(live.app)]
    assert {"/feed", "/api/v1/calls", "/metrics"} <= {path for path, _ in marks_of}
    assert [path for path, marks in marks_of if len(marks) != 1] == []
    assert {mark for _, marks in marks_of for mark in marks} <= {*PERMISSIONS, "public"}


def test_the_description_of_the_api_holds_together_and_lists_the_words(live: Live) -> None:
    described = httpx.get(f"{live.url}/api/openapi.json", timeout=20).json()
    schemas = described["components"]["schemas"]
    lists = {name.removeprefix("word_"): one["enum"] for name, one in schemas.items() if name.startswith("word_")}
    assert lists == {**{name: list(words) for name, words in PUBLISHED.items()}, "event_type": lists["event_type"]}
    assert {"IncidentOpened", "OfferMade", "UnitReported"} <= set(lists["event_type"])
    references = {part.split('"')[0] for part in json.dumps(described).split('"$ref": "#/components/schemas/')[1:]}
    assert references - set(schemas) == set()
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert [one for one in operations if not one.get("responses")] == []
    assert len({one["operationId"] for one in operations}) == len(operations)
