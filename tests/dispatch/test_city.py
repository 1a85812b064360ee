"""Which map is used, and a built city that is whole or not there."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from dispatch.city.build import MANIFEST, build_city, default_city_dir, load_city, open_city
from dispatch.city.source import CitySource, extracts_dir, find_source
from dispatch.paths import data_dir, default_state_dir
from routing.errors import CityCacheError, ExtractError
from routing.travel_times import TravelTimes
from tests.routing.maps import write_map

SQUARE = [
    ([(0, 0), (4, 0)], {"highway": "primary", "name": "Lê Lợi"}),
    ([(4, 0), (4, 4)], {"highway": "tertiary"}),
    ([(4, 4), (0, 0)], {"highway": "residential"}),
]


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAIGON115_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SAIGON115_DATA", str(tmp_path / "data"))


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_map(tmp_path / "square.osm.pbf", SQUARE)


def count_streets(source: CitySource, directory: Path) -> Mapping[str, Any]:
    (directory / "streets.txt").write_text(str(source.read().ways))
    return {"streets": 3}


def test_the_best_map_is_found_first(tmp_path: Path, extract: Path) -> None:
    found = [find_source()]
    for path in (
        extracts_dir() / "fetched.osm.pbf",
        tmp_path / "data/osm/2025.osm.pbf",
        tmp_path / "data/osm/2026.osm.pbf",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(extract.read_bytes())
        found.append(find_source())
    found.append(find_source(extract))
    assert [source.name for source in found] == [
        "skeleton", "fetched.osm.pbf", "2025.osm.pbf", "2026.osm.pbf", "square.osm.pbf",
    ]  # fmt: skip


def test_state_lies_where_the_environment_says(tmp_path: Path) -> None:
    assert default_state_dir() == tmp_path / "state"


def test_a_built_city_says_what_it_is(extract: Path, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    city = build_city(
        CitySource("extract", extract), tmp_path / "city", lambda *report: told.append(report), [count_streets]
    )
    facts = city.to_json()
    assert {key: facts[key] for key in ("source", "source_kind", "date", "nodes", "arcs", "overlay", "parts")} == {
        "source": "square.osm.pbf",
        "source_kind": "extract",
        "date": "2026-01-02T03:04:05+00:00",
        "nodes": 3,
        "arcs": 6,
        "overlay": "none",
        "parts": {"count streets": {"streets": 3}},
    }
    assert facts["bbox"] == pytest.approx([106.7, 10.77, 106.704, 10.774])
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1] == ("city built", 1.0)
    assert TravelTimes.load(city.directory).info["profiles"]["car"] == {
        "nodes": 3,
        "arcs": 6,
        "isolated_arcs": 0,
        "forbidden_turns": 0,
    }


def test_a_city_is_built_once(extract: Path) -> None:
    reports: list[str] = []
    directory = open_city(extract)
    assert open_city(extract, progress=lambda what, share: reports.append(what)) == directory
    assert (directory, reports) == (default_city_dir(CitySource("extract", extract)), [])


def test_of_two_who_open_a_city_one_builds_it(extract: Path) -> None:
    built: list[int] = []

    def count_builds(source: CitySource, directory: Path) -> Mapping[str, Any]:
        built.append(1)
        return {}

    with ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(lambda _: open_city(extract, builders=[count_builds]), range(2)))
    assert (opened[0] == opened[1], built) == (True, [1])


def test_who_waits_for_another_to_build_the_city_is_told(extract: Path) -> None:
    told: list[str] = []
    begun, told_that_it_waits = Event(), Event()

    def build_slowly(source: CitySource, directory: Path) -> Mapping[str, Any]:
        begun.set()
        assert told_that_it_waits.wait(60)
        return {}

    def hear(what: str, share: float) -> None:
        told.append(what)
        told_that_it_waits.set()

    with ThreadPoolExecutor(1) as other:
        first = other.submit(open_city, extract, builders=[build_slowly])
        assert begun.wait(60)
        assert open_city(extract, progress=hear, builders=[build_slowly]) == first.result()
    assert told == ["waiting for another process that builds the same one"]


def test_without_an_extract_the_skeleton_makes_the_city() -> None:
    facts = load_city(open_city()).manifest
    assert (facts["source"], facts["source_kind"]) == ("skeleton", "skeleton")
    assert facts["profiles"]["car"]["nodes"] > 4000


@pytest.mark.parametrize(
    "damage",
    ["manifest gone", "manifest cut", "format", "foreign", "no files", "no list", "file cut", "file gone", "part lost"],
)
def test_a_damaged_city_is_noticed_and_built_again(extract: Path, damage: str) -> None:
    directory = open_city(extract, builders=[count_streets])
    manifest, roads = directory / MANIFEST, directory / "roads" / "edge_tail.npy"
    if damage == "manifest gone":
        manifest.unlink()
    elif damage == "manifest cut":
        manifest.write_text(manifest.read_text()[:50])
    elif damage == "format":
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 0}))
    elif damage == "foreign":
        manifest.write_text('["somebody else\'s"]')
    elif damage == "no files":
        manifest.write_text(manifest.read_text().replace('"files"', '"filez"'))
    elif damage == "no list":
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"files": ["roads.json"]}))
    elif damage == "file cut":
        roads.write_bytes(roads.read_bytes()[:100])
    elif damage == "file gone":
        roads.unlink()
    else:
        (directory / "streets.txt").unlink()
    with pytest.raises(CityCacheError, match="build"):
        load_city(directory)
    assert load_city(open_city(extract, builders=[count_streets])).manifest["source"] == "square.osm.pbf"


def test_a_changed_extract_makes_a_new_city(extract: Path) -> None:
    first = open_city(extract)
    write_map(extract.with_name("other.osm.pbf"), [*SQUARE, ([(4, 4), (0, 4), (0, 0)], {"highway": "tertiary"})])
    extract.with_name("other.osm.pbf").replace(extract)
    assert open_city(extract) != first


def test_a_city_in_a_given_place_follows_its_source(extract: Path, tmp_path: Path) -> None:
    place = tmp_path / "here"
    open_city(extract, place)
    other = write_map(tmp_path / "other.osm.pbf", SQUARE)
    assert load_city(open_city(other, place)).manifest["source"] == "other.osm.pbf"


def test_a_new_part_is_added_to_a_city_built_without_it(extract: Path) -> None:
    directory = open_city(extract)
    assert not (directory / "streets.txt").exists()
    assert open_city(extract, builders=[count_streets]) == directory
    assert (directory / "streets.txt").read_text() == "3"
    before = (directory / MANIFEST).stat().st_mtime_ns
    assert open_city(extract) == directory
    assert (directory / MANIFEST).stat().st_mtime_ns == before


def test_a_failed_build_leaves_the_old_city_and_no_rest(extract: Path, tmp_path: Path) -> None:
    directory = open_city(extract, tmp_path / "cities" / "one")

    def fail(source: CitySource, directory: Path) -> Mapping[str, Any]:
        raise ExtractError("no names in it")

    with pytest.raises(ExtractError, match="no names"):
        build_city(CitySource("extract", extract), directory, builders=[fail])
    assert load_city(directory).manifest["source"] == "square.osm.pbf"
    assert sorted(path.name for path in directory.parent.iterdir()) == [".one.lock", "one"]


def test_a_directory_of_other_things_is_never_replaced(extract: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(CityCacheError, match="holds other things"):
        build_city(CitySource("extract", extract), tmp_path / "photos")
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"cat"


def test_a_missing_map_is_named() -> None:
    with pytest.raises(ExtractError, match=r"no map at .*gone\.osm\.pbf"):
        open_city(Path("gone.osm.pbf"))


def test_the_repository_carries_a_skeleton_to_start_from() -> None:
    source = CitySource("skeleton", data_dir() / "roads")
    assert source.read().data_at is not None
    assert sum(path.stat().st_size for path in source.files) < 1_500_000
