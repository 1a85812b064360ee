"""Reading extracts: what is in them, and the ways in which a file can disappoint."""

import os
from pathlib import Path

import pytest

from dispatch.paths import data_dir, repo_root
from routing.build import build_graph
from routing.crop import crop_extract
from routing.errors import CityCacheError, ExtractError, NoRoadsError
from routing.facts import graph_facts
from routing.osm import check_extract, read_roads
from routing.profiles import PROFILES
from routing.roads import ROAD_CLASSES, TurnRestriction
from routing.skeleton import make_skeleton
from routing.skeleton_table import read_skeleton, write_skeleton
from routing.storage import FACTS_FILE, GRAPH_DIR, load_graph, save_graph
from routing.weights import weigh
from tests.routing.maps import MAPPED_AT, write_map
from tests.routing.worlds import at, make_roads

STREETS = [
    ([(0, 0), (4, 0)], {"highway": "primary", "name": "Lê Lợi", "oneway": "-1", "maxspeed": "50"}),
    ([(4, 0), (4, 4)], {"highway": "service", "service": "alley"}),
    ([(4, 4), (0, 4), (0, 0)], {"highway": "tertiary", "lanes": "2"}),
    ([(0, 4), (9, 9)], {"highway": "111/12/2 ok"}),
    ([(0, 4), (0, 9)], {"building": "yes"}),
]


def _whole_extracts() -> list[Path]:
    folder = Path(os.environ.get("SAIGON115_DATA") or repo_root().parent / "shared" / "data") / "osm"
    return sorted(folder.glob("*.osm.pbf"))


@pytest.mark.parametrize("name", ["map.osm.pbf", "map.osm"])
def test_an_extract_gives_its_roads(tmp_path: Path, name: str) -> None:
    nodes = [((4, 0), {"highway": "traffic_signals"}), ((0, 4), {"barrier": "bollard"}), ((4, 4), {"highway": "KS"})]
    extract = write_map(tmp_path / name, STREETS, nodes=nodes, no_turns=[(1, (4, 0), 2)])
    roads = read_roads(extract)
    assert roads.way_id.tolist() == [1, 2, 3]
    assert [ROAD_CLASSES[index] for index in roads.way_class] == ["primary", "alley", "tertiary"]
    assert [roads.names[index] for index in roads.way_name] == ["Lê Lợi", "", ""]
    assert (roads.oneway.tolist(), roads.maxspeed_kph.tolist(), roads.lanes.tolist()) == (
        [-1, 0, 0],
        [50, 0, 0],
        [0, 0, 2],
    )
    assert roads.node_id[roads.way_node].tolist() == [1, 2, 2, 3, 3, 4, 1]
    assert roads.node_id[roads.node_signal].tolist() == [2]
    assert roads.node_id[roads.node_blocks_cars].tolist() == [4]
    assert roads.restrictions == (TurnRestriction(1, 2, (), 2, False, "no_left_turn", True, True, True),)
    assert roads.data_at == MAPPED_AT


def test_a_way_cut_off_at_the_extracts_edge_keeps_what_is_there(tmp_path: Path) -> None:
    line = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]
    extract = write_map(tmp_path / "cut.osm.pbf", [(line, {"highway": "primary"})], absent=[(2, 0), (5, 0)])
    roads = read_roads(extract)
    assert roads.way_id.tolist() == [1, 1]
    assert roads.node_id[roads.way_node].tolist() == [1, 2, 4, 5]


def test_a_whole_extract_makes_a_city(tmp_path: Path) -> None:
    """The city's own extract where this machine has it, and always one of this size in small."""
    grid = [([(x, 0), (x, 9)], {"highway": "residential"}) for x in range(10)]
    rungs = [([(x, y), (x + 1, y)], {"highway": "tertiary"}) for x in range(9) for y in (0, 9)]
    for extract in [write_map(tmp_path / "small.osm.pbf", grid + rungs), *_whole_extracts()]:
        graph = build_graph(read_roads(extract))
        assert graph.data_at is not None
        for counts in graph_facts(graph)["profiles"].values():
            assert counts["arcs"] > 1.5 * counts["nodes"]


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (None, "no map extract at"),
        (b"", "is empty"),
        (b"hello, this is no map at all" * 9, "cannot be read as an OpenStreetMap extract"),
        (b"\0" * 4000, "cannot be read as an OpenStreetMap extract"),
    ],
)
def test_a_file_that_is_no_extract_is_named(tmp_path: Path, content: bytes | None, fact: str) -> None:
    path = tmp_path / "odd.osm.pbf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExtractError, match=fact) as error:
        read_roads(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_truncated_extract_is_not_half_read(tmp_path: Path, share: float) -> None:
    whole = write_map(tmp_path / "whole.osm.pbf", STREETS).read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ExtractError, match=r"cut\.osm\.pbf"):
        read_roads(cut)


def test_an_extract_without_roads_is_told_so(tmp_path: Path) -> None:
    extract = write_map(tmp_path / "sea.osm.pbf", [([(0, 0), (1, 0)], {"natural": "coastline"})])
    with pytest.raises(NoRoadsError, match="holds no roads"):
        read_roads(extract)


