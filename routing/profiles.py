"""
Who may drive where, and how fast: `car`, `ambulance`, `motorbike`.

A free-flow speed is limit × flow × siren. *Limit* is the posted one, else the class's: Circular 38/2024/TT-BGTVT
allows 60 km/h on divided roads and 50 km/h on others in built-up areas (120 at most on motorways); where the city posts
less, the median posted on that class here stands (links 40, secondary 50 undivided). *Flow* is the share of the limit
driven on an empty street, smaller where the street is narrow, has side traffic or is walked upon: a guess, not fitted
to any router. Built-up limits are taken everywhere: rural roads without a posted limit come out slow (law: 80 to 90).
Congestion is not in here; it comes with the hour of the week.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from routing.errors import UnknownProfileError
from routing.roads import ROAD_CLASSES


@dataclass(frozen=True)
class ClassRule:
    """One road class for one profile: limit (km/h) where none is posted, flow and siren factors."""

    limit_kph: float
    flow: float
    siren: float = 1.0


@dataclass(frozen=True)
class Profile:
    """
    A kind of vehicle on a kind of errand.

    Classes missing from `rules` are closed to it. `contraflow` is how many times longer driving against a one-way
    takes, `restricted` the same for roads closed by a sign; `None` means it obeys. Waits in seconds are expected
    ones for each junction entered; `boarding_s` is the wait for a ferry.
    """

    name: str
    rules: Mapping[str, ClassRule]
    two_wheels: bool
    top_speed_kph: float
    contraflow: float | None
    restricted: float | None
    signal_s: float
    give_way_s: float
    equal_junction_s: float
    boarding_s: float


# Roads on which driving against the flow is never allowed, roundabouts besides.
NEVER_CONTRAFLOW: Final = ("motorway", "motorway_link", "trunk", "trunk_link")
# Narrower than this no van gets through: a body of 2.0 m and mirrors (guess).
VAN_WIDTH_M: Final = 2.2

_CAR: Final = {
    "motorway": ClassRule(100, 0.90),
    "motorway_link": ClassRule(50, 0.90),
    "trunk": ClassRule(60, 0.90),
    "trunk_link": ClassRule(40, 0.90),
    "primary": ClassRule(60, 0.85),
    "primary_link": ClassRule(40, 0.85),
    "secondary": ClassRule(50, 0.85),
    "secondary_link": ClassRule(40, 0.80),
    "tertiary": ClassRule(50, 0.75),
    "tertiary_link": ClassRule(40, 0.75),
    "unclassified": ClassRule(50, 0.65),
    "residential": ClassRule(50, 0.55),
    "living_street": ClassRule(20, 0.75),
    "road": ClassRule(50, 0.50),
    "service": ClassRule(30, 0.60),
    "alley": ClassRule(30, 0.45),
    "driveway": ClassRule(20, 0.50),
    "track": ClassRule(30, 0.50),
    "ferry": ClassRule(9, 1.00),
}

# Sirens. The literature puts a whole run with lights and sirens at 0.70–0.74 of the time without, most of it saved
# at junctions and in queues. The split between speed and waits is a guess; random journeys over the city come to 0.74.
_SIREN: Final = (
    dict.fromkeys(ROAD_CLASSES[:10], 1.3)
    | dict.fromkeys(("unclassified", "residential", "road"), 1.2)
    | dict.fromkeys(("motorway", "motorway_link"), 1.2)
)
_AMBULANCE: Final = {
    name: ClassRule(rule.limit_kph, rule.flow, _SIREN.get(name, 1.0)) for name, rule in _CAR.items()
} | {"pedestrian": ClassRule(20, 0.50)}

# A motorbike unit fits every alley. Taipei measured 0.78–0.82 of the van's time, in traffic: on empty streets, as here,
# it gains little; what it saves in queues comes with the hour of the week.
_MOTORBIKE: Final = {
    name: ClassRule(rule.limit_kph, rule.flow, 1.3) for name, rule in _CAR.items() if not name.startswith("motorway")
} | {
    "unclassified": ClassRule(50, 0.75),
    "residential": ClassRule(50, 0.70),
    "living_street": ClassRule(20, 1.00),
    "service": ClassRule(30, 0.80),
    "alley": ClassRule(30, 0.70),
    "driveway": ClassRule(20, 0.75),
    "track": ClassRule(30, 0.70),
    "pedestrian": ClassRule(20, 0.60),
    "path": ClassRule(20, 0.60),
    "footway": ClassRule(20, 0.50),
    "ferry": ClassRule(9, 1.00),
}

# Expected wait at a signal: red² / (2 × cycle) (Webster's uniform delay), cycle 90 s, red 45 s: 11 s. The other waits
# are guesses. On duty the law lets an ambulance pass red and drive against one-ways (Law 36/2024/QH15, art. 27).
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "car": Profile(
            name="car",
            rules=MappingProxyType(_CAR),
            two_wheels=False,
            top_speed_kph=120.0,
            contraflow=None,
            restricted=None,
            signal_s=11.0,
            give_way_s=4.0,
            equal_junction_s=1.5,
            boarding_s=600.0,
        ),
        "ambulance": Profile(
            name="ambulance",
            rules=MappingProxyType(_AMBULANCE),
            two_wheels=False,
            top_speed_kph=120.0,
            contraflow=3.0,
            restricted=1.5,
            signal_s=2.0,
            give_way_s=2.0,
            equal_junction_s=1.0,
            boarding_s=240.0,
        ),
        "motorbike": Profile(
            name="motorbike",
            rules=MappingProxyType(_MOTORBIKE),
            two_wheels=True,
            top_speed_kph=70.0,
            contraflow=2.0,
            restricted=1.5,
            signal_s=3.0,
            give_way_s=1.5,
            equal_junction_s=0.5,
            boarding_s=240.0,
        ),
    }
)


def get_profile(name: str) -> Profile:
    """The profile of that name; raises `UnknownProfileError` naming those there are."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownProfileError(f"no profile {name!r}; choose one of {', '.join(PROFILES)}") from None
