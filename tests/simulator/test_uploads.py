"""Logs that planners send, over HTTP, and the scenarios that name them."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import polars as pl
import pytest
from fastapi import FastAPI

from dispatch.city_pack import load_city_pack
from dispatch.errors import Malformed
from dispatch.problems import add_problems
from simulator import upload_endpoints
from simulator.asked import AskedFor, read_asked
from simulator.logs.public import VA_COLUMNS
from simulator.mirror import Mirror
from simulator.planning import door
from simulator.uploads import LogStore
from tests.simulator.days import make_world

LOGS = "/api/v1/simulations/logs"
HEAD = ",".join(VA_COLUMNS) + "\n"


def line(number: int, hour: int, priority: str = "1") -> str:
    at = [f"3/{2 + hour // 24}/17 {hour % 24:02}:{minute:02}" for minute in (0, 1, 2, 9, 50)]
    return f"{number},{priority},{','.join(at)}\n"


VIRGINIA = (HEAD + "".join(line(i, i) for i in range(30)) + line(29, 30) + line(99, 31, "9")).encode()
"""Thirty hours of calls, one an hour; an id twice, and a priority that there is none of."""


class Planner:
    """Asks the application as a client would."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
                return await client.request(method, path, **more)

        return asyncio.run(once())


@pytest.fixture
def desk_log() -> list[list[Any]]:
    """What the desk's own log holds."""
    return []


@pytest.fixture
def planner(tmp_path: Path, desk_log: list[list[Any]], monkeypatch: pytest.MonkeyPatch) -> Planner:
    monkeypatch.setenv("SAIGON115_STATE", str(tmp_path))
    app = FastAPI()
    add_problems(app)

    async def events() -> AsyncIterator[list[Any]]:
        for batch in desk_log:
            yield batch

    log = SimpleNamespace(read_all=events)
    app.state.planning = SimpleNamespace(
        logs=LogStore(tmp_path), get_desk=lambda request: SimpleNamespace(log=log), reading=asyncio.Lock()
    )
    app.include_router(upload_endpoints.router, dependencies=door(lambda: SimpleNamespace(id="user:planner")))
    return Planner(app)


def test_a_log_that_is_sent_is_kept_with_its_account_and_its_calls_are_run_as_they_were(
    planner: Planner, tmp_path: Path
) -> None:
    answer = planner.ask("POST", f"{LOGS}?name=Virginia", content=gzip.compress(VIRGINIA))
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["name"], told["format"], told["calls"], told["has_demand"]) == ("Virginia", "virginia-beach", 30, True)
    assert told["account"]["source"] == "Virginia"
    assert told["account"]["skipped_by_reason"] == {"the id was there before": 1, "no priority from 1 to 3": 1}
    assert planner.ask("GET", LOGS).json() == {"logs": [told]}
    assert sorted(one.name for one in (tmp_path / "simulations" / "logs" / told["id"]).iterdir()) == [
        "about.json", "calls.parquet", "demand.json"
    ]  # fmt: skip
    city = {"calls": f"log:{told['id']}"}
    day = make_world({"city": city}, start="2017-03-02T06:00:00", duration_s=6 * 3600.0).make_day(1)
    assert day.calls.at_s.tolist() == [3600.0 * i for i in range(6)]
    scenario = {"scenario": {"duration_s": 3600, "start": "2017-03-01T00:00:00"}, "city": city}
    with pytest.raises(Malformed, match="the log has no call from 2017-03-01 00:00 .*set start and duration_s"):
        read_asked(AskedFor(scenario=scenario), load_city_pack(), "test", datetime.now(UTC))
    fitted = {"scenario": {"duration_s": 3600}, "city": {"demand": f"log:{told['id']}"}}
    assert read_asked(AskedFor(scenario=fitted), load_city_pack(), "test", datetime.now(UTC))
    assert planner.ask("DELETE", f"{LOGS}/{told['id']}").json()["erased"]
    with pytest.raises(Malformed, match="no log 'log:.*' is kept here"):
        read_asked(AskedFor(scenario=fitted), load_city_pack(), "test", datetime.now(UTC))
    assert not list((tmp_path / "simulations" / "logs").iterdir())


@pytest.mark.parametrize(
    ("content", "form", "says"),
    [
        (b"", "auto", "the body is empty"),
        (b"a,b\n1,2\n", "auto", "which no adapter knows"),
        (b"\x1f\x8bnot packed", "auto", "the log cannot be read"),
        (b'{"a":' + b"[" * 9000, "auto", "the log cannot be read"),
        (b"x" * 2000, "auto", "is longer than 1,000 bytes"),
    ],
)
def test_what_is_no_log_is_refused_with_the_way_out_and_nothing_of_it_stays(
    planner: Planner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, form: str, says: str
) -> None:
    monkeypatch.setattr(upload_endpoints, "LARGEST_LOG", 1000 if content.startswith(b"x") else 10_000)
    answer = planner.ask("POST", f"{LOGS}?format={form}", content=content)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert str(tmp_path) not in answer.text
    assert not list((tmp_path / "simulations" / "logs").iterdir())


def test_the_desks_own_calls_of_the_last_days_are_kept_without_their_ids(
    planner: Planner, tmp_path: Path, desk_log: list[list[Any]]
) -> None:
    begins = datetime.now(UTC) - timedelta(hours=6)
    world = make_world(duration_s=3 * 3600.0, policy="desk", start=begins.isoformat())
    day = world.make_day(2)
    mirror = day.listener = Mirror(day, world, world.start, keeps_log=True)
    day.run()
    assert planner.ask("POST", f"{LOGS}/desk", json={"days": 1}).status_code == 409  # an empty log
    desk_log.append(list(mirror.log or ()))
    told = planner.ask("POST", f"{LOGS}/desk", json={"days": 1}).json()
    assert (told["calls"], told["from_desk"], told["has_demand"]) == (len(day.calls), True, False)
    kept = pl.read_parquet(tmp_path / "simulations" / "logs" / told["id"] / "calls.parquet")
    assert kept["key"].to_list() == [str(i) for i in range(len(day.calls))]
    assert "no call since" in planner.ask("POST", f"{LOGS}/desk", json={"days": 0.01}).json()["detail"]
