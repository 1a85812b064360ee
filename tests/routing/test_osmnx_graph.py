"""A planner's own OSMnx graph in place of an extract."""

import os
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx
import pytest
import shapely

from dispatch.paths import repo_root
from routing.crop import crop_extract
from routing.errors import ExtractError, NoRoadsError
from routing.osm import read_roads
from routing.osmnx_graph import read_osmnx, roads_from_osmnx
from routing.pieces import cut_into_pieces
from routing.roads import ROAD_CLASSES, Access, Roads
from tests.routing.maps import write_map
from tests.routing.worlds import at

NODES = {11: (0, 0), 12: (4, 0), 13: (4, 4)}


def _graph(*edges: tuple[int, int, dict[str, Any]], crs: str | None = "epsg:4326") -> Any:
    graph: Any = nx.MultiDiGraph()
    graph.graph |= {"crs": crs} if crs else {}
    for node, cell in NODES.items():
        graph.add_node(node, x=at(*cell)[0], y=at(*cell)[1])
    for tail, head, data in edges:
        graph.add_edge(tail, head, **data)
    return graph


def _kilometres(roads: Roads) -> dict[tuple[str, int], float]:
    """Kilometres, to the metre, by class and one-way."""
    pieces = cut_into_pieces(roads)
    total: Counter[tuple[str, int]] = Counter()
    for way, length_m in zip(pieces.way.tolist(), pieces.length_m.tolist(), strict=True):
        total[ROAD_CLASSES[roads.way_class[way]], abs(int(roads.oneway[way]))] += length_m
    return {key: round(metres / 1000, 3) for key, metres in total.items()}


