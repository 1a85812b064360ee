"""CSV files of points in (`id,lat,lon`) and of travel times out (`origin,destination,time_s,distance_m`)."""

import csv
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
    """Named points; `points` is (n, 2) lon, lat."""

    ids: list[str]
    points: FloatArray


def read_points(path: Path) -> PointTable:
    """The points of a file with the columns `id`, `lat` and `lon`, in any order, others ignored."""
    ids: list[str] = []
    points: list[tuple[float, float]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = {"id", "lat", "lon"} - set(reader.fieldnames or ())
            if missing:
                raise CsvError(
                    f"{path} lacks the column {', '.join(sorted(missing))}; its first line must be id,lat,lon"
                )
            for row in reader:
                point_id, point = _read_row(row, f"{path}, line {reader.line_num}")
                ids.append(point_id)
                points.append(point)
    except FileNotFoundError:
        raise CsvError(f"no file {path}; give a CSV with the columns id,lat,lon") from None
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise CsvError(f"{path} cannot be read as CSV in UTF-8 ({error})") from error
    if not ids:
        raise CsvError(f"{path} holds no points; give at least one line below id,lat,lon")
    return PointTable(ids, np.array(points, dtype=np.float64))


def _read_row(row: Mapping[str | None, str | None], where: str) -> tuple[str, tuple[float, float]]:
    point_id = (row["id"] or "").strip()
    if not point_id:
        raise CsvError(f"{where}: the id is empty")
    lat, lon = (_read_degrees(row[name], name, limit, where) for name, limit in (("lat", 90), ("lon", 180)))
    return point_id, (lon, lat)


def _read_degrees(text: str | None, name: str, limit: int, where: str) -> float:
    try:
        degrees = float(text or "")
    except ValueError:
        raise CsvError(f"{where}: {name} is {text!r}, which is no number of degrees") from None
    if not -limit <= degrees <= limit:
        raise CsvError(f"{where}: {name} is {text}, beyond ±{limit}; are lat and lon swapped?")
    return degrees


def write_matrix(path: Path, origins: list[str], destinations: list[str], matrix: Matrix) -> None:
    """Origin-major; seconds to the millisecond, metres to the decimetre, both empty where no road leads."""
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
