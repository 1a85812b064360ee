"""A small hand-made map → the features it makes, and the map that comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.basemap import BasemapError, build_basemap
from dispatch.basemap.carried import read_carried
from dispatch.basemap.carry import Around, carry
from dispatch.basemap.extract import read_extract
from dispatch.basemap.features import Feature
from dispatch.basemap.tiles import find_tippecanoe

NODES = {
    1: (106.700, 10.770), 2: (106.710, 10.770), 3: (106.710, 10.780), 4: (106.700, 10.780),  # a square
    5: (106.704, 10.774), 6: (106.706, 10.774), 7: (106.706, 10.776), 8: (106.704, 10.776),  # and one inside it
    9: (106.720, 10.770), 10: (106.722, 10.771), 11: (106.722, 10.770),
}  # fmt: skip

SMALL_TOWN = """
  <node id="20" lon="106.70" lat="10.79"><tag k="place" v="suburb"/><tag k="name" v="Quận  1"/></node>
  <node id="21" lon="106.71" lat="10.79"><tag k="place" v="7107"/><tag k="name" v="a"/></node>
  <node id="22" lon="106.72" lat="10.79"><tag k="amenity" v="hospital"/><tag k="name" v="Bệnh viện Từ Dũ"/></node>
  <node id="23" lon="106.73" lat="10.79"><tag k="addr:housenumber" v="DAUHEM37"/></node>
  <node id="24" lon="106.74" lat="10.79"><tag k="addr:housenumber" v="123/45A"/></node>
  <way id="1"><nd ref="9"/><nd ref="10"/><nd ref="999"/><tag k="highway" v="trunk_link"/><tag k="oneway" v="-1"/>
    <tag k="bridge" v="yes"/><tag k="layer" v="one"/><tag k="name" v="Cầu Sài Gòn"/></way>
  <way id="2"><nd ref="9"/><nd ref="11"/><tag k="highway" v="12/2 ok"/></way>
  <way id="3"><nd ref="1"/><nd ref="2"/><nd ref="3"/></way>
  <way id="4"><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
  <way id="5"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/></way>
  <way id="6"><nd ref="9"/><nd ref="10"/><nd ref="11"/><nd ref="9"/><tag k="building" v="yes"/></way>
  <way id="7"><nd ref="10"/></way>
  <relation id="1"><member type="way" ref="3" role="outer"/><member type="way" ref="4" role="outer"/>
    <member type="way" ref="5" role="inner"/><tag k="type" v="multipolygon"/>
    <tag k="waterway" v="riverbank"/></relation>
  <relation id="2"><member type="way" ref="3" role="outer"/><tag k="type" v="multipolygon"/>
    <tag k="natural" v="water"/></relation>
"""


CUT = '<bounds minlon="106.6" minlat="10.6" maxlon="106.8" maxlat="10.8"/>'
COAST = """
  <node id="30" lon="106.5" lat="10.7"/><node id="31" lon="106.9" lat="10.7"/>
  <way id="30"><nd ref="30"/><nd ref="31"/><tag k="natural" v="coastline"/></way>
