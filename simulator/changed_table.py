"""
Travel times while roads are otherwise than usual: whole tables of the engine, one for each set of changes that hold
together and each kind of hour in which they do.

Exact, and priced so: about 0.7 s to put conditions in force and 2.3 s a profile for 463 places (measured), once for
each such pair; a flood every evening costs as much as one. What nobody changes comes from the usual table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from routing.conditions import Conditions, Obstacle
from routing.errors import UnknownRoadError
from routing.graph import FloatArray, IntArray, RoadGraph
from routing.locate import Locator, plain_name
from routing.road_ref import RoadRef
from routing.travel_times import TravelTimes
from simulator.changed_roads import SPAN, Change
from simulator.errors import ScenarioError
from simulator.places import HOURS, Seconds

SLOWEST_KPH, FASTEST_KPH = 0.5, 150.0
Points = NDArray[np.float64]
Say = Callable[[str], None]
Key = tuple[tuple[int, ...], int]
"""Which changes hold, and the band of the usual table."""


@dataclass(frozen=True)
class ChangedArcs:
    """
    A change on the arcs of this city. `share` of the usual speed, or speeds `live_kph` arc by arc, or an obstacle that
    nobody passes faster than `kph` (None: on foot).
    """

    spans: tuple[SPAN, ...]
    arcs: IntArray
    kph: float | None = None
    share: float | None = None
    live_kph: FloatArray | None = None


@dataclass(frozen=True)
class Usual:
    """Of the usual table: each hour's band, the hour of the week that each band is of, and how many bands it has."""

    band: list[int]
    hour_of_band: Sequence[int | None]
    bands: int


@dataclass(frozen=True)
class Bands:
    """What comes beside the usual table: more bands a profile, the whole list of bands, and the spans."""

    time_s: list[list[Seconds]]
    band: list[int]
    spans: tuple[tuple[float, float, int], ...]


def find_changed_arcs(change: Change, locator: Locator) -> ChangedArcs:
    """The arcs that are meant. Raises ScenarioError when there are none."""
    graph = locator.graph
    if change.ways:
        try:
            arcs = locator.arcs(RoadRef(way_ids=change.ways))
        except UnknownRoadError as error:
            raise ScenarioError(change.said, f"is on no road ({error})", "correct the numbers") from None
    elif change.rings:
        arcs = _inside(change.rings, graph)
    else:
        arcs = np.arange(graph.arcs, dtype=np.int32)
    if change.street is not None:
        names = np.array([bool(name) and plain_name(name) == plain_name(change.street) for name in graph.names])
        arcs = arcs[names[graph.way_name[graph.edge_way[arcs >> 1]]]]
    if not len(arcs):
        fact = f"no street {change.street!r} lies there" if change.street else "no street lies there"
        raise ScenarioError(change.said, fact, "check the place (lon comes first) and the name")
    return ChangedArcs(change.spans, arcs, change.kph, change.share)


def _inside(rings: Sequence[Sequence[tuple[float, float]]], graph: RoadGraph) -> IntArray:
    """Both directions of the pieces whose middle lies inside."""
    middle = (graph.geometry_start[:-1] + graph.geometry_start[1:]) // 2
    area = shapely.union_all([shapely.make_valid(shapely.Polygon(ring)) for ring in rings])
    shapely.prepare(area)
    edges = np.flatnonzero(shapely.contains_xy(area, graph.geometry_lon[middle], graph.geometry_lat[middle]))
    return np.sort(np.concatenate([2 * edges, 2 * edges + 1])).astype(np.int32)


def make_bands(
    travel: TravelTimes,
    points: Points,
    changes: Sequence[ChangedArcs],
    usual: Usual,
    first_hour_s: float,
    until_s: float,
    profiles: Sequence[str],
    say: Say,
) -> Bands:
    """The tables of every set of changes in every kind of hour that it holds in."""
    spans = _spans(changes, until_s)
    wanted: dict[Key, int] = {}
    for from_s, to_s, held in spans:
        for hour in _hours(first_hour_s, from_s, to_s):
            wanted.setdefault((held, usual.band[hour]), usual.bands + len(wanted))
    time_s: list[list[Seconds]] = [[] for _ in profiles]
    snapped = [travel.snap(points, profile) for profile in profiles]
    for done, (held, band) in enumerate(wanted, 1):
        travel.apply(conditions_of(travel, [changes[one] for one in held], usual.hour_of_band[band]))
        for number, profile in enumerate(profiles):
            times = travel.times(snapped[number], snapped[number], profile)
            time_s[number].append(np.ascontiguousarray(times.T, dtype=np.float32))
        say(f"changed roads: {done} of {len(wanted)} tables")
    bands, first_of = list(usual.band), {}
    for held in dict.fromkeys(held for _, _, held in spans):
        first_of[held] = len(bands)
        mine = [number for (other, _), number in wanted.items() if other == held]
        bands += [wanted.get((held, usual.band[hour]), mine[0]) for hour in range(HOURS)]
    return Bands(time_s, bands, tuple((from_s, to_s, first_of[held]) for from_s, to_s, held in spans))


def _spans(changes: Sequence[ChangedArcs], until_s: float) -> list[tuple[float, float, tuple[int, ...]]]:
    """Cut wherever a change begins or ends; only where some hold. What holds at the end goes on."""
    cuts = sorted({edge for change in changes for span in change.spans for edge in span})
    found = []
    for from_s, to_s in pairwise(cuts):
        middle_s = (from_s + to_s) / 2
        held = tuple(
            number
            for number, change in enumerate(changes)
            if any(low <= middle_s < high for low, high in change.spans)
        )  # fmt: skip
        if held:
            found.append((from_s, to_s if to_s < until_s else float("inf"), held))
    return found


def _hours(first_hour_s: float, from_s: float, to_s: float) -> set[int]:
    """Hours of the week that the span touches; of one without an end those of its first hour."""
    last_s = to_s if to_s != float("inf") else from_s + 3600.0
    first, last = int((first_hour_s + from_s) // 3600), int(np.ceil((first_hour_s + last_s) / 3600))
    return {hour % HOURS for hour in range(first, max(last, first + 1))}


def conditions_of(travel: TravelTimes, changes: Sequence[ChangedArcs], hour: int | None) -> Conditions:
    """What the engine is told while all of these changes hold, in an hour of the week."""
    obstacles = tuple(
        Obstacle(tuple(change.arcs.tolist()), change.kph)
        for change in changes
        if change.share is None and change.live_kph is None
    )
    others = [change for change in changes if change.share is not None or change.live_kph is not None]
    if not others:
        return Conditions(hour=hour, obstacles=obstacles)
    kph, is_other = travel.usual_kph(hour), np.zeros(travel.graph.arcs, dtype=np.bool_)
    for change in others:
        kph[change.arcs] = kph[change.arcs] * change.share if change.share is not None else change.live_kph
        is_other[change.arcs] = True
    arcs = np.flatnonzero(is_other).astype(np.int32)
    return Conditions(
        hour=hour, live_arc=arcs, live_kph=np.clip(kph[arcs], SLOWEST_KPH, FASTEST_KPH), obstacles=obstacles
    )  # fmt: skip
