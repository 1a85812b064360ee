"""
The geocoder on labelled queries: how often the right place is first or among five, how sure, how fast.

Beside it a plain fuzzy search (rapidfuzz WRatio) over the same names, and the parser of `vietnamadminunits` where it is
installed (never its `convert_address`, which asks a server). Times are of the processor: this machine may be shared.
`python -m benchmarks.geocoding [CITY]`, CITY a built city; without it the carried table.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from benchmarks.geocoding_sets.phrases import read_phrases
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
        start = time.process_time()
        found = search(one.query)
        times_ms.append(1000 * (time.process_time() - start))
        right = [distance_m(point, one.point) <= one.tolerance_m for point, _, _ in found]
        first += right[:1] == [True]
        among += any(right)
        if found:
            sure += found[0][2] >= 0.8
            sure_and_wrong += found[0][2] >= 0.8 and not right[0]
            covered += distance_m(found[0][0], one.point) <= found[0][1] + 25
        if right[:1] != [True] and name == "geocoder":
            print(f"    {name}: not first: {one.query!r}")
    count = len(labelled)
    result = {
        "queries": count,
        "recall_at_1": first / count,
        "recall_at_5": among / count,
        "confident": sure / count,
        "confident_and_wrong": sure_and_wrong / count,
        "radius_covers": covered / count,
        "p50_cpu_ms": float(np.percentile(times_ms, 50)),
        "p95_cpu_ms": float(np.percentile(times_ms, 95)),
    }
    print(f"{name:>12} " + "  ".join(f"{key} {value:.3g}" for key, value in result.items()))
    return result


def parser_peer() -> Search | None:
    """The middle of the ward or district that vietnamadminunits reads, old or new, whichever is finer."""
    if find_spec("vietnamadminunits") is None:
        return None
    parser = import_module("vietnamadminunits.parser")

    def search(query: str) -> list[tuple[Point, float, float]]:
        read = [
            parser.parse_address(f"{query}, Thành phố Hồ Chí Minh", mode=mode, keep_street=False)
            for mode in ("LEGACY", "FROM_2025")
        ]
        found = [unit for unit in read if unit.ward] or [unit for unit in read if unit.district]
        return [((float(unit.longitude), float(unit.latitude)), 0.0, 0.5) for unit in found if unit.latitude][:5]

    return search


def typing(labelled: Sequence[Labelled]) -> list[str]:
    """What stands in the field after each key from the third on."""
    return [one.query[:end] for one in labelled for end in range(3, len(one.query) + 1)]


def speed(name: str, search: Search, queries: Sequence[str]) -> dict[str, float]:
    """Print and return the processor time of one query, in milliseconds, and queries a second on one core."""
    times_ms: list[float] = []
    for query in queries:
        start = time.process_time()
        search(query)
        times_ms.append(1000 * (time.process_time() - start))
    p50, p95 = np.percentile(times_ms, (50, 95))
    result = {"queries": len(queries), "p50_cpu_ms": float(p50), "p95_cpu_ms": float(p95)}
    result["per_second"] = 1000 / float(np.mean(times_ms))
    print(f"{name:>28} " + "  ".join(f"{key} {value:.3g}" for key, value in result.items()))
    return result


def main(folder: Path | None = None) -> dict[str, dict[str, float]]:
    """Measure on a gazetteer's folder, or on the carried table."""
    labelled = read_labelled()
    with tempfile.TemporaryDirectory() as name:
        if folder is None:
            folder = Path(name)
            build_gazetteer(None, folder, lambda _: None)
        start = time.process_time()
        geocoder = Geocoder.load(folder)
        print(f"loaded in {time.process_time() - start:.2f} s of processor time")
        city = CityNames.read(folder)
        typed = Geocoder.load(folder)
    found = {
        "geocoder": lambda query: _answers(geocoder, query),
        "plain fuzzy": peer(city),
        "vietnamadminunits": parser_peer(),
    }
    results = {name: measure(name, search, labelled) for name, search in found.items() if search is not None}
    ratio = results["geocoder"]["recall_at_1"] / max(results["plain fuzzy"]["recall_at_1"], 1e-9)
    print(f"right place first: {ratio:.1f} times as often as plain fuzzy search")
    phrases = [one.query for one in read_phrases()]
    fresh = [one for one in phrases if one not in {labelled_one.query for labelled_one in labelled}]
    results["speed"] = speed("geocoder, new phrases", found["geocoder"], fresh)  # type: ignore[arg-type]  # not None
    results["speed fuzzy"] = speed("plain fuzzy", found["plain fuzzy"], fresh[:60])  # type: ignore[arg-type]  # not None
    results["typeahead"] = speed("geocoder, key by key", lambda query: _answers(typed, query), typing(labelled))
    if (parser := found["vietnamadminunits"]) is not None:
        results["speed parser"] = speed("vietnamadminunits", parser, fresh)
    return results


def _answers(geocoder: Geocoder, query: str) -> list[tuple[Point, float, float]]:
    return [((one.lon, one.lat), one.radius_m, one.confidence) for one in geocoder.search(query)]


if __name__ == "__main__":
    main(Path(sys.argv[1]) / "gazetteer" if len(sys.argv) > 1 else None)
