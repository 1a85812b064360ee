"""
TravelTimes: how long from here to there. The one thing that the rest of the system uses of routing.

Seconds and metres; points are (lon, lat) in degrees, WGS 84; many points are float arrays of shape (n, 2). Thread-safe.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing import off_road
from routing.conditions import FREE_FLOW, Conditions, Traffic
from routing.errors import UnknownProfileError
from routing.eta import GUESSED, Eta, load_spread, with_spread
from routing.explain import Explainer
from routing.facts import graph_facts
from routing.graph import FloatArray, RoadGraph
from routing.guide import Guide
from routing.hours import HourOfWeek, hour_of_week
from routing.networks import JunctionNetwork, Network, TurnNetwork
from routing.networkx_graph import to_networkx
from routing.points import OnBad, PointNote, Snapped, as_column, as_one, as_points, spread_out
from routing.prevailing import Prevailing
from routing.profiles import PROFILES, Profile
from routing.reach import Reached, find_reached
from routing.reach_areas import ReachArea, reach_areas
from routing.route import Route
from routing.snap import Snapper
from routing.speeds import ordinary_kph
from routing.spread import Spread
from routing.storage import load_graph
from routing.streets import Streets
from routing.trace import Match, Trace
from routing.ways import Ways
from routing.weighing import Weighing
from routing.weights import weigh

Point = tuple[float, float]
# Where a built city keeps its usual traffic.
TRAFFIC_DIR: Final = "traffic"


@dataclass(frozen=True)
class Matrix:
    """
    Times and distances, one row an origin and one column a destination (one-dimensional from `many_to_one`).

    `time_s` is infinite where no road leads; `distance_m` is that of the fastest path. `estimated` marks journeys with
    a straight line in them, because a point lies off our roads.
    """

    time_s: FloatArray
    distance_m: FloatArray
    estimated: NDArray[np.bool_]


class NearestRoad(NamedTuple):
    """The point on the nearest street, its name if it has one, and how far off the asked point is."""

    lon: float
    lat: float
    name: str | None
    distance_m: float


class TravelTimes:
    """
    Travel times over one built city.

    Questions without `at` are answered under the conditions in force: free flow until `apply` is given others. With
    `at` (an aware datetime) the usual traffic of that hour of the week holds, and nothing else. Where a point lies off
    the roads a straight line stands in and is marked `estimated`; no place on earth is ever refused.

    With `turns` every turn costs what it costs and restrictions hold; without, answers come about eight times as fast
    and know of turns only what every journey along a street loses at its end. `live` prepares for conditions that
    change while questions are asked.
    """

    def __init__(
        self,
        graph: RoadGraph,
        profiles: Mapping[str, Profile] = PROFILES,
        *,
        turns: bool = True,
        live: bool = False,
        hours: HourOfWeek | None = None,
        spread: Spread = GUESSED,
    ) -> None:
        self.graph = graph
        self.spread = spread
        self.streets = Streets(graph)
        self._network: Network = TurnNetwork(graph) if turns else JunctionNetwork(graph)
        self._prevailing = Prevailing(graph, Traffic(graph, ordinary_kph(graph, PROFILES["car"]), hours))
        self._ways = {name: self._make_ways(profile) for name, profile in profiles.items()}
        if live:
            for ways in self._ways.values():
                ways.weighing.prepare()
                ways.guide.snapper.snap(as_points([graph.bbox[:2]]))  # what is made at the first question is made now

    def _make_ways(self, profile: Profile) -> Ways:
        weights = weigh(self.graph, profile, turns=self._network.has_turns)
        guide = Guide(self.graph, self.streets, Snapper(self.streets, weights))
        explainer = Explainer(self.graph, guide.snapper, weights)
        return Ways(profile, guide, explainer, Weighing(self._network, weights, FREE_FLOW.version))

    @classmethod
    def load(
        cls, city_dir: Path, profiles: Mapping[str, Profile] = PROFILES, *, turns: bool = True, live: bool = False
    ) -> "TravelTimes":
        """
        Open a built city; raises `CityCacheError` when it is absent, foreign or damaged.

        Its usual traffic, if it was built with any, lies in `traffic/` (`hours.HourOfWeek`); raises
        `TrafficTableError` when that folder lacks its tables: rush hour must not pass for empty streets in silence.
        """
        traffic = city_dir / TRAFFIC_DIR
        hours = HourOfWeek.load(traffic) if traffic.is_dir() else None
        spread = load_spread(traffic)
        return cls(load_graph(city_dir), profiles, turns=turns, live=live, hours=hours, spread=spread)

    @property
    def info(self) -> Mapping[str, Any]:
        """Date of the data, nodes, arcs, box (west, south, east, north), and nodes and arcs by profile."""
        return MappingProxyType(graph_facts(self.graph, {name: ways.profile for name, ways in self._ways.items()}))

    @property
    def profiles(self) -> tuple[str, ...]:
        """Names that `profile` may take."""
        return tuple(self._ways)

    @property
    def conditions(self) -> Conditions:
        """What is in force."""
        return self._prevailing.conditions

    @property
    def free_kph(self) -> FloatArray:
        """What ordinary traffic drives on each arc when it is free: what live speeds are measured against."""
        return self._prevailing.traffic.free_kph

    def usual_kph(self, hour: int | None) -> FloatArray:
        """What ordinary traffic drives on each arc in an hour of the week; without one, when it is free."""
        return self._prevailing.traffic.usual_kph(hour)

    @property
    def version(self) -> str:
        """Names the conditions in force; another name means that times may have changed."""
        return self.conditions.version

    def apply(self, conditions: Conditions) -> str:
        """
        Put conditions in force and say their version; questions asked meanwhile are answered under the old ones.

        Raises `ValueError` for arcs that are not on the map and for absurd speeds; what was in force then stays. The
        ambulance's times come first. Safe from any thread; takes some 0.1 s of another core for each profile when
        much has changed, some milliseconds when little has.
        """
        return self._prevailing.apply(conditions, self._ways.values())

    def snap(
        self,
        points: ArrayLike,
        profile: str = "ambulance",
        *,
        headings_deg: ArrayLike | None = None,
        speeds_kph: ArrayLike | None = None,
        radius_m: float | None = None,
        on_bad: OnBad = "raise",
    ) -> Snapped:
        """
        Points on the profile's streets, to be asked about many times; every question takes them for its points.

        A row with a heading (degrees clockwise from north; NaN: unknown) that moves is put on the street it drives
        along and leaves it in that direction: see `Snapper.snap_moving`. Points further than `radius_m` from a street
        are refused, as are, with `on_bad="nan"`, rows that are no place on earth; without it they raise `ValueError`.
        """
        return self._of(profile).snap(points, headings_deg, speeds_kph, radius_m, on_bad)

    def explain_points(self, points: ArrayLike | Snapped, profile: str = "ambulance") -> list[PointNote]:
        """What is assumed of each point, refused ones included: one note a row."""
        ways = self._of(profile)
        return ways.explainer.notes(ways.snapped(points, "nan"))

    def times_to(
        self,
        origins: ArrayLike | Snapped,
        destination: Sequence[float] | Snapped,
        profile: str = "ambulance",
        at: datetime | None = None,
        *,
        on_bad: OnBad = "raise",
    ) -> FloatArray:
        """Seconds from each origin to one destination, inf = unreachable. The fast way: no distances."""
        return self.times(origins, as_one(destination), profile, at, on_bad=on_bad)[:, 0]

    def times_from(
        self,
        origin: Sequence[float] | Snapped,
        destinations: ArrayLike | Snapped,
        profile: str = "ambulance",
        at: datetime | None = None,
        *,
        on_bad: OnBad = "raise",
    ) -> FloatArray:
        """Seconds from one origin to each destination, inf = unreachable."""
        times_s: FloatArray = self.times(as_one(origin), destinations, profile, at, on_bad=on_bad)[0]
        return times_s

    def times(
        self,
        origins: ArrayLike | Snapped,
        destinations: ArrayLike | Snapped,
        profile: str = "ambulance",
        at: datetime | None = None,
        *,
        on_bad: OnBad = "raise",
    ) -> FloatArray:
        """
        Seconds, (origins × destinations), inf = unreachable; no distances.

        Rows that are no place on earth raise `ValueError`, which names them; with `on_bad="nan"` the rest is answered
        and theirs are NaN (`explain_points` says why).
        """
        ways = self._of(profile)
        here, there = ways.both_snapped(origins, destinations, on_bad)
        return spread_out(ways.guide.times(self._prevailing.weighing(ways, at), here, there), here, there, np.nan)

    def is_off_road(self, points: ArrayLike | Snapped, profile: str = "ambulance") -> NDArray[np.bool_]:
        """Which points lie off our roads: journeys from or to them hold a straight line and are estimates."""
        return off_road.is_off(self._of(profile).snapped(points, "raise").places)

    def many_to_one(
        self,
        origins: ArrayLike | Snapped,
        destination: Sequence[float] | Snapped,
        profile: str = "ambulance",
        at: datetime | None = None,
        *,
        on_bad: OnBad = "raise",
    ) -> Matrix:
        """As `matrix` with one destination, in one dimension."""
        matrix = self.matrix(origins, as_one(destination), profile, at, on_bad=on_bad)
        return Matrix(matrix.time_s[:, 0], matrix.distance_m[:, 0], matrix.estimated[:, 0])

    def eta(
        self,
        origins: ArrayLike | Snapped,
        destination: Sequence[float] | Snapped,
        profile: str = "ambulance",
        at: datetime | None = None,
        *,
        fix_age_s: ArrayLike = 0.0,
        on_bad: OnBad = "raise",
    ) -> Eta:
        """
        As `times_to`, with low and high; `fix_age_s` is the age of each origin's fix, 0 at its post.

        The spread falls with the length of the way; it is taken from the straight line here, since measuring every
        way would take ten times as long as timing it (measured).
        """
        ways = self._of(profile)
        here, there = ways.both_snapped(origins, as_one(destination), on_bad)
        off_m = off_road.leg_m(here.places)[:, None] + off_road.leg_m(there.places)
        off_road_m = spread_out(off_m, here, there, np.nan)[:, 0]
        straight_m = spread_out(off_road.straight_m(here.points, there.points), here, there, np.nan)[:, 0]
        straight = off_road_m > off_road.FAR_M * off_road.DETOUR
        ages_s = as_column(fix_age_s, len(here), "fix_age_s")

        def answer(conditions: Conditions) -> Eta:
            return with_spread(
                self.spread,
                self.times_to(here, there, profile, at),
                straight_m,
                conditions.hour if at is None else hour_of_week(at),
                fix_age_s=ages_s,
                off_road_m=np.where(straight, 0.0, off_road_m),
                estimated=straight,
            )

        return self._prevailing.under_one_version(self._prevailing.weighing(ways, at), answer)

    def hour(self, at: datetime | None = None) -> int | None:
        """The hour of the week whose traffic holds at a moment, or now; `None` when the streets are taken as empty."""
        return self.conditions.hour if at is None else hour_of_week(at)

    def matrix(
        self,
        origins: ArrayLike | Snapped,
        destinations: ArrayLike | Snapped,
        profile: str = "ambulance",
        at: datetime | None = None,
        *,
        on_bad: OnBad = "raise",
    ) -> Matrix:
        """Times and the fastest paths' distances between all origins and all destinations; `on_bad` as in `times`."""
        ways = self._of(profile)
        here, there = ways.both_snapped(origins, destinations, on_bad)
        time_s, metres, estimated = ways.guide.matrix(self._prevailing.weighing(ways, at), here, there)
        return Matrix(
            spread_out(time_s, here, there, np.nan),
            spread_out(metres, here, there, np.nan),
            spread_out(estimated, here, there, False),
        )

    def route(
        self,
        origin: Point | Snapped,
        destination: Point | Snapped,
        profile: str = "ambulance",
        at: datetime | None = None,
    ) -> Route | None:
        """The fastest way; `None` where no road leads. Starts and ends on the street, unless that is over 100 m off."""
        ways = self._of(profile)
        here, there = (ways.snapped(as_one(point), "raise") for point in (origin, destination))
        if here.refused or there.refused:
            return None
        weighing = self._prevailing.weighing(ways, at)
        return self._prevailing.under_one_version(weighing, lambda now: ways.guide.route(weighing, now, here, there))

    def reached(
        self, places: ArrayLike | Snapped, profile: str = "ambulance", at: datetime | None = None, *, to: bool = False
    ) -> Reached:
        """Times on every street from the nearest of some places, or (`to`) from there to it: see `reach.Reached`."""
        ways = self._of(profile)
        snapped = ways.snapped(places, "raise")
        return find_reached(self.graph, self._prevailing.weighing(ways, at), snapped.places, to=to)

    def reach(
        self,
        places: ArrayLike | Snapped,
        minutes: Sequence[float],
        profile: str = "ambulance",
        at: datetime | None = None,
        *,
        to: bool = False,
    ) -> list[ReachArea]:
        """The ground reached from the nearest of some places, or that reaches it: see `reach_areas`."""
        if not all(each >= 0 for each in minutes):
            raise ValueError(f"minutes {list(minutes)} are not all numbers from 0 on")
        open_ = self._of(profile).weights.open
        return reach_areas(self.reached(places, profile, at, to=to), open_[0::2] | open_[1::2], minutes)

    def nearest_road(self, lon: float, lat: float, profile: str = "ambulance") -> NearestRoad:
        """The nearest street that the profile can use, however far away."""
        place = self._of(profile).guide.snapper.snap(as_points([(lon, lat)]))
        on_street = self.streets.point_at(place.edge, place.share)[0]
        name = self.graph.street_name(int(place.edge[0]))
        return NearestRoad(float(on_street[0]), float(on_street[1]), name, float(place.distance_m[0]))

    def match(self, trace: Trace, profile: str = "ambulance") -> Match:
        """
        The streets that a vehicle drove, given its fixes (`trace.make_trace`); see `matching`.

        The first match of a profile takes 0.2 s longer: it makes the times of empty streets anew, whatever is in force.
        """
        return self._of(profile).match(trace)

    def to_networkx(self, profile: str = "ambulance", at: datetime | None = None) -> Any:
        """The streets as an OSMnx-conform `MultiDiGraph` with `travel_time`: see `networkx_graph.to_networkx`."""
        ways = self._of(profile)
        with self._prevailing.weighing(ways, at).in_force() as now:
            drive_ms = now.drive_ms
        return to_networkx(self.graph, ways.weights, drive_ms)  # long, and changes need not wait for it

    def _of(self, profile: str) -> Ways:
        try:
            return self._ways[profile]
        except KeyError:
            raise UnknownProfileError(f"no profile {profile!r}; choose one of {', '.join(self._ways)}") from None
