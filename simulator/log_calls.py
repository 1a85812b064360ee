"""
The calls of a recorded log as a simulated day meets them.

Taken from the log: when, where, kind, level, and, where it tells them, how long the crew was on scene and at the
hospital and whether it conveyed. The rest (answers of stations, turnout, what is missing) is drawn as for any other
day. A call stands at the place of the table nearest to it, or at a census point of its ward; travel times are the
simulator's own.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simulator.calls import Calls
from simulator.city_calls import KINDS, draw_attributes, in_order
from simulator.logs.table import ZONE
from simulator.streams import stream

if TYPE_CHECKING:
    from simulator.city import CityWorld

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FARTHEST_DEG = 0.15
"""Coordinates farther than this from every place of the table are of another city: the ward counts (guess)."""


def calls_of_log(rows: pl.DataFrame, world: CityWorld, seed: int, start: datetime) -> tuple[Calls, int]:
    """
    The calls of a day that begins at `start`, from rows of `logs.table.SCHEMA`; and how many had neither a place nor
    a ward and stand where the pack would draw them.
    """
    scenario = world.scenario
    assert scenario.city is not None
    at_s = (rows["at"] - start.astimezone(ZONE)).dt.total_microseconds().to_numpy() / 1e6
    codes = [KINDS.index(kind) if kind in KINDS else 0 for kind in rows["kind"].to_list()]
    kind = np.array(codes, dtype=np.int64)
    calls = draw_attributes(world.pack, scenario.city, world.work, world.where_calls, seed, at_s, kind)
    zone, place = _places(rows, world, seed)
    unplaced = int((place < 0).sum())
    calls.place = np.where(place >= 0, place, np.maximum(calls.zone, 0))
    calls.zone = np.where(place >= 0, zone, np.maximum(calls.zone, 0))
    calls.priority = np.where(kind == 0, _known(rows["priority"], calls.priority), calls.priority).astype(np.int64)
    calls.scene_s = _known(rows["on_scene_s"], calls.scene_s)
    calls.handover_s = _known(rows["handover_s"], calls.handover_s)
    if rows["transport_s"].count():
        conveyed, unknown = (rows["transport_s"].is_not_null(), rows["on_scene_s"].is_null())
        calls.conveys = conveyed.to_numpy() | (unknown.to_numpy() & calls.conveys)
    return in_order(calls), unplaced


def _known(told: pl.Series, drawn: NDArray[np.generic]) -> Floats:
    values = told.cast(pl.Float64).to_numpy()
    return np.where(np.isnan(values), drawn.astype(np.float64), values)


def _places(rows: pl.DataFrame, world: CityWorld, seed: int) -> tuple[Ints, Ints]:
    """The zone and the place of each call, -1 where the log does not tell."""
    place = np.full(len(rows), -1, dtype=np.int64)
    zone = place.copy()
    lon, lat = (rows[name].cast(pl.Float64).to_numpy() for name in ("lon", "lat"))
    share = stream(seed, "zone-of-ward").random(len(rows))
    of_ward: dict[str, Ints] = {}
    for row, ward in enumerate(rows["ward"].to_list()):
        apart = np.hypot(world.points[:, 0] - lon[row], world.points[:, 1] - lat[row])
        if apart.min() <= FARTHEST_DEG:  # never for a call without coordinates
            place[row], zone[row] = apart.argmin(), apart[: world.first_station].argmin()
        elif ward is not None:
            if ward not in of_ward:
                of_ward[ward] = np.flatnonzero([one.new_ward == ward for one in world.wards])
            place[row] = zone[row] = _by_weight(of_ward[ward], world.where_calls.zone_weight, float(share[row]))
    return zone, place


def _by_weight(zones: Ints, weight: Floats, share: float) -> int:
    """One of these zones, drawn by weight; -1 of none."""
    if not len(zones):
        return -1
    bounds = np.cumsum(weight[zones])
    return int(zones[min(int(np.searchsorted(bounds, share * bounds[-1])), len(zones) - 1)])
