"""
200 units → 1 incident on the whole city: ours beside scipy's and networkx's Dijkstra, in one run on one machine.

The peers search once, backwards from the incident, and read off all units: their best way of answering. "Snapped"
starts from places on streets for everybody; "raw" adds finding the streets, by our snapper for all three. All answers
are compared; each runs its rounds in a row, warm. `python -m benchmarks.routing`.
"""

import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import networkx
import numpy as np
import psutil
from rich.console import Console
from rich.table import Table
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dispatch.city.build import build_city
from dispatch.city.source import find_source
from routing.ends import PartialEdges
from routing.engine import Ends, Engine, Topology
from routing.graph import CLOSED, FloatArray, IntArray, RoadGraph
from routing.snap import Places, Snapper, Streets
from routing.storage import load_graph
from routing.travel_times import TravelTimes

UNITS: Final = 200
INCIDENTS: Final = 15
PROFILE: Final = "ambulance"
# The inner city: west, south, east, north.
_BUSY: Final = (106.60, 10.72, 106.78, 10.86)

# From nodes, one or more, to the incident's ends (node, ms): every node's time (ms).
Search = Callable[[IntArray, Ends], FloatArray]


class Watch:
    """Seconds spent inside its `with`."""

    s = 0.0

    def __enter__(self) -> "Watch":
        self._started = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.s = time.perf_counter() - self._started


@dataclass
class Spent:
    """Seconds for every incident: from places on streets, and from raw coordinates."""

    snapped: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)


def main() -> int:
    """Measure and print; exit code 1 when anybody's answers differ."""
    source = find_source()
    build, load = Watch(), Watch()
    with TemporaryDirectory() as folder:
        with build:
            city = build_city(source, Path(folder) / "city").directory
        with load:
            times = TravelTimes.load(city)
        graph = load_graph(city)
    spent, agree = _measure(graph, times)
    console = Console()
    console.print(
        f"{source.name}: {graph.count_nodes(PROFILE)} junctions, {graph.count_arcs(PROFILE)} arcs ({PROFILE})"
    )
    console.print(f"{_processor()}, {psutil.cpu_count()} CPUs, Python {platform.python_version()}")
    console.print(f"city built in {build.s:.1f} s, loaded in {load.s:.2f} s")
    console.print(_table(spent))
    console.print("all answers are equal to the millisecond" if agree else "ANSWERS DIFFER")
    return 0 if agree else 1


def _measure(graph: RoadGraph, times: TravelTimes) -> tuple[dict[str, Spent], bool]:
    streets, partial = Streets(graph), PartialEdges(graph, PROFILE)
    searches = {
        "saigon115": _our_search(graph),
        "scipy Dijkstra": _scipy_search(graph),
        "networkx Dijkstra": _networkx_search(graph),
    }
    units, incidents = _points(UNITS, seed=1), _points(INCIDENTS, seed=2)
    rounds = [(units + index * 1e-5, incident) for index, incident in enumerate(incidents)]  # units drive on
    spent = {name: Spent() for name in searches}
    answers: dict[str, list[FloatArray]] = {name: [] for name in searches}
    for name, search in searches.items():
        snapper = Snapper(graph, streets, PROFILE)  # remembers nothing yet
        for here, incident in rounds:
            with Watch() as snap:
                start, end = snapper.snap(here), snapper.snap(incident[None, :])
            with Watch() as watch:
                answers[name].append(_answer(partial, start, end, search))
            spent[name].snapped.append(watch.s)
            spent[name].raw.append(watch.s + snap.s)
    spent["saigon115"].raw = []
    for here, incident in rounds:
        with Watch() as watch:
            times.times_to(here, incident.tolist(), PROFILE)
        spent["saigon115"].raw.append(watch.s)
    ours = np.array(answers["saigon115"])
    return spent, all((np.array(theirs) == ours).all() for theirs in answers.values())


def _answer(partial: PartialEdges, start: Places, end: Places, search: Search) -> FloatArray:
    """Milliseconds of every unit, partial edges included: the same work for everybody but the search."""
    leaving = partial.leaving(start)
    across = search(leaving.node.ravel(), partial.reaching(end).pairs(0)).reshape(-1, 2)
    through = leaving.ms + across
    best: FloatArray = np.minimum(np.minimum(through[:, 0], through[:, 1]), partial.along(start, end))
    return best


def _our_search(graph: RoadGraph) -> Search:
    engine = Engine(Topology(graph), graph.time_ms[PROFILE].ravel())
    return lambda nodes, ends: engine.times_to(nodes.tolist(), ends)


def _open_arcs(graph: RoadGraph) -> tuple[IntArray, IntArray, IntArray]:
    """Tails, heads and ms of open arcs, of parallel ones the fastest."""
    tails, heads = graph.arc_ends()
    ms = graph.time_ms[PROFILE].ravel()
    order = np.lexsort((ms, heads, tails))
    order = order[ms[order] < CLOSED]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(tails[order]) != 0) | (np.diff(heads[order]) != 0)
    chosen = order[first]
    return tails[chosen], heads[chosen], ms[chosen]


def _scipy_search(graph: RoadGraph) -> Search:
    """
    One row more than nodes stands for the incident; its two arcs are rewritten for each.

    They are 1 ms too long, taken off again: a zero would be no arc.
    """
    tails, heads, ms = _open_arcs(graph)
    size = graph.nodes
    rows, columns = np.append(heads, [size, size]), np.append(tails, [0, 1])
    backward = csr_array((np.append(ms, [1, 1]).astype(float), (rows, columns)), shape=(size + 1, size + 1))

    def search(nodes: IntArray, ends: Ends) -> FloatArray:
        for slot, (node, offset) in zip((-2, -1), (ends * 2)[:2], strict=True):
            backward.indices[slot], backward.data[slot] = node, offset + 1
        return np.asarray(dijkstra(backward, indices=[size])[0, nodes] - 1, dtype=np.float64)

    return search


def _networkx_search(graph: RoadGraph) -> Search:
    backward: networkx.DiGraph[object] = networkx.DiGraph()
    tails, heads, ms = _open_arcs(graph)
    backward.add_weighted_edges_from(zip(heads.tolist(), tails.tolist(), ms.tolist(), strict=True))

    def search(nodes: IntArray, ends: Ends) -> FloatArray:
        backward.add_weighted_edges_from(("incident", node, offset) for node, offset in ends)
        found = networkx.single_source_dijkstra_path_length(backward, "incident")
        backward.remove_node("incident")
        return np.array([found.get(node, np.inf) for node in nodes.tolist()])

    return search


def _points(count: int, seed: int) -> FloatArray:
    random = np.random.default_rng(seed)
    west, south, east, north = _BUSY
    return np.column_stack([random.uniform(west, east, count), random.uniform(south, north, count)])


def _table(spent: dict[str, Spent]) -> Table:
    table = Table("200 units → 1 incident", "snapped, ms", "times ours", "raw, ms", "times ours")
    ours = spent["saigon115"]
    for name, of in spent.items():
        cells = []
        for theirs, base in ((of.snapped, ours.snapped), (of.raw, ours.raw)):
            cells += [
                f"{statistics.median(theirs) * 1000:.2f}",
                f"{statistics.median(theirs) / statistics.median(base):.1f}",
            ]
        table.add_row(name, *cells)
    return table


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
