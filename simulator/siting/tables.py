"""
A siting question from plain CSV files, for any city.

Demand: `id,weight` and, where known, `lat,lon,name`. Candidates: `id` and, where known, `lat,lon,name`, `existing`
(yes or no: stands and stays) and `units` (that answer from it today; 1 for an existing one). Times: `from,to,seconds`,
or what `saigon115 matrix` writes (`origin,destination,time_s,…`), from candidates to demand points; an empty cell means
that no road leads.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.siting.problem import Bools, Floats, Ints, Points, SitingError, check_ids, name_some

YES, NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0", ""})
MATRIX_COLUMNS = (("from", "to", "seconds"), ("origin", "destination", "time_s"))


@dataclass(frozen=True)
class Sites:
    """The candidates of a file."""

    points: Points
    kept: Bools
    units: Ints


def read_demand(path: Path) -> tuple[Points, Floats]:
    """The demand points and their weights."""
    rows = list(_rows(path, ("id", "weight")))
    points = _points(rows, path)
    check_ids(points, "demand point")
    return points, np.array([_number(row, "weight", where) for where, row in rows])


def read_candidates(path: Path) -> Sites:
    """Where stations stand or may stand."""
    rows = list(_rows(path, ("id",)))
    points = _points(rows, path)
    check_ids(points, "candidate")
    kept = np.array([_yes(row, "existing", where) for where, row in rows])
    units = [
        _whole(row, "units", where) if row.get("units") else int(stands)
        for (where, row), stands in zip(rows, kept, strict=True)
    ]
    return Sites(points, kept, np.array(units, dtype=np.int64))


def read_times(path: Path, candidates: Points, demand: Points) -> Floats:
    """Seconds, demand × candidates. Every pair must be in the file once; raises `SitingError` naming what is not."""
    column, row = ({one: at for at, one in enumerate(points.ids)} for points in (candidates, demand))
    times = np.full((len(demand), len(candidates)), np.nan)
    names = _matrix_columns(path)
    for where, cells in _rows(path, names):
        here, there = cells[names[0]], cells[names[1]]
        if here not in column or there not in row:
            unknown = f"candidate {here!r}" if here not in column else f"demand point {there!r}"
            raise SitingError(f"{where}: no {unknown} in the other tables; correct the id or add it there")
        if not np.isnan(times[row[there], column[here]]):
            raise SitingError(f"{where}: {here} → {there} is there twice; leave one of them")
        seconds = _number(cells, names[2], where) if cells[names[2]] else np.inf
        times[row[there], column[here]] = seconds
    if missing := np.argwhere(np.isnan(times)).tolist():
        pairs = [f"{candidates.ids[from_]} → {demand.ids[to]}" for to, from_ in missing]
        raise SitingError(f"{path} lacks {name_some(pairs)}; give every pair, with an empty cell where no road leads")
    return times


def _matrix_columns(path: Path) -> tuple[str, str, str]:
    header = next(csv.reader(_text(path)), [])
    for names in MATRIX_COLUMNS:
        if set(names) <= {name.strip() for name in header}:
            return names
    raise SitingError(f"{path} begins with {','.join(header)!r}; its first line must be from,to,seconds")


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each line with where it stands; cells without spaces around them, absent ones empty."""
    reader = csv.DictReader(_text(path), skipinitialspace=True)
    header = [(name or "").strip() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    if missing := [name for name in needed if name not in header]:
        raise SitingError(f"{path} lacks the column {', '.join(missing)}; its first line must name it")
    try:
        for cells in reader:
            told = {name: (cell or "").strip() for name, cell in cells.items() if isinstance(name, str)}
            yield f"{path}, line {reader.line_num}", told
    except csv.Error as error:
        raise SitingError(f"{path}, line {reader.line_num}: no CSV ({error})") from None


def _text(path: Path) -> io.StringIO:
    try:
        return io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
    except OSError as error:
        raise SitingError(f"{path} cannot be read ({error.strerror}); give a CSV file") from None
    except UnicodeDecodeError as error:
        raise SitingError(f"{path} is no text in UTF-8 ({error.reason}); save it as CSV in UTF-8") from None


def _points(rows: list[tuple[str, dict[str, str]]], path: Path) -> Points:
    if not rows:
        raise SitingError(f"{path} holds nothing below its first line; give at least one")
    for where, row in rows:
        if not row["id"]:
            raise SitingError(f"{where}: the id is empty")
    places = [[_degrees(row, "lon", 180, where), _degrees(row, "lat", 90, where)] for where, row in rows]
    ids = tuple(row["id"] for _, row in rows)
    return Points(ids, np.array(places), tuple(row.get("name") or row["id"] for _, row in rows))


def _degrees(row: dict[str, str], name: str, limit: float, where: str) -> float:
    if not row.get(name):
        return float("nan")
    degrees = _number(row, name, where)
    if not -limit <= degrees <= limit:
        raise SitingError(f"{where}: {name} is {row[name]}, beyond ±{limit:g}; are lat and lon swapped?")
    return degrees


def _number(row: dict[str, str], name: str, where: str) -> float:
    try:
        return float(row[name])
    except ValueError:
        raise SitingError(f"{where}: {name} is {row[name]!r}, which is no number") from None


def _whole(row: dict[str, str], name: str, where: str) -> int:
    number = _number(row, name, where)
    if not number.is_integer() or number < 0:
        raise SitingError(f"{where}: {name} is {row[name]}; give a whole number from 0 on")
    return int(number)


def _yes(row: dict[str, str], name: str, where: str) -> bool:
    word = row.get(name, "").lower()
    if word not in YES | NO:
        raise SitingError(f"{where}: {name} is {word!r}; write yes or no")
    return word in YES
