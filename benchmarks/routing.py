"""
200 units → 1 incident on the whole city: ours beside scipy's and networkx's Dijkstra, in one run on one machine.

By junctions and by turns; the peers search the very same graph once, backwards from the incident, and read off all
units: their best way of answering. "Snapped" starts from places on streets for everybody; "raw" adds finding the
streets, by our snapper for all. Ours is asked by `TravelTimes.times_to`. Units drive on between incidents, so that no
answer is remembered. All answers are compared; each runs its rounds in a row, warm. Medians on the wall's and the
processor's clock; ratios are of the latter, for others may be using the machine. `python -m benchmarks.routing`.
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
from routing.engine import Ends
from routing.graph import CLOSED, FloatArray, IntArray
from routing.guide import with_straight_lines
from routing.journeys import Trips, trips
from routing.points import Snapped
from routing.profiles import PROFILES
from routing.travel_times import TravelTimes

UNITS: Final = 200
INCIDENTS: Final = 15
PROFILE: Final = "ambulance"
# The inner city: west, south, east, north.
_BUSY: Final = (106.60, 10.72, 106.78, 10.86)

# From nodes, one or more, to the incident's ends (node, ms): every node's time (ms).
Search = Callable[[IntArray, Ends], FloatArray]


class Watch:
    """Seconds spent inside its `with`, on the wall and of processors."""

    s = cpu_s = 0.0

    def __enter__(self) -> "Watch":
        self._started, self._worked = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.s, self.cpu_s = time.perf_counter() - self._started, time.process_time() - self._worked


@dataclass
class Spent:
    """For every incident: from places on streets, and from raw coordinates."""

    snapped: list[Watch] = field(default_factory=list)
    raw: list[Watch] = field(default_factory=list)


@dataclass
class Both(Watch):
    """Two watches together."""

    one: Watch
    other: Watch

    def __post_init__(self) -> None:
        self.s, self.cpu_s = self.one.s + self.other.s, self.one.cpu_s + self.other.cpu_s


def main() -> int:
    """Measure and print; exit code 1 when anybody's answers differ."""
    source = find_source()
    console = Console()
    build = Watch()
    agree = True
    with TemporaryDirectory() as folder:
        with build:
            city = build_city(source, Path(folder) / "city").directory
        console.print(f"{_processor()}, {psutil.cpu_count()} CPUs, Python {platform.python_version()}")
        for turns in (False, True):
            with Watch() as load:
                times = TravelTimes.load(city, {PROFILE: PROFILES[PROFILE]}, turns=turns)
            spent, same = _measure(times)
            topology = times._of(PROFILE).weighing.network.topology
            console.print(
                f"\n{source.name}, {'by turns' if turns else 'by junctions'}: {topology.nodes} nodes, "
                f"{len(topology.tails)} arcs; city built in {build.s:.1f} s, loaded in {load.s:.2f} s"
            )
            console.print(_table(spent))
            console.print(_square(times))
            agree &= same
    console.print("all answers are equal to the millisecond" if agree else "ANSWERS DIFFER")
    return 0 if agree else 1


def _measure(times: TravelTimes) -> tuple[dict[str, Spent], bool]:
    with times._of(PROFILE).weighing.in_force() as now:
        weights = now.metric.weights
    topology = times._of(PROFILE).weighing.network.topology
    links = _fastest(topology.tails, topology.heads, weights)
    peers = {"scipy Dijkstra": _scipy_search(*links, topology.nodes), "networkx Dijkstra": _networkx_search(*links)}
    incidents = points(INCIDENTS, seed=2)
    rounds = [(points(UNITS, seed=100 + index), incident) for index, incident in enumerate(incidents)]
    spent = {name: Spent() for name in ("saigon115", *peers)}
    agree = True
    times.times_to(*_pair(rounds[0]), PROFILE)
    snapped = [_snap(times, here, incident) for here, incident in rounds]
    ours = []
    for start, end, _ in snapped:
        found, answering = _ours(times, start, end)
        spent["saigon115"].snapped.append(answering)
        ours.append(found.tolist())
    for name, search in peers.items():
        for (start, end, snapping), wanted in zip(snapped, ours, strict=True):
            theirs, answering = _theirs(times, start, end, search)
            spent[name].snapped.append(answering)
            spent[name].raw.append(Both(answering, snapping))
            agree &= theirs.tolist() == wanted
    for here, incident in rounds:
        moved = here + 2e-5  # a few metres on: nothing remembered
        with Watch() as watch:
            times.times_to(moved, incident.tolist(), PROFILE)
        spent["saigon115"].raw.append(watch)
    return spent, agree


def _pair(round_: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, list[float]]:
    return round_[0], round_[1].tolist()


