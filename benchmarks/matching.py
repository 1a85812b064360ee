"""
How well traces are matched to the streets that were driven, and how fast points are snapped, on the whole city.

Random drives of the inner city, sampled every 1 to 60 s, with normal errors of 5 to 20 m along each axis.
"found" is the share of the driven length that was matched to its own arcs; "mismatch" is Newson & Krumm's fraction,
the length missed plus the length added over the length driven. "beta" is their estimator (median / ln 2 of the
difference between the distance of two fixes and what was driven between them) beside the value that is used.
`python -m benchmarks.matching`.

Weakness: real errors hang together from second to second, and real drivers take other ways than the fastest.
"""

import sys
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import shapely
from rich.console import Console
from rich.table import Table

from dispatch.city.build import build_city
from dispatch.city.source import find_source
from routing.graph import FloatArray, distance_m
from routing.matching import beta_m
from routing.route import Route
from routing.snap import Snapper
from routing.trace import FixStatus, Match, Trace, make_trace
from routing.travel_times import TravelTimes

DRIVES: Final = 20
PROFILE: Final = "car"
_BUSY: Final = (106.60, 10.72, 106.78, 10.86)
_SHORTEST_M, _LONGEST_M = 2_000.0, 12_000.0
_M_PER_DEG: Final = np.array([111_195 * np.cos(np.radians(10.8)), 111_195.0])


def main() -> int:
    """Build the city, drive, match, snap, and print the tables."""
    console = Console()
    with TemporaryDirectory() as folder:
        times = TravelTimes.load(build_city(find_source(), Path(folder) / "city").directory)
    random = np.random.default_rng(115)
    drives = _drives(times, random)
    times.match(_trace(drives[0], 30.0, 5.0, random), PROFILE)  # makes its metric: now, not in a measured match
    table = Table("error m", "every s", "found", "worst", "mismatch", "breaks", "dropped", "beta", "used", "ms a fix")
    for noise_m in (5.0, 10.0, 20.0):
        for every_s in (1.0, 5.0, 10.0, 30.0, 60.0):
            table.add_row(*_row(times, drives, every_s, noise_m, random))
    console.print(table)
    console.print(_snapping(times, random))
    return 0


def _drives(times: TravelTimes, random: np.random.Generator) -> list[Route]:
    west, south, east, north = _BUSY
    found: list[Route] = []
    while len(found) < DRIVES:
        ends = np.column_stack([random.uniform(west, east, 2), random.uniform(south, north, 2)]).tolist()
        route = times.route(tuple(ends[0]), tuple(ends[1]), PROFILE)
        if route is not None and not route.estimated and _SHORTEST_M < route.distance_m < _LONGEST_M:
            found.append(route)
    return found


def _trace(route: Route, every_s: float, noise_m: float, random: np.random.Generator) -> Trace:
    at_s = np.arange(0.0, route.time_s, every_s)
    points = np.array([route.position_at(t)[:2] for t in at_s.tolist()])
    return make_trace(points + random.normal(0, noise_m, points.shape) / _M_PER_DEG, at_s, accuracy_m=1.51 * noise_m)


def _row(
    times: TravelTimes, drives: list[Route], every_s: float, noise_m: float, random: np.random.Generator
) -> list[str]:
    scores, off_m, used_m, spent_s, fixes, breaks, dropped = [], [], [], 0.0, 0, 0, 0
    for drive in drives:
        trace = _trace(drive, every_s, noise_m, random)
        begun = time.perf_counter()
        match = times.match(trace, PROFILE)
        spent_s += time.perf_counter() - begun
        fixes += len(trace)
        scores.append(_score(drive, match))
        breaks += len(match.pieces) - 1
        dropped += sum(status in (FixStatus.OUTLIER, FixStatus.NO_STREET) for status in match.status)
        for apart_m, driven_m, elapsed_s in _steps(drive, match):
            off_m.append(abs(apart_m - driven_m))
            used_m.append(beta_m(elapsed_s, noise_m))
    found, mismatch = np.array(scores).T
    return [
        f"{noise_m:.0f}",
        f"{every_s:.0f}",
        f"{found.mean():.3f}",
        f"{found.min():.3f}",
        f"{mismatch.mean():.3f}",
        str(breaks),
        str(dropped),
        f"{np.median(off_m) / np.log(2):.1f}",
        f"{np.median(used_m):.1f}",
        f"{1000 * spent_s / fixes:.2f}",
    ]


def _score(drive: Route, match: Match) -> tuple[float, float]:
    """The share of the driven length that was found, and the mismatch fraction."""
    truth, found = defaultdict[int, float](float), defaultdict[int, float](float)
    for stretch in drive.stretches:
        truth[stretch.arc] += stretch.distance_m
    for piece in match.pieces:
        for stretch in piece.route.stretches if piece.route else ():
            found[stretch.arc] += stretch.distance_m
    arcs = truth.keys() | found.keys()
    missed = sum(max(0.0, truth[arc] - found[arc]) for arc in arcs)
    added = sum(max(0.0, found[arc] - truth[arc]) for arc in arcs)
    return 1 - missed / drive.distance_m, (missed + added) / drive.distance_m


def _steps(drive: Route, match: Match) -> list[tuple[float, float, float]]:
    """For each two fixes in a row that were used: metres apart, metres truly driven, seconds."""
    trace, found = match.trace, []
    points = np.array(drive.geometry)
    travelled = np.append(0.0, np.cumsum(distance_m(*points[:-1].T, *points[1:].T)))
    for piece in match.pieces:
        for driven in piece.driven:
            start_s, end_s = float(trace.at_s[driven.fix]), float(trace.at_s[driven.until])
            driven_m = float(np.diff(np.interp([start_s, end_s], drive.vertex_time_s, travelled))[0])
            apart_m = float(distance_m(*trace.points[driven.fix], *trace.points[driven.until]))
            found.append((apart_m, driven_m, end_s - start_s))
    return found


def _snapping(times: TravelTimes, random: np.random.Generator) -> Table:
    """Points never seen before, some tens of metres off the streets: ours, and a tree's nearest neighbour alone."""
    weights = times._of(PROFILE).weighing.weights
    segments = (weights.open[0::2] | weights.open[1::2])[times.streets.segment_edge]
    tree = shapely.STRtree(times.streets.segments[segments], node_capacity=4)
    table = Table("points", "snapped ms", "tree alone ms")
    for count, rounds in ((1, 300), (200, 100), (10_000, 5)):
        snapper = Snapper(times.streets, weights)
        ours, trees = [], []
        for _ in range(rounds):
            points = _beside_streets(times, count, random)
            begun = time.perf_counter()
            snapper.snap(points)
            ours.append(time.perf_counter() - begun)
            xy = times.streets.flat.to_metres(points[:, 0], points[:, 1])
            begun = time.perf_counter()
            tree.query_nearest(shapely.points(xy), return_distance=True, all_matches=False)
            trees.append(time.perf_counter() - begun)
        table.add_row(str(count), f"{1000 * np.median(ours):.3f}", f"{1000 * np.median(trees):.3f}")
    return table


def _beside_streets(times: TravelTimes, count: int, random: np.random.Generator) -> FloatArray:
    graph = times.graph
    vertex = random.integers(0, len(graph.geometry_lon), count)
    on_street = np.column_stack([graph.geometry_lon[vertex], graph.geometry_lat[vertex]])
    return np.asarray(on_street + random.normal(0, 15.0, (count, 2)) / _M_PER_DEG, dtype=np.float64)


if __name__ == "__main__":
    sys.exit(main())
