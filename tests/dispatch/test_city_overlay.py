"""A city with newer roads laid over it: found, told of, built anew when they change."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dispatch.city.build import build_city, load_city
from dispatch.city.commands import make_city_app
from dispatch.city.overlays import describe_overlay
from dispatch.city.source import CitySource, find_source
from dispatch.paths import data_dir
from routing.osmnx_graph import SUFFIX
from tests.routing.layers import write_arterials
from tests.routing.maps import write_map

STREETS = [([(0, 0), (4, 0)], {"highway": "primary"}), ([(0, 0), (0, 4)], {"highway": "residential"})]


@pytest.fixture
def extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAIGON115_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SAIGON115_STATE", str(tmp_path / "state"))
    (tmp_path / "data" / "osm").mkdir(parents=True)
    (tmp_path / "maps").mkdir()
    return write_map(tmp_path / "maps" / "small.osm.pbf", STREETS)


def test_newer_roads_are_looked_for_beside_the_extract_then_in_the_data_folder(extract: Path, tmp_path: Path) -> None:
    assert find_source(extract).overlay.files == []
    far = write_arterials(tmp_path / "data" / "osm", (900, [(4, 0), (0, 4)], {}))
    assert find_source(extract).overlay.files == [far]
    near = write_arterials(extract.parent, (900, [(4, 0), (0, 4)], {}))
    assert find_source(extract).overlay.files == [near]
    assert find_source(extract, with_overlay=False).overlay.files == []


def test_neither_the_skeleton_nor_a_planners_graph_gets_newer_roads(extract: Path, tmp_path: Path) -> None:
    write_arterials(tmp_path / "data" / "osm", (900, [(4, 0), (0, 4)], {}))
    assert find_source().overlay.files == []
    assert find_source(tmp_path / f"own{SUFFIX}").overlay.files == []
    assert list(describe_overlay("none", "skeleton")) == [
        "overlay none: the skeleton has no side streets to join newer roads to"
    ]


def test_another_overlay_is_another_city(extract: Path) -> None:
    keys = {find_source(extract).key}
    write_arterials(extract.parent, (900, [(4, 0), (0, 4)], {}))
    keys.add(find_source(extract).key)
    write_arterials(extract.parent, (900, [(4, 0), (0, 4.5)], {"name": ["Dài hơn"]}))
    keys.add(find_source(extract).key)
    assert len(keys) == 3
    assert find_source(extract, with_overlay=False).key == CitySource("extract", extract).key in keys


def test_a_city_says_what_was_laid_over_it(extract: Path, tmp_path: Path) -> None:
    file = write_arterials(extract.parent, (900, [(4, 0), (0, 4)], {"name": ["Cầu mới"]}))
    city = build_city(find_source(extract), tmp_path / "city")
    (layer,) = city.to_json()["overlay"]
    assert (layer["file"], layer["date"], layer["added"]["edges"]) == (file.name, "2030-01-01", 1)
    told = CliRunner().invoke(make_city_app(), ["info", "--city", str(tmp_path / "city")])
    assert f"overlay {file.name}, data of 2030-01-01" in told.stdout
    assert "added 1 (0.6 km)" in told.stdout


def test_a_damaged_overlay_ends_in_a_sentence_with_the_way_out(extract: Path, tmp_path: Path) -> None:
    file = write_arterials(extract.parent, (900, [(4, 0), (0, 4)], {}))
    file.write_bytes(file.read_bytes()[:50])
    told = CliRunner().invoke(make_city_app(), ["build", "--osm", str(extract)])
    assert (told.exit_code, str(file) in told.stderr, "--overlay none" in told.stderr) == (2, True, True)
    told = CliRunner().invoke(make_city_app(), ["build", "--osm", str(extract), "--overlay", "none"])
    assert (told.exit_code, "overlay none\n" in told.stdout) == (0, True)


def test_the_skeleton_stays_as_it_is(tmp_path: Path) -> None:
    source = CitySource("skeleton", data_dir() / "roads")
    build_city(source, tmp_path / "city")
    assert load_city(tmp_path / "city").manifest["overlay"] == "none"
