"""The planner's instrument over HTTP, on a real desk: queues of a textbook, because they run in a second."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import psutil
import pytest

from dispatch.city_pack import load_city_pack
from dispatch.services import Services
from simulator.ahead.snapshot import fetch_start
from simulator.asked import AskedFor, read_asked
from simulator.jobs import JobStore
from tests.dispatch.conftest import redis_url, services, short_dir, template_database
from tests.running_desk import Live, running_desk

__all__ = ["redis_url", "services", "short_dir", "template_database"]

ASK = "/api/v1/simulations"
QUICK: dict[str, Any] = {
    "scenario": {"name": "Ba xe", "seed": 7, "duration_s": 100_000, "queue": "fifo"},
    "zone": [{"id": "Z", "rate_per_h": 1.5}],
    "unit": [{"id": "U1"}, {"id": "U2"}, {"id": "U3"}],
    "service": {"distribution": "exponential", "mean_s": 3600},
}
LONG = {**QUICK, "scenario": {"name": "Dài", "duration_s": 86_400 * 2000}, "zone": [{"id": "Z", "rate_per_h": 20}]}
PATIENCE_S = 240.0
"""Simulations give way to everything else, also to other tests on the same machine."""
CITY = {"scenario": {"duration_s": 3600}, "city": {}}


@pytest.fixture(scope="module")
def live(services: Services, template_database: str, whole_city: Path, short_dir: Path) -> Iterator[Live]:
    """A desk for planners alone."""
    with running_desk(services, template_database, whole_city, short_dir / "planner") as desk:
        yield desk


@pytest.fixture(scope="module")
def planner(live: Live) -> Iterator[httpx.Client]:
    with live.client("planner") as client:
        yield client


@pytest.fixture
def folder(short_dir: Path) -> Path:
    return short_dir / "planner" / "simulations"


@pytest.fixture(scope="module")
def quick(planner: httpx.Client) -> dict[str, Any]:
    """A run that is done."""
    return ended(planner, ask(planner, scenario=QUICK))


@pytest.fixture(autouse=True)
def nothing_goes_on(planner: httpx.Client) -> Iterator[None]:
    """What one test left running does not meet the next one."""
    yield
    for run in planner.get(ASK).json()["simulations"]:
        if run["status"] in ("queued", "running"):
            planner.delete(f"{ASK}/{run['id']}")


def eventually(is_so: Callable[[], Any], why_not: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < give_up_at, why_not
        threading.Event().wait(0.05)


def ask(planner: httpx.Client, **body: Any) -> str:
    answer = planner.post(ASK, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "queued"
    return str(answer.json()["id"])


def shown(planner: httpx.Client, job: str) -> dict[str, Any]:
    return dict(planner.get(f"{ASK}/{job}").json())


def ended(planner: httpx.Client, job: str, status: str = "done") -> dict[str, Any]:
    eventually(lambda: shown(planner, job)["status"] not in ("queued", "running"), "it never ended")
    found = shown(planner, job)
    assert found["status"] == status, found
    return found


def workers() -> list[psutil.Process]:
    """Those that work; one that was ended and not yet buried does not."""
    found = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "simulator.job_worker" in " ".join(one.cmdline()):
                found.append(one)
    return found


def ids(planner: httpx.Client) -> list[str]:
    """Which runs there are; what is told of them may change while one ends."""
    return [one["id"] for one in planner.get(ASK).json()["simulations"]]


def refused(planner: httpx.Client, **body: Any) -> str:
    before = ids(planner)
    answer = planner.post(ASK, json=body)
    assert answer.status_code == 422, answer.text
    assert ids(planner) == before, "a refused scenario left something behind"
    return str(answer.json()["detail"])


def begun(planner: httpx.Client, job: str) -> None:
    eventually(lambda: shown(planner, job)["progress"], "it never began")


def test_a_run_ends_with_its_figures_and_files(planner: httpx.Client, quick: dict[str, Any]) -> None:
    job, found = quick["id"], quick
    assert (found["name"], found["kind"], found["error"]) == ("Ba xe", "run", None)
    assert set(found["summary"]["unit_utilisation"]) == {"U1", "U2", "U3"}
    assert found["files"] == ["summary.json", "calls.parquet", "report.html", "run.json", "scenario.toml"]

    def read(name: str) -> httpx.Response:
        return planner.get(f"{ASK}/{job}/files/{name}")

    assert read("summary.json").json() == found["summary"]
    assert pl.read_parquet(read("calls.parquet").content).height == found["summary"]["calls"] > 20
    assert tomllib.loads(read("scenario.toml").text) == QUICK
    about = read("run.json").json()
    assert (about["scenario"], about["seed"]) == ("scenarios/scenario.toml", 7)
    report = read("report.html")
    assert "sandbox allow-scripts" in report.headers["content-security-policy"]
    assert "Ba xe" in report.text
    assert read("../job.json").status_code == read("job.json").status_code == read("log.txt").status_code == 404


def test_the_same_scenario_as_toml_gives_the_same_summary(planner: httpx.Client, quick: dict[str, Any]) -> None:
    again = ended(planner, ask(planner, scenario=quick["scenarios"][0]["toml"], name="lại"))
    assert (again["name"], again["summary"]) == ("lại", quick["summary"])


def test_scenarios_are_compared_on_the_same_days(planner: httpx.Client) -> None:
    more = {**QUICK, "scenario": {**QUICK["scenario"], "name": "Bốn xe"}, "unit": [*QUICK["unit"], {"id": "U4"}]}
    found = ended(planner, ask(planner, scenarios=[QUICK, more], replications=3))
    result = found["comparison"]
    assert (result["baseline"], result["replications"]) == ("Ba-xe", 3)
    wait = result["differences"]["Bốn-xe"]["wait_mean_s"]
    assert wait["mean"] < 0
    assert wait["low"] < wait["mean"] < wait["high"]
    assert found["files"][-2:] == ["Ba-xe.toml", "Bốn-xe.toml"]
    assert planner.get(f"{ASK}/{found['id']}/files/Bốn-xe.toml").status_code == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"scenario": {"duration": 60}}, "did you mean 'duration_s'?"),
        ({"scenario": {"duration_s": 60, "policy": "closest_idel"}}, "did you mean 'closest_idle'?"),
        ({"scenario": {"duration_s": 60, "policy": "os:system"}}, "is code of one's own"),
        ({"travel": {"matrix": "/etc/passwd"}}, "[travel] matrix names a file"),
        ({"unit": []}, "there is no unit"),
        ({"zone": []}, "nobody calls"),
        ({"scenario": {"duration_s": 1e12}}, "are more than the 1,000,000 of one run"),
    ],
)
def test_a_wrong_scenario_is_refused_before_anything_starts(
    planner: httpx.Client, change: dict[str, Any], says: str
) -> None:
    assert says in refused(planner, scenario={**QUICK, **change})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"unit": [{"id": "X", "post": "nowhere"}]}, "stands at 'nowhere', which is no station"),
        ({"station": [{"id": "S", "lon": 107.9, "lat": 8.1}]}, "is outside the city"),
        ({"city": {"scale": 0}}, "nobody calls"),
        ({"city": {"demand": "/etc/passwd"}}, "[city] demand names a file"),
        ({"settings": {"assignmnt": {}}}, "no section [settings.assignmnt]"),
        ({"shift": [{"units": ["X"], "starts": "07:00", "ends": "19:00"}]}, "[[shift]] names 'X'"),
        ({"city": {"units": "none"}}, "there is no unit"),
    ],
)
def test_what_is_wrong_in_the_city_is_told_before_its_roads_are_loaded(
    planner: httpx.Client, change: dict[str, Any], says: str
) -> None:
    assert says in refused(planner, scenario={**CITY, **change})


def test_a_body_that_asks_for_nothing_or_two_things_is_refused(planner: httpx.Client) -> None:
    assert "send one of them" in refused(planner)
    assert "send one of them" in refused(planner, scenario=QUICK, scenarios=[QUICK])
    assert "send two or more" in refused(planner, scenario=QUICK, replications=5)
    assert "is no TOML" in refused(planner, scenario="[scenario")


def test_a_running_one_is_cancelled_and_then_erased(planner: httpx.Client, folder: Path) -> None:
    job = ask(planner, scenario=LONG)
    begun(planner, job)
    (worker,) = workers()
    assert worker.nice() >= 10
    assert planner.delete(f"{ASK}/{job}").json()["status"] == "cancelled"
    eventually(lambda: not workers(), "its process goes on")
    ended(planner, job, "cancelled")
    assert not list(folder.glob("*/results.part"))
    eventually(lambda: planner.delete(f"{ASK}/{job}").json().get("erased"), "it cannot be erased")
    assert planner.get(f"{ASK}/{job}").status_code == 404
    assert not (folder / job).exists()


def test_no_more_than_two_run_and_one_that_waits_can_be_cancelled(planner: httpx.Client) -> None:
    jobs = [ask(planner, scenario=LONG) for _ in range(3)]
    eventually(lambda: len(workers()) == 2, "two never ran")
    waits = shown(planner, jobs[2])
    assert (waits["status"], waits["before_it"]) == ("queued", 0)
    for job in reversed(jobs):
        planner.delete(f"{ASK}/{job}")
    for job in jobs:
        ended(planner, job, "cancelled")
    assert shown(planner, jobs[2])["started_at"] is None


def test_a_run_whose_process_dies_is_told_as_failed(planner: httpx.Client) -> None:
    job = ask(planner, scenario=LONG)
    begun(planner, job)
    os.kill(workers()[0].pid, signal.SIGKILL)
    found = ended(planner, job, "failed")
    assert found["error"]["fact"].startswith("its process was ended by SIGKILL")
    assert (found["summary"], found["files"]) == (None, ["scenario.toml"])


def test_results_outlive_the_server_and_what_ran_is_told_as_failed(
    services: Services, template_database: str, whole_city: Path, short_dir: Path
) -> None:
    state = short_dir / "again"
    with running_desk(services, template_database, whole_city, state) as desk, desk.client("planner") as planner:
        done, running = ask(planner, scenario=QUICK), ask(planner, scenario=LONG)
        before = ended(planner, done)
        begun(planner, running)
    assert not workers()
    # as a server leaves it that was killed in the middle
    job = state / "simulations" / running / "job.json"
    job.write_text(json.dumps(json.loads(job.read_text()) | {"status": "running", "error": None}))
    (state / "simulations" / running / "results.part").mkdir()
    with running_desk(services, template_database, whole_city, state) as desk, desk.client("planner") as planner:
        assert shown(planner, done) == before
        found = ended(planner, running, "failed")
        assert found["error"] == {
            "thing": "simulation",
            "fact": "the server stopped while it ran",
            "way_out": "run it again",
        }
        assert not list(state.glob("simulations/*/results.part"))


def test_a_worker_ends_when_its_server_is_gone(tmp_path: Path) -> None:
    job, scenarios = read_asked(AskedFor(scenario=LONG), load_city_pack(), "test", datetime.now(UTC))
    store = JobStore(tmp_path)
    store.add(job, scenarios)
    command = [sys.executable, "-m", "simulator.job_worker", str(store.path(job))]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert b"loading" in worker.stdout.readline()
        worker.stdin.close()
        assert worker.wait(PATIENCE_S) == -signal.SIGKILL
    assert not (store.path(job) / "results").exists()


def test_only_planners_may_ask(live: Live, planner: httpx.Client) -> None:
    with live.client("dispatcher") as dispatcher:
        answers = [dispatcher.post(ASK, json={"scenario": QUICK}), dispatcher.get(ASK), dispatcher.get(f"{ASK}/schema")]
        assert [one.status_code for one in answers] == [403, 403, 403]
    assert planner.get(f"{ASK}/policies").json()["policy"] == ["closest_idle", "desk", "preference"]
    assert "$defs" in planner.get(f"{ASK}/schema").json()


def test_the_world_of_a_scenario_is_the_city_packs(planner: httpx.Client) -> None:
    world = planner.get(f"{ASK}/world").json()
    stations = {one["id"] for one in world["stations"]}
    assert {unit["station_id"] for unit in world["units"]} <= stations
    assert world["emergencies_per_day"] > 0


def test_a_look_ahead_starts_from_the_desk_and_keeps_nothing_of_the_caller(
    live: Live, planner: httpx.Client, folder: Path
) -> None:
    with live.client("dispatcher") as desk:
        body = {
            "caller_phone": "0903123456",
            "words": "gần chợ Bến Thành",
            "lon": 106.6983,
            "lat": 10.7721,
            "radius_m": 20,
        }
        call = desk.post("/api/v1/calls", json={**body, "complaint": "stroke"}).json()
    more = {"name": "ten more", "more_calls": 10}
    told = ask(planner, kind="ahead", hours=0.25, replications=100, alternatives=[more])
    assert shown(planner, told)["asked"] == {
        "hours": 0.25, "replications": 100, "seed": 1, "calls_per_hour": None, "forecast": "auto",
        "alternatives": [more],
    }  # fmt: skip
    planner.delete(f"{ASK}/{told}")
    ended(planner, told, "cancelled")
    start = json.loads((folder / told / "scenarios" / "start.json").read_bytes())
    assert [(one["complaint"], one["zone"]) for one in start["calls"]] == [("stroke", "26743")]
    kept = b"".join(path.read_bytes() for path in (folder / told).rglob("*") if path.is_file()).decode()
    incident = call["incident"]["id"]
    for secret in ("0903123456", "Bến Thành", "106.6983", incident, call["call"]["id"]):
        assert secret not in kept
    said = refused(planner, kind="ahead", alternatives=[{"name": "a", "more_cals": 1}])
    assert "did you mean 'more_calls'?" in said
    assert "leave it out" in refused(planner, kind="ahead", scenario=QUICK)
    nowhere = {"name": "a", "closure": [{"ward": "26743", "street": "Phố Hiến"}]}
    assert "no street 'Phố Hiến' lies there" in refused(planner, kind="ahead", alternatives=[nowhere])
    assert "tells of 0 whole hours" in refused(planner, kind="ahead", forecast="desk")


def test_a_look_ahead_can_be_run_elsewhere_with_the_live_speeds_of_the_desk(live: Live, planner: httpx.Client) -> None:
    with live.client("traffic_centre") as feed:
        speed = {"lon": 106.6983, "lat": 10.7721, "speed_kph": 7.0}
        assert feed.post("/api/v1/traffic", json=[speed]).json()["accepted"] == 1
    start = fetch_start(live.url, planner.headers["authorization"].removeprefix("Bearer "))
    assert set(start.roads.kph) == {7.0}
    assert len(start.roads.arcs) == len(start.roads.kph) > 0
    assert start.roads.network
    staffed = {unit["id"] for unit in planner.get(f"{ASK}/world").json()["units"] if unit["staffed"]}
    assert {unit.id for unit in start.units} == staffed
