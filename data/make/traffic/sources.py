"""
Two public collections of traffic reports → rows of (road, hour, day, log speed ratio), cleaned and in local time.

Both come from the city's crowd-sourcing app of 2020–21 and lie in SOURCES/traffic; neither states a licence, so only
what is derived from them is kept. What is dropped and why is counted in `dropped`.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOCAL: Final = timedelta(hours=7)
GROUPS: Final = ("main", "collector", "local")
AREAS: Final = ("centre", "inner", "outer")
UNKNOWN: Final = -1
# Middle of each level of service, A to F, as a share of base free-flow speed. The limits (85, 67, 50, 40, 30 %) are
# those of urban streets in the Highway Capacity Manual 2010, exhibits 16-4 and 17-2. F has no lower limit: 0.25 is a
# guess.
LEVELS: Final = (0.925, 0.76, 0.585, 0.45, 0.35, 0.25)
# `los_float` steps from 1.00 (A) to 2.20 (F): 78 % of the rows hold one of these six values, none is beyond.
LEVEL_STEP: Final = 0.24
# Below: standing or on foot; above: no road in the city allows it. Both are reports of something else than traffic.
SLOWEST_KPH, FASTEST_KPH = 3, 120
# Roads reported within one minute. On 3 August 2020, 06:56–07:23 local, 3,609 roads reported every third minute, with
# speeds evenly from 0 to 40 km/h that the next minute forgot: a test of the app. The crowd never came near.
MOST_ROADS_A_MINUTE: Final = 100
# Half hours of the UTC day into which that test fell: 1,135 levels where the half hours beside them have 72 and 313;
# they cannot be told from the crowd's.
TESTED_HALF_HOURS: Final = (47, 0)


@dataclass(frozen=True)
class Reports:
    """
    One row a road and time: `log_ratio` is the log of a speed up to a factor of the road's own.

    `hour` 0–23 local; `day` is a day number (Monday has `day % 7 == 0`) and `minute` counts from its midnight, both
    `UNKNOWN` where the source gives no date; `group` and `area` index `GROUPS` and `AREAS` or are `UNKNOWN`.
    """

    road: Ints
    hour: Ints
    day: Ints
    minute: Ints
    group: Ints
    area: Ints
    log_ratio: Floats
    dropped: dict[str, int]


def read_levels(sources: Path, areas: dict[str, BaseGeometry]) -> Reports:
    """Level of service by OSM way and half hour of the UTC day; the source gives no date."""
    with (sources / "traffic/streets.csv").open(encoding="utf-8", newline="") as file:
        group = {int(row["_id"]): GROUPS.index(_group(row["type"])) for row in csv.DictReader(file)}
    rows, tested = [], 0
    with (sources / "traffic/los_by_way_halfhour_utc.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["period_idx"]) in TESTED_HALF_HOURS:
                tested += 1
                continue
            hour = (int(row["period_idx"]) // 2 + 7) % 24
            rows.append((int(row["street_id"]), hour, (float(row["los_float"]) - 1) / LEVEL_STEP))
    area = _areas_of_ways({way for way, _, _ in rows}, sources, areas)
    ratio = np.interp([level for _, _, level in rows], np.arange(len(LEVELS)), LEVELS)
    placeless = sum(area.get(way, UNKNOWN) == UNKNOWN for way, _, _ in rows)
    return Reports(
        road=_renumber([way for way, _, _ in rows]),
        hour=np.array([hour for _, hour, _ in rows]),
        day=np.full(len(rows), UNKNOWN),
        minute=np.full(len(rows), UNKNOWN),
        group=np.array([group[way] for way, _, _ in rows]),
        area=np.array([area.get(way, UNKNOWN) for way, _, _ in rows]),
        log_ratio=np.log(ratio),
        dropped={"of half hours with a machine's": tested, "kept without an area": placeless},
    )


def read_speeds(sources: Path, window_min: int = 60) -> Reports:
    """Speed reports by road piece; the median of each piece, date and window. No piece can be placed on a map."""
    with gzip.open(sources / "traffic/segment_status_2020_21_utc.csv.gz", "rt", encoding="utf-8", newline="") as file:
        raw = [
            (datetime.fromisoformat(row["updated_at"]) + LOCAL, int(row["segment_id"]), int(row["velocity"]))
            for row in csv.DictReader(file)
        ]
    crowd: dict[str, set[int]] = defaultdict(set)
    for at, road, _ in raw:
        crowd[f"{at:%F %R}"].add(road)
    speeds: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    dropped = Counter[str]()
    for at, road, kph in raw:
        if len(crowd[f"{at:%F %R}"]) > MOST_ROADS_A_MINUTE:
            dropped["written by a machine"] += 1
        elif not SLOWEST_KPH <= kph <= FASTEST_KPH:
            dropped[f"not within {SLOWEST_KPH}–{FASTEST_KPH} km/h"] += 1
        else:
            minute = at.hour * 60 + at.minute
            speeds[road, at.toordinal() - 1, minute - minute % window_min].append(kph)
    keys = sorted(speeds)
    nowhere = np.full(len(keys), UNKNOWN)
    return Reports(
        road=_renumber([road for road, _, _ in keys]),
        hour=np.array([minute // 60 for _, _, minute in keys]),
        day=np.array([day for _, day, _ in keys]),
        minute=np.array([minute for _, _, minute in keys]),
        group=nowhere,
        area=nowhere,
        log_ratio=np.log([median(speeds[key]) for key in keys]),
        dropped=dict(dropped),
    )


def _group(highway: str) -> str:
    name = highway.removesuffix("_link")
    if name in ("motorway", "trunk", "primary"):
        return "main"
    return "collector" if name in ("secondary", "tertiary") else "local"


def _areas_of_ways(ways: set[int], sources: Path, areas: dict[str, BaseGeometry]) -> dict[int, int]:
    """Area of the middle node of each way that one of the three map files knows."""
    place = _places_2026(ways, sources) | _places_2025(ways, sources) | _places_2018(ways, sources)
    known = sorted(place)
    lon, lat = np.array([place[way] for way in known]).T
    found = np.full(len(known), AREAS.index("outer"))
    for name in ("inner", "centre"):
        found[shapely.contains_xy(areas[name], lon, lat)] = AREAS.index(name)
    return dict(zip(known, found.tolist(), strict=True))


def _places_2018(ways: set[int], sources: Path) -> dict[int, tuple[float, float]]:
    files = osmium.FileProcessor(sources / "osm/hcmc-2018-01-01.osm.pbf").with_locations()
    wanted = files.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.IdFilter(ways))
    found = {}
    for way in wanted:
        assert isinstance(way, osmium.osm.Way)
        nodes = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if nodes:
            found[way.id] = nodes[len(nodes) // 2]
    return found


def _places_2025(ways: set[int], sources: Path) -> dict[int, tuple[float, float]]:
    with gzip.open(sources / "osm/arterials-2025-12-01.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    found = {}
    for feature in features:
        line = feature["geometry"]["coordinates"]
        if feature["properties"]["way_id"] in ways:
            found[feature["properties"]["way_id"]] = (line[len(line) // 2][0], line[len(line) // 2][1])
    return found


def _places_2026(ways: set[int], sources: Path) -> dict[int, tuple[float, float]]:
    with gzip.open(sources / "osm/centre-roads-2026-03.overpass.json.gz", "rt", encoding="utf-8") as file:
        answer = json.load(file)
    node = {each["id"]: (each["lon"], each["lat"]) for each in answer["nodes"]}
    middle = {way["id"]: way["nodes"][len(way["nodes"]) // 2] for way in answer["ways"] if way["id"] in ways}
    return {way: node[at] for way, at in middle.items() if at in node}


def _renumber(ids: list[int]) -> Ints:
    return np.unique(np.array(ids), return_inverse=True)[1].astype(np.int64)
