"""
Ours beside OSRM and Valhalla on random pairs: tables, a CSV of every pair, and the worst ways as GeoJSON to look at.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.peers.agreement import Agreement, Answers, agree_by_stratum, signed_errors, worst
from benchmarks.peers.client import Peer
from benchmarks.peers.ours import answer_pairs
from benchmarks.peers.pairs import Pairs
from routing.travel_times import TravelTimes

OURS = "saigon115"


def answer_all(times: TravelTimes, peers: Iterable[Peer], pairs: Pairs) -> dict[str, Answers]:
    """Everybody's answers to the same pairs."""
    answers = {OURS: answer_pairs(times, pairs.origins, pairs.destinations)}
    return answers | {peer.name: Answers(*peer.pairs(pairs.origins, pairs.destinations)) for peer in peers}


def print_agreement(console: Console, answers: Mapping[str, Answers], pairs: Pairs) -> None:
    """One table for each two routers; the second is the reference."""
    for (one, other), strata in agree_by_stratum(answers, pairs.stratum).items():
        console.print(agreement_table(f"{one} against {other}", strata))


def agreement_table(title: str, strata: Mapping[str, Agreement]) -> Table:
    """Relative errors in percent."""
    table = Table(
        "", "pairs", "one only", "distance: median", "p90", "bias", "time: median", "p90", "bias", title=title
    )
    for name, figures in strata.items():
        cells = [
            f"{100 * value:{sign}.1f} %"
            for spread in (figures.distance, figures.time)
            for value, sign in ((spread.median, ""), (spread.p90, ""), (spread.bias, "+"))
        ]
        table.add_row(name, str(figures.pairs), str(figures.only_one), *cells)
    return table


def print_worst(console: Console, answers: Mapping[str, Answers], pairs: Pairs, count: int) -> None:
    """The pairs on which ours and a peer differ most, as `saigon115 route` takes them."""
    for name in (name for name in answers if name != OURS):
        for what, rows in worst(answers[OURS], answers[name], count).items():
            table = Table(
                "from lon,lat",
                "to lon,lat",
                "m",
                f"{name} m",
                "s",
                f"{name} s",
                "stratum",
                title=f"worst {what}: {name}",
            )
            for row in rows.tolist():
                ours, theirs = answers[OURS], answers[name]
                metres = (f"{ours.distance_m[row]:.0f}", f"{theirs.distance_m[row]:.0f}")
                seconds = (f"{ours.time_s[row]:.0f}", f"{theirs.time_s[row]:.0f}")
                table.add_row(*_ends(pairs, row), *metres, *seconds, str(pairs.stratum[row]))
            console.print(table)


def write_pairs(path: Path, answers: Mapping[str, Answers], pairs: Pairs) -> None:
    """One line a pair: its ends, and everybody's seconds and metres, empty where there is no way."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = [f"{name}_{unit}" for name in answers for unit in ("time_s", "distance_m")]
        writer.writerow(("stratum", "from_lon", "from_lat", "to_lon", "to_lat", *names))
        for row in range(len(pairs)):
            values = [value for of in answers.values() for value in (of.time_s[row], of.distance_m[row])]
            ends = (*pairs.origins[row], *pairs.destinations[row])
            writer.writerow(
                (
                    pairs.stratum[row],
                    *(f"{degrees:.6f}" for degrees in ends),
                    *(f"{value:.1f}" if np.isfinite(value) else "" for value in values),
                )
            )


def write_worst(
    path: Path, times: TravelTimes, peers: Iterable[Peer], answers: Mapping[str, Answers], pairs: Pairs, count: int
) -> None:
    """Everybody's way for the worst pairs, as one GeoJSON FeatureCollection; a feature tells whose and how wrong."""
    features: list[dict[str, Any]] = []
    for peer in peers:
        errors = signed_errors(answers[OURS], answers[peer.name])
        for what, rows in worst(answers[OURS], answers[peer.name], count).items():
            ways = peer.ways(pairs.origins[rows], pairs.destinations[rows])
            for rank, (row, way) in enumerate(zip(rows.tolist(), ways, strict=True), start=1):
                said = {"peer": peer.name, "worst": what, "rank": rank, "stratum": str(pairs.stratum[row])}
                said |= {
                    "time_error": round(float(errors[0][row]), 3),
                    "distance_error": round(float(errors[1][row]), 3),
                }
                ours = times.route(_point(pairs.origins[row]), _point(pairs.destinations[row]), "car")
                lines = {
                    OURS: [list(point) for point in ours.geometry] if ours else [],
                    peer.name: way["line"] if way else [],
                }
                features += [_feature(whose, line, said) for whose, line in lines.items() if len(line) > 1]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}) + "\n", encoding="utf-8")


def _feature(whose: str, line: list[list[float]], said: Mapping[str, object]) -> dict[str, Any]:
    colour = "#d62728" if whose == OURS else "#1f77b4"
    geometry = {"type": "LineString", "coordinates": line}
    return {"type": "Feature", "properties": {"router": whose, "stroke": colour, **said}, "geometry": geometry}


def _point(row: Any) -> tuple[float, float]:
    return float(row[0]), float(row[1])


def _ends(pairs: Pairs, row: int) -> tuple[str, str]:
    return tuple(f"{lon:.6f},{lat:.6f}" for lon, lat in (pairs.origins[row], pairs.destinations[row]))  # type: ignore[return-value]