def _from_xml(path: Path, simplify: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return osmnx.graph_from_xml(path, simplify=simplify, retain_all=True)


def _lists(*values: Any) -> Sequence[Any]:
    return list(values)


def test_an_edge_there_and_one_back_are_one_street() -> None:
    bend = shapely.LineString([at(0, 0), at(2, 1), at(4, 0)])
    street = {"osmid": 7, "highway": "primary", "name": "Lê Lợi", "maxspeed": "50", "lanes": "4", "bridge": "yes"}
    roads = roads_from_osmnx(
        _graph(
            (11, 12, street | {"oneway": False, "reversed": False, "geometry": bend}),
            (12, 11, street | {"oneway": False, "reversed": True, "geometry": bend.reverse()}),
            (12, 13, {"osmid": 8, "highway": "tertiary", "oneway": True, "width": "5", "tunnel": "yes"}),
        )
    )
    assert roads.way_id.tolist() == [7, 8]
    assert roads.node_id[roads.way_node].tolist() == [11, -1, 12, 12, 13]
    assert (roads.lon[roads.way_node[1]], roads.lat[roads.way_node[1]]) == at(2, 1)
    assert [ROAD_CLASSES[index] for index in roads.way_class] == ["primary", "tertiary"]
    assert [roads.names[index] for index in roads.way_name] == ["Lê Lợi", ""]
    assert (roads.oneway.tolist(), roads.maxspeed_kph.tolist(), roads.lanes.tolist()) == ([0, 1], [50, 0], [4, 0])
    assert (roads.bridge.tolist(), roads.tunnel.tolist(), roads.width_m.tolist()) == (
        [True, False],
        [False, True],
        [0.0, 5.0],
    )
    assert (roads.restrictions, roads.data_at) == ((), None)


def test_of_merged_ways_the_greatest_class_and_the_tightest_limits_count() -> None:
    merged = {
        "osmid": _lists(7, 8),
        "highway": _lists("residential", "tertiary"),
        "name": _lists("Lê Lợi", "Lê Lai"),
        "maxspeed": _lists("60", "40", "none"),
        "lanes": _lists("4", "2"),
        "width": _lists("10", "3.5"),
        "access": _lists("yes", "no"),
        "reversed": _lists(True, False),
        "oneway": False,
    }
    roads = roads_from_osmnx(_graph((11, 12, merged), (12, 11, merged)))
    assert roads.way_id.tolist() == [7]
    assert ROAD_CLASSES[roads.way_class[0]] == "tertiary"
    assert (roads.maxspeed_kph[0], roads.lanes[0], roads.width_m[0]) == (40, 2, 3.5)
    assert (roads.names[roads.way_name[0]], roads.access_car[0]) == ("Lê Lợi", Access.NO)


def test_a_lane_merged_with_steps_is_no_road() -> None:
    graph = _graph(
        (11, 12, {"highway": _lists("cycleway", "steps")}), (12, 13, {"highway": _lists("cycleway", "path")})
    )
    roads = roads_from_osmnx(graph)
    assert roads.node_id[roads.way_node].tolist() == [12, 13]


def test_signals_and_barriers_stand_at_their_nodes() -> None:
    graph = _graph((11, 12, {"highway": "primary"}), (12, 13, {"highway": "primary"}))
    graph.nodes[12]["highway"] = "traffic_signals"
    graph.nodes[13]["barrier"] = "bollard"
    roads = roads_from_osmnx(graph)
    assert roads.node_id[roads.node_signal].tolist() == [12]
    assert roads.node_id[roads.node_blocks_cars].tolist() == [13]


def test_nodes_named_otherwise_are_numbered() -> None:
    graph = nx.relabel_nodes(_graph((11, 12, {"highway": "primary"}), crs=None), {11: "chợ", 12: "cầu"})
    roads = roads_from_osmnx(graph)
    assert (roads.node_id.tolist(), roads.way_node.tolist(), roads.way_id.tolist()) == ([0, 1, 2], [0, 1], [0])


@pytest.mark.parametrize(
    ("graph", "fact"),
    [
        (_graph((11, 12, {"highway": "primary"})).to_undirected(), "is not directed"),
        ("roads.graphml", "is not directed"),
        (_graph((11, 12, {"highway": "primary"}), crs="epsg:32648"), "is projected"),
        (_graph((11, 12, {"highway": "primary", "oneway": "no"})), "all_oneway"),
    ],
)
def test_a_graph_that_would_lose_streets_is_refused(graph: Any, fact: str) -> None:
    with pytest.raises(ExtractError, match=fact):
        roads_from_osmnx(graph)


@pytest.mark.parametrize("place", [{}, {"x": 684_000.0, "y": 1_191_000.0}, {"x": float("nan"), "y": 10.7}, {"x": "E"}])
def test_a_graph_without_degrees_is_refused(place: dict[str, Any]) -> None:
    graph = _graph((11, 12, {"highway": "primary"}), crs=None)
    graph.add_node(14, **place)
    with pytest.raises(ExtractError, match="node 14 of the graph has no lon, lat"):
        roads_from_osmnx(graph)


def test_a_graph_of_paths_for_feet_holds_no_roads() -> None:
    with pytest.raises(NoRoadsError, match="holds no roads"):
        roads_from_osmnx(_graph((11, 12, {"highway": "steps"})))


def test_a_projected_graph_put_back_into_degrees_is_accepted() -> None:
    both = {"highway": "primary", "osmid": 7, "oneway": False}
    graph = _graph((11, 12, both), (12, 11, both), (12, 13, both), (13, 12, both))
    there = roads_from_osmnx(osmnx.project_graph(osmnx.project_graph(graph), to_latlong=True))
    assert there.oneway.tolist() == [0, 0]
    np.testing.assert_allclose(there.lon, roads_from_osmnx(graph).lon, atol=1e-7)


def test_a_saved_graph_is_read_back(tmp_path: Path) -> None:
    graph = _graph((11, 12, {"osmid": 7, "highway": "primary", "oneway": True, "length": 440.0, "reversed": False}))
    osmnx.save_graphml(graph, tmp_path / "own.graphml")
    roads = read_osmnx(tmp_path / "own.graphml")
    assert (roads.way_id.tolist(), roads.oneway.tolist(), roads.node_id.tolist()) == ([7], [1], [11, 12, 13])


@pytest.mark.parametrize("content", [None, b"", b"<html><body>404</body></html>", b"<graphml>", b"\0" * 99])
def test_a_file_that_is_no_graph_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.graphml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExtractError, match="own.graphml"):
        read_osmnx(path)


def test_osmnx_and_the_extract_agree_on_the_streets(tmp_path: Path) -> None:
    """A small map always, and a piece of the city's middle where this machine has it."""
    maps = [
        write_map(
            tmp_path / "small.osm",
            [
                ([(0, 0), (1, 0.5), (2, 0)], {"highway": "primary", "oneway": "-1"}),
                ([(2, 0), (3, 0), (4, 0)], {"highway": "residential"}),
                ([(2, 0), (2, 2), (0, 2), (0, 0)], {"highway": "tertiary", "oneway": "yes"}),
                ([(4, 0), (4, 1), (5, 1), (4, 0)], {"highway": "tertiary", "junction": "roundabout"}),
                ([(5, 1), (9, 9)], {"highway": "steps"}),
            ],
        )
    ]
    folder = Path(os.environ.get("SAIGON115_DATA") or repo_root().parent / "shared" / "data") / "osm"
    for extract in sorted(folder.glob("*.osm.pbf"))[:1]:
        crop_extract(extract, tmp_path / "middle.osm", [(106.690, 10.770, 106.705, 10.780)])
        maps.append(tmp_path / "middle.osm")
    for path in maps:
        ours = _kilometres(read_roads(path))
        plain, simplified = (_kilometres(roads_from_osmnx(_from_xml(path, simplify))) for simplify in (False, True))
        assert plain == pytest.approx(ours, abs=0.002)
        # Simplified, a way that goes on as steps is one edge with them: no road.
        assert sum(simplified.values()) == pytest.approx(sum(ours.values()), rel=0.01)
