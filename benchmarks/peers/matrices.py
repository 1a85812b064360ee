"""Matrices as CSV, by the contract of `saigon115 matrix`: origin,destination,time_s,distance_m; empty = unreachable."""

import csv
from pathlib import Path

import numpy as np

from benchmarks.peers.agreement import Answers

_COLUMNS = ("origin", "destination", "time_s", "distance_m")


class MatrixError(Exception):
    """A file is no matrix of that form, or two have no pair in common; the message names the file."""


def read_matrix(path: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """Seconds and metres by origin and destination, NaN where unreachable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
                raise MatrixError(f"{path} lacks the column {', '.join(missing)}; it needs {','.join(_COLUMNS)}")
            return {
                (row["origin"], row["destination"]): (_number(row["time_s"]), _number(row["distance_m"]))
                for row in reader
            }
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        raise MatrixError(f"{path} cannot be read as a matrix ({error})") from error


def read_two(path: Path, other: Path) -> tuple[Answers, Answers]:
    """The pairs of different ends that both files hold, in the first one's order."""
    one, two = read_matrix(path), read_matrix(other)
    both = [pair for pair in one if pair in two and pair[0] != pair[1]]
    if not both:
        raise MatrixError(f"{path} and {other} have no pair of origin and destination in common")
    first, second = (np.array([table[pair] for pair in both]) for table in (one, two))
    return Answers(first[:, 0], first[:, 1]), Answers(second[:, 0], second[:, 1])


def _number(text: str) -> float:
    return float(text) if text.strip() else np.nan
