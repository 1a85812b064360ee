"""The table of travel times: made whole or beside a known one, and as a file: whole, or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from routing.storage import FACTS_FILE
from routing.travel_times import TravelTimes
from simulator import kept_tables
from simulator.city_table import CityTable
from simulator.kept_tables import open_table
from simulator.table_build import Known, build_table
from tests.routing.worlds import at, make_times

TRAVEL = make_times(
    ([(0, 0), (3, 0), (6, 0), (9, 0)], {"highway": "primary"}),
    ([(0, 5), (3, 5), (6, 5), (9, 5)], {"highway": "residential", "oneway": "yes"}),
    ([(0, 0), (0, 5)], {"highway": "tertiary"}),
    ([(9, 0), (9, 5)], {"highway": "tertiary"}),
)
ZONES = [at(1.2, 0), at(4.7, 0.1), at(7.1, 5)]
SAMPLES = np.array([at(1.6, 0), at(4.1, 0), at(8.1, 5)])
STATIONS = [at(0.5, 5), at(8.5, 0.2), at(2.2, 5), at(6.1, 0)]
POINTS = np.array([[106.7, 10.8], [106.8, 10.8]])
TABLE = CityTable(
    time_s=[[np.array([[0.0, 5.0], [6.0, 0.0]], dtype=np.float32)]],
    band=[0] * 168,
    distance_m=np.array([[0.0, 50.0], [60.0, 0.0]], dtype=np.float32),
    error={"mean_s": 1.5},
)


def test_runs_that_make_the_same_table_write_parts_of_their_own(tmp_path: Path) -> None:
    others = tmp_path / f"table.{os.getpid() + 1}.part.npz"
    others.write_bytes(b"half of it")
    kept_tables._save(tmp_path / "table.npz", POINTS, TABLE)
    kept = kept_tables._load(tmp_path / "table.npz")
    assert (kept.distance_m.tolist(), kept.error) == (TABLE.distance_m.tolist(), TABLE.error)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["table.npz", others.name])
    assert others.read_bytes() == b"half of it"


def test_a_table_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(part: Path, **columns: Any) -> None:
        part.write_bytes(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="no space"):
        kept_tables._save(tmp_path / "table.npz", POINTS, TABLE)
    assert list(tmp_path.iterdir()) == []


def build(stations: list[tuple[float, float]], known: Known | None = None) -> CityTable:
    return build_table(TRAVEL, None, np.array(ZONES + stations), SAMPLES, lambda text: None, known)


def same(one: CityTable, other: CityTable) -> bool:
    pairs = [(one.distance_m, other.distance_m)]
    pairs += [(a, b) for x, y in zip(one.time_s, other.time_s, strict=True) for a, b in zip(x, y, strict=True)]
    return all(np.array_equal(a, b) for a, b in pairs) and (one.band, one.error) == (other.band, other.error)


@pytest.mark.parametrize(
    "before",
    [STATIONS[:2], STATIONS[2:], [*STATIONS, at(5.0, 0)], [STATIONS[3], at(5.0, 0), STATIONS[0]]],
    ids=["two more", "two others before", "one less", "one moved, in another order"],
)
def test_a_table_beside_a_known_one_is_the_same_as_a_whole_one(before: list[tuple[float, float]]) -> None:
    known = Known.of(build(before), np.array(ZONES + before), np.array(ZONES + STATIONS))
    assert known.lacks == len(set(STATIONS) - set(before))
    assert same(build(STATIONS, known), build(STATIONS))


def test_only_new_places_are_asked_of_the_roads_and_a_table_that_is_kept_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAIGON115_STATE", str(tmp_path))
    monkeypatch.setattr(TravelTimes, "load", lambda city: TRAVEL)
    (tmp_path / FACTS_FILE).write_text("{}", encoding="utf-8")

    def opened(stations: list[tuple[float, float]]) -> tuple[CityTable, str]:
        said: list[str] = []
        table = open_table(tmp_path, np.array(ZONES + stations), SAMPLES, True, said.append)
        return table, said[0] if said else "kept"

    assert opened(STATIONS[:3])[1].startswith("building the table of travel times between 6 places")
    table, said = opened(STATIONS)
    assert said == "adding 1 places to the table of travel times between 7 (once)"
    assert same(table, build(STATIONS))
    assert opened(STATIONS[:3])[1] == opened(STATIONS)[1] == "kept"
    (tmp_path / FACTS_FILE).write_text('{"other": "roads"}', encoding="utf-8")
    assert opened(STATIONS)[1].startswith("building the table")
