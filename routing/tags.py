"""
Tags of one OSM way or node → the few numbers a road graph needs.

Access follows OSM's hierarchy, nearest first: motorcar or motorcycle, motor_vehicle, vehicle, access. What holds only
at certain hours (`motor_vehicle:conditional=no @ …`, all of them parades, markets and rush hours here) is not read:
such a road counts as it is the rest of the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from routing.roads import CLASS_INDEX, Access
from routing.tag_values import (
    ONEWAY,
    find_access,
    find_width,
    least_said,
    parse_height,
    parse_lanes,
    parse_maxspeed,
    parse_weight,
    parse_width,
)

# `car` is no OSM key, but mappers here use it.
_CAR_KEYS: Final = ("motorcar", "car", "motor_vehicle", "vehicle", "access")
_MOTORBIKE_KEYS: Final = ("motorcycle", "motor_vehicle", "vehicle", "access")
_DRIVEWAYS: Final = {"driveway", "parking_aisle", "drive-through", "emergency_access"}
_ALIASES: Final = {"cycleway": "path", "bridleway": "path", "busway": "service"}
# Names of our classes that are no values of OSM's `highway`.
_NOT_TAGS: Final = {"alley", "driveway", "ferry"}
_BLOCKS_MOTORBIKES: Final = {
    "debris",
    "full-height_turnstile",
    "kissing_gate",
    "log",
    "motorcycle_barrier",
    "stile",
    "turnstile",
}
# Between these a motorbike fits.
_BLOCKS_CARS: Final = _BLOCKS_MOTORBIKES | {
    "block",
    "bollard",
    "bump_gate",
    "chain",
    "cycle_barrier",
    "jersey_barrier",
    "planter",
    "rope",
    "sump_buster",
    "bus_trap",
}


@dataclass(frozen=True)
class WayTags:
    """What one way's tags say; 0, false and `DEFAULT` where they say nothing. Fields as in `Roads`."""

    road_class: int
    name: str = ""
    oneway: int = 0
    oneway_motorbike: int = 0
    roundabout: bool = False
    maxspeed_kph: int = 0
    lanes: int = 0
    width_m: float = 0.0
    maxheight_m: float = 0.0
    maxweight_t: float = 0.0
    bridge: bool = False
    tunnel: bool = False
    access_car: Access = Access.DEFAULT
    access_motorbike: Access = Access.DEFAULT
    access_emergency: Access = Access.DEFAULT


@dataclass(frozen=True)
class NodeTags:
    """What one node's tags say: a signal, and a barrier for four wheels, for two, or for the public alone."""

    signal: bool = False
    blocks_cars: bool = False
    blocks_motorbikes: bool = False
    gated: bool = False


def read_way(tags: Mapping[str, str]) -> WayTags | None:
    """
    A way's tags, or `None` when it is no road that any of our vehicles could use.

    Motorways and roundabouts run one way unless said otherwise, links do not. A `reversible` road, of which nobody
    here knows the hour's direction, is closed both ways. `motorroad=yes` closes nothing: here it stands on bridges and
    in the river tunnel that motorbikes use every day, and where they may not go `motorcycle=no` says so.
    """
    road_class = _find_class(tags)
    if road_class is None or tags.get("area") == "yes":
        return None
    roundabout = tags.get("junction") in ("roundabout", "circular")
    implied = 1 if roundabout or road_class == CLASS_INDEX["motorway"] else 0
    oneway, access_car = _read_directions(tags, _CAR_KEYS, implied)
    oneway_motorbike, access_motorbike = _read_directions(tags, _MOTORBIKE_KEYS, implied)
    if road_class == CLASS_INDEX["ferry"] and access_motorbike == Access.DEFAULT and access_car == Access.NO:
        access_motorbike = Access.NO  # a passenger boat
    if _is_for_others(tags):
        access_car, access_motorbike = (
            Access.NO if access == Access.DEFAULT else access for access in (access_car, access_motorbike)
        )
    return WayTags(
        road_class=road_class,
        name=" ".join(tags.get("name", "").split()),
        oneway=oneway,
        oneway_motorbike=oneway_motorbike,
        roundabout=roundabout,
        maxspeed_kph=parse_maxspeed(tags.get("maxspeed", "")),
        lanes=parse_lanes(tags.get("lanes", "")),
        width_m=_read_width(tags),
        maxheight_m=least_said(*(parse_height(tags.get(key, "")) for key in ("maxheight", "maxheight:physical"))),
        maxweight_t=least_said(*(parse_weight(tags.get(key, "")) for key in ("maxweight", "maxweightrating"))),
        bridge=tags.get("bridge", "no") != "no",
        tunnel=tags.get("tunnel", "no") != "no",
        access_car=access_car,
        access_motorbike=access_motorbike,
        access_emergency=_read_emergency(tags),
    )


