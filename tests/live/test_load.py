"""A load test against a running desk, from the outside: it plays a scenario, measures, and ends by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dispatch.services import Services
from simulator import drive
from tests.running_desk import running_desk

SCENARIO = """
[scenario]
duration_s = 3600
start = 2026-03-02T10:00:00
[city]
emergencies_per_day = 150
"""


def test_a_scenario_is_played_measured_and_ends_by_itself(
    services: Services,
    template_database: str,
    whole_city: Path,
    short_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "day.toml").write_text(SCENARIO, encoding="utf-8")
    with running_desk(services, template_database, whole_city, short_dir / "load") as desk:
        with desk.client("supervisor") as http:
            stations = list(http.get("/api/v1/snapshot").json()["state"]["stations"])
        owners = [("unit", "115-001"), *(("station", one) for one in stations)]
        tokens = desk.tokens_of(owners)
        lines = [f"{kind} {one} {secret}" for (kind, one), secret in zip(owners, tokens, strict=True)]
        (tmp_path / "tokens").write_text("\n".join(lines), encoding="utf-8")
        monkeypatch.setenv(drive.TOKEN, desk.token("supervisor"))
        code = drive.main(
            f"--url {desk.url} --city {whole_city} --scenario {tmp_path}/day.toml --tokens {tmp_path}/tokens "
            f"--report {tmp_path}/load.json --speed 100000 --crews 140 --consoles 2 --person-s 0 --settle-s 6 "
            "--seed 7 --duration 60".split()
        )
    told = json.loads((tmp_path / "load.json").read_text(encoding="utf-8"))
    assert (code, told["ended"]) == (0, "the last call has been played")
    assert told == json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["crews"] == 140
    assert told["own_feeds"] == len(owners)
    assert told["feed"]["gaps"] == told["feed"]["resumes"] == 0
    assert told["waits"]["calls → answer"]["count"] == told["happened"]["calls"] > 0
    on_each_console = 2 * told["happened"]["incidents"]
    assert 0 < told["waits"]["call → recommendation on the feed"]["count"] <= on_each_console
    assert {
        "offer → rings at the station", "position → the consoles' feed", "age of a position, standing",
        "the driver's own delay",
    } <= set(told["waits"])  # fmt: skip
    assert "a position was rejected" not in told["troubles"]


def test_another_machine_is_not_loaded_unasked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        drive.parse(["--url", "http://desk.example:8115", "--crews", "3"])
    assert stopped.value.code == 2
    assert "--i-own-this-host" in capsys.readouterr().err
    assert drive.parse(["--url", "http://desk.example:8115", "--i-own-this-host"]).url == "http://desk.example:8115"
