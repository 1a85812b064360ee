"""
OSRM and Valhalla behind one small face. Runs in the peers' own environment (Python 3.12 or newer), imports nothing of
ours.

Every router takes (n, 2) lon, lat in degrees and answers seconds and metres, NaN where it finds no way. Both are used
as they come: OSRM with the car profile of its wheel, Valhalla with `auto`, told only that this is Vietnam (country.py).
Neither returns the fastest way by its own clock: OSRM weighs by "routability", Valhalla by a cost with penalties. The
time is that of the way chosen.
"""

import importlib
import json
import math
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
# Far above what a city asks; Valhalla's own limits protect public servers.
_NO_LIMIT = {"max_distance": 5e6, "max_matrix_distance": 5e6, "max_matrix_location_pairs": 1_000_000}


class Spent(NamedTuple):
    """Seconds by the clock on the wall, and of processors, all threads together."""

    wall_s: float
    cpu_s: float


def spent(since: Spent | None = None) -> Spent:
    """What has gone by since then."""
    wall_s, cpu_s = since or (0.0, 0.0)
    return Spent(time.perf_counter() - wall_s, time.process_time() - cpu_s)


class Router(ABC):
    """A router opened on its own files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    @abstractmethod
    def build(cls, extract: Path, country: Path, folder: Path) -> None:
        """Build the router's files from the extract into an empty folder; `country` is the rectangle of country.py."""

    @abstractmethod
    def ask(self, origins: FloatArray, destinations: FloatArray, distances: bool) -> tuple[Any, Spent]:
        """The router's own answer, and what was spent inside its call alone."""

    @abstractmethod
    def read(self, answer: Any, distances: bool) -> tuple[FloatArray, FloatArray]:
        """Its answer as (n, m) seconds and metres (NaN where not asked for)."""

    @abstractmethod
    def way(self, origin: FloatArray, destination: FloatArray) -> dict[str, Any] | None:
        """One way: `time_s`, `distance_m`, `turns_s` (time lost at junctions), `line`, and `parts` of it."""

    def matrix(self, origins: FloatArray, destinations: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(n, m) seconds and metres."""
        answer, _ = self.ask(origins, destinations, distances=True)
        return self.read(answer, distances=True)


class Osrm(Router):
    """OSRM by contraction hierarchies (CH)."""

    algorithm = "CH"
    prepare: tuple[str, ...] = ("osrm-contract",)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._osrm = importlib.import_module("osrm")
        self._engine = self._osrm.OSRM(
            storage_config=str(folder / "city.osrm"), algorithm=self.algorithm, use_shared_memory=False
        )

    @classmethod
    def build(cls, extract: Path, country: Path, folder: Path) -> None:
        home = Path(str(importlib.import_module("osrm").__file__)).parent
        shutil.copy(extract, folder / "city.osm.pbf")
        _run(folder, home / "bin" / "osrm-extract", "-p", home / "share" / "profiles" / "car.lua", "city.osm.pbf")
        for tool in cls.prepare:
            _run(folder, home / "bin" / tool, "city.osrm")

    def ask(self, origins: FloatArray, destinations: FloatArray, distances: bool) -> tuple[Any, Spent]:
        first = len(origins)
        question = self._osrm.TableParameters(
            coordinates=[*map(tuple, origins.tolist()), *map(tuple, destinations.tolist())],
            sources=list(range(first)),
            destinations=list(range(first, first + len(destinations))),
            annotations=["duration", "distance"] if distances else ["duration"],
        )
        start = spent()
        answer = self._engine.Table(question)
        return answer, spent(start)

    def read(self, answer: Any, distances: bool) -> tuple[FloatArray, FloatArray]:
        time_s = _rows(answer["durations"])
        return time_s, _rows(answer["distances"]) if distances else np.full_like(time_s, np.nan)

    def way(self, origin: FloatArray, destination: FloatArray) -> dict[str, Any] | None:
        question = self._osrm.RouteParameters(
            coordinates=[tuple(origin.tolist()), tuple(destination.tolist())],
            annotations=["nodes", "duration", "distance"],
            geometries="geojson",
            overview="full",
        )
        try:
            route = self._engine.Route(question)["routes"][0]
        except RuntimeError:
            return None
        said = route["legs"][0]["annotation"]
        nodes, seconds, metres = (_list(said[key]) for key in ("nodes", "duration", "distance"))
        return {
            "time_s": float(route["duration"]),
            "distance_m": float(route["distance"]),
            "turns_s": float(route["duration"]) - sum(seconds),
            "line": [_list(point) for point in route["geometry"]["coordinates"]],
            "parts": [
                {
                    "from_node": int(nodes[i]),
                    "to_node": int(nodes[i + 1]),
                    "time_s": seconds[i],
                    "distance_m": metres[i],
                }
                for i in range(len(seconds))
            ],
        }


class OsrmMld(Osrm):
    """OSRM by multi-level Dijkstra (MLD): slower to ask, quicker to re-weight."""

    algorithm = "MLD"
    prepare = ("osrm-partition", "osrm-customize")


class Valhalla(Router):
    """Valhalla's `auto`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._actor = importlib.import_module("valhalla").Actor(str(folder / "valhalla.json"))

    @classmethod
    def build(cls, extract: Path, country: Path, folder: Path) -> None:
        valhalla = importlib.import_module("valhalla")
        (folder / "tiles").mkdir()
        config = valhalla.get_config(tile_extract="", tile_dir=str(folder / "tiles"))
        config["mjolnir"]["admin"] = str(folder / "admin.sqlite")
        config["service_limits"]["auto"] |= _NO_LIMIT
        (folder / "valhalla.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
        tools = Path(str(valhalla.__file__)).parent / "bin"
        _run(folder, tools / "valhalla_build_admins", "-c", "valhalla.json", country)
        _run(folder, tools / "valhalla_build_tiles", "-c", "valhalla.json", extract)

    def ask(self, origins: FloatArray, destinations: FloatArray, distances: bool) -> tuple[Any, Spent]:
        question = {"sources": _places(origins), "targets": _places(destinations), "costing": "auto", "verbose": False}
        start = spent()
        answer = self._actor.matrix(question)
        return answer, spent(start)

    def read(self, answer: Any, distances: bool) -> tuple[FloatArray, FloatArray]:
        found = answer["sources_to_targets"]
        return _rows(found["durations"]), _rows(found["distances"]) * 1000

    def way(self, origin: FloatArray, destination: FloatArray) -> dict[str, Any] | None:
        asked = {"locations": _places(np.stack([origin, destination])), "costing": "auto"}
        try:
            trip = self._actor.route(asked)["trip"]
        except RuntimeError:
            return None
        shape = trip["legs"][0]["shape"]
        keys = ["edge.way_id", "edge.length", "edge.speed", "node.transition_time", "matched.point"]
        walked = {"encoded_polyline": shape, "costing": "auto", "shape_match": "edge_walk"}
        try:
            edges = self._actor.trace_attributes(walked | {"filters": {"attributes": keys, "action": "include"}})[
                "edges"
            ]
        except RuntimeError:
            edges = []
        return {
            "time_s": float(trip["summary"]["time"]),
            "distance_m": 1000 * float(trip["summary"]["length"]),
            "turns_s": sum(edge.get("end_node", {}).get("transition_time", 0.0) for edge in edges),
            "line": decode_polyline(shape),
            "parts": [
                {
                    "way_id": edge["way_id"],
                    "time_s": 3600 * edge["length"] / edge["speed"],
                    "distance_m": 1000 * edge["length"],
                }
                for edge in edges
            ],
        }


ROUTERS: dict[str, type[Router]] = {"osrm": Osrm, "osrm-mld": OsrmMld, "valhalla": Valhalla}


def _run(folder: Path, *command: object) -> None:
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False)
    (folder / "build.log").open("a", encoding="utf-8").write(done.stdout + done.stderr)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(str(command[0])).name} failed:\n{(done.stdout + done.stderr)[-2000:]}")


def _places(points: FloatArray) -> list[dict[str, float]]:
    return [{"lon": lon, "lat": lat} for lon, lat in points.tolist()]


def _list(values: Any) -> list[Any]:
    return [values[index] for index in range(len(values))]


def _rows(table: Any) -> FloatArray:
    """A table of the router's own kind of lists; whatever is no number is no way."""
    return np.array(
        [[math.nan if value is None else float(value) for value in _list(row)] for row in _list(table)],
        dtype=np.float64,
    )


def decode_polyline(text: str) -> list[list[float]]:
    """Google's encoded polyline, of six digits as Valhalla writes it → lon, lat."""
    numbers, value, shift = [], 0, 0
    for byte in text.encode():
        value |= (byte - 63 & 31) << shift
        shift += 5
        if byte - 63 < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    steps = np.array(numbers).reshape(-1, 2).cumsum(axis=0) / 1e6
    return [[float(lon), float(lat)] for lat, lon in steps]
