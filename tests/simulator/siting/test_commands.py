from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simulator.siting.commands import siting_app

DEMAND = "id,weight\na,10\nb,5\n"
CANDIDATES = "id,existing\nx,yes\ny,no\nz,no\n"
MATRIX = "from,to,seconds\nx,a,30\nx,b,900\ny,a,700\ny,b,40\nz,a,20\nz,b,\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(siting_app, [str(word) for word in words])


@pytest.fixture
def tables(tmp_path: Path) -> list[object]:
    for name, text in (("d.csv", DEMAND), ("c.csv", CANDIDATES), ("m.csv", MATRIX)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    folder = tmp_path
    return ["--demand", folder / "d.csv", "--candidates", folder / "c.csv", "--matrix", folder / "m.csv", "--new", 1]


@pytest.mark.parametrize(("objective", "value"), [("p-median", 500.0), ("mclp", 15.0), ("mexclp", 10.5)])
def test_each_objective_answers_from_plain_tables(
    objective: str, value: float, tables: list[object], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    found = run(objective, *tables, "--within", 60, "--out", out)
    assert found.exit_code == 0, found.output
    assert "proven optimal" in found.output
    told = json.loads((out / "siting.json").read_text(encoding="utf-8"))
    assert told["value"] == pytest.approx(value)
    assert [one["id"] for one in told["new"]] == ["y"]
    assert [one["essential"] for one in told["new"]] == [True]


def test_next_puts_all_three_beside_each_other(tables: list[object], tmp_path: Path) -> None:
    found = run("next", *tables, "--within", 60, "--out", tmp_path / "out")
    assert found.exit_code == 0, found.output
    assert "chosen by" in found.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["mclp", "mexclp", "p-median"]


def test_an_instance_of_the_or_library_brings_its_own_p(tmp_path: Path) -> None:
    (tmp_path / "small.txt").write_text("3 2 2\n1 2 5\n2 3 4\n", encoding="ascii")
    found = run("p-median", "--pmed", tmp_path / "small.txt")
    assert "p-median: value 4, bound 4, proven optimal" in found.output


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["--new", 3], "3 new ones were asked for, but there are only 2 candidates"),
        (["--exclude", "yy"], "no candidate 'yy'"),
        (["--at", "noon"], "--at 'noon' is no time"),
        (["--within", 0], "a target of 0 seconds reaches nobody"),
    ],
)
def test_a_question_that_cannot_be_answered_ends_with_a_sentence(
    words: list[object], fact: str, tables: list[object]
) -> None:
    found = run("mclp", *tables, *words)
    assert found.exit_code == 2
    assert "\nsaigon115: " in "\n" + found.stderr
    assert fact in found.stderr


def test_demand_without_candidates_is_refused(tables: list[object]) -> None:
    found = run("mclp", *tables[:2])
    assert found.exit_code == 2
    assert "--demand and --candidates go together" in found.stderr
