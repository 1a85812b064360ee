"""Speeds, closures and floods on a running desk: what the next recommendation makes of them, and who may tell them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dispatch.roads.endpoints import SENDS_A_MINUTE
from dispatch.services import Services
from tests.live.conftest import Live
from tests.live.test_bad_input import assert_problem
from tests.live.test_one_call import hear, listen, open_incident
from tests.running_desk import running_desk

MOMENTS_S = (1, 4, 16, 64)
"""How long something short lasts: the longer ones for a machine so slow that it is over before it was looked at."""


@pytest.fixture(scope="module")
def live(services: Services, template_database: str, whole_city: Path, short_dir: Path) -> Iterator[Live]:
    """A desk of its own, with a Valkey of its own: speeds told here slow no other test's roads."""
    apart = replace(services, redis_url=services.redis_url.partition("?")[0] + "?db=14")
    with running_desk(apart, template_database, whole_city, short_dir / "roads") as desk:
        yield desk


@pytest.fixture(scope="module")
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("dispatcher") as client:
        yield client


@pytest.fixture(scope="module")
def centre(live: Live) -> Iterator[httpx.Client]:
    """The city's traffic control centre."""
    with live.client("traffic_centre") as client:
        yield client


@pytest.fixture
def way_to(live: Live, desk: httpx.Client) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    """The only waiting incident, the unit recommended for it, and the middle of its way there."""
    incident_id = str(open_incident(desk)["id"])
    unit = recommend(desk, incident_id)["units"][0]
    state = desk.get("/api/v1/snapshot").json()["state"]
    station, place = state["stations"][unit["station_id"]], state["incidents"][incident_id]["place"]
    ends = {"from": f"{station['lon']},{station['lat']}", "to": f"{place['lon']},{place['lat']}"}
    line = desk.get("/api/v1/route", params=ends).json()["geometry"]["coordinates"]
    yield incident_id, unit, line[len(line) // 4 : 3 * len(line) // 4 + 2]
    with live.client("supervisor") as supervisor:
        ended = supervisor.post(f"/api/v1/incidents/{incident_id}/close", json={"outcome": "no_content"})
        assert ended.status_code == 200, ended.text


def recommend(desk: httpx.Client, incident_id: str) -> dict[str, Any]:
    answer = desk.get(f"/api/v1/incidents/{incident_id}/recommendation")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def eta_of(recommendation: dict[str, Any], unit_id: str) -> float:
    """Infinite for a unit that is no longer among the best."""
    rows = (*recommendation["units"], *recommendation["parallel"], *recommendation["alternatives"])
    return float(next((one["eta_s"] for one in rows if one["unit_id"] == unit_id), math.inf))


def close(client: httpx.Client, road: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/closures", json={"kind": "closed", "reason": "thi công", "road": road, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def close_for_a_moment(client: httpx.Client, road: dict[str, Any]) -> dict[str, Any]:
    body = {"kind": "closed", "reason": "thi công", "road": road}
    for moment_s in MOMENTS_S:
        ends = datetime.now(UTC) + timedelta(seconds=moment_s)
        answer = client.post("/api/v1/closures", json={**body, "until": ends.isoformat()})
        if answer.status_code == 201:
            return dict(answer.json())
    raise AssertionError(answer.text)


def lift(client: httpx.Client, closure: dict[str, Any]) -> dict[str, Any]:
    answer = client.delete(f"/api/v1/closures/{closure['id']}", params={"reason": "xong"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def closures(client: httpx.Client) -> list[dict[str, Any]]:
    return list(client.get("/api/v1/closures").json()["closures"])


def some_way(desk: httpx.Client) -> int:
    """A way of the map in use: the one nearest to the first station."""
    station = next(iter(desk.get("/api/v1/snapshot").json()["state"]["stations"].values()))
    near = {"lon": station["lon"], "lat": station["lat"]}
    route = desk.get("/api/v1/route", params={"from": f"{near['lon']},{near['lat']}", "to": "106.7,10.78"}).json()
    closure = close(desk, {"line": route["geometry"]["coordinates"][1:6]})
    lift(desk, closure)
    return int(closure["way_ids"][0])


def test_a_closure_before_a_unit_changes_the_very_next_recommendation(
    live: Live, desk: httpx.Client, way_to: tuple[str, dict[str, Any], list[Any]]
) -> None:
    incident_id, unit, line = way_to
    before = recommend(desk, incident_id)
    with listen(live) as feed:
        hear(feed, "traffic", version=before["traffic_version"])
        closure = close(desk, {"line": line})
        after = recommend(desk, incident_id)
        assert eta_of(after, unit["unit_id"]) > eta_of(before, unit["unit_id"]) + 1
        assert (closure["in_force"], after["traffic_version"] != before["traffic_version"]) == (True, True)
        told = hear(feed, "event")["event"]
        assert (told["type"], told["data"]["id"], told["actor"]) == ("RoadClosed", closure["id"], closure["set_by"])
        frame = hear(feed, "traffic")
        assert (frame["version"], frame["closed"], frame["slow"]) == (after["traffic_version"], 1, 0)
        assert hear(feed, "recommendation", traffic_version=frame["version"])["incident_id"]
        assert lift(desk, closure) == {**closure, "in_force": False, "seq": closure["seq"] + 1}
        again = recommend(desk, incident_id)
        assert eta_of(again, unit["unit_id"]) == pytest.approx(eta_of(before, unit["unit_id"]), abs=1)


@pytest.mark.parametrize(
    "told",
    [{"kind": "slow", "speed_kph": 4}, {"kind": "flood", "depth_cm": 25}, {"kind": "flood", "depth_cm": 40}],
    ids=str,
)
def test_floods_and_slow_roads_cost_time(
    desk: httpx.Client, way_to: tuple[str, dict[str, Any], list[Any]], told: dict[str, Any]
) -> None:
    incident_id, unit, line = way_to
    before = eta_of(recommend(desk, incident_id), unit["unit_id"])
    closure = close(desk, {"line": line}, **told)
    assert eta_of(recommend(desk, incident_id), unit["unit_id"]) > before + 1
    lift(desk, closure)


def test_a_live_speed_changes_the_next_recommendation_until_it_expires(
    live: Live, desk: httpx.Client, centre: httpx.Client, way_to: tuple[str, dict[str, Any], list[Any]]
) -> None:
    incident_id, unit, line = way_to
    before = recommend(desk, incident_id)
    with listen(live) as feed:
        hear(feed, "traffic")
        for valid_s in MOMENTS_S:
            crawl = {"line": line, "speed_kph": 3, "source": "camera", "valid_s": valid_s}
            answer = centre.post("/api/v1/traffic", json=[crawl, {**crawl, "speed_kph": -1}]).json()
            assert (answer["accepted"], [one["index"] for one in answer["rejected"]]) == (1, [1])
            after = recommend(desk, incident_id)
            if after["traffic_version"] == answer["version"]:
                break
        assert eta_of(after, unit["unit_id"]) > eta_of(before, unit["unit_id"]) + 1
        assert after["traffic_version"] == answer["version"]
        assert hear(feed, "traffic", version=answer["version"])["live"] == 1
        over = hear(feed, "traffic", live=0)
    assert recommend(desk, incident_id)["traffic_version"] == over["version"] != answer["version"]


def test_live_speeds_are_shown_as_lines_with_their_share_of_free_flow(desk: httpx.Client) -> None:
    told = {"way_id": some_way(desk), "speed_kph": 10, "source": "\ud800", "valid_s": 30, "direction": "forward"}
    body = json.dumps([told]).encode()
    assert desk.post("/api/v1/traffic", content=body, headers={"Content-Type": "application/json"}).status_code == 200
    shown = desk.get("/api/v1/traffic").json()
    (version, one) = (httpx.get(f"{desk.base_url}/readyz").json()["traffic"], shown["features"][0])
    assert (shown["type"], shown["version"], shown["hour"] in range(168)) == ("FeatureCollection", version, True)
    properties = one["properties"]
    assert (properties["way_id"], properties["speed_kph"], properties["source"]) == (told["way_id"], 10, "?")
    assert properties["share"] == pytest.approx(10 / properties["free_kph"], abs=0.01)
    assert (one["geometry"]["type"], len(one["geometry"]["coordinates"]) >= 2) == ("LineString", True)
    assert "saigon115_traffic_live_arcs 0.0" not in httpx.get(f"{desk.base_url}/metrics").text


def test_a_closure_of_later_is_not_in_force_and_one_whose_time_has_come_is_reopened(
    live: Live, desk: httpx.Client
) -> None:
    way, begins = some_way(desk), datetime.now(UTC) + timedelta(hours=1)
    later = close(desk, {"way_ids": [way]}, **{"from": begins.isoformat()})
    with listen(live) as feed:
        hear(feed, "snapshot")
        endless = close(desk, {"way_ids": [way]})
        assert {one["id"]: one["in_force"] for one in closures(desk)} == {later["id"]: False, endless["id"]: True}
        lift(desk, endless)
        short = close_for_a_moment(desk, {"way_ids": [way]})
        while (event := hear(feed, "event")["event"])["data"].get("reason") != "over":
            pass
        assert (event["data"], event["actor"]) == ({"id": short["id"], "reason": "over"}, "system:roads")
    assert [one["id"] for one in closures(desk)] == [later["id"]]
    lift(desk, later)


def test_one_key_closes_a_road_once(desk: httpx.Client) -> None:
    road = {"way_ids": [some_way(desk)]}
    first, second = (close(desk, road, idempotency_key="k-1") for _ in range(2))
    assert first == second
    other = {"kind": "closed", "reason": "khác", "road": road, "idempotency_key": "k-1"}
    assert_problem(desk.post("/api/v1/closures", json=other), 422, "another body")
    lift(desk, first)
    assert_problem(desk.delete(f"/api/v1/closures/{first['id']}"), 404, "lifted already")


def test_the_traffic_centre_tells_speeds_and_closures_and_sees_nothing_of_the_desk(
    live: Live, desk: httpx.Client, centre: httpx.Client
) -> None:
    closure = close(centre, {"way_ids": [some_way(desk)]})
    assert closure["set_by"].startswith("token:")
    for path in ("incidents", "snapshot", "events", "units", "personal/psn-1"):
        assert_problem(centre.get(f"/api/v1/{path}"), 403, "traffic_centre")
    headers = {"Authorization": str(centre.headers["Authorization"])}
    with pytest.raises(InvalidStatus), connect(f"{live.url.replace('http', 'ws')}/feed", additional_headers=headers):
        pass
    lift(centre, closure)


def test_who_only_takes_calls_or_drives_reads_closures_and_tells_none(live: Live, desk: httpx.Client) -> None:
    closure = close(desk, {"way_ids": [some_way(desk)]})
    unit_id = desk.get("/api/v1/units").json()[0]["id"]
    with live.client("crew", unit_id=unit_id) as crew, live.client("call_taker") as taker:
        for client in (crew, taker):
            assert [one["id"] for one in closures(client)] == [closure["id"]]
            body = {"kind": "closed", "reason": "x", "road": closure["road"]}
            assert_problem(client.post("/api/v1/closures", json=body), 403, "edit_traffic")
            assert_problem(client.post("/api/v1/traffic", json=[]), 403, "edit_traffic")
        with listen(live, "crew", unit_id=unit_id) as feed:
            assert list(hear(feed, "snapshot")["state"]["closures"]) == [closure["id"]]
            lift(desk, closure)
            assert hear(feed, "event")["event"]["data"] == {"id": closure["id"], "reason": "xong"}


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "kind"),
        ({"kind": "closed", "reason": "x"}, "road"),
        ({"kind": "closed", "road": {"way_ids": [1]}}, "reason"),
        ({"kind": "burnt", "reason": "x", "road": {"way_ids": [1]}}, "kind"),
        ({"kind": "closed", "reason": "x", "road": {"way_ids": [1], "colour": 1}}, "colour"),
        ({"kind": "closed", "reason": "x", "road": {"way_ids": ["a"]}}, "way_ids"),
        ({"kind": "closed", "reason": "x", "road": {"way_ids": [2**80]}}, "no way"),
        ({"kind": "closed", "reason": "x", "road": {"way_ids": [-7]}}, "no way -7"),
        ({"kind": "closed", "reason": "x", "road": {}}, "one of way_ids, line, area or point"),
        ({"kind": "closed", "reason": "x", "road": {"lon": 106.7}}, "lon and lat go together"),
        ({"kind": "closed", "reason": "x", "road": {"lon": 10.77, "lat": 106.7}}, "latitude first"),
        ({"kind": "closed", "reason": "x", "road": {"lon": 106.96, "lat": 10.61}}, "from the nearest street"),
        ({"kind": "closed", "reason": "x", "road": {"line": [[106.7, 10.77]]}}, "at least 2"),
        ({"kind": "closed", "reason": "x", "road": {"line": [[106.7, 10.77, 3], [106.7, 10.78]]}}, "road.line.0"),
        ({"kind": "closed", "reason": "x", "road": {"line": [[106.7, 10.77]] * 1001}}, "at most 1000"),
        ({"kind": "closed", "reason": "x", "road": {"way_ids": [1]}, "until": "2026-01-01T00:00:00Z"}, "is over"),
        ({"kind": "closed", "reason": "x", "road": {"way_ids": [1]}, "until": "2099-01-01T00:00:00"}, "no zone"),
        ({"kind": "flood", "reason": "x", "road": {"way_ids": [1]}}, "needs depth_cm"),
        ({"kind": "slow", "reason": "x", "road": {"way_ids": [1]}, "speed_kph": -4}, "-4 km/h"),
    ],
)
def test_a_closure_that_cannot_be_is_a_problem_that_says_the_way_out(
    desk: httpx.Client, body: dict[str, Any], word: str
) -> None:
    assert_problem(desk.post("/api/v1/closures", json=body), 422, word)


def test_speeds_that_are_no_list_or_too_many_are_a_problem(desk: httpx.Client) -> None:
    assert_problem(desk.post("/api/v1/traffic", json={"speed_kph": 3}), 422, "list")
    assert_problem(desk.post("/api/v1/traffic", json=[1] * 5001), 422, "at most 5000")
    assert desk.post("/api/v1/traffic", json=[]).json()["accepted"] == 0


@pytest.mark.parametrize("path", ["/api/v1/closures/rd-none", "/api/v1/closures/%00", "/api/v1/closures/%F0%9F%9A%91"])
def test_an_unknown_closure_is_not_found(desk: httpx.Client, path: str) -> None:
    assert_problem(desk.delete(path), 404, "no closure")


def test_a_sender_of_too_many_speeds_is_told_when_to_send_again(live: Live) -> None:
    with live.client("traffic_centre") as hasty, live.client("traffic_centre") as patient:
        answers = [hasty.post("/api/v1/traffic", json=[]) for _ in range(SENDS_A_MINUTE + 1)]
        assert [answer.status_code for answer in answers] == [200] * SENDS_A_MINUTE + [429]
        assert_problem(answers[-1], 429, "put them together")
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert patient.post("/api/v1/traffic", json=[]).status_code == 200