"""


def write_map(path: Path, body: str = SMALL_TOWN, head: str = "") -> Path:
    nodes = "".join(f'<node id="{i}" lon="{lon}" lat="{lat}"/>' for i, (lon, lat) in NODES.items())
    path.write_text(f'<osm version="0.6" generator="test">{head}{nodes}{body}</osm>', encoding="utf-8")
    return path


def read(path: Path) -> list[Feature]:
    return list(read_extract(path, lambda _text, _share: None))


def test_a_small_town_gives_its_features_and_no_junk(tmp_path: Path) -> None:
    found = {f.layer: (f.properties, f.minzoom) for f in read(write_map(tmp_path / "town.osm"))}
    assert found == {
        "road": (
            {"class": "trunk", "link": 1, "oneway": -1, "bridge": 1, "tunnel": 0, "layer": 0, "name": "Cầu Sài Gòn"},
            11,
        ),
        "water": ({"kind": "river"}, 8),
        "building": ({"kind": "yes"}, 15),
        "place": ({"kind": "suburb", "name": "Quận 1", "rank": 4}, 11),
        "poi": ({"kind": "hospital", "rank": 1, "name": "Bệnh viện Từ Dũ"}, 11),
        "housenumber": ({"number": "123/45A"}, 15),
    }


def test_a_river_is_assembled_from_its_banks_with_the_island_left_out(tmp_path: Path) -> None:
    (river,) = [f.geometry for f in read(write_map(tmp_path / "town.osm")) if f.layer == "water"]
    assert river.area == pytest.approx(0.01 * 0.01 - 0.002 * 0.002)


def test_the_sea_south_of_an_eastward_coast_is_drawn_within_the_cut(tmp_path: Path) -> None:
    (sea,) = read(write_map(tmp_path / "coast.osm", COAST, CUT))
    assert (sea.layer, sea.properties, sea.minzoom) == ("water", {"kind": "sea"}, 8)
    assert sea.geometry.bounds == pytest.approx((106.61, 10.61, 106.79, 10.7))


def test_without_the_box_of_the_cut_no_sea_is_guessed(tmp_path: Path) -> None:
    assert read(write_map(tmp_path / "coast.osm", COAST)) == []


def test_a_map_with_nothing_to_draw_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BasemapError, match=r"empty\.osm holds nothing that could be drawn.*--osm"):
        read(write_map(tmp_path / "empty.osm", ""))


@pytest.mark.parametrize(
    ("name", "content"),
    [("junk.osm.pbf", b"no map at all" * 999), ("none.osm.pbf", b""), ("cut.osm", b"<osm version='0.6'><node id=")],
)
def test_a_broken_extract_is_named_and_the_map_before_it_stays(tmp_path: Path, name: str, content: bytes) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "city.pmtiles").write_bytes(b"the map before")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BasemapError, match=rf"{name}.*(--osm FILE|city fetch)"):
        build_basemap(tmp_path / name, out, lambda _text, _share: None, pack=tmp_path)
    assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("city.pmtiles", b"the map before")]


def test_a_missing_extract_is_named(tmp_path: Path) -> None:
    with pytest.raises(BasemapError, match=r"gone\.osm\.pbf is no file.*--osm"):
        build_basemap(tmp_path / "gone.osm.pbf", tmp_path, lambda _text, _share: None)


def test_a_pack_without_tables_is_named(tmp_path: Path) -> None:
    with pytest.raises(BasemapError, match=r"has no tables.*--osm"):
        build_basemap(None, tmp_path / "out", lambda _text, _share: None, pack=tmp_path)


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "basemap").mkdir()
    (tmp_path / "basemap" / "roads.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(BasemapError, match=r"roads\.jsonl\.gz is damaged"):
        build_basemap(None, tmp_path / "out", lambda _text, _share: None, pack=tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    town = write_map(tmp_path / "town.osm")
    with pytest.raises(BasemapError, match="cannot be written"):
        build_basemap(town, town / "out", lambda _text, _share: None, pack=tmp_path)


def test_without_tippecanoe_the_way_out_is_said(tmp_path: Path) -> None:
    with pytest.raises(BasemapError, match=r"tippecanoe.*not installed.*make setup"):
        find_tippecanoe([tmp_path / "tippecanoe"])


def test_what_is_carried_draws_what_the_extract_draws(tmp_path: Path) -> None:
    town = write_map(tmp_path / "town.osm")
    carry(town, tmp_path / "basemap", Around())
    assert _drawn(read_carried(tmp_path)) == _drawn(read(town))


def test_carrying_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    town = write_map(tmp_path / "town.osm")
    for folder in ("a", "b"):
        carry(town, tmp_path / folder, Around())
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / f).iterdir()} for f in ("a", "b"))
    assert first == second


def _drawn(features: object) -> set[tuple[object, ...]]:
    assert hasattr(features, "__iter__")
    return {(f.layer, f.minzoom, *sorted(f.properties.items()), round(f.geometry.area, 7)) for f in features}