def test_a_web_page_is_no_extract(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.write_text("<html><body>404</body></html>")
    for name in ("city.osm.pbf", "city.osm"):
        with pytest.raises(ExtractError):
            check_extract(page, name)


def test_a_countrys_extract_is_cropped_to_the_city(tmp_path: Path) -> None:
    country = write_map(
        tmp_path / "country.osm.pbf",
        [
            ([(0, 0), (4, 0)], {"highway": "primary"}),
            ([(4, 0), (90, 0)], {"highway": "secondary"}),
            ([(90, 0), (95, 0)], {"highway": "tertiary"}),
        ],
        nodes=[((4, 0), {"highway": "traffic_signals"}), ((95, 0), {"highway": "traffic_signals"})],
        no_turns=[(1, (4, 0), 2), (2, (90, 0), 3), (3, (95, 0), 3)],
    )
    ways = crop_extract(country, tmp_path / "city.osm.pbf", [(*at(-1, -1), *at(5, 5))])
    roads = read_roads(tmp_path / "city.osm.pbf")
    assert (ways, roads.way_id.tolist()) == (2, [1, 2])
    assert roads.node_id[roads.way_node].tolist() == [1, 2, 2, 3]
    assert int(roads.node_signal.sum()) == 1
    assert [turn.from_way for turn in roads.restrictions] == [1]
    assert roads.restriction_notes == {"kept": 1, "on ways that are not on the map": 1}


def test_the_skeleton_keeps_main_roads_and_what_joins_them(tmp_path: Path) -> None:
    extract = write_map(
        tmp_path / "map.osm.pbf",
        [
            ([(0, 0), (2, 0.01), (4, 0)], {"highway": "primary", "name": "Lê Lợi", "maxspeed": "50"}),
            ([(4, 0), (4, 4)], {"highway": "tertiary"}),
            ([(4, 4), (0, 0)], {"highway": "secondary", "oneway": "yes"}),
            ([(0, 0), (0, 4)], {"highway": "residential"}),
            ([(50, 0), (54, 0)], {"highway": "primary"}),
            ([(4, 4), (4, 5)], {"highway": "service"}),
            ([(4, 5), (4, 15)], {"route": "ferry", "name": "Phà"}),
            ([(4, 15), (4, 20)], {"highway": "tertiary"}),
        ],
        nodes=[((4, 0), {"highway": "traffic_signals"})],
    )
    write_skeleton(make_skeleton(read_roads(extract)), tmp_path / "skeleton", source="map.osm.pbf")
    roads = read_skeleton(tmp_path / "skeleton")
    assert sorted(zip(roads.way_id.tolist(), [ROAD_CLASSES[index] for index in roads.way_class], strict=True)) == [
        (1, "primary"),
        (2, "tertiary"),
        (3, "secondary"),
        (6, "service"),
        (7, "ferry"),
        (8, "tertiary"),
    ]
    assert len(roads.lon) == 6  # the one that hardly bends its road is gone
    assert int(roads.node_signal.sum()) == 1
    assert roads.data_at == MAPPED_AT


def test_the_same_roads_make_the_same_skeleton_bytes(tmp_path: Path) -> None:
    roads = read_skeleton(data_dir() / "roads")
    write_skeleton(roads, tmp_path, source="hcmc-2018-01-01.osm.pbf")
    for name in ("ways.csv.gz", "nodes.csv.gz"):
        assert (tmp_path / name).read_bytes() == (data_dir() / "roads" / name).read_bytes()


def test_a_damaged_skeleton_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="cannot be read"):
        read_skeleton(tmp_path)
    write_skeleton(make_roads(*STREETS[:3]), tmp_path, source="test")
    ways = tmp_path / "ways.csv.gz"
    ways.write_bytes(ways.read_bytes()[:-20])
    with pytest.raises(ExtractError, match="restore it from the repository"):
        read_skeleton(tmp_path)


def test_a_graph_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    graph = build_graph(make_roads(*STREETS[:3]))
    save_graph(graph, tmp_path)
    again = load_graph(tmp_path)
    assert (again.names, again.data_at) == (graph.names, graph.data_at)
    assert again.edge_length_m.tolist() == graph.edge_length_m.tolist()
    assert {name: weigh(again, profile).drive_ms.tolist() for name, profile in PROFILES.items()} == {
        name: weigh(graph, profile).drive_ms.tolist() for name, profile in PROFILES.items()
    }


@pytest.mark.parametrize("name", [f"{GRAPH_DIR}/edge_tail.npy", f"{GRAPH_DIR}/turns.order.npy", FACTS_FILE])
@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_a_damaged_graph_is_refused(tmp_path: Path, name: str, damage: str) -> None:
    save_graph(build_graph(make_roads(*STREETS[:3])), tmp_path)
    path = tmp_path / name
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"?" + content[1:])
    with pytest.raises(CityCacheError, match="build"):
        load_graph(tmp_path)
