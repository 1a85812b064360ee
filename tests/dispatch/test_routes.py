"""Ways through the city by HTTP: answers as GeoJSON, and refusals that say what is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import shapely
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from dispatch.access.guard import OpenToAll
from dispatch.problems import add_problems
from dispatch.routes.endpoints import routes_router
from routing.travel_times import TravelTimes
from tests.routing.worlds import at, make_times

HERE, THERE = "106.7004,10.7769", "106.6500,10.8000"
RUSH, NIGHT = "2026-11-23T17:30:00+07:00", "2026-11-23T03:30:00+07:00"


@pytest.fixture
async def city(skeleton_times: TravelTimes) -> AsyncIterator[AsyncClient]:
    async with _client(skeleton_times) as client:
        yield client


def _client(travel: TravelTimes) -> AsyncClient:
    app = FastAPI()
    app.include_router(routes_router(lambda request: travel, OpenToAll("a test")))
    add_problems(app)
    return AsyncClient(transport=ASGITransport(app), base_url="http://desk")


async def ask(client: AsyncClient, path: str, **query: str) -> Any:
    answer = await client.get(f"/api/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(client: AsyncClient, path: str, **query: str) -> tuple[int, str]:
    answer = await client.get(f"/api/v1/{path}", params=query)
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    return answer.status_code, problem["detail"]


async def test_a_route_is_a_line_with_steps_that_add_up(city: AsyncClient, skeleton_times: TravelTimes) -> None:
    feature = await ask(city, "route", **{"from": HERE, "to": THERE, "profile": "car"})
    wanted = skeleton_times.route((106.7004, 10.7769), (106.65, 10.8), "car")
    assert wanted is not None
    properties = feature["properties"]
    assert feature["geometry"]["coordinates"] == [[round(x, 7), round(y, 7)] for x, y in wanted.geometry]
    assert properties["low_s"] < properties["time_s"] < properties["high_s"]
    assert sum(step["time_s"] for step in properties["steps"]) == pytest.approx(wanted.time_s, abs=0.1)
    assert sum(step["distance_m"] for step in properties["steps"]) == pytest.approx(wanted.distance_m, abs=2)
    assert properties["steps"][0]["maneuver"] == "depart"
    assert properties["steps"][-1]["instruction"]["vi"].startswith("Đến nơi")
    assert all(step["at"] in feature["geometry"]["coordinates"] for step in properties["steps"])


async def test_at_the_rush_hour_a_route_takes_longer_than_at_night(city: AsyncClient) -> None:
    rush, night = [
        (await ask(city, "route", **{"from": HERE, "to": THERE, "at": at_}))["properties"] for at_ in (RUSH, NIGHT)
    ]
    assert rush["time_s"] > night["time_s"]
    assert rush["high_s"] - rush["low_s"] > night["high_s"] - night["low_s"]


async def test_reach_is_a_collection_of_areas_inside_each_other(city: AsyncClient, skeleton_times: TravelTimes) -> None:
    found = await ask(city, "reach", lon="106.7004", lat="10.7769", minutes="10,5", profile="car")
    wanted = skeleton_times.reach([(106.7004, 10.7769)], [5, 10], "car")
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in found["features"]]
    assert [feature["properties"]["minutes"] for feature in found["features"]] == [5, 10]
    assert [shape.equals(area.shape) for shape, area in zip(shapes, wanted, strict=True)] == [True, True]
    assert shapes[1].covers(shapes[0])


async def test_who_gets_here_is_asked_with_to(city: AsyncClient, skeleton_times: TravelTimes) -> None:
    found = await ask(city, "reach", lon="106.7004", lat="10.7769", minutes="5", to="true", at=RUSH)
    assert found["to"] is True
    from_here = await ask(city, "reach", lon="106.7004", lat="10.7769", minutes="5", at=RUSH)
    assert found["features"][0]["geometry"] != from_here["features"][0]["geometry"]


@pytest.mark.parametrize(
    ("query", "fact"),
    [
        ({"from": "10.7769,106.7004"}, "looks like lat, lon; give lon first"),
        ({"to": "nan,10.7"}, "is no pair of numbers"),
        ({"to": "here"}, "write lon,lat in degrees"),
        ({"to": "400,10.7"}, "is nowhere on earth"),
        ({"profile": "tank"}, "no profile 'tank'; choose one of car, ambulance, motorbike"),
        ({"at": "2026-11-23T17:30:00"}, "no zone"),
        ({"at": "9999-12-31T23:59:59Z"}, "outside the years 1 to 9999"),
    ],
)
async def test_a_bad_question_for_a_route_is_named(city: AsyncClient, query: dict[str, str], fact: str) -> None:
    status, detail = await refused(city, "route", **{"from": HERE, "to": THERE, **query})
    assert (status, fact in detail) == (422, True), detail


@pytest.mark.parametrize(
    ("query", "status", "fact"),
    [
        ({"lon": "10.7769", "lat": "106.7004"}, 422, "looks like lat, lon; give lon first"),
        ({"lat": "nan"}, 422, "is no pair of numbers"),
        ({"minutes": "0.5"}, 422, "each must be 1 to 60"),
        ({"minutes": "61"}, 422, "each must be 1 to 60"),
        ({"minutes": "nan"}, 422, "each must be 1 to 60"),
        ({"minutes": "soon"}, 422, "are no numbers"),
        ({"minutes": "1,2,3,4,5,6,7"}, 422, "at most 6"),
        ({"profile": "tank"}, 422, "no profile 'tank'"),
        ({"at": "9999-12-31T17:00:00Z"}, 422, "outside the years 1 to 9999"),
        ({"lon": "109.5", "lat": "9.0"}, 404, "choose a place near a road"),
    ],
)
async def test_a_bad_question_for_reach_is_named(
    city: AsyncClient, query: dict[str, str], status: int, fact: str
) -> None:
    found, detail = await refused(city, "reach", **{"lon": "106.7004", "lat": "10.7769", **query})
    assert (found, fact in detail) == (status, True), detail


async def test_no_way_to_an_island_is_said_to_be_one() -> None:
    main = [([(i, 0), (i + 1, 0)], {"highway": "residential"}) for i in range(1200)]
    island = [([(i, 90), (i + 1, 90)], {"highway": "residential"}) for i in range(1100)]
    ends = {"from": "{},{}".format(*at(5, 0)), "to": "{},{}".format(*at(5, 90))}
    async with _client(make_times(*main, *island)) as client:
        status, detail = await refused(client, "route", **ends)
    assert (status, "the end is on a network of its own" in detail) == (404, True), detail