def read_node(tags: Mapping[str, str]) -> NodeTags:
    """
    A node's signal and barrier.

    A gate, or a barrier of unknown kind, is taken to be opened for everybody unless its access says otherwise; then it
    is opened for units on duty alone. One that lets motorbikes past but no cars is too narrow for cars. A height limit
    on a node is not read.
    """
    signal = "traffic_signals" in tags.get("highway", "").split(";")
    barrier = tags.get("barrier", "")
    if not barrier:
        return NodeTags(signal=signal)
    car, motorbike = find_access(tags, _CAR_KEYS), find_access(tags, _MOTORBIKE_KEYS)
    opened_for_units = find_access(tags, ("emergency",)) == Access.YES
    solid_car = (barrier in _BLOCKS_CARS and not _lets_pass(car)) or (car == Access.NO and _lets_pass(motorbike))
    solid_motorbike = barrier in _BLOCKS_MOTORBIKES and not _lets_pass(motorbike)
    shut = car in (Access.NO, Access.PRIVATE)
    return NodeTags(
        signal=signal,
        blocks_cars=solid_car and not opened_for_units,
        blocks_motorbikes=solid_motorbike and not opened_for_units,
        gated=(shut and not solid_car) or (solid_car and opened_for_units),
    )


def blocks_cars(tags: Mapping[str, str]) -> bool:
    """Whether a barrier at a node stops everything on four wheels."""
    return read_node(tags).blocks_cars


def _find_class(tags: Mapping[str, str]) -> int | None:
    """The class index; of a list (`primary;secondary`) the first that is one."""
    if tags.get("route") == "ferry":
        return CLASS_INDEX["ferry"]
    for highway in tags.get("highway", "").split(";"):
        highway = highway.strip()
        if highway == "service":
            service = tags.get("service", "")
            return CLASS_INDEX["alley" if service == "alley" else "driveway" if service in _DRIVEWAYS else "service"]
        found = CLASS_INDEX.get(_ALIASES.get(highway, highway)) if highway not in _NOT_TAGS else None
        if found is not None:
            return found
    return None


def _is_for_others(tags: Mapping[str, str]) -> bool:
    """A road for buses or for emergencies alone, unless its access tags open it."""
    return tags.get("highway") == "busway" or tags.get("service") in ("bus", "busway", "emergency_access")


def _read_emergency(tags: Mapping[str, str]) -> Access:
    """What is said about emergency vehicles alone; on ways `emergency` may also be a hydrant or a helipad."""
    said = find_access(tags, ("emergency",))
    named = "emergency" in (tags.get("access"), tags.get("vehicle"), tags.get("motor_vehicle"))
    if said == Access.DEFAULT and (named or tags.get("service") == "emergency_access"):
        return Access.YES
    return said


def _read_directions(tags: Mapping[str, str], keys: tuple[str, ...], implied: int) -> tuple[int, Access]:
    """
    One-way sign and access of one kind of vehicle.

    A direction is closed by `oneway`, by `oneway:motorcycle` (or its older form `motorcycle:oneway`), or by
    `motorcar:forward=no` and the like; a road closed in both directions is closed.
    """
    forms = [form for key in keys[:-1] for form in (f"oneway:{key}", f"{key}:oneway")]
    own = next((tags[form] for form in [*forms, "oneway"] if form in tags), "")
    access = find_access(tags, keys)
    if own == "reversible":
        return 0, Access.NO
    oneway = ONEWAY.get(own, implied)
    closed = [find_access(tags, keys, side) in (Access.NO, Access.PRIVATE) for side in (":forward", ":backward")]
    forward, backward = oneway >= 0 and not closed[0], oneway <= 0 and not closed[1]
    if not (forward or backward):
        return oneway, Access.NO
    return int(forward) - int(backward), access


def _read_width(tags: Mapping[str, str]) -> float:
    said = parse_width(tags.get("width", "")) or parse_width(tags.get("est_width", ""))
    road = said or find_width(tags.get("name", ""))
    return least_said(road, *(parse_width(tags.get(key, "")) for key in ("maxwidth", "maxwidth:physical")))


def _lets_pass(access: Access) -> bool:
    return access in (Access.YES, Access.DESTINATION)
