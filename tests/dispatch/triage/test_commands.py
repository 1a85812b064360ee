"""`saigon115 protocol`: what is wrong with its line, what answers mean."""

from __future__ import annotations

import shutil
from pathlib import Path

from typer.testing import CliRunner, Result

from dispatch.paths import data_dir
from dispatch.triage.commands import protocol_app


def run(*words: str) -> Result:
    return CliRunner().invoke(protocol_app, list(words))


def test_a_good_package_says_that_nobody_has_signed_it() -> None:
    told = run("check")
    assert told.exit_code == 0
    assert "41 chapters" in told.stdout
    assert "approved by nobody" in told.stdout


def test_a_broken_one_says_file_line_and_reason(tmp_path: Path) -> None:
    folder = tmp_path / "protocol"
    shutil.copytree(data_dir() / "protocol", folder)
    chapter = folder / "chapters" / "stroke.yaml"
    chapter.write_text(chapter.read_text(encoding="utf-8").replace("level: 2\n", "level: 9\n", 1), encoding="utf-8")
    told = run("check", str(folder))
    assert (told.exit_code, told.stdout) == (1, "chapters/stroke.yaml line 4: level: 9 is not one of [1, 2, 3, 4]\n")


def test_answers_are_told_as_level_reasons_and_next_question() -> None:
    told = run("ask", "conscious=no", "breathing=no", "age=3").stdout.splitlines()
    assert told[0].startswith("level 1: Đỏ")
    assert any(line.startswith("tell cpr_child") for line in told)
    assert told[-1].startswith("ask where")


def test_every_test_tells_its_questions() -> None:
    assert "gate: nothing known is taken as grave: " in run("tests").stdout
