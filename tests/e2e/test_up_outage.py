"""PostgreSQL or Valkey stops while the desk runs, and comes back: what goes on, what waits, what is said."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from dispatch.services.folders import Folders, prepare_folders
from dispatch.services.postgres import Postgres
from dispatch.services.processes import end
from dispatch.services.valkey import Valkey
from tests.e2e.desk_process import DeskProcess, copy_city, wait_for

PATIENCE_S = 120.0


class Frames:
    """Everything a socket hears, kept by a thread of its own; `closed` once the desk hung up."""

    def __init__(self, socket: ClientConnection) -> None:
        self.heard: list[dict[str, Any]] = []
        self.closed = False
        self._thread = threading.Thread(target=self._listen, args=(socket,))
        self._thread.start()

    def wait_for(self, since: int = 0, **fields: Any) -> dict[str, Any]:
        """The first frame from number `since` on with these fields."""

        def find() -> dict[str, Any] | None:
            frames = self.heard[since:]
            return next((one for one in frames if all(one.get(key) == value for key, value in fields.items())), None)

        def why_not() -> str:
            return f"no frame {fields} among {[one['type'] for one in self.heard[since:]]}"

        return wait_for(find, PATIENCE_S, why_not)

    def join(self) -> None:
        self._thread.join(PATIENCE_S)

    def _listen(self, socket: ClientConnection) -> None:
        try:
            for text in socket:
                self.heard.append(json.loads(text))
        except ConnectionClosed:
            pass
        self.closed = True


@dataclass
class World:
    """A desk, services that can be stopped beside it, a client known before anything stops, and a feed."""

    desk: DeskProcess
    folders: Folders
    postgres: Postgres
    valkey: Valkey
    client: httpx.Client
    frames: Frames
    unit_id: str

    def open_incident(self) -> httpx.Response:
        return self.client.post("/api/v1/incidents", json={"priority": 2, "lon": 106.6981, "lat": 10.7725})

    def send_position(self) -> httpx.Response:
        fix = {"unit_id": self.unit_id, "lon": 106.69, "lat": 10.77, "at": datetime.now(UTC).isoformat()}
        return self.client.post("/api/v1/positions", json=[fix])

    def readiness(self) -> dict[str, Any]:
        return dict(httpx.get(f"{self.desk.url}/readyz", timeout=60).json())


@pytest.fixture(scope="module")
def world(built_state: Path) -> Iterator[World]:
    folder = Path(tempfile.mkdtemp(prefix="s115-out-"))
    folders = prepare_folders(folder / "services")
    postgres, valkey = Postgres(folders), Valkey(folders)
    try:
        postgres.start(_quiet)
        valkey.start(_quiet)
        env = {"DATABASE_URL": postgres.url(), "REDIS_URL": valkey.url()}
        with (
            DeskProcess(copy_city(built_state, folder / "state"), env=env) as desk,
            desk.client("demo") as client,
            desk.listen() as socket,
        ):
            frames = Frames(socket)
            unit_id = client.get("/api/v1/units").json()[0]["id"]
            yield World(desk, folders, postgres, valkey, client, frames, unit_id)
            socket.close()
            frames.join()
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder)


def test_without_valkey_positions_reach_the_feed_and_the_desk_says_so(world: World) -> None:
    begin = len(world.frames.heard)
    world.valkey.stop()
    sent = world.send_position()
    assert (sent.status_code, sent.json()) == (200, {"accepted": 1, "rejected": []})
    assert world.frames.wait_for(begin, type="positions")["units"][0][0] == world.unit_id
    assert set(world.frames.wait_for(begin, type="notice", kind="valkey_down")["text"]) == {"vi", "en"}
    assert (world.readiness()["ready"], world.readiness()["valkey"]) == (True, False)
    assert world.open_incident().status_code == 201
    world.valkey.start(_quiet)
    world.frames.wait_for(begin, type="notice", kind="valkey_up")
    wait_for(lambda: world.readiness()["valkey"], PATIENCE_S, lambda: "the desk is not ready with Valkey again")


def test_without_postgres_commands_answer_503_while_reads_and_the_feed_go_on(world: World) -> None:
    before = world.open_incident().json()
    assert world.client.get("/api/v1/incidents").status_code == 200
    _kill_postgres(world.folders)
    begin = len(world.frames.heard)
    refused = world.open_incident()
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert int(refused.headers["Retry-After"]) > 0
    assert set(refused.json()) == {"type", "title", "status", "detail"}
    reads = world.client.get("/api/v1/incidents")
    assert before["id"] in {incident["id"] for incident in reads.json()}
    assert world.send_position().json()["accepted"] == 1
    world.frames.wait_for(begin, type="heartbeat", seq=before["seq"])
    assert httpx.get(f"{world.desk.url}/readyz", timeout=60).status_code == 503
    assert set(world.frames.wait_for(begin, type="notice", kind="postgres_down")["text"]) == {"vi", "en"}
    world.postgres.start(_quiet)
    after = wait_for(lambda: _opened(world), PATIENCE_S, lambda: f"no command works again: {world.desk.said()}")
    world.frames.wait_for(begin, type="event", seq=after["seq"])
    world.frames.wait_for(begin, type="notice", kind="postgres_up")
    told = [frame["seq"] for frame in world.frames.heard if frame["type"] == "event"]
    assert told == list(range(told[0], after["seq"] + 1))
    assert not world.frames.closed


def _quiet(_: str) -> None:
    """What the services say while they start is no news here."""


def _kill_postgres(folders: Folders) -> None:
    """At once, without a checkpoint, as a machine's fall would."""
    pid = int((folders.postgres / "postmaster.pid").read_text().splitlines()[0])
    end(pid, ((signal.SIGQUIT, 20.0),))


def _opened(world: World) -> dict[str, Any] | None:
    answer = world.open_incident()
    return dict(answer.json()) if answer.status_code == 201 else None
