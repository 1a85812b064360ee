"""OSMnx takes our graph for one of its own, and finds the same times in it."""

from pathlib import Path

import networkx as nx
import numpy as np
import osmnx
import pytest

from routing.conditions import Conditions
from routing.osmnx_graph import roads_from_osmnx
from routing.travel_times import TravelTimes
from tests.routing.worlds import at, make_times


def test_osmnx_finds_nothing_wrong_with_it() -> None:
    times = make_times(
        ([(0, 0), (4, 0), (8, 0)], {"highway": "primary", "name": "Lê Lợi"}),
        ([(4, 0), (4, 4)], {"highway": "residential", "oneway": "yes"}),
        ([(4, 4), (8, 4), (8, 0)], {"highway": "residential"}),
        signals=((4, 0),),
    )
    graph = times.to_networkx("car")
    osmnx.convert.validate_graph(graph, strict=True)
    nodes, edges = osmnx.graph_to_gdfs(graph)
    assert (len(nodes), len(edges)) == (4, 7)
    assert sorted(edges["name"].dropna().unique()) == ["Lê Lợi"]
    assert edges["oneway"].sum() == 1


@pytest.mark.parametrize("profile", ["car", "ambulance", "motorbike"])
def test_shortest_paths_in_it_take_our_times(skeleton_city: Path, profile: str) -> None:
    times = TravelTimes.load(skeleton_city, turns=False)
    times.apply(Conditions(hour=24 + 8))
    graph = times.to_networkx(profile)
    random = np.random.default_rng(3)
    chosen = random.choice(np.array(sorted(graph)), 12, replace=False).tolist()
    places = [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in chosen]
    ours = times.times(places, places, profile)
    for row, source in enumerate(chosen):
        theirs = nx.single_source_dijkstra_path_length(graph, source, weight="travel_time")
        assert ours[row].tolist() == pytest.approx([theirs[target] for target in chosen], abs=1e-6)


def test_what_we_give_away_can_be_read_back() -> None:
    times = make_times(([(0, 0), (4, 0)], {"highway": "primary"}), ([(4, 0), (4, 4), (0, 0)], {"highway": "primary"}))
    again = roads_from_osmnx(times.to_networkx("car"))
    assert again.ways == 2
    assert sorted(zip(again.lon.tolist(), again.lat.tolist(), strict=True)) == sorted([at(0, 0), at(4, 0), at(4, 4)])
