from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dispatch.domain import events as ev
from dispatch.domain.events import Recorded
from simulator import drive
from simulator.callers import call_body, incident_body, settled_place
from simulator.demand import DemandCall
from simulator.tally import Tally
from tests.factories import NOW


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    return drive.main(list(arguments)), capsys.readouterr().err


def make_call(**fields: object) -> DemandCall:
    given: dict[str, object] = {"key": "1", "at": NOW, "kind": "emergency", "lon": 106.7, "lat": 10.78}
    return DemandCall(**{**given, "words": "gần chợ", "phone": "0000000001", **fields})  # type: ignore[arg-type]


def test_without_a_token_it_says_how_to_make_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(drive.TOKEN, raising=False)
    code, said = run(capsys)
    assert code == 2
    assert "saigon115 token create --role demo" in said


def test_without_a_built_city_it_says_how_to_build_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(drive.TOKEN, "t")
    monkeypatch.setenv("SAIGON115_STATE", str(tmp_path))
    code, said = run(capsys)
    assert code == 2
    assert "saigon115 city build" in said


def test_a_folder_that_is_no_city_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(drive.TOKEN, "t")
    code, said = run(capsys, "--city", str(tmp_path))
    assert code == 1
    assert "no built city" in said


def test_the_newest_city_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for age, name in enumerate(("new", "old")):
        facts = tmp_path / "city" / name / "roads.json"
        facts.parent.mkdir(parents=True)
        facts.write_text("{}")
        os.utime(facts, (1000 - age, 1000 - age))
    monkeypatch.setenv("SAIGON115_STATE", str(tmp_path))
    assert drive.default_city() == tmp_path / "city" / "new"


def test_a_parent_that_is_gone_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(drive.TOKEN, "t")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    code, said = run(capsys, "--parent", str(gone.pid))
    assert code == 2
    assert f"no process {gone.pid}" in said


@pytest.mark.parametrize("arguments", [["--speed", "0"], ["--calls-per-hour", "-1"], ["--duration", "x"]])
def test_numbers_must_be_positive(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        drive.parse(arguments)
    assert stopped.value.code == 2


def test_a_call_is_handed_in_as_it_was_told() -> None:
    told = make_call(complaint="cardiac_arrest", phone_lon=106.71, phone_lat=10.79, radius_m=30.0)
    assert call_body(told) == {
        "caller_phone": "0000000001",
        "words": "gần chợ",
        "complaint": "cardiac_arrest",
        "lon": 106.71,
        "lat": 10.79,
        "radius_m": 30.0,
        "answers": {"conscious": False, "breathing": False},
    }


def test_a_silent_call_has_only_a_number() -> None:
    assert call_body(make_call(words="", kind="no_content")) == {"caller_phone": "0000000001"}


def test_an_incident_is_opened_where_help_is_needed() -> None:
    assert incident_body("c1", make_call(complaint="fever", level=3)) == {
        "call_id": "c1",
        "lon": 106.7,
        "lat": 10.78,
        "priority": 3,
        "complaint": "fever",
    }


def test_a_place_that_was_read_back_is_settled_and_named() -> None:
    assert settled_place(make_call(street="Lê Lợi", ward="Phường Bến Thành")) == {
        "lon": 106.7,
        "lat": 10.78,
        "kind": "point",
        "radius_m": 30.0,
        "settled": True,
        "label": "Lê Lợi, Phường Bến Thành",
        "new_ward": "Phường Bến Thành",
    }


def test_the_report_counts_what_happened_and_names_what_did_not() -> None:
    tally = Tally()
    ended = ev.RunEnded(incident_id="I1", unit_id="U1", outcome="conveyed")
    tally.see(
        Recorded(
            seq=1, stream="incident:I1", version=1, type="RunEnded", actor="a", at=NOW, recorded_at=NOW, data=ended
        )
    )
    counts = json.loads(tally.line(seed=1))
    assert {name for name, count in counts.items() if count} == {"runs_ended", "conveyed", "seed"}
    assert counts["refused"] == 0
