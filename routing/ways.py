"""One profile over one city: how it snaps, what it explains, its times in force, and those of single hours."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, get_args

import numpy as np
from numpy.typing import ArrayLike

from routing.conditions import FREE_FLOW
from routing.explain import Explainer
from routing.guide import Guide
from routing.matching import Matcher
from routing.networks import Network
from routing.points import OnBad, PointKind, PointNote, Snapped, as_column, split_points
from routing.profiles import Profile
from routing.trace import Match, Trace
from routing.weighing import Weighing
from routing.weights import Weights

# So many hours of the week are kept ready for questions about other times than now.
_HOURS_KEPT: Final = 8


@dataclass
class Ways:
    """`by_hour` holds the times of the hours asked about, the last used last. Thread-safe."""

    profile: Profile
    guide: Guide
    explainer: Explainer
    weighing: Weighing
    by_hour: OrderedDict[int | None, Weighing] = field(default_factory=OrderedDict)
    matcher: Matcher | None = None
    lock: Lock = field(default_factory=Lock)

    @property
    def network(self) -> Network:
        """What all its times lie on."""
        return self.weighing.network

    @property
    def weights(self) -> Weights:
        """Its times on empty streets."""
        return self.weighing.weights

    def snap(
        self,
        points: ArrayLike,
        headings_deg: ArrayLike | None,
        speeds_kph: ArrayLike | None,
        radius_m: float | None,
        on_bad: OnBad,
    ) -> Snapped:
        """See `TravelTimes.snap`."""
        if on_bad not in get_args(OnBad):
            raise ValueError(f"on_bad is {on_bad!r}; give one of {', '.join(get_args(OnBad))}")
        if radius_m is not None and not radius_m >= 0:
            raise ValueError(f"radius_m is {radius_m}; give metres from 0 on")
        array, refused = split_points(points, on_bad)
        headings = None if headings_deg is None else as_column(headings_deg, len(array), "headings_deg")
        speeds = as_column(np.nan if speeds_kph is None else speeds_kph, len(array), "speeds_kph")
        rows = np.delete(np.arange(len(array)), list(refused))
        snapper = self.guide.snapper
        if headings is None:
            places = snapper.snap(array[rows])
        else:
            places = snapper.snap_moving(array[rows], headings[rows], speeds[rows])
        if radius_m is not None:
            beyond = places.distance_m > radius_m
            far = zip(rows[beyond].tolist(), places.distance_m[beyond].tolist(), strict=True)
            refused |= {row: PointNote(PointKind.BEYOND_RADIUS, metres) for row, metres in far}
            rows, places = rows[~beyond], places[~beyond]
        return Snapped(self.profile.name, array[rows], places, len(array), refused)

    def snapped(self, points: ArrayLike | Snapped, on_bad: OnBad) -> Snapped:
        """Points that may have been snapped before; raises `ValueError` if that was for another profile."""
        if not isinstance(points, Snapped):
            return self.snap(points, None, None, None, on_bad)
        if points.profile != self.profile.name:
            raise ValueError(f"points snapped for {points.profile!r} cannot be asked about for {self.profile.name!r}")
        return points

    def both_snapped(
        self, origins: ArrayLike | Snapped, destinations: ArrayLike | Snapped, on_bad: OnBad
    ) -> tuple[Snapped, Snapped]:
        """As `snapped`; streets of both are looked for together where neither were before."""
        if on_bad == "raise" and not isinstance(origins, Snapped) and not isinstance(destinations, Snapped):
            (here, _), (there, _) = split_points(origins, on_bad), split_points(destinations, on_bad)
            name, places = self.profile.name, self.guide.snapper.snap_both(here, there)
            return Snapped(name, here, places[0], len(here), {}), Snapped(name, there, places[1], len(there), {})
        return self.snapped(origins, on_bad), self.snapped(destinations, on_bad)

    def of_hour(self, hour: int | None, make: Callable[[], Weighing]) -> Weighing:
        """The times of an hour of the week, made when first asked about."""
        with self.lock:
            if hour in self.by_hour:
                self.by_hour.move_to_end(hour)
            else:
                self.by_hour[hour] = make()
                while len(self.by_hour) > _HOURS_KEPT:
                    self.by_hour.popitem(last=False)
            return self.by_hour[hour]

    def match(self, trace: Trace) -> Match:
        """See `TravelTimes.match`."""
        with self.lock:
            if self.matcher is None:
                guide, empty = self.guide, Weighing(self.network, self.weights, FREE_FLOW.version)
                self.matcher = Matcher(guide.graph, guide.streets, guide.snapper, empty)
        return self.matcher.match(trace)
