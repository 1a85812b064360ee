"""
Travel tables in the state folder: a table is made once for a city, its places and its roads, and then read.

    <state>/simulator/   table-<roads>-<places>.npz · changed-….npz, what a scenario changes of the roads beside it

Both names are of what the table stands on, so none is ever out of date. A table whose roads are known takes what it
can from the kept one that knows most of its places, and asks the roads for the others only. A file appears whole or
not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.paths import default_state_dir
from routing.hours import HOURS_FILE
from routing.locate import Locator
from routing.storage import FACTS_FILE
from routing.travel_times import TRAFFIC_DIR, TravelTimes
from simulator.changed_roads import ChangedRoads
from simulator.changed_table import Bands, Usual, find_changed_arcs, make_bands
from simulator.city_table import PROFILES, CityTable, Points, Roads, Say, with_bands
from simulator.table_build import Known, build_table
from simulator.table_hours import STEP, bands_of, hours_of

FORMAT = 4
KEPT = 8
"""Tables of 16 MB that stay in the state folder, those that were used last."""


def open_table(city: Path, points: Points, samples: Points, traffic: Roads, say: Say) -> CityTable:
    """
    The table between `points` (rows of lon, lat) in the city built at `city`; kept in the state folder once made.

    `samples`: for the first points, another point of the same zone each, by which the error is measured. `traffic`:
    whether the usual hours count, or also what is otherwise on the roads (kept apart, beside the usual table).
    """
    if isinstance(traffic, ChangedRoads):
        usual = open_table(city, points, samples, traffic.traffic, say)
        return _open_changed(city, points, traffic, usual, say)
    folder, roads = default_state_dir() / "simulator", _roads_key(city, traffic)
    places = hashlib.sha256(points.tobytes() + samples.tobytes()).hexdigest()[:16]
    path = folder / f"table-{roads}-{places}.npz"
    if not path.exists():
        _save(path, points, _make(city, points, samples, traffic, _most_like(folder, roads, points), say))
        _forget(folder, "table-*.npz")
    path.touch()
    return _load(path)


def _make(city: Path, points: Points, samples: Points, traffic: bool, known: Known | None, say: Say) -> CityTable:
    if known is None:
        say(f"building the table of travel times between {len(points)} places (once; a minute or two)")
    else:
        say(f"adding {known.lacks} places to the table of travel times between {len(points)} (once)")
    return build_table(TravelTimes.load(city), hours_of(city) if traffic else None, points, samples, say, known)


def _roads_key(city: Path, traffic: bool) -> str:
    """Names what times depend on, beside the places."""
    key = hashlib.sha256((city / FACTS_FILE).read_bytes() + f"{FORMAT}{STEP}{PROFILES}{traffic}".encode())
    if (city / TRAFFIC_DIR / HOURS_FILE).exists():
        key.update((city / TRAFFIC_DIR / HOURS_FILE).read_bytes())
    return key.hexdigest()[:16]


def _most_like(folder: Path, roads: str, points: Points) -> Known | None:
    """The kept table of the same roads that knows most of the places; None when none knows any."""
    found = min(_kept_of(folder, roads, points), key=lambda known: known.lacks, default=None)
    return None if found is None or found.lacks == len(points) else found


def _kept_of(folder: Path, roads: str, points: Points) -> Iterator[Known]:
    for path in sorted(folder.glob(f"table-{roads}-*.npz")):
        with suppress(FileNotFoundError):  # another run may tidy up meanwhile
            with np.load(path) as kept:
                its_points = kept["points"]
            yield Known.of(_load(path), its_points, points)


def _forget(folder: Path, names: str) -> None:
    for old in sorted(folder.glob(names), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _open_changed(city: Path, points: Points, roads: ChangedRoads, usual: CityTable, say: Say) -> CityTable:
    key = hashlib.sha256(np.round(points, 6).tobytes() + (city / FACTS_FILE).read_bytes())
    key.update(f"{FORMAT}{STEP}{roads}".encode())
    path = default_state_dir() / "simulator" / f"changed-{key.hexdigest()[:16]}.npz"
    if path.exists():
        return with_bands(usual, _load_bands(path))
    say("loading the roads to change them")
    travel = TravelTimes.load(city)
    locator = Locator(travel.graph, travel.streets)
    changes = [find_changed_arcs(change, locator) for change in roads.changes]
    hours = bands_of(hours_of(city) if roads.traffic else None)[1]
    mine = Usual(usual.band, hours, len(usual.time_s[0]))
    bands = make_bands(travel, points, changes, mine, roads.first_hour_s, roads.until_s, PROFILES, say)
    _keep(path, time_s=np.array(bands.time_s), band=np.array(bands.band), spans=np.array(bands.spans))
    _forget(path.parent, "changed-*.npz")
    return with_bands(usual, bands)


def _load_bands(path: Path) -> Bands:
    with np.load(path) as kept:
        time_s = [[np.ascontiguousarray(band) for band in profile] for profile in kept["time_s"]]
        spans = tuple((float(low), float(high), int(first)) for low, high, first in kept["spans"].tolist())
        return Bands(time_s, kept["band"].tolist(), spans)


def _save(path: Path, points: Points, table: CityTable) -> None:
    """Whole or not at all, also when several runs make the same table at once: each writes a part of its own."""
    _keep(
        path,
        points=points,
        time_s=np.array(table.time_s),
        band=np.array(table.band),
        distance_m=table.distance_m,
        error=np.array(json.dumps(table.error)),
    )


def _keep(path: Path, **columns: NDArray[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part.npz")
    try:
        np.savez(part, **columns)  # type: ignore[arg-type]  # a flag of its own stands among the columns
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _load(path: Path) -> CityTable:
    with np.load(path) as kept:
        time_s = [[np.ascontiguousarray(band) for band in profile] for profile in kept["time_s"]]
        return CityTable(time_s, kept["band"].tolist(), kept["distance_m"], json.loads(str(kept["error"])))
