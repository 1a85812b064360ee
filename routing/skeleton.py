"""
Make the arterial skeleton: `python -m routing.skeleton EXTRACT OUT_DIR`.

Main roads (tertiary and up, links included), car ferries and the lanes to their landings; only the largest part in
which a car gets from everywhere to everywhere; shapes simplified to 3 m, with every shared node and signal kept.
"""

import argparse
import math
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from routing.build import join_roads
from routing.errors import RoutingError
from routing.graph import EARTH_RADIUS_M, IntArray
from routing.osm import read_roads
from routing.pieces import Pieces, cut_into_pieces
from routing.profiles import PROFILES
from routing.roads import CLASS_INDEX, MAIN_CLASSES, NODE_COLUMNS, WAY_COLUMNS, Roads, no_restrictions
from routing.skeleton_table import write_skeleton
from routing.speeds import drive_seconds
from routing.weights import weigh

_TOLERANCE_M: Final = 3.0
# How far from a landing the next main road may be (guess).
_LANDING_M: Final = 3_000.0


def make_skeleton(roads: Roads) -> Roads:
    """The main roads of `roads`."""
    main = _take_ways(roads, _main_ways(roads))
    weights = weigh(join_roads(main)[0], PROFILES["car"], island_arcs=math.inf, turns=False)
    usable = weights.open[0::2] | weights.open[1::2]
    return _renumber(main, *_simplify(main, *_join(cut_into_pieces(main), usable)))


def _main_ways(roads: Roads) -> NDArray[np.bool_]:
    """Ways of main classes, car ferries, and ways on the shortest way from a landing to a main road."""
    pieces = cut_into_pieces(roads)
    seconds = drive_seconds(join_roads(roads)[0], PROFILES["car"], turns=False).seconds
    open_ = np.isfinite(np.minimum(seconds[0::2], seconds[1::2]))
    ferry = roads.way_class[pieces.way] == CLASS_INDEX["ferry"]
    main = roads.way_class[pieces.way] < len(MAIN_CLASSES)
    size = len(roads.node_id)
    landings = np.union1d(pieces.tail[ferry & open_], pieces.head[ferry & open_])
    main_nodes = np.union1d(pieces.tail[main], pieces.head[main])
    lanes = np.flatnonzero(open_ & ~ferry)
    links = coo_array((pieces.length_m[lanes] + 0.1, (pieces.tail[lanes], pieces.head[lanes])), shape=(size, size))
    taken = np.zeros(roads.ways, dtype=np.bool_)
    taken[pieces.way[open_ & (ferry | main)]] = True
    for landing in landings.tolist():
        metres, before = dijkstra(
            links.tocsr(), directed=False, indices=landing, return_predecessors=True, limit=_LANDING_M
        )
        node = int(main_nodes[np.argmin(metres[main_nodes])])
        while np.isfinite(metres[node]) and node != landing:
            ends = {node, int(before[node])}
            joins = [p for p in lanes.tolist() if {int(pieces.tail[p]), int(pieces.head[p])} == ends]
            taken[pieces.way[joins]] = True
            node = int(before[node])
    return taken


def _take_ways(roads: Roads, taken: NDArray[np.bool_]) -> Roads:
    """Only some of the ways; nodes stay as they are."""
    lengths = np.diff(roads.way_start)
    columns = {name: getattr(roads, name)[taken] for name in WAY_COLUMNS}
    return replace(
        roads,
        **columns,
        way_start=np.concatenate([[0], np.cumsum(lengths[taken])]).astype(np.int64),
        way_node=roads.way_node[np.repeat(taken, lengths)],
        restrictions=no_restrictions(),
        restriction_notes={},
    )


def _join(pieces: Pieces, usable: NDArray[np.bool_]) -> tuple[list[int], list[list[int]]]:
    """Usable pieces that follow each other on one way, joined again: way index and nodes."""
    ways: list[int] = []
    lines: list[list[int]] = []
    before = -1
    for piece in np.flatnonzero(usable).tolist():
        points = pieces.point[pieces.start[piece] : pieces.start[piece + 1]].tolist()
        if ways and before == piece - 1 and ways[-1] == pieces.way[piece]:
            lines[-1] += points[1:]
        else:
            ways.append(int(pieces.way[piece]))
            lines.append(points)
        before = piece
    return ways, lines


def _simplify(roads: Roads, ways: list[int], lines: list[list[int]]) -> tuple[list[int], list[list[int]]]:
    """Leave out nodes that bend a line by less than the tolerance; never ends, shared nodes, or signals."""
    met = np.bincount(np.concatenate([np.array(line) for line in lines]), minlength=len(roads.node_id))
    fixed = (met > 1) | roads.node_signal
    scale = np.radians(1) * EARTH_RADIUS_M
    xy = np.column_stack([roads.lon * np.cos(np.radians(roads.lat.mean())), roads.lat]) * scale
    return ways, [_simplify_line(line, xy, fixed) for line in lines]


def _simplify_line(line: list[int], xy: NDArray[np.float64], fixed: NDArray[np.bool_]) -> list[int]:
    stops = [0, *(i for i in range(1, len(line) - 1) if fixed[line[i]]), len(line) - 1]
    out = line[:1]
    for first, last in pairwise(stops):
        part = line[first : last + 1]
        shape = shapely.simplify(shapely.LineString(xy[part]), _TOLERANCE_M, preserve_topology=False)
        kept = iter(shapely.get_coordinates(shape).tolist())
        wanted = next(kept)
        for node in part:
            if wanted is not None and xy[node].tolist() == wanted:
                wanted = next(kept, None)
                out += [node] if node != out[-1] else []
    return out


def _renumber(roads: Roads, ways: list[int], lines: list[list[int]]) -> Roads:
    """Number nodes in the order in which the ways visit them: neighbours get neighbouring numbers."""
    number: dict[int, int] = {}
    for line in lines:
        for node in line:
            number.setdefault(node, len(number))
    nodes: IntArray = np.array(list(number), dtype=np.int32)
    return replace(
        roads,
        **{name: getattr(roads, name)[ways] for name in WAY_COLUMNS},
        **{name: getattr(roads, name)[nodes] for name in NODE_COLUMNS if name != "node_id"},
        node_id=np.arange(len(nodes), dtype=np.int64),
        way_start=np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64),
        way_node=np.array([number[node] for line in lines for node in line], dtype=np.int32),
    )


def main() -> int:
    """Command line; exit code 2 with a sentence when the extract cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m routing.skeleton", description="Make the arterial skeleton.")
    parser.add_argument("extract", type=Path)
    parser.add_argument("out_dir", type=Path)
    arguments = parser.parse_args()
    try:
        skeleton = make_skeleton(read_roads(arguments.extract))
    except RoutingError as error:
        print(error, file=sys.stderr)
        return 2
    write_skeleton(skeleton, arguments.out_dir, source=arguments.extract.name)
    print(f"{skeleton.ways} ways, {len(skeleton.lon)} nodes in {arguments.out_dir}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
