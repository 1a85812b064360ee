"""Two desks as processes of their own: what one is told of the roads, the other decides by."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from dispatch.services import Services
from tests.dispatch.conftest import redis_url, scratch_database, services, short_dir, template_database
from tests.e2e.desk_process import DeskProcess, copy_city, several, wait_for

__all__ = ["redis_url", "services", "short_dir", "template_database"]

PATIENCE_S = 120.0
BEN_THANH = {"lon": 106.6981, "lat": 10.7725}


@dataclass(frozen=True)
class Home:
    """What several desks share: a state folder, a database, and a part of Valkey that no other test uses."""

    state: Path
    env: Mapping[str, str]

    def desk(self) -> DeskProcess:
        return DeskProcess(self.state, env=self.env)


@pytest.fixture
def home(services: Services, template_database: str, built_state: Path, redis_url: str) -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="s115-roads-"))
    state = copy_city(built_state, folder / "state")
    with scratch_database(services.database_url, template_database) as database_url:
        yield Home(state, {"DATABASE_URL": database_url, "REDIS_URL": redis_url})
    shutil.rmtree(folder)


def test_what_one_desk_is_told_of_the_roads_the_other_decides_by_and_a_new_one_knows(home: Home) -> None:
    with (
        several(home.desk(), home.desk()) as (here, there),
        here.client("dispatcher") as mine,
        there.client("dispatcher") as theirs,
        there.listen() as feed,
    ):
        incident_id = mine.post("/api/v1/incidents", json={"priority": 2, **BEN_THANH}).json()["id"]
        before = _recommend(theirs, incident_id)
        way = _way_to(theirs, before["units"][0], incident_id)
        body = {"kind": "closed", "reason": "thi công", "road": {"line": way}}
        closed = mine.post("/api/v1/closures", json=body).json()
        _hear_traffic(feed, closed=1, version=_version(here))
        assert _soonest_s(theirs, incident_id) > before["units"][0]["eta_s"]
        mine.delete(f"/api/v1/closures/{closed['id']}")
        _hear_traffic(feed, closed=0, live=0, version=_version(here))
        assert _soonest_s(theirs, incident_id) == before["units"][0]["eta_s"]
        mine.post("/api/v1/traffic", json=[{"line": way, "speed_kph": 2}])
        _hear_traffic(feed, live=1, version=_version(here))
        assert _soonest_s(theirs, incident_id) > before["units"][0]["eta_s"]
        slowed = theirs.get("/api/v1/traffic").json()["features"]
    with home.desk() as again, again.client("dispatcher") as mine:
        assert mine.get("/api/v1/traffic").json()["features"] == slowed != []


def _soonest_s(client: httpx.Client, incident_id: str) -> float:
    return float(_recommend(client, incident_id)["units"][0]["eta_s"])


def _recommend(client: httpx.Client, incident_id: str) -> dict[str, Any]:
    """Once the desk knows the incident, which it hears of from the database in its own time."""
    url = f"/api/v1/incidents/{incident_id}/recommendation"
    wait_for(lambda: client.get(url).status_code == 200, PATIENCE_S, lambda: client.get(url).text)
    return dict(client.get(url).json())


def _way_to(client: httpx.Client, unit: dict[str, Any], incident_id: str) -> list[Any]:
    """The middle of the unit's way from its station."""
    state = client.get("/api/v1/snapshot").json()["state"]
    station, place = state["stations"][unit["station_id"]], state["incidents"][incident_id]["place"]
    ends = {"from": f"{station['lon']},{station['lat']}", "to": f"{place['lon']},{place['lat']}"}
    line = client.get("/api/v1/route", params=ends).json()["geometry"]["coordinates"]
    return list(line[len(line) // 4 : 3 * len(line) // 4 + 2])


def _version(desk: DeskProcess) -> str:
    return str(httpx.get(f"{desk.url}/readyz", timeout=60).json()["traffic"])


def _hear_traffic(feed: ClientConnection, **fields: Any) -> None:
    """Until a frame says these fields."""
    while True:
        frame = json.loads(feed.recv(timeout=PATIENCE_S))
        if frame["type"] == "traffic" and all(frame[key] == value for key, value in fields.items()):
            return
