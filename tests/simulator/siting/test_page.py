"""docs/siting.md: its example files and the commands on them, run as they stand."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dispatch.paths import repo_root
from simulator.logs.formats import FORMATS
from simulator.siting.commands import siting_app

PAGE = (repo_root() / "docs" / "siting.md").read_text(encoding="utf-8")


def test_the_page_s_example_gives_what_it_promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = re.findall(r"^```csv (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in files] == ["demand.csv", "candidates.csv", "matrix.csv"]
    for name, text in files:
        Path(name).write_text(text, encoding="utf-8")
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines():
        words = shlex.split(line)
        assert words[:2] == ["saigon115", "siting"]
        found = CliRunner().invoke(siting_app, words[2:])
        assert found.exit_code == 0, found.output
        assert "proven optimal" in found.output
    one, two = (json.loads(Path(name, "siting.json").read_text(encoding="utf-8")) for name in ("one", "two"))
    assert {row["id"] for row in one["new"]} <= {"b", "c"}
    assert {row["id"] for row in two["new"]} == {"b", "c"}
    assert {path.name for path in Path("one").iterdir()} == set(re.findall(r"`(\w+\.\w+)`", written_row()))


def written_row() -> str:
    """The rows of the table of files that are written."""
    return PAGE.partition("| file | |")[2].partition("\n\n")[0]


def test_the_page_names_every_format_of_a_log() -> None:
    assert [name for name in FORMATS if name != "auto" and f"`{name}`" not in PAGE] == []
