"""
The table of travel times of a simulated city: between the census points of the old wards, the stations and the
hospitals that patients are taken to, for every kind of hour.

Made from the roads in `table_build`, measured against them in `table_error`, and kept in `kept_tables`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.changed_roads import ChangedRoads
from simulator.changed_table import Bands
from simulator.places import HOURS, Seconds

PROFILES = ("ambulance", "motorbike")
Points = NDArray[np.float64]
Say = Callable[[str], None]
Roads = bool | ChangedRoads
"""Whether traffic counts, or that and what a scenario changes of the roads."""


@dataclass(frozen=True)
class CityTable:
    """
    `time_s[profile][band]` and `distance_m` are to × from; `error` says how far the table is from the roads. `spans`:
    when other bands hold than usually, see `Places`.
    """

    time_s: list[list[Seconds]]
    band: list[int]
    distance_m: Seconds
    error: dict[str, Any]
    spans: tuple[tuple[float, float, int], ...] = ()


def without_roads(points: Points, samples: Points, traffic: Roads) -> CityTable:
    """Everything is next door: to check a scenario; whether roads lead anywhere shows when the run loads them."""
    nothing = np.zeros((len(points), len(points)), dtype=np.float32)
    return CityTable([[nothing]], [0] * HOURS, nothing, {})


def with_bands(usual: CityTable, bands: Bands) -> CityTable:
    """The usual table, and beside it what holds while roads are otherwise."""
    time_s = [[*mine, *more] for mine, more in zip(usual.time_s, bands.time_s, strict=True)]
    return CityTable(time_s, bands.band, usual.distance_m, usual.error, bands.spans)
