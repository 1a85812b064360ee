"""The two routes answer, are guarded, and write no query into the log."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request

from dispatch.geocoding.endpoints import geocoding_router
from dispatch.geocoding.search import Geocoder


def guard(request: Request) -> None:
    """Lets through who names any token."""
    if "authorization" not in request.headers:
        raise HTTPException(401)


@pytest.fixture
async def client(geocoder: Geocoder) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(geocoding_router(lambda _: geocoder, guard))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://desk", headers={"Authorization": "Bearer test"}
    ) as found:
        yield found


async def test_words_give_places(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/v1/geocode", params={"q": "106 NTMK", "limit": 1})).json()
    assert answer["query"] == "106 NTMK"
    (place,) = answer["places"]
    assert (place["kind"], place["old_ward"], place["radius_m"] < 70) == ("address", "Phường 6", True)
    assert set(place) == {
        "lon", "lat", "kind", "label", "radius_m", "confidence", "new_ward", "old_ward", "old_district", "understood"
    }  # fmt: skip


async def test_a_point_gives_words(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/api/v1/reverse", params={"lon": 106.69802, "lat": 10.77257})).json()
    assert answer["label"] == "Chợ Bến Thành, Phường Bến Thành, Quận 1"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/geocode",
        "/api/v1/geocode?q=a&limit=0",
        "/api/v1/geocode?q=a&lon=x&lat=1",
        "/api/v1/geocode?q=a&lon=nan&lat=1",
        "/api/v1/reverse?lon=1000&lat=1",
        "/api/v1/reverse",
    ],
)
async def test_a_malformed_request_is_refused(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 422


@pytest.mark.parametrize("path", ["/api/v1/geocode?q=a", "/api/v1/reverse?lon=106.7&lat=10.8"])
async def test_nobody_asks_without_a_token(client: httpx.AsyncClient, path: str) -> None:
    del client.headers["Authorization"]
    assert (await client.get(path)).status_code == 401


async def test_a_query_is_not_logged(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="dispatch"):
        await client.get("/api/v1/geocode", params={"q": "nhà tôi ở hẻm bí mật"})
    assert [record for record in caplog.records if record.name.startswith("dispatch")] == []
