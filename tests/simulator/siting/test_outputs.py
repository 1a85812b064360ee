from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest

from simulator.scenario import read_scenario
from simulator.siting.ask import ask
from simulator.siting.objectives import Objective
from simulator.siting.outputs import Report, write_report
from simulator.siting.problem import Points, Problem, SitingError
from tests.simulator.siting.worlds import problem


def placed(world: Problem) -> Problem:
    """With a place in the city for everybody."""
    rng = np.random.default_rng(4)
    demand, candidates = (
        Points(one.ids, np.column_stack([106.6 + 0.1 * rng.random(len(one)), 10.7 + 0.1 * rng.random(len(one))]), names)
        for one, names in (
            (world.demand, tuple(f"Phường {id}" for id in world.demand.ids)),
            (world.candidates, tuple(f'Bệnh viện "{id}"' for id in world.candidates.ids)),
        )
    )
    return replace(world, demand=demand, candidates=candidates)


def report(**options: object) -> Report:
    world = placed(problem([[10.0, 900.0, 900.0], [900.0, 20.0, 900.0], [inf, inf, 30.0]], weight=[4, 3, 2], kept=[0]))
    return ask(world, Objective("mclp", within_s=60), 2, asked=options)


def test_the_files_agree_with_each_other(tmp_path: Path) -> None:
    written = write_report(report(profile="ambulance"), tmp_path / "new" / "folder")
    assert [path.name for path in written] == [
        "siting.json",
        "stations.csv",
        "demand.csv",
        "siting.geojson",
        "scenario.toml",
    ]
    told, places = (json.loads(path.read_text(encoding="utf-8")) for path in (written[0], written[3]))
    stations, demand = (list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) for path in written[1:3])
    assert (told["objective"], told["proven"], told["gap"], told["profile"]) == ("mclp", True, 0.0, "ambulance")
    assert [one["id"] for one in told["new"]] == [row["id"] for row in stations] == ["c1", "c2"]
    assert told["before"]["share_within_target"] == pytest.approx(4 / 9)
    assert told["after"]["share_within_target"] == pytest.approx(1.0)
    assert [(row["before_s"], row["after_s"], row["station"]) for row in demand] == [
        ("10.0", "10.0", "c0"),
        ("900.0", "20.0", "c1"),
        ("", "30.0", "c2"),
    ]
    roles = [one["properties"]["role"] for one in places["features"]]
    assert roles == ["existing", "new", "new", "demand", "demand", "demand"]


def test_the_same_question_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = ([path.read_bytes() for path in write_report(report(), tmp_path / name)] for name in ("one", "two"))
    assert first == second


def test_a_scenario_takes_the_new_stations_and_their_units(tmp_path: Path) -> None:
    fragment = write_report(report(), tmp_path)[4].read_text(encoding="utf-8")
    scenario = read_scenario(tomllib.loads("[scenario]\nduration_s = 3600\n[city]\n" + fragment), "here")
    assert [(one.id, one.can_refuse) for one in scenario.station] == [("c1", True), ("c2", True)]
    assert [(one.id, one.post) for one in scenario.unit] == [("new-c1-1", "c1"), ("new-c2-1", "c2")]


def test_units_that_join_an_existing_station_bring_no_station(tmp_path: Path) -> None:
    world = placed(problem([[10, 900]], kept=[0]))
    world = replace(world, open_=np.array([True, True]))
    found = ask(world, Objective("mexclp", within_s=60, per_site=2), 2)
    told = tomllib.loads(write_report(found, tmp_path)[4].read_text(encoding="utf-8"))
    assert "station" not in told
    assert [one["id"] for one in told["unit"]] == ["new-c0-1", "new-c0-2"]


def test_points_without_a_place_are_on_no_map(tmp_path: Path) -> None:
    found = ask(problem([[10.0, 20.0]]), Objective("p-median"), 1)
    assert json.loads(write_report(found, tmp_path)[3].read_text(encoding="utf-8"))["features"] == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SitingError, match="cannot be written"):
        write_report(report(), tmp_path / "file")
