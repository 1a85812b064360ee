"""Named ways become streets, crossings and numbers; the files are whole, small and always the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.gazetteer import CARRIED, build_gazetteer
from dispatch.geocoding.osm_names import House, NamedRoad, clean_name, house_numbers
from dispatch.geocoding.streets import ALLEY_MOUTH, NAMED, NEAREST_ROAD, HouseOnStreet, merge_roads, place_houses
from dispatch.geocoding.tables import FILE_NAME, pack_points, read_tables, unpack_points
from dispatch.paths import data_dir

HUNDREDTH = 0.0009  # about 100 m


def make_road(name: str, *points: tuple[int, float, float]) -> NamedRoad:
    """A way from (node, hundreds of metres east, hundreds of metres north) of a point in Quận 1."""
    lon = np.array([106.70 + east * HUNDREDTH for _, east, _ in points])
    lat = np.array([10.78 + north * HUNDREDTH for _, _, north in points])
    return NamedRoad(name, (), tuple(node for node, _, _ in points), lon, lat)


def test_ways_of_one_name_near_each_other_are_one_street() -> None:
    roads = [
        make_road("Lê Lợi", (1, 0, 0), (2, 1, 0)),
        make_road("Lê Lợi", (3, 2, 0), (4, 3, 0)),
        make_road("Le Loi", (5, 90, 0), (6, 91, 0)),
    ]
    streets, _ = merge_roads(roads)
    assert [(street.name, len(street.parts)) for street in streets] == [("Lê Lợi", 2), ("Le Loi", 1)]


def test_numbered_streets_of_two_estates_stay_two() -> None:
    streets, _ = merge_roads(
        [make_road("Đường số 3", (1, 0, 0), (2, 1, 0)), make_road("Đường số 3", (3, 2.5, 0), (4, 3, 0))]
    )
    assert len(streets) == 2


def test_streets_that_share_a_node_cross_there() -> None:
    streets, crossings = merge_roads(
        [
            make_road("Pasteur", (1, 0, 0), (2, 0, 1), (3, 0, 2)),
            make_road("Lê Lợi", (4, -1, 1), (2, 0, 1), (5, 1, 1)),
        ]
    )
    assert [(street.name) for street in streets] == ["Lê Lợi", "Pasteur"]
    assert [(one.a, one.b, round(one.lon, 5), round(one.lat, 5)) for one in crossings] == [(0, 1, 106.7, 10.7809)]


def test_a_number_goes_to_its_street_to_the_nearest_road_or_to_its_alley() -> None:
    streets, crossings = merge_roads(
        [
            make_road("Thành Thái", (1, 0, 0), (2, 5, 0), (3, 10, 0)),
            make_road("Hẻm 51 Thành Thái", (2, 5, 0), (4, 5, 2)),
        ]
    )
    alley, street = 0, 1
    lon, lat = 106.70 + 5 * HUNDREDTH, 10.78 + HUNDREDTH
    houses = [
        House("20", "thanh thai", 106.70, 10.7801),
        House("22", None, 106.7001, 10.7801),
        House("51/4", None, lon, lat),
        House("9", None, lon, lat),
        House("7/8", None, 106.7001, 10.7801),
        House("11", None, 106.75, 10.75),
    ]
    placed = {(one.street, one.number, one.source) for one in place_houses(houses, streets, crossings)}
    assert placed == {
        (street, "20", NAMED),
        (street, "22", NEAREST_ROAD),
        (street, "51/4", NEAREST_ROAD),
        (alley, "9", NEAREST_ROAD),
        (street, "51", ALLEY_MOUTH),
    }


def test_an_alley_without_a_street_bears_a_number_of_the_one_it_meets() -> None:
    streets, crossings = merge_roads(
        [
            make_road("Thành Thái", (1, 0, 0), (2, 5, 0), (3, 10, 0)),
            make_road("Hẻm 103", (2, 5, 0), (4, 5, 2)),
            make_road("Hẻm 9/4 Thành Thái", (5, 8, 1), (6, 8, 3)),
        ]
    )
    placed = {(streets[one.street].name, one.number, one.source) for one in place_houses([], streets, crossings)}
    assert placed == {("Thành Thái", "103", ALLEY_MOUTH), ("Thành Thái", "9", NEAREST_ROAD)}


def test_no_houses_are_placed_on_no_streets() -> None:
    placed: list[HouseOnStreet] = place_houses([], [], [])
    assert placed == []


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("123/45A", ["123/45a"]),
        ("82-84", ["82", "84"]),
        ("14;16", ["14", "16"]),
        ("Số 4", ["4"]),
        ("Floor 5", []),
        ("92 (08) 3915 2836", []),
        ("ks", []),
    ],
)
def test_house_numbers_are_told_from_words(written: str, numbers: list[str]) -> None:
    assert house_numbers(written) == numbers


def test_names_are_tidied_and_junk_is_no_name() -> None:
    assert [clean_name(name) for name in ("Ðường  A ", "7107", "", None, "x")] == ["Đường A", None, None, None, None]


def test_points_survive_packing_to_the_step() -> None:
    lon, lat = np.array([106.7, 106.70001, 105.0]), np.array([10.78, 10.0, 11.5])
    back_lon, back_lat = unpack_points(pack_points(lon, lat))
    assert np.allclose(back_lon, lon, atol=5e-6, rtol=0)
    assert np.allclose(back_lat, lat, atol=5e-6, rtol=0)


def test_the_carried_table_is_small_and_names_its_source() -> None:
    path = data_dir() / CARRIED
    assert path.stat().st_size <= 1_500_000
    tables = read_tables(path)
    assert (tables.date, "OpenStreetMap" in tables.source) == ("2018-01-01", True)


def test_building_again_gives_the_same_bytes_and_says_what_is_in_it(carried: Path, tmp_path: Path) -> None:
    facts = build_gazetteer(None, tmp_path, lambda _: None)
    assert (tmp_path / FILE_NAME).read_bytes() == (carried / FILE_NAME).read_bytes()
    assert (facts["old_wards"], facts["new_wards"], facts["files"]) == (322, 168, [FILE_NAME])
    assert facts["streets"] > 10_000


def test_old_wards_are_known_inside_the_old_city_and_nowhere_else(gazetteer: Path) -> None:
    city = CityNames.read(gazetteer)
    points = np.array([(106.69802, 10.77257), (106.4932, 10.9734), (106.6706, 10.9804), (105.85, 21.03)])
    rows = city.find_zones(points)
    names = [city.zones[row].district if row < len(city.zones) else None for row in rows]
    assert names == ["Quận 1", "Củ Chi", None, None]
