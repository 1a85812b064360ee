"""
The geocoder on labelled queries: how often the right place is first or among five, how sure, how fast.

Beside it a plain fuzzy search (rapidfuzz WRatio) over the same names, as the peer. `python -m benchmarks.geocoding`.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.gazetteer import build_gazetteer
from dispatch.geocoding.geometry import distance_m, from_plane
from dispatch.geocoding.search import Geocoder
from dispatch.paths import repo_root
from dispatch.text import fold

QUERIES = repo_root() / "tests" / "dispatch" / "geocoding" / "queries.csv"
Point = tuple[float, float]
# Words → up to five answers: point, radius, confidence.
Search = Callable[[str], Sequence[tuple[Point, float, float]]]


@dataclass(frozen=True)
class Labelled:
    """A query with where it should lead, and how far off is still right."""

    query: str
    point: Point
    tolerance_m: float
    kind: str


def read_labelled(path: Path = QUERIES) -> list[Labelled]:
    """The labelled queries; points were read from the extract by object, not by this geocoder."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Labelled(row["query"], (float(row["lon"]), float(row["lat"])), float(row["tolerance_m"]), row["kind"])
            for row in csv.DictReader(lines)
        ]


def peer(city: CityNames) -> Search:
    """What one gets without any understanding of addresses: the likest name."""
    tables = city.tables
    names = [fold(name) for name in (*tables.place_names, *tables.street_names)]
    streets = [city.points[city.street_points(street)].mean(axis=0) for street in range(len(tables.street_names))]
    points = from_plane(np.vstack([city.place_points, streets]))

    def search(query: str) -> list[tuple[Point, float, float]]:
        found = process.extract(fold(query), names, scorer=fuzz.WRatio, limit=5)
        return [((float(points[row][0]), float(points[row][1])), 0.0, score / 100) for _, score, row in found]

    return search


def measure(name: str, search: Search, labelled: Sequence[Labelled]) -> dict[str, float]:
    """Print and return recall, sureness and time of one search."""
    first = among = sure = sure_and_wrong = covered = 0
    times_ms: list[float] = []
    for one in labelled:
        start = time.perf_counter()
        found = search(one.query)
        times_ms.append(1000 * (time.perf_counter() - start))
        right = [distance_m(point, one.point) <= one.tolerance_m for point, _, _ in found]
        first += right[:1] == [True]
        among += any(right)
        if found:
            sure += found[0][2] >= 0.8
            sure_and_wrong += found[0][2] >= 0.8 and not right[0]
            covered += distance_m(found[0][0], one.point) <= found[0][1] + 25
        if right[:1] != [True]:
            print(f"    {name}: not first: {one.query!r}")
    count = len(labelled)
    result = {
        "queries": count,
        "recall_at_1": first / count,
        "recall_at_5": among / count,
        "confident": sure / count,
        "confident_and_wrong": sure_and_wrong / count,
        "radius_covers": covered / count,
        "p50_ms": float(np.percentile(times_ms, 50)),
        "p95_ms": float(np.percentile(times_ms, 95)),
    }
    print(f"{name:>12} " + "  ".join(f"{key} {value:.3g}" for key, value in result.items()))
    return result


def main(extract: Path | None = None) -> dict[str, dict[str, float]]:
    """Measure on the carried table, or on an extract."""
    labelled = read_labelled()
    with tempfile.TemporaryDirectory() as folder:
        build_gazetteer(extract, Path(folder), lambda _: None)
        start = time.perf_counter()
        geocoder = Geocoder.load(Path(folder))
        print(f"loaded in {time.perf_counter() - start:.2f} s")
        city = CityNames.read(Path(folder))
    ours = measure(
        "geocoder",
        lambda query: [((one.lon, one.lat), one.radius_m, one.confidence) for one in geocoder.search(query)],
        labelled,
    )
    plain = measure("plain fuzzy", peer(city), labelled)
    ratio = ours["recall_at_1"] / max(plain["recall_at_1"], 1e-9)
    print(f"right place first: {ratio:.1f} times as often as plain fuzzy search")
    return {"geocoder": ours, "plain_fuzzy": plain}


if __name__ == "__main__":
    main()
