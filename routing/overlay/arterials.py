"""
Main roads as edges of Valhalla's road graph (GeoJSON, gzip) → a layer.

An edge runs from one junction of the full map to the next, so that its ends tell where streets meet it, even streets
the file does not hold. Access masks, uses and classes are Valhalla's (its documentation, "baldr" constants). `speed`
is Valhalla's own guess and is not read; `speed_limit` is the posted one.

Edges that cross a border between Valhalla's tiles stand in the file in halves, each with one of the two masks. Where
only one half is left and it is open, the other direction is taken to be open as well: one-way edges came whole, both
halves, and only two-way ones lost their second half as a duplicate (so in the file of 2025-12-01).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from routing.graph import distance_m
from routing.overlay.layer import Layer, count_lengths, make_roads, read_json

_CAR: Final = 1
_MOTORCYCLE: Final = 1024
_RAMPS: Final = {1, 2}
_TRACK: Final = 3
_SERVICE_USE: Final = {4: "driveway", 5: "alley", 6: "parking_aisle"}
_LIVING_STREET: Final = 10
_WALKS: Final = frozenset(range(20, 41))  # cycleways, pavements, crossings, steps, platforms
_FERRY: Final = 41
_ONEWAY: Final = {1: "yes", -1: "-1", 0: "no"}
_LINKED: Final = {"motorway", "trunk", "primary", "secondary", "tertiary"}
_STREETS: Final = {"unclassified", "residential"}
# Boats for people on foot that nobody marked as such: river buses, hydrofoils, cruises; `đò` takes two wheels.
_FOOT_BOATS: Final = ("tàu", "tuyến buýt", "du thuyền")
_ROW_BOAT: Final = "đò"
# Valhalla names a road by its numbers first: CT.40, QL.1, ĐT.769C, AH1.
_NUMBER: Final = re.compile(r"^[A-ZĐ]{2,3}[.\s]?\d+[A-Z]?$")

Point = tuple[float, float]
Edge = Mapping[str, Any]


def read_arterials(path: Path) -> Layer:
    """The layer in a file; raises `OverlayError` when it is damaged or something else."""
    return read_json(path, lambda found: _layer(path.name, found))


def _layer(name: str, found: Any) -> Layer:
    left_out: list[tuple[str, float]] = []
    number: dict[Point, int] = {}
    ways: list[tuple[int, list[int], Mapping[str, str]]] = []
    for edge, line in _whole_edges(found["features"], left_out):
        tags = _tags(edge)
        if isinstance(tags, str):
            left_out.append((tags, _length_m(line)))
        else:
            ways.append((edge["way_id"], [number.setdefault(point, -1 - len(number)) for point in line], tags))
    untagged: dict[str, str] = {}
    nodes = ((node, lon, lat, untagged) for (lon, lat), node in number.items())
    return Layer(name, _date_in(name), make_roads(nodes, ways), by_id=False, left_out=count_lengths(left_out))


def _whole_edges(features: list[Any], left_out: list[tuple[str, float]]) -> Iterator[tuple[Edge, list[Point]]]:
    """Edges with both masks, halves joined; those that cannot be roads are left out."""
    halves: dict[tuple[int, tuple[Point, ...]], list[tuple[Edge, list[Point]]]] = defaultdict(list)
    for feature in features:
        edge = feature["properties"]
        line = [(round(float(lon), 6), round(float(lat), 6)) for lon, lat in feature["geometry"]["coordinates"]]
        line = [point for index, point in enumerate(line) if not index or point != line[index - 1]]
        if not edge["way_id"]:
            left_out.append(("way 0, an artefact of decoding", _length_m(line)))
        elif len(line) < 2:
            left_out.append(("without length", 0.0))
        else:
            halves[edge["way_id"], min(tuple(line), tuple(reversed(line)))].append((edge, line))
    for parts in halves.values():
        (edge, line), *more = parts
        masks = [edge["fwd_access"], edge["rev_access"]]
        for other, other_line in more:
            left_out.append(("second half or copy of an edge", _length_m(other_line)))
            theirs = [other["fwd_access"], other["rev_access"]]
            theirs = theirs if other_line == line else theirs[::-1]
            masks = [mine if mine is not None else their for mine, their in zip(masks, theirs, strict=True)]
        forward, backward = masks
        yield (
            {
                **edge,
                "fwd_access": forward if forward is not None else backward,
                "rev_access": backward if backward is not None else forward,
            },
            line,
        )


def _tags(edge: Edge) -> dict[str, str] | str:
    """The OSM tags that say what an edge says, or why it is left out."""
    use, name = int(edge["use"]), _name(edge["name"])
    car, motorcycle = (_directions(edge, bit) for bit in (_CAR, _MOTORCYCLE))
    if use in _WALKS:
        return "a walk or cycleway"
    if use == _FERRY and name.casefold().startswith(_FOOT_BOATS):
        return "a passenger boat"
    if car is None and motorcycle is None:
        return "closed to cars and motorbikes"
    tags = {"route": "ferry"} if use == _FERRY else _class_tags(str(edge["class"]), use)
    if not tags:
        return "of no class known here"
    if name:
        tags["name"] = name
    if edge["roundabout"]:
        tags["junction"] = "roundabout"
    if car is None or (use == _FERRY and name.casefold().startswith(_ROW_BOAT)):
        tags["motorcar"] = "no"
    if motorcycle is None:
        tags["motorcycle"] = "no"
    elif use == _FERRY:  # unsaid, a boat without cars counts as one for people on foot
        tags["motorcycle"] = "yes"
    both = car if car is not None else motorcycle
    tags["oneway"] = _ONEWAY[both or 0]
    if motorcycle is not None and motorcycle != both:
        tags["oneway:motorcycle"] = _ONEWAY[motorcycle]
    if int(edge["speed_limit"] or 0) > 0:
        tags["maxspeed"] = str(edge["speed_limit"])
    # Valhalla counts the lanes of one direction, and says 1 where the map says nothing.
    if (lanes := int(edge["lanes"] or 0)) > 1:
        tags["lanes"] = str(lanes if both else 2 * lanes)
    return tags


def _class_tags(road_class: str, use: int) -> dict[str, str]:
    if use == _LIVING_STREET:
        return {"highway": "living_street"}
    if use in _SERVICE_USE:
        return {"highway": "service", "service": _SERVICE_USE[use]}
    if road_class == "service_other":
        return {"highway": "track" if use == _TRACK else "service"}
    if road_class in _LINKED:
        return {"highway": f"{road_class}_link" if use in _RAMPS else road_class}
    return {"highway": road_class} if road_class in _STREETS else {}


def _name(names: list[str]) -> str:
    """The first that is no road number; a number where there is nothing else."""
    plain = [" ".join(name.split()) for name in names]
    return next((name for name in plain if not _NUMBER.match(name)), plain[0] if plain else "")


def _directions(edge: Edge, bit: int) -> int | None:
    """1 along, -1 against, 0 both, `None` neither."""
    forward, backward = (int(edge[key] or 0) & bit for key in ("fwd_access", "rev_access"))
    if not forward and not backward:
        return None
    return bool(forward) - bool(backward)


def _length_m(line: list[Point]) -> float:
    lon, lat = np.array(line, dtype=np.float64).reshape(-1, 2).T
    return float(distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())


def _date_in(name: str) -> str | None:
    """The day in a file's name: the file itself carries none."""
    for part in (name[index : index + 10] for index in range(len(name))):
        if len(part) == 10 and part[4] == part[7] == "-" and part.replace("-", "").isdigit():
            return part
    return None
