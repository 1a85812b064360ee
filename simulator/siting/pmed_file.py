"""
The p-median instances of the OR-Library (Beasley 1985): a road graph whose junctions are demand and candidates alike.

First line: junctions, roads, p. Then one road a line: from, to, length; of two between the same junctions the last
holds (the published optima follow from that).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from simulator.siting.problem import Points, Problem, SitingError


def read_pmed(path: Path) -> tuple[Problem, int]:
    """The instance, lengths taken for seconds, and its p. Raises `SitingError` with what is wrong with the file."""
    try:
        numbers = [int(word) for word in path.read_text(encoding="ascii").split()]
    except FileNotFoundError:
        raise SitingError(f"no file {path}; give an instance of the OR-Library, such as pmed1.txt") from None
    except (ValueError, UnicodeDecodeError) as error:
        raise SitingError(f"{path} is no p-median instance ({error}); it must hold whole numbers only") from None
    if len(numbers) < 3 or len(numbers) < 3 + 3 * numbers[1]:
        raise SitingError(f"{path} ends early: {len(numbers)} numbers; give junctions, roads, p and 3 numbers a road")
    count, roads, chosen = numbers[:3]
    if count < 1:
        raise SitingError(f"{path} has {count} junctions; give an instance of the OR-Library")
    ends = np.array(numbers[3 : 3 + 3 * roads]).reshape(-1, 3)
    if not ((ends[:, :2] >= 1) & (ends[:, :2] <= count)).all() or (ends[:, 2] < 0).any():
        raise SitingError(f"{path} names a junction outside 1 to {count}, or a length below 0; look at its lines")
    length = {(min(a, b), max(a, b)): metres for a, b, metres in ends.tolist()}
    pairs = np.array(list(length), dtype=np.int64).reshape(-1, 2) - 1
    graph = coo_array((np.array(list(length.values()), dtype=np.float64), pairs.T), shape=(count, count))
    points = Points(tuple(str(one + 1) for one in range(count)), np.full((count, 2), np.nan), ("",) * count)
    none, everywhere = np.zeros(count, dtype=np.bool_), np.ones(count, dtype=np.bool_)
    times = dijkstra(graph.tocsr(), directed=False)
    problem = Problem(points, np.ones(count), points, times, none, np.zeros(count, dtype=np.int64), everywhere)
    return problem, chosen
