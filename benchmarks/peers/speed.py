"""
Who answers sooner: 200 units → 1 incident and 200 × 200, from raw coordinates for everybody, NumPy in and NumPy out.

OSRM and Valhalla always find the streets anew; ours remembers places it has seen, so "snapped" asks for the same points
twice and times the second. A round moves the units a metre on. Peers are timed inside their own call (`call`), which
leaves out their conversion to and from NumPy, and with it (`numpy`); ratios use the call alone, in their favour, and
the processors' time, all threads together: on a machine that others use the wall clock says little.
Each router, and each of our ways of counting turns, has a process of its own, whose memory is read at the end.
"""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.peers.client import Peer
from benchmarks.peers.ours import city_of
from routing.graph import FloatArray
from routing.profiles import PROFILES
from routing.travel_times import TravelTimes

UNITS: Final = 200
# The inner city: west, south, east, north.
_BUSY: Final = (106.60, 10.72, 106.78, 10.86)
_STEP: Final = 1e-5
# Many rounds of a matrix that takes a minute help nobody.
_SLOW: Final = {"valhalla": 1}


class Cost(NamedTuple):
    """Median milliseconds: on the wall, and of processors."""

    ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Measured:
    """`None` where it was not asked. `mb` is resident memory of the process."""

    name: str
    one: Cost
    one_numpy_ms: float | None
    one_snapped: Cost | None
    matrix: Cost
    mb: float


def run(console: Console, extract: Path, cache: Path, peers: list[Peer], rounds: int) -> None:
    """Measure everybody and print."""
    city = city_of(extract, cache)
    ours = [_in_a_process(city, turns, profiles, rounds) for turns, profiles in _OURS]
    theirs = [_measure_peer(peer, rounds) for peer in peers]
    console.print(_table(ours, theirs))


# With turns or without, and for how many profiles.
_OURS: Final = ((False, ("car",)), (True, ("car",)), (True, tuple(PROFILES)))


def _in_a_process(city: Path, turns: bool, profiles: tuple[str, ...], rounds: int) -> Measured:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure_ours, city, turns, profiles, rounds).result()


def _measure_ours(city: Path, turns: bool, profiles: tuple[str, ...], rounds: int) -> Measured:
    times = TravelTimes.load(city, {name: PROFILES[name] for name in profiles}, turns=turns)
    units, incidents = points(UNITS, seed=1), points(UNITS, seed=2)

    def moved(turn: int) -> FloatArray:
        return units + turn * _STEP

    one = _cost(rounds, lambda turn: times.times_to(moved(turn), incidents[turn % UNITS].tolist(), "car"))
    for incident in incidents[:rounds]:
        times.times_to(units, incident.tolist(), "car")
    snapped = _cost(rounds, lambda turn: times.times_to(units, incidents[turn % rounds].tolist(), "car"))
    matrix = _cost(rounds, lambda turn: times.times(moved(rounds + 2 + turn), incidents, "car"))
    name = f"saigon115, {'turns' if turns else 'junctions'}, {len(profiles)} profile{'s' * (len(profiles) > 1)}"
    return Measured(name, one, None, snapped, matrix, psutil.Process().memory_info().rss / 1e6)


def _measure_peer(peer: Peer, rounds: int) -> Measured:
    units, incidents = points(UNITS, seed=1), points(UNITS, seed=2)
    rounds = _SLOW.get(peer.name, rounds)
    one = peer.speed(units, incidents[:1], rounds)
    matrix = peer.speed(units, incidents, rounds)
    costs = [Cost(_median_ms(of["call_s"]), _median_ms(of["cpu_s"])) for of in (one, matrix)]
    return Measured(peer.name, costs[0], _median_ms(one["numpy_s"]), None, costs[1], peer.rss_bytes() / 1e6)


def points(count: int, seed: int) -> FloatArray:
    """Random points of the inner city, (count, 2) lon, lat."""
    random = np.random.default_rng(seed)
    west, south, east, north = _BUSY
    return np.column_stack([random.uniform(west, east, count), random.uniform(south, north, count)])


def _cost(rounds: int, ask: Callable[[int], object]) -> Cost:
    """One round before the first warms up."""
    wall, cpu = [], []
    for turn in range(-1, rounds):
        start, worked = time.perf_counter(), time.process_time()
        ask(turn)
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - worked)
    return Cost(_median_ms(wall[1:]), _median_ms(cpu[1:]))


def _median_ms(seconds: Sequence[float] | FloatArray) -> float:
    return 1000 * float(np.median(seconds))


def _table(ours: list[Measured], theirs: list[Measured]) -> Table:
    base = ours[:2]
    ratios = [f"CPU × {one.name.split(',')[1].strip()}" for one in base]
    table = Table(
        *("router", "200 → 1, ms", "CPU", "with NumPy", "snapped, ms", "CPU", *ratios),
        *("200 × 200, ms", "CPU", *ratios, "memory, MB"),
        title="car, free flow, from raw coordinates; × = times ours",
    )
    for of in (*ours, *theirs):
        table.add_row(
            of.name,
            *_cells(of.one),
            "" if of.one_numpy_ms is None else f"{of.one_numpy_ms:.2f}",
            *(("", "") if of.one_snapped is None else _cells(of.one_snapped)),
            *(f"{of.one.cpu_ms / one.one.cpu_ms:.1f}" for one in base),
            *_cells(of.matrix),
            *(f"{of.matrix.cpu_ms / one.matrix.cpu_ms:.1f}" for one in base),
            f"{of.mb:.0f}",
        )
    return table


def _cells(cost: Cost) -> tuple[str, str]:
    return f"{cost.ms:.2f}", f"{cost.cpu_ms:.2f}"
