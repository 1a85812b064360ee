"""Reading overlay files: what Valhalla's words mean, and the ways in which a file can disappoint."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from routing.errors import OverlayError
from routing.overlay.arterials import read_arterials
from routing.overlay.centre import read_centre
from routing.roads import ROAD_CLASSES, Access
from tests.routing.layers import CLOSED, OPEN, write_arterials, write_centre, write_gzip

LINE = [(0, 0), (1, 0)]


@pytest.mark.parametrize(
    ("said", "road_class", "oneway", "oneway_motorbike", "car", "motorbike"),
    [
        ({}, "primary", 0, 0, Access.DEFAULT, Access.DEFAULT),
        ({"rev_access": CLOSED}, "primary", 1, 1, Access.DEFAULT, Access.DEFAULT),
        ({"fwd_access": CLOSED}, "primary", -1, -1, Access.DEFAULT, Access.DEFAULT),
        ({"rev_access": 1798}, "primary", 1, 0, Access.DEFAULT, Access.DEFAULT),
        ({"fwd_access": 1902, "rev_access": CLOSED}, "primary", 1, 1, Access.NO, Access.DEFAULT),
        ({"class": "motorway", "fwd_access": 233, "rev_access": 0}, "motorway", 1, 1, Access.DEFAULT, Access.NO),
        ({"class": "trunk", "use": 1}, "trunk_link", 0, 0, Access.DEFAULT, Access.DEFAULT),
        ({"class": "service_other", "use": 4}, "driveway", 0, 0, Access.DEFAULT, Access.DEFAULT),
        ({"class": "service_other", "use": 11}, "service", 0, 0, Access.DEFAULT, Access.DEFAULT),
        ({"class": "residential"}, "residential", 0, 0, Access.DEFAULT, Access.DEFAULT),
        ({"use": 41, "name": ["Phà Cát Lái"]}, "ferry", 0, 0, Access.DEFAULT, Access.YES),
        ({"use": 41, "name": ["Đò Rạch Cát"]}, "ferry", 0, 0, Access.NO, Access.YES),
        ({"rev_access": None}, "primary", 0, 0, Access.DEFAULT, Access.DEFAULT),
    ],
)
def test_an_edge_says_who_may_drive_where(
    said: dict[str, Any], road_class: str, oneway: int, oneway_motorbike: int, car: Access, motorbike: Access,
    tmp_path: Path,
) -> None:  # fmt: skip
    roads = read_arterials(write_arterials(tmp_path, (9, LINE, said))).roads
    found = (
        ROAD_CLASSES[roads.way_class[0]],
        *(int(column[0]) for column in (roads.oneway, roads.oneway_motorbike)),
        *(int(column[0]) for column in (roads.access_car, roads.access_motorbike)),
    )
    assert found == (road_class, oneway, oneway_motorbike, car, motorbike)


def test_limits_are_the_posted_ones_and_speeds_guessed_by_valhalla_are_not_read(tmp_path: Path) -> None:
    edges = write_arterials(
        tmp_path, (8, LINE, {"speed_limit": 60, "lanes": 3, "rev_access": CLOSED}), (9, LINE[::-1], {"speed": 75})
    )
    roads = read_arterials(edges).roads
    assert (roads.maxspeed_kph.tolist(), roads.lanes.tolist()) == ([60, 0], [3, 0])


@pytest.mark.parametrize(
    ("names", "name"),
    [(["CT.40", "Cầu Nhơn Trạch"], "Cầu Nhơn Trạch"), (["QL.1"], "QL.1"), ([], ""), (["3 Tháng 2"], "3 Tháng 2")],
)
def test_a_roads_name_comes_before_its_number(names: list[str], name: str, tmp_path: Path) -> None:
    roads = read_arterials(write_arterials(tmp_path, (9, LINE, {"name": names}))).roads
    assert roads.names[roads.way_name[0]] == name


def test_what_is_no_road_is_left_out_and_counted(tmp_path: Path) -> None:
    edges = write_arterials(
        tmp_path,
        (0, LINE, {}),
        (1, LINE, {"use": 25, "class": "service_other"}),
        (2, LINE, {"use": 41, "name": ["Tàu cao tốc"]}),
        (3, LINE, {"fwd_access": CLOSED, "rev_access": CLOSED}),
        (4, LINE, {"fwd_access": OPEN, "rev_access": None}),
        (4, LINE, {"fwd_access": None, "rev_access": CLOSED}),
    )
    layer = read_arterials(edges)
    assert (layer.roads.way_id.tolist(), layer.roads.oneway.tolist()) == ([4], [1])
    assert {reason: tally.edges for reason, tally in layer.left_out.items()} == {
        "way 0, an artefact of decoding": 1,
        "a walk or cycleway": 1,
        "a passenger boat": 1,
        "closed to cars and motorbikes": 1,
        "second half or copy of an edge": 1,
    }


def test_dates_come_with_the_files(tmp_path: Path) -> None:
    assert read_arterials(write_arterials(tmp_path, (9, LINE, {}), day="2025-12-01")).date == "2025-12-01"
    centre = write_centre(tmp_path, {1: (0, 0), 2: (1, 0)}, (5, [1, 2, 3], {"highway": "primary"}))
    layer = read_centre(centre)
    assert (layer.date, layer.roads.way_id.tolist(), layer.roads.node_id.tolist()) == ("2030-02-01", [5], [1, 2])


@pytest.mark.parametrize("read", [read_arterials, read_centre])
@pytest.mark.parametrize("damage", ["absent", "cut", "flipped", "not packed", "no JSON", "another", "empty"])
def test_a_file_that_is_no_overlay_is_named_with_the_way_out(read: Any, damage: str, tmp_path: Path) -> None:
    path = write_arterials(tmp_path, *((way, [(way, 0), (way + 1, 0)], {}) for way in range(1, 50)))
    whole = path.read_bytes()
    if damage == "absent":
        path.unlink()
    elif damage == "another":
        write_gzip(path, {"type": "FeatureCollection", "features": [{"id": 7}]})
    elif damage == "empty":
        write_gzip(path, {"features": [], "nodes": [], "ways": [], "timestamp": []})
    else:
        path.write_bytes(
            {
                "cut": whole[: len(whole) // 2],
                "flipped": whole[:40] + bytes(byte ^ 255 for byte in whole[40:60]) + whole[60:],
                "not packed": gzip.decompress(whole),
                "no JSON": gzip.compress(b"<html>404</html>"),
            }[damage]
        )
    with pytest.raises(OverlayError, match="--overlay none") as error:
        read(path)
    assert str(path) in str(error.value)
