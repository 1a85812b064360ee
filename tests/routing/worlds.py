"""Small road worlds: streets on a grid of 0.001 degrees (about 110 m) near the city's middle."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from routing.build import build_graph
from routing.graph import RoadGraph
from routing.osm import assemble_roads
from routing.roads import Roads, TurnRestriction
from routing.tags import read_way
from routing.travel_times import TravelTimes

Cell = tuple[float, float]
Street = tuple[Sequence[Cell], Mapping[str, str]]
WEST: Final = 106.70
SOUTH: Final = 10.77
STEP: Final = 0.001


def at(x: float, y: float) -> tuple[float, float]:
    """Lon, lat of a grid place."""
    return round(WEST + x * STEP, 7), round(SOUTH + y * STEP, 7)


def make_roads(
    *streets: Street,
    signals: tuple[Cell, ...] = (),
    blocked: tuple[Cell, ...] = (),
    restrictions: Sequence[TurnRestriction] = (),
) -> Roads:
    """
    Roads from streets, each a list of cells and its tags; streets meet where they share a cell.

    Ways have the numbers of their streets, nodes those of their cells in order of appearance.
    """
    cells = list(dict.fromkeys(cell for line, _ in streets for cell in line))
    number = {cell: index for index, cell in enumerate(cells)}
    tags = [read_way(dict(given)) for _, given in streets]
    place = np.array([at(*cell) for cell in cells])
    return assemble_roads(
        node_id=np.arange(len(cells), dtype=np.int64),
        lon=np.ascontiguousarray(place[:, 0]),
        lat=np.ascontiguousarray(place[:, 1]),
        signals={number[cell] for cell in signals},
        blocked={number[cell] for cell in blocked},
        ways=[(index, way) for index, way in enumerate(tags) if way is not None],
        way_lengths=[len(line) for line, _ in streets],
        way_node=np.array([number[cell] for line, _ in streets for cell in line], dtype=np.int32),
        restrictions=tuple(restrictions),
        data_at=None,
    )


def make_times(
    *streets: Street,
    signals: tuple[Cell, ...] = (),
    blocked: tuple[Cell, ...] = (),
    restrictions: Sequence[TurnRestriction] = (),
) -> TravelTimes:
    """Travel times over such roads."""
    roads = make_roads(*streets, signals=signals, blocked=blocked, restrictions=restrictions)
    return TravelTimes(build_graph(roads))


def node_number(cell: Cell, *streets: Street) -> int:
    """The number of a cell's node."""
    return list(dict.fromkeys(each for line, _ in streets for each in line)).index(cell)


def edge_between(graph: RoadGraph, here: Cell, there: Cell) -> tuple[int, int]:
    """The edge joining two cells: its index, and the column (0 or 1) of `time_ms` for that direction."""
    ends = [graph.node_lon.tolist(), graph.node_lat.tolist()]
    nodes = [list(zip(*ends, strict=True)).index(at(*cell)) for cell in (here, there)]
    for edge, pair in enumerate(zip(graph.edge_tail.tolist(), graph.edge_head.tolist(), strict=True)):
        if list(pair) == nodes:
            return edge, 0
        if list(pair) == nodes[::-1]:
            return edge, 1
    raise LookupError(f"no street between {here} and {there}")