def _snap(times: TravelTimes, here: FloatArray, incident: FloatArray) -> tuple[Snapped, Snapped, Watch]:
    with Watch() as watch:
        start, end = times.snap(here, PROFILE), times.snap([incident], PROFILE)
    return start, end, watch


def _ours(times: TravelTimes, start: Snapped, end: Snapped) -> tuple[FloatArray, Watch]:
    with Watch() as watch:
        found = times.times_to(start, end, PROFILE)
    return found, watch


def _theirs(times: TravelTimes, start: Snapped, end: Snapped, search: Search) -> tuple[FloatArray, Watch]:
    """Partial edges and ways off the road included: the same work for everybody but the search."""
    weighing = times._of(PROFILE).weighing
    with Watch() as watch, trips(times.graph, weighing, start.places, end.places) as trip:
        across = search(trip.leaving.node, trip.reaching.pairs(0))
        found_ms = trip.leaving.fastest(across[None, :])[0] - trip.reaching.shift_ms
        _mend(trip, found_ms)
        found_s, _ = with_straight_lines(trip, start, end, found_ms[:, None] / 1000)
    return found_s[:, 0], watch


def _mend(trip: Trips, found: FloatArray) -> None:
    """Places on the incident's own street are answered without the network."""
    for row, column in trip._neighbours():
        found[row] = trip._neighbour_ms(row, column)


def _square(times: TravelTimes) -> str:
    """200 × 200 from raw coordinates."""
    here = points(UNITS, seed=7)
    times.times(here[:2], here[:2], PROFILE)
    with Watch() as watch:
        times.times(here, here, PROFILE)
    return f"200 × 200 from raw coordinates: {watch.s * 1000:.0f} ms, CPU {watch.cpu_s * 1000:.0f}"


def _fastest(tails: IntArray, heads: IntArray, ms: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Tails, heads and ms of open arcs, of parallel ones the fastest."""
    order = np.lexsort((ms, heads, tails))
    order = order[ms[order] < CLOSED]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (np.diff(tails[order]) != 0) | (np.diff(heads[order]) != 0)
    chosen = order[first]
    return tails[chosen], heads[chosen], ms[chosen]


def _scipy_search(tails: IntArray, heads: IntArray, ms: IntArray, size: int) -> Search:
    """
    One row more than nodes stands for the incident; its arcs are rewritten for each.

    They are 1 ms too long, taken off again: a zero would be no arc.
    """
    slots = 8
    rows = np.append(heads, np.full(slots, size))
    columns = np.append(tails, np.arange(slots))
    backward = csr_array((np.append(ms, np.ones(slots)).astype(float), (rows, columns)), shape=(size + 1, size + 1))

    def search(nodes: IntArray, ends: Ends) -> FloatArray:
        for slot, (node, offset) in enumerate((ends * slots)[:slots], start=1):
            backward.indices[-slot], backward.data[-slot] = node, offset + 1
        return np.asarray(dijkstra(backward, indices=[size])[0, nodes] - 1, dtype=np.float64)

    return search


def _networkx_search(tails: IntArray, heads: IntArray, ms: IntArray) -> Search:
    backward: networkx.DiGraph[object] = networkx.DiGraph()
    backward.add_weighted_edges_from(zip(heads.tolist(), tails.tolist(), ms.tolist(), strict=True))

    def search(nodes: IntArray, ends: Ends) -> FloatArray:
        backward.add_weighted_edges_from(("incident", node, offset) for node, offset in ends)
        found = networkx.single_source_dijkstra_path_length(backward, "incident")
        backward.remove_node("incident")
        return np.array([found.get(node, np.inf) for node in nodes.tolist()])

    return search


def points(count: int, seed: int) -> FloatArray:
    """(n, 2) lon, lat, evenly over the inner city."""
    random = np.random.default_rng(seed)
    west, south, east, north = _BUSY
    return np.column_stack([random.uniform(west, east, count), random.uniform(south, north, count)])


def _table(spent: dict[str, Spent]) -> Table:
    table = Table(
        *("200 units → 1 incident", "snapped, ms", "CPU", "times ours", "raw, ms", "CPU", "times ours"),
    )
    ours = spent["saigon115"]
    for name, of in spent.items():
        cells = []
        for theirs, base in ((of.snapped, ours.snapped), (of.raw, ours.raw)):
            cpu_ms, base_ms = (statistics.median(watch.cpu_s for watch in each) * 1000 for each in (theirs, base))
            wall_ms = statistics.median(watch.s for watch in theirs) * 1000
            cells += [f"{wall_ms:.2f}", f"{cpu_ms:.2f}", f"{cpu_ms / base_ms:.1f}"]
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
