"""What docs/simulator.md shows is run here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from simulator.ahead.asked import read_asked
from simulator.policies.find import METHODS, names_for
from simulator.results import Outcomes, summarise
from simulator.scenario import read_scenario
from simulator.textbook import make_day
from tests.simulator.days import make_world

FOLDER = Path(__file__).parents[2] / "docs"
GUIDE = (FOLDER / "simulator.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def scenarios() -> list[str]:
    return [block for block in blocks("toml") if "[scenario]" in block]


def test_the_guides_sections_and_alternatives_are_read() -> None:
    for block in blocks("toml"):
        if "[[alternative]]" in block:
            asked = read_asked({"alternatives": tomllib.loads(block)["alternative"]}, "guide")
            assert len(asked.alternatives) == block.count("[[alternative]]")
        elif block not in scenarios():
            make_world(tomllib.loads(block), duration_s=2 * 86_400.0)


def test_the_guides_city_runs() -> None:
    told: dict[str, Any] = tomllib.loads(scenarios()[0])
    head = told.pop("scenario") | {"duration_s": 6 * 3600.0, "warm_up_s": 0.0}
    world = make_world(told, **head)
    day = world.make_day(1).run()
    assert len(day.runs) >= len(day.calls) > 0
    stations = {station.id: (station.lon, station.lat) for station in world.stations}
    assert "new-1" in stations
    assert "trieu-an" not in stations
    assert stations["thu-duc"] == (106.77, 10.86)
    assert "115-003" not in {unit.id for unit in day.units}


def test_the_guides_queue_runs() -> None:
    told = tomllib.loads(scenarios()[1])
    told["scenario"] |= {"duration_s": 200_000.0, "warm_up_s": 0.0}
    summary = summarise(Outcomes(make_day(read_scenario(told, "guide"), "guide", 1).run(), 0.0), 900.0)
    assert summary["served"] == summary["calls"] > 100


def test_the_guides_own_policy_runs(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(blocks("python")[0], encoding="utf-8")
    world = make_world(policy=f"{tmp_path}/mine.py:Patient", duration_s=6 * 3600.0)
    assert world.make_day(1).run().runs


@pytest.mark.parametrize("key", METHODS)
def test_the_guide_names_every_policy(key: str) -> None:
    for name in names_for(key):
        assert f"`{name}`" in GUIDE


@pytest.mark.parametrize("path", sorted((FOLDER / "examples").glob("*.toml")), ids=lambda path: path.stem)
def test_the_examples_run(path: Path) -> None:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    head = told.pop("scenario") | {"duration_s": 3600.0, "warm_up_s": 0.0}
    told.pop("surge", None)  # lies after the first hour
    assert make_world(told, **head).make_day(1).run().runs
