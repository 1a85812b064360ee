"""The rules of the base map, one by one, on the smallest shapes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from dispatch.basemap import words
from dispatch.basemap.areas import area_features
from dispatch.basemap.around import read_water, sea_beside
from dispatch.basemap.arterials import read_arterials
from dispatch.basemap.errors import BasemapError
from dispatch.basemap.features import Feature, zoom_to_see
from dispatch.basemap.lines import line_feature, one_way
from dispatch.basemap.overpass import read_overpass
from dispatch.basemap.packed import pack, unpack
from dispatch.basemap.places import place, settle
from dispatch.basemap.points import point_features
from dispatch.basemap.supplement import Coverage
from dispatch.basemap.wards import read_wards
from dispatch.basemap.water import melt, sea

STREET = LineString([(106.701, 10.771), (106.703, 10.771)])


def moved(lon: float, lat: float) -> LineString:
    """The street, so many degrees away."""
    return LineString([(x + lon, y + lat) for x, y in STREET.coords])


def road(line: LineString, road_class: str = "primary") -> Feature:
    return Feature("road", line, {"class": road_class}, 8)


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"oneway": "yes"}, 1),
        ({"oneway": " -1"}, -1),
        ({"junction": "roundabout"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"oneway": "perhaps"}, 0),
        ({}, 0),
    ],
)
def test_one_way_is_read_from_what_is_said_and_what_goes_unsaid(tags: dict[str, str], direction: int) -> None:
    assert one_way(tags) == direction


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, ("road", "residential", 13)),
        ({"highway": "pedestrian", "area": "yes"}, None),
        ({"highway": "construction"}, None),
        ({"railway": "rail", "service": "yard"}, ("road", "rail", 13)),
        ({"route": "ferry"}, ("road", "ferry", 9)),
        ({"waterway": "river"}, ("waterway", "river", 8)),
        ({"waterway": "canal", "tunnel": "culvert"}, None),
        ({"aeroway": "runway"}, ("aeroway", "runway", 10)),
        ({"power": "line"}, None),
    ],
)
def test_a_way_becomes_the_line_its_tags_say(tags: dict[str, str], expected: tuple[str, str, int] | None) -> None:
    feature = line_feature(tags, STREET)
    found = feature and (
        feature.layer,
        feature.properties.get("class", feature.properties.get("kind")),
        feature.minzoom,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Chợ   Bến Thành ", "Chợ Bến Thành"),
        ("Hoa\u0300 Hưng", "Hoà Hưng"),
        ("Ðường 3\u0000Tháng 2", "Đường 3 Tháng 2"),
        ("a", None),
        ("8108", None),
        ("越南", None),
        ("x" * 81, None),
        (None, None),
    ],
)
def test_a_name_is_cleaned_or_dropped(text: str | None, name: str | None) -> None:
    assert words.clean_name(text) == name


def test_a_name_that_cannot_be_drawn_gives_way_to_the_next_one() -> None:
    assert words.name_of({"name": "越南", "name:vi": "Việt Nam"}) == "Việt Nam"


def test_a_planned_station_and_a_nameless_shop_have_no_sign_but_a_nameless_hospital_has() -> None:
    tags = [
        {"railway": "station", "name": "Bến Thành (dự kiến)"},
        {"shop": "mall"},
        {"amenity": "hospital"},
    ]
    found = [f.properties for each in tags for f in point_features(each, Point(106.7, 10.77))]
    assert found == [{"kind": "hospital", "rank": 8}]


def test_a_hospital_building_is_both_ground_and_building() -> None:
    shape = box(106.70, 10.77, 106.701, 10.771)
    found = list(area_features({"amenity": "hospital", "building": "yes"}, shape))
    assert [(f.layer, f.properties["kind"]) for f in found] == [("landuse", "hospital"), ("building", "yes")]


def test_a_larger_area_is_seen_from_further_out() -> None:
    zooms = [zoom_to_see(box(106, 10, 106 + side, 10 + side)) for side in (1, 0.1, 0.01, 0.001, 0.0001)]
    assert zooms == [8, 8, 9, 13, 15]


def test_pieces_of_a_river_melt_into_one_and_lakes_keep_their_names() -> None:
    pieces = [Feature("water", box(x, 0, x + 1, 1), {"kind": "river", "name": str(x)}, 12) for x in (0, 1)]
    lake = Feature("water", box(5, 5, 6, 6), {"kind": "lake", "name": "Hồ Con Rùa"}, 13)
    lake_out, river = melt([*pieces, lake])
    assert lake_out is lake
    assert (river.properties, river.minzoom, river.geometry.area) == ({"kind": "river"}, 8, 2.0)


def test_the_sea_lies_right_of_the_coast() -> None:
    eastward = LineString([(-1, 5), (11, 5)])  # land on the left, that is north
    (south,) = sea([eastward], (0, 0, 10, 10))
    assert south.geometry.equals(box(0, 0, 10, 5))


def test_an_island_stays_dry_and_a_coast_that_closes_nothing_draws_no_sea() -> None:
    ring = LineString([(2, 2), (4, 2), (4, 4), (2, 4), (2, 2)])  # anticlockwise: land inside
    (around,) = sea([ring], (0, 0, 10, 10))
    assert around.geometry.area == 96
    assert list(sea([LineString([(-1, 5), (5, 5)])], (0, 0, 10, 10))) == []


def test_a_district_has_one_label_where_its_node_stands() -> None:
    node, area = place("suburb", "Quận 3", Point(1, 1)), place("district", "Quận 3", Point(2, 2))
    other = place("suburb", "Phú Mỹ Hưng", Point(3, 3))
    assert list(settle([node, area, other])) == [Feature("place", Point(1, 1), area.properties, area.minzoom), other]


@pytest.mark.parametrize(
    "shape",
    [
        Point(106.70001, 10.77002),
        LineString([(106.7, 10.77), (106.70012, 10.76934)]),
        Polygon([(0, 0), (4, 0), (4, 4)], [[(2, 1), (3, 1), (3, 2)]]),
        MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]),
        shapely.multilinestrings([STREET, STREET]),
    ],
    ids=lambda shape: shape.geom_type,
)
def test_a_packed_line_comes_back_as_it_was(shape: BaseGeometry) -> None:
    feature = Feature("water", shape, {"name": "Sông Sài Gòn", "kind": "river"}, 8)
    back = unpack(pack(feature))
    assert (back.layer, back.properties, back.minzoom) == ("water", feature.properties, 8)
    assert shapely.equals_exact(back.geometry, shape, tolerance=1e-9)


def test_only_roads_that_the_extract_lacks_are_added() -> None:
    coverage = Coverage()
    coverage.see(road(STREET))
    beside = road(moved(0, 0.0001))  # 11 m north: the other carriageway
    elsewhere = road(moved(0, 0.01))
    assert list(coverage.missing([beside, elsewhere])) == [elsewhere]


def test_water_is_added_only_where_no_streets_are_mapped() -> None:
    coverage = Coverage()
    for _ in range(3):
        coverage.see(road(STREET))
    river = Feature("water", box(106.70, 10.76, 106.74, 10.78), {"kind": "river"}, 8)
    (rest,) = coverage.missing([river])
    assert rest.geometry.equals(box(106.72, 10.76, 106.74, 10.78))
    assert (coverage.reaches(road(STREET)), coverage.reaches(river)) == (True, True)
    assert not coverage.reaches(road(moved(1, 0)))


def test_water_that_the_extract_shows_is_not_drawn_again() -> None:
    coverage = Coverage()
    coverage.see(Feature("water", box(0, 0, 1, 1), {"kind": "river"}, 8))
    coverage.see(Feature("waterway", STREET, {"kind": "river"}, 8))
    guess = Feature("water", box(0, 0, 1, 1.2), {"kind": "river", "assumed": 1}, 8)
    beyond = Feature("water", box(0, 0.8, 1, 2), {"kind": "river", "assumed": 1}, 8)
    coarse = Feature("waterway", moved(0, 0.001), {"kind": "river"}, 8)
    other = Feature("waterway", moved(0, 0.1), {"kind": "river"}, 8)
    found = [f.geometry.normalize() for f in coverage.missing([guess, beyond, coarse, other])]
    assert found == [beyond.geometry.normalize(), other.geometry]


def test_edges_of_a_way_join_and_artefacts_and_pavements_fall_away(tmp_path: Path) -> None:
    def edge(way_id: int, use: int, points: list[list[float]]) -> dict[str, object]:
        found = {"way_id": way_id, "name": ["QL.1"], "class": "trunk", "use": use, "fwd_access": 3, "rev_access": 2}
        return {"properties": found, "geometry": {"type": "LineString", "coordinates": points}}

    edges = [edge(7, 0, [[0, 0], [1, 0]]), edge(7, 0, [[1, 0], [2, 0]]), edge(0, 0, [[5, 5], [6, 6]])]
    table = tmp_path / "arterials.geojson.gz"
    table.write_bytes(gzip.compress(json.dumps({"features": [*edges, edge(8, 25, [[0, 1], [1, 1]])]}).encode()))
    properties: dict[str, str | int] = {
        "class": "trunk",
        "link": 0,
        "oneway": 1,
        "bridge": 0,
        "tunnel": 0,
        "layer": 0,
        "name": "QL.1",
    }
    (found,) = read_arterials(table)
    assert (found.layer, found.properties, found.minzoom) == ("road", properties, 8)
    assert list(found.geometry.coords) == [(0, 0), (1, 0), (2, 0)]


def test_streets_from_overpass_leave_out_nodes_they_lack(tmp_path: Path) -> None:
    nodes = [{"id": 1, "lon": 106.7, "lat": 10.77}, {"id": 2, "lon": 106.71, "lat": 10.77}]
    ways = [{"nodes": [1, 9, 2], "tags": {"highway": "service"}}, {"nodes": [1, 9], "tags": {"highway": "service"}}]
    table = tmp_path / "streets.json.gz"
    table.write_bytes(gzip.compress(json.dumps({"nodes": nodes, "ways": ways}).encode()))
    (found,) = read_overpass(table)
    assert (found.properties["class"], list(found.geometry.coords)) == ("service", [(106.7, 10.77), (106.71, 10.77)])


def test_a_wide_river_without_banks_gets_a_band_that_says_it_is_assumed(tmp_path: Path) -> None:
    rivers = [
        {"name": "Sông Lòng Tàu", "kind": "Sông", "shape": [[[10.6, 106.8], [10.5, 106.8]]]},
        {"name": "Rạch Nhỏ", "kind": "Rạch", "shape": [[[10.6, 106.9], [10.5, 106.9]]]},
    ]
    table = tmp_path / "water.json"
    table.write_text(json.dumps({"song": rivers, "ho": [{"name": "Ao", "poly": [[10, 106], [10, 106]]}]}))
    line, band, stream = read_water(table)
    assert (line.properties, band.properties) == (
        {"kind": "river", "name": "Sông Lòng Tàu"},
        {"kind": "river", "assumed": 1},
    )
    assert band.geometry.contains(Point(106.802, 10.55))
    assert not band.geometry.contains(Point(106.803, 10.55))
    assert stream.properties == {"kind": "stream", "name": "Rạch Nhỏ"}


def test_the_sea_is_off_the_coast_and_not_on_the_land() -> None:
    land = box(106.7, 10.4, 107.6, 10.7)
    (found,) = sea_beside([land])
    assert found.geometry.contains(Point(107.0, 10.25))
    assert found.geometry.intersection(land).area < 1e-4


def test_a_border_is_drawn_once_and_named_after_both_wards(tmp_path: Path) -> None:
    squares = {"Phường A": box(106.70, 10.77, 106.72, 10.79), "Phường B": box(106.7201, 10.77, 106.74, 10.79)}
    table = tmp_path / "wards.geojson"
    wards = [{"properties": {"name": n}, "geometry": json.loads(shapely.to_geojson(s))} for n, s in squares.items()]
    table.write_text(json.dumps({"features": wards}))
    features = list(read_wards(table))
    shared = [f for f in features if f.layer == "ward" and f.properties["sides"] == 2]
    assert [(f.layer, f.properties["name"]) for f in features[:2]] == [("place", "Phường A"), ("place", "Phường B")]
    assert [f.properties["name"] for f in shared] == ["Phường A · Phường B"]
    assert shared[0].geometry.length == pytest.approx(0.02, rel=0.1)
    assert len([f for f in features if f.layer == "land"]) == 1


def test_a_table_that_holds_no_wards_is_named(tmp_path: Path) -> None:
    (tmp_path / "wards.geojson").write_text('{"features": [{}]}')
    with pytest.raises(BasemapError, match=r"wards\.geojson is no table of wards"):
        list(read_wards(tmp_path / "wards.geojson"))
