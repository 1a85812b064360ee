"""Sitings that are kept for the planner's page."""

from __future__ import annotations

import json
from pathlib import Path

from simulator.siting.kept import list_sitings


def test_sitings_below_the_state_folder_are_listed_and_other_files_are_not(tmp_path: Path) -> None:
    new = [{"id": "a", "lon": 106.7, "lat": 10.8, "new_units": 1, "at_existing_station": False}]
    for name, text in {
        "ten/mclp": json.dumps({"objective": "mclp", "new": new}),
        "none": '{"new": []}',
        "bad": "{",
    }.items():
        (tmp_path / "siting" / name).mkdir(parents=True)
        (tmp_path / "siting" / name / "siting.json").write_text(text, encoding="utf-8")
    (found,) = list_sitings(tmp_path)
    assert (found["name"], found["objective"], found["new"]) == ("ten/mclp", "mclp", new)
    assert list_sitings(tmp_path / "nowhere") == []
