"""
Tags of one OSM way or node → the few numbers a road graph needs.

Mappers write what they like (`highway=111/12/2 ok`, `width=8104`, `maxspeed=20;10`): what is not clearly one of the
values known here counts as not said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from routing.roads import CLASS_INDEX, Access

_SPEED = re.compile(r"^(\d{1,3})(?:\.\d+)?\s*(?:km/?h|kph|kmh)?$")
_WIDTH = re.compile(r"^(\d{1,2}(?:[.,]\d+)?)\s*m?$")
_ACCESS = {
    "yes": Access.YES,
    "designated": Access.YES,
    "permissive": Access.YES,
    "official": Access.YES,
    "destination": Access.DESTINATION,
    "customers": Access.DESTINATION,
    "delivery": Access.DESTINATION,
    "private": Access.PRIVATE,
    "permit": Access.PRIVATE,
    "residents": Access.PRIVATE,
    "no": Access.NO,
    "emergency": Access.NO,
    "forestry": Access.NO,
    "agricultural": Access.NO,
}
_ONEWAY = {"yes": 1, "true": 1, "1": 1, "-1": -1, "reverse": -1, "no": 0, "false": 0, "0": 0}
_BLOCKS_CARS = {"block", "bollard", "cycle_barrier", "debris", "jersey_barrier", "kissing_gate", "stile", "turnstile"}


@dataclass(frozen=True)
class WayTags:
    """What one way's tags say; 0 where they say nothing. `oneway` as in `Roads`."""

    road_class: int
    name: str
    oneway: int
    oneway_motorbike: int
    roundabout: bool
    maxspeed_kph: int
    lanes: int
    width_m: float
    access_car: Access
    access_motorbike: Access


def read_way(tags: Mapping[str, str]) -> WayTags | None:
    """A way's tags, or `None` when it is no road that any of our vehicles could use."""
    road_class = _find_class(tags)
    if road_class is None or tags.get("area") == "yes":
        return None
    roundabout = tags.get("junction") in ("roundabout", "circular")
    oneway = _ONEWAY.get(tags.get("oneway", ""))
    if oneway is None:
        oneway = 1 if roundabout or road_class == CLASS_INDEX["motorway"] else 0
    access_car = _find_access(tags, ("motorcar", "motor_vehicle", "vehicle", "access"))
    access_motorbike = _find_access(tags, ("motorcycle", "motor_vehicle", "vehicle", "access"))
    if road_class == CLASS_INDEX["ferry"] and access_motorbike == Access.DEFAULT and access_car == Access.NO:
        access_motorbike = Access.NO  # a passenger boat
    return WayTags(
        road_class=road_class,
        name=" ".join(tags.get("name", "").split()),
        oneway=oneway,
        oneway_motorbike=_ONEWAY.get(tags.get("oneway:motorcycle", ""), oneway),
        roundabout=roundabout,
        maxspeed_kph=parse_maxspeed(tags.get("maxspeed", "")),
        lanes=_parse_lanes(tags.get("lanes", "")),
        width_m=_parse_width(tags.get("width", "")),
        access_car=access_car,
        access_motorbike=access_motorbike,
    )


def parse_maxspeed(text: str) -> int:
    """A posted limit in km/h, 0 when there is none that could be meant (5 to 120; the law's highest is 120)."""
    match = _SPEED.match(text.strip().lower())
    speed = int(match.group(1)) if match else 0
    return speed if 5 <= speed <= 120 else 0


def blocks_cars(tags: Mapping[str, str]) -> bool:
    """Whether a barrier at a node stops everything on four wheels. Gates are taken to be opened."""
    if tags.get("barrier") not in _BLOCKS_CARS:
        return False
    access = _find_access(tags, ("motorcar", "motor_vehicle", "vehicle", "access"))
    return access not in (Access.YES, Access.DESTINATION)


def _find_class(tags: Mapping[str, str]) -> int | None:
    highway = tags.get("highway", "")
    if tags.get("route") == "ferry":
        return CLASS_INDEX["ferry"]
    if highway == "service":
        service = tags.get("service", "")
        if service == "alley":
            return CLASS_INDEX["alley"]
        return CLASS_INDEX["driveway" if service in _DRIVEWAYS else "service"]
    return CLASS_INDEX.get(_ALIASES.get(highway, highway)) if highway not in _NOT_TAGS else None


_DRIVEWAYS = {"driveway", "parking_aisle", "drive-through", "emergency_access"}
_ALIASES = {"cycleway": "path", "bridleway": "path", "busway": "service"}
# Names of our classes that are no values of OSM's `highway`.
_NOT_TAGS = {"alley", "driveway", "ferry"}


def _find_access(tags: Mapping[str, str], keys: tuple[str, ...]) -> Access:
    for key in keys:
        if (found := _ACCESS.get(tags.get(key, ""))) is not None:
            return found
    return Access.DEFAULT


def _parse_lanes(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= 12 else 0


def _parse_width(text: str) -> float:
    match = _WIDTH.match(text.strip())
    width = float(match.group(1).replace(",", ".")) if match else 0.0
    return width if 0.5 <= width <= 60 else 0.0
