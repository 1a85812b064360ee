"""What a replay says of its log, and what it says at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.city_pack import load_city_pack
from simulator.errors import ScenarioError
from simulator.logs.formats import read_log
from simulator.replay import _told_of, replay
from tests.simulator.test_uploads import HEAD, line


def test_why_lines_were_skipped_and_where_the_log_has_a_gap_is_said(tmp_path: Path) -> None:
    lines = [line(at, at) for at in (*range(40), 3, 3, *range(650, 690))]
    (tmp_path / "calls.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    skipped, gap = _told_of(read_log(tmp_path / "calls.csv", load_city_pack()), 0)
    assert skipped == "80 calls of 82 lines, 2 skipped (2 the id was there before), 0 without a place"
    assert gap.startswith("the log has a gap from ")
    assert gap.endswith(": nobody calls then, so units seem less busy than they were")


def test_a_folder_or_a_policy_that_cannot_be_is_told_before_the_log_is_read(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be made .*; name another folder with --out"):
        replay(tmp_path / "absent.csv", "desk", tmp_path / "out", lambda text: None)
    with pytest.raises(ScenarioError, match="did you mean 'closest_idle'"):
        replay(tmp_path / "absent.csv", "closest_idel", tmp_path / "results", lambda text: None)
    assert not (tmp_path / "results").exists()
