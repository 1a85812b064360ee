"""CSV files of points in (`id,lat,lon`) and of travel times out (`origin,destination,time_s,distance_m`)."""

import csv
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from dispatch.errors import Saigon115Error
from routing.graph import FloatArray
from routing.travel_times import Matrix


class CsvError(Saigon115Error):
    """A CSV file is not of its form; the message names file and line."""


@dataclass(frozen=True)
class PointTable:
    """
    Named points of a file, with the line each stands on; `points` is (n, 2) lon, lat.

    Rows that hold no place on earth are NaN, and `problems` says by row what is wrong with them.
    """

    path: Path
    ids: list[str]
    points: FloatArray
    lines: list[int]
    problems: dict[int, str]

    def where(self, row: int) -> str:
        """File, line and name of a point."""
        return f"{self.path}, line {self.lines[row]} ({self.ids[row]})"


def read_points(path: Path) -> PointTable:
    """
    The points of a file with the columns `id`, `lat` and `lon`, in any order, others ignored.

    Raises `CsvError` when the file is no such table, or no row of it holds a place; single bad rows are told of in
    `problems`.
    """
    ids: list[str] = []
    points: list[tuple[float, float]] = []
    lines: list[int] = []
    problems: dict[int, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = {"id", "lat", "lon"} - set(reader.fieldnames or ())
            if missing:
                raise CsvError(
                    f"{path} lacks the column {', '.join(sorted(missing))}; its first line must be id,lat,lon"
                )
            for row in reader:
                ids.append(_read_id(row, f"{path}, line {reader.line_num}"))
                lines.append(reader.line_num)
                try:
                    points.append((_read_degrees(row["lon"], "lon", 180), _read_degrees(row["lat"], "lat", 90)))
                except ValueError as error:
                    problems[len(points)] = str(error)
                    points.append((math.nan, math.nan))
    except FileNotFoundError:
        raise CsvError(f"no file {path}; give a CSV with the columns id,lat,lon") from None
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise CsvError(f"{path} cannot be read as CSV in UTF-8 ({error})") from error
    if not ids:
        raise CsvError(f"{path} holds no points; give at least one line below id,lat,lon")
    table = PointTable(path, ids, np.array(points, dtype=np.float64), lines, problems)
    if len(problems) == len(ids):
        raise CsvError(f"{table.where(0)}: {problems[0]}" + (" (no row can be used)" if len(ids) > 1 else ""))
    return table


def _read_id(row: Mapping[str | None, str | None], where: str) -> str:
    point_id = (row["id"] or "").strip()
    if not point_id:
        raise CsvError(f"{where}: the id is empty")
    return point_id


def _read_degrees(text: str | None, name: str, limit: int) -> float:
    try:
        degrees = float(text or "")
    except ValueError:
        raise ValueError(f"{name} is {text!r}, which is no number of degrees") from None
    if not math.isfinite(degrees):
        raise ValueError(f"{name} is {text}, which is no number of degrees")
    if not -limit <= degrees <= limit:
        raise ValueError(f"{name} is {text}, beyond ±{limit}; are lat and lon swapped?")
    return degrees


def write_matrix(path: Path, origins: list[str], destinations: list[str], matrix: Matrix) -> None:
    """Origin-major; seconds to the millisecond, metres to the decimetre, empty where no road leads or no point is."""
    with _whole_file(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("origin", "destination", "time_s", "distance_m"))
        for origin, times, metres in zip(origins, matrix.time_s.tolist(), matrix.distance_m.tolist(), strict=True):
            for destination, time_s, distance_m in zip(destinations, times, metres, strict=True):
                reachable = time_s < float("inf")
                writer.writerow(
                    (origin, destination, f"{time_s:.3f}", f"{distance_m:.1f}")
                    if reachable
                    else (origin, destination, "", "")
                )


@contextmanager
def _whole_file(path: Path) -> Iterator[TextIO]:
    """A file that appears under its name when all of it is written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise CsvError(f"{path} cannot be written ({error.strerror}); give another place with --out") from error
    finally:
        part.unlink(missing_ok=True)
