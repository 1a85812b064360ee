"""kill -9 in the middle of a load, a new start, and Ctrl-C: nothing acknowledged is lost, nothing is left behind."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.desk_process import GONE_WITHIN_S, DeskProcess, copy_city, processes_of, seqs, wait_for

WRITERS = 3
ENOUGH = 60
"""Acknowledged commands before the kill; the writers never pause, so it strikes in the middle of some."""


@dataclass
class Load:
    """What the writers were told, as they were told it: seq and incident."""

    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def note(self, answer: httpx.Response, incident_id: str) -> None:
        """Keep an acknowledged command; that a unit is taken is an answer too."""
        if answer.status_code == 201:
            self.acknowledged.append((answer.json()["seq"], incident_id))
        elif answer.status_code != 409:
            self.refused.append(answer.text)
        if len(self.acknowledged) >= ENOUGH:
            self.enough.set()


@dataclass
class Story:
    """What happened from the first start to Ctrl-C."""

    load: Load
    events: list[dict[str, Any]]
    incidents: dict[str, int]
    """Status of GET for each incident that was acknowledged."""
    verified: str
    manifests: tuple[int, int]
    paper: str
    drivers_of_second: list[str]
    exit_code: int
    said: str
    left: list[str]


@pytest.fixture(scope="module")
def story(built_state: Path) -> Iterator[Story]:
    """One life of a desk, demo load included; the tests below each look at one thing of it."""
    folder = Path(tempfile.mkdtemp(prefix="s115-kill-"))
    state = copy_city(built_state, folder / "state")
    yield _live_through(state)
    shutil.rmtree(folder)


def _live_through(state: Path) -> Story:
    (manifest,) = state.glob("city/*/manifest.json")
    built_at = manifest.stat().st_mtime_ns
    load = Load()
    with DeskProcess(state, "--demo") as first:
        _write_until_killed(first, load)
    wait_for(lambda: not _drivers(state), GONE_WITHIN_S, lambda: "the demo load outlives its desk")
    with DeskProcess(state, "--demo") as second, second.client("supervisor") as desk:
        drivers = wait_for(lambda: _drivers(state), GONE_WITHIN_S, lambda: f"no demo load: {second.said()}")
        found = {key: desk.get(f"/api/v1/incidents/{key}") for _, key in load.acknowledged}
        events = desk.get("/api/v1/events", params={"limit": 10_000}).json()
        verified = second.command("log", "verify").stdout
        paper = (state / "paper" / "latest.html").read_text(encoding="utf-8")
        exit_code = second.stop()
    return Story(
        load,
        events,
        {key: answer.status_code for key, answer in found.items()},
        verified,
        (built_at, manifest.stat().st_mtime_ns),
        paper,
        drivers,
        exit_code,
        second.said(),
        processes_of(state),
    )


def _write_until_killed(desk: DeskProcess, load: Load) -> None:
    with desk.client("demo") as client:
        units = [unit["id"] for unit in client.get("/api/v1/units").json()]
        writers = [
            threading.Thread(target=_write, args=(client, units[number::WRITERS], load)) for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        came = load.enough.wait(GONE_WITHIN_S)
        desk.kill()
        for writer in writers:
            writer.join(GONE_WITHIN_S)
    assert came, f"only {len(load.acknowledged)} commands were acknowledged: {load.refused}"


def _write(client: httpx.Client, units: list[str], load: Load) -> None:
    """Open, offer, tell positions; until the desk is gone."""
    try:
        for unit_id in units * 100:
            opened = client.post("/api/v1/incidents", json={"priority": 2, "lon": 106.6981, "lat": 10.7725})
            incident_id = opened.json()["id"]
            load.note(opened, incident_id)
            offered = client.post(
                f"/api/v1/incidents/{incident_id}/offers", json={"unit_id": unit_id, "reason": "training"}
            )
            load.note(offered, incident_id)
            fix = {"unit_id": unit_id, "lon": 106.69, "lat": 10.77, "at": datetime.now(UTC).isoformat()}
            client.post("/api/v1/positions", json=[fix])
    except httpx.TransportError:
        return


def _drivers(state: Path) -> list[str]:
    return [line for line in processes_of(state) if "simulator.drive" in line]


def test_every_command_that_was_acknowledged_is_in_the_log_at_its_seq(story: Story) -> None:
    assert story.load.refused == []
    told = {event["seq"]: event["data"].get("incident_id") for event in story.events}
    acknowledged = story.load.acknowledged
    assert [(seq, told.get(seq)) for seq, _ in acknowledged] == acknowledged
    assert set(story.incidents.values()) == {200}


def test_the_log_has_no_hole_after_a_kill_and_its_chain_of_hashes_holds(story: Story) -> None:
    assert seqs(story.events) == list(range(1, len(story.events) + 1))
    count, _, rest = story.verified.partition(" ")
    assert int(count) >= len(story.events)
    assert rest.strip() == "events, each following the one before"


def test_the_second_start_takes_the_city_as_it_was_built(story: Story) -> None:
    before, after = story.manifests
    assert before == after


def test_the_demo_load_ends_with_a_killed_desk_and_begins_again_with_the_next(story: Story) -> None:
    assert len(story.drivers_of_second) == 1


def test_the_paper_page_lies_in_the_state_folder_and_lists_the_units(story: Story) -> None:
    assert "<html" in story.paper
    units = {event["data"]["unit_id"] for event in story.events if event["type"] == "UnitRegistered"}
    assert units
    assert all(unit_id in story.paper for unit_id in units)


def test_ctrl_c_ends_the_desk_in_order_and_leaves_no_process(story: Story) -> None:
    assert (story.exit_code, story.left) == (0, []), story.said
    assert "stopped; nothing is left running" in story.said
    assert "Traceback" not in story.said
