"""A real desk's log, whatever else the tests of this folder made it decide, replays to the same decisions."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
from typer.testing import CliRunner

from dispatch.database import open_pool
from dispatch.event_log import EventLog
from simulator.commands import simulate_app
from simulator.redecide.command import SAME
from simulator.redecide.run import AGAIN, KEPT
from tests.live.conftest import Live

BEN_THANH = {"lon": 106.6981, "lat": 10.7725}


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def send(desk: httpx.Client, priority: int) -> list[dict[str, Any]]:
    """Open an incident and offer it to everybody advised; the offers."""
    incident_id = ok(desk.post("/api/v1/incidents", json={"priority": priority, **BEN_THANH}))["id"]
    advice = ok(desk.get(f"/api/v1/incidents/{incident_id}/recommendation"))
    path = f"/api/v1/incidents/{incident_id}/offers"
    everybody = (*advice["units"], *advice["parallel"])
    return [ok(desk.post(path, json={"unit_id": one["unit_id"], "reason": "training"})) for one in everybody]


def export(live: Live, out: Path) -> Path:
    """As `saigon115 log export` writes it."""

    async def read() -> bytes:
        async with open_pool(live.database_url, min_size=1, max_size=1) as pool:
            batches = [events async for events in EventLog(pool).read_all()]
        return b"".join(msgspec.json.encode(event) + b"\n" for events in batches for event in events)

    out.write_bytes(asyncio.run(read()))
    return out


def redecide(live: Live, city: Path, folder: Path) -> Any:
    """The whole account, by the command that a person types."""
    log, out = export(live, folder / "log.jsonl"), folder / "out" / "account.json"
    told = CliRunner().invoke(simulate_app, ["redecide", str(log), "--city", str(city), "--out", str(out)])
    assert told.exit_code == SAME, told.output
    return json.loads(out.read_text(encoding="utf-8"))


def test_the_log_of_a_running_desk_replays_to_the_same_decisions(live: Live, whole_city: Path, tmp_path: Path) -> None:
    with live.client("dispatcher") as desk:
        units = [one["id"] for one in ok(desk.get("/api/v1/units")) if one["status"] == "available"]
        now = datetime.now(UTC).isoformat()
        fixes = [
            {"unit_id": unit_id, "lon": 106.6 + 0.0123456789 * at, "lat": 10.75 + 0.001 * at, "at": now}
            for at, unit_id in enumerate(units[:12])
        ]
        ok(desk.post("/api/v1/positions", json=fixes))
        red = send(desk, 1)
        way = ok(desk.get("/api/v1/route", params={"from": "106.6602,10.7573", "to": "106.6981,10.7725"}))
        road = {"line": way["geometry"]["coordinates"][-8:-2]}
        closure = ok(desk.post("/api/v1/closures", json={"kind": "closed", "reason": "thi công", "road": road}))
        yellow = send(desk, 3)
        sent = yellow[0]["offer"]
        ok(desk.delete(f"/api/v1/closures/{closure['id']}", params={"reason": "xong"}))
        ok(desk.post("/api/v1/traffic", json=[{**road, "speed_kph": 5.0, "valid_s": 60}]))
        if sent["status"] == "open":
            ok(desk.post(f"/api/v1/offers/{sent['id']}/answer", json={"answer": "accept", "on_behalf_of": "trạm"}))
        path = f"/api/v1/incidents/{sent['incident_id']}"
        first = ok(desk.get(f"{path}/destinations", params={"unit_id": sent["unit_id"]}))["destinations"][0]
        ok(desk.post(f"{path}/destination", json={"unit_id": sent["unit_id"], "hospital_id": first["hospital_id"]}))
        if moves := ok(desk.get("/api/v1/move-ups")):
            ok(desk.post(f"/api/v1/units/{moves[0]['unit_id']}/move-up", json={"station_id": moves[0]["to_id"]}))
    account = redecide(live, whole_city, tmp_path)
    assert (account["different"], account["broken"]) == ([], None)
    assert account["same"]["offer"] == len(red) + len(yellow)
    assert account["same"]["destination"] >= 1
    assert account["travel_times"].keys() == {AGAIN, KEPT}
