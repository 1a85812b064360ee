"""The whole base map, built from the city pack and, where this machine has one, from the full extract."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from dispatch.basemap import build_basemap
from dispatch.basemap.tiles import find_tippecanoe
from dispatch.city.source import CitySource, find_source

LAYERS = {"land", "water", "waterway", "green", "landuse", "building", "road", "aeroway", "place", "poi", "ward"}
SOURCES = [CitySource("skeleton", Path()), *([find_source()] if find_source().kind == "extract" else [])]

BACH_DANG_QUAY = (14, 13048, 7698)  # the tile z/x/y of the river before the centre
MID_RIVER = Point(106.7095, 10.7760)
BEN_THANH = (15, 26095, 15397)

Features = list[tuple[dict[str, Any], BaseGeometry]]


@pytest.fixture(scope="module", params=SOURCES, ids=lambda source: source.kind)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the builder says, with the progress it reported."""
    source: CitySource = request.param
    steps: list[float] = []
    extract = source.path if source.kind == "extract" else None
    said = build_basemap(extract, tmp_path_factory.mktemp("map"), lambda _text, share: steps.append(share))
    return {**said, "steps": steps}


@pytest.fixture(scope="module")
def archive(built: dict[str, Any]) -> bytes:
    return Path(built["path"]).read_bytes()


@pytest.fixture(scope="module")
def tile(built: dict[str, Any]) -> Callable[[tuple[int, int, int], str], Features]:
    """One layer of one tile."""

    def decode(zxy: tuple[int, int, int], layer: str) -> Features:
        decoder = find_tippecanoe().with_name("tippecanoe-decode")
        command = [str(decoder), "--layer", layer, built["path"], *map(str, zxy)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        return [(f["properties"], shape(f["geometry"])) for f in _flat(found)]

    return decode


def _flat(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for feature in found["features"]:
        if feature["type"] == "FeatureCollection":
            yield from _flat(feature)
        else:
            yield feature


def test_the_archive_is_pmtiles_of_the_promised_zooms_and_layers(archive: bytes) -> None:
    at, size = (int.from_bytes(archive[i : i + 8], "little") for i in (24, 32))
    metadata = json.loads(gzip.decompress(archive[at : at + size]))
    layers = {layer["id"] for layer in metadata["vector_layers"]}
    assert (archive[:8], archive[100], archive[101]) == (b"PMTiles\x03", 8, 15)
    assert layers == LAYERS | {"housenumber"}
    assert "OpenStreetMap" in metadata["attribution"]


def test_the_archive_is_small_enough_to_send_and_names_no_place_on_this_machine(
    archive: bytes, built: dict[str, Any]
) -> None:
    at, size = (int.from_bytes(archive[i : i + 8], "little") for i in (24, 32))
    metadata = gzip.decompress(archive[at : at + size]).decode()
    assert len(archive) == built["bytes"] < 25_000_000
    assert "features.geojsonl" in metadata
    assert str(Path(built["path"]).parent) not in metadata


def test_the_saigon_river_before_the_centre_is_water_and_has_its_name(
    tile: Callable[[tuple[int, int, int], str], Features],
) -> None:
    assert any(area.contains(MID_RIVER) for _, area in tile(BACH_DANG_QUAY, "water"))
    assert "Sông Sài Gòn" in {tags.get("name") for tags, _ in tile(BACH_DANG_QUAY, "waterway")}


def test_the_first_zoom_has_every_main_road_and_no_street(
    tile: Callable[[tuple[int, int, int], str], Features],
) -> None:
    roads = tile((8, 203, 120), "road")
    assert {tags["class"] for tags, _ in roads} == {"motorway", "trunk", "primary"}
    assert sum(line.length for tags, line in roads if tags["class"] == "trunk") > 2.0  # degrees, 220 km of carriageways


def test_near_the_market_streets_alleys_houses_and_signs_are_there(
    tile: Callable[[tuple[int, int, int], str], Features],
) -> None:
    roads = tile(BEN_THANH, "road")
    assert {tags["class"] for tags, _ in roads} >= {"primary", "secondary", "residential", "service"}
    assert {tags["oneway"] for tags, _ in roads} == {0, 1}
    assert "Lê Lai" in {tags.get("name") for tags, _ in roads}
    assert len(tile(BEN_THANH, "building")) > 20
    assert "hospital" in {tags["kind"] for tags, _ in tile(BEN_THANH, "poi")}


def test_progress_grows_to_the_end(built: dict[str, Any]) -> None:
    steps = built["steps"]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0.0, 1.0)


def test_the_borders_and_names_of_all_168_wards_are_on_the_map(built: dict[str, Any]) -> None:
    assert built["layers"]["ward"] > 168
    assert built["layers"]["place"] > 168 + 24
    assert built["zooms"] == [8, 15]
