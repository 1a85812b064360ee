"""Results come all together or not at all."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.errors import ScenarioError
from simulator.result_folder import results_in
from simulator.run import run_scenario


def write_half(out: Path, error: BaseException) -> None:
    with results_in(out) as folder:
        (folder / "summary.json").write_text("{}", encoding="utf-8")
        raise error


def test_results_take_the_place_of_older_ones_and_leave_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("old", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with results_in(tmp_path) as folder:
        (folder / "summary.json").write_text("new", encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "summary.json": "new",
        "notes.txt": "mine",
    }


HOLDS = """
import sys
from pathlib import Path
from simulator.result_folder import results_in

with results_in(Path(sys.argv[1])) as folder:
    (folder / "summary.json").write_text("half")
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_a_killed_process_left_is_swept_away_and_never_what_a_living_one_writes(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        begun = other.stdout.readline().strip()
        with results_in(tmp_path) as mine:
            assert names_in(tmp_path) == {begun, mine.name}
        assert names_in(tmp_path / begun) == {"summary.json"}
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    assert names_in(tmp_path) == {begun}
    with results_in(tmp_path) as mine:
        assert names_in(tmp_path) == {mine.name}
    assert names_in(tmp_path) == set()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("a policy"), ScenarioError("x", "y", "z")])
def test_after_an_error_or_ctrl_c_nothing_half_done_is_left(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        write_half(tmp_path / "a" / "b", error)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_says_its_way_out_and_keeps_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("old", encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be written .*; make room or name another folder with --out"):
        write_half(tmp_path, OSError(errno.ENOSPC, "No space left on device"))
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["old"]


def test_a_folder_that_cannot_be_made_is_told_before_the_scenario_is_read(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be made .*; name another folder with --out"):
        run_scenario(tmp_path / "absent.toml", tmp_path / "out", None, lambda text: None)


def test_a_policy_that_is_not_there_is_told_before_roads_are_asked(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_text('[scenario]\nduration_s = 60\npolicy = "closest_idel"\n[city]\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="did you mean 'closest_idle'"):
        run_scenario(path, tmp_path / "out", None, lambda text: None, city=tmp_path / "no city")
    assert not (tmp_path / "out").exists()


def test_a_slip_in_a_duration_is_told_before_memory_runs_out(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    text = '[scenario]\nduration_s = 1e12\nqueue = "fifo"\n[[zone]]\nid = "Z"\nrate_per_h = 9\n[[unit]]\nid = "U"\n'
    path.write_text(text + "[service]\nmean_s = 60\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="about 2,500,000,000 calls are more than .* make duration_s shorter"):
        run_scenario(path, tmp_path / "out", None, lambda text: None)
