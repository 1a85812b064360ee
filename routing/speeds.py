"""
Road graph + profile → seconds along each arc on empty streets, and what is irregular about driving it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from routing.built_up import built_up
from routing.graph import BoolArray, FloatArray, RoadGraph
from routing.profiles import NEVER_CONTRAFLOW, Profile
from routing.roads import CLASS_INDEX, ROAD_CLASSES, Access

# Two nodes mapped on one spot are this far apart: a closed road stays closed however short.
_SHORTEST_M: Final = 0.01
# Ferries at least this long are taken to carry cars (guess, see below).
_CAR_FERRY_M: Final = 500.0
_FERRY: Final = CLASS_INDEX["ferry"]


@dataclass(frozen=True)
class Drive:
    """Rows are arcs: seconds (infinite where closed), against a one-way, past a closing sign, whatever the traffic."""

    seconds: FloatArray
    against: BoolArray
    restricted: BoolArray
    fixed: BoolArray


def drive_seconds(graph: RoadGraph, profile: Profile, turns: bool) -> Drive:
    """
    Free-flow seconds of all arcs, boarding included on ferries.

    Private streets are open to visitors where `turns` keep them from driving through.
    """
    restricted = _restricted(graph, profile, turns)
    with np.errstate(divide="ignore"):
        edge_s = 3.6 * np.maximum(graph.edge_length_m, _SHORTEST_M) / _edge_kph(graph, profile)
    factor = np.where(restricted, np.inf if profile.restricted is None else profile.restricted, 1.0)
    factor[_impassable(graph, profile) | _ferries_without_us(graph, profile)] = np.inf
    direction = _direction_factor(graph, profile)
    seconds = ((edge_s * factor[graph.edge_way])[:, None] * direction[graph.edge_way]).ravel()
    ferry = (graph.way_class == _FERRY)[graph.arc_way]
    seconds[ferry] += profile.boarding_s
    return Drive(
        seconds=seconds,
        against=(direction > 1.0)[graph.edge_way].ravel(),
        restricted=restricted[graph.arc_way],
        fixed=ferry,
    )


def ordinary_kph(graph: RoadGraph, profile: Profile) -> FloatArray:
    """By arc, the free-flow speed (km/h) of a profile's vehicles; where they may not go, that of a walk."""
    return np.repeat(np.maximum(_edge_kph(graph, profile), 5.0), 2)


def _edge_kph(graph: RoadGraph, profile: Profile) -> FloatArray:
    """
    Free-flow speed along each edge; 0 where the class is closed to the profile (its time is infinite).

    A posted limit goes before the class's, in built-up areas and outside.
    """
    rules = [profile.rules.get(name) for name in ROAD_CLASSES]
    share = np.array([rule.flow * rule.siren if rule else 0.0 for rule in rules])
    in_town = np.array([rule.limit_kph if rule else 0.0 for rule in rules])
    in_country = np.array([(rule.open_kph or rule.limit_kph) if rule else 0.0 for rule in rules])
    road_class, posted = graph.way_class[graph.edge_way], graph.maxspeed_kph[graph.edge_way]
    limit = np.where(built_up(graph), in_town[road_class], in_country[road_class])
    limit = np.where(posted > 0, posted, limit)
    return np.asarray(np.minimum(limit * share[road_class], profile.top_speed_kph), dtype=np.float64)


def _restricted(graph: RoadGraph, profile: Profile, turns: bool) -> BoolArray:
    """
    Ways that a sign closes to the profile; what it says of emergency vehicles comes first for those on duty.

    A limit of weight that is not a bridge's is taken for a sign against lorries.
    """
    access = graph.access_motorbike if profile.two_wheels else graph.access_car
    if profile.restricted is not None:
        access = np.where(graph.access_emergency != Access.DEFAULT, graph.access_emergency, access)
    too_heavy = (graph.maxweight_t > 0) & (graph.maxweight_t < profile.weight_t)
    private = (access == Access.PRIVATE) & (not (turns and profile.minds_visitors))
    return np.asarray((access == Access.NO) | private | (too_heavy & ~graph.bridge))


def _impassable(graph: RoadGraph, profile: Profile) -> BoolArray:
    """
    Ways too narrow, too low or too weak for the vehicle; of a width not on the map what its class usually has.

    A bridge or tunnel closed to vehicles of its kind is taken to be too small for them, whatever their errand.
    """
    assumed = np.array([profile.assumed_width_m.get(name, np.inf) for name in ROAD_CLASSES])[graph.way_class]
    narrow = np.where(graph.width_m > 0, graph.width_m, assumed) < profile.width_m
    low = (graph.maxheight_m > 0) & (graph.maxheight_m < profile.height_m)
    weak = graph.bridge & (graph.maxweight_t > 0) & (graph.maxweight_t < profile.weight_t)
    access = graph.access_motorbike if profile.two_wheels else graph.access_car
    small = (graph.bridge | graph.tunnel) & (access == Access.NO) & (graph.access_emergency != Access.YES)
    return np.asarray(narrow | low | weak | small)


def _direction_factor(graph: RoadGraph, profile: Profile) -> FloatArray:
    """For each way: how many times longer forward and backward take because of one-way signs."""
    oneway = graph.oneway_motorbike if profile.two_wheels else graph.oneway
    never = np.isin(graph.way_class, [CLASS_INDEX[name] for name in NEVER_CONTRAFLOW]) | graph.roundabout
    against = np.where(never, np.inf, profile.contraflow if profile.contraflow is not None else np.inf)
    return np.column_stack([np.where(oneway < 0, against, 1.0), np.where(oneway > 0, against, 1.0)])


def _ferries_without_us(graph: RoadGraph, profile: Profile) -> BoolArray:
    """
    Ferries that do not carry the profile, by way.

    Mappers seldom say; unless they do, a ferry takes cars where the river is wide (`_CAR_FERRY_M`). A guess: it lets
    the Bình Khánh and Cát Lái ferries carry vans and keeps them off the rafts that villages cross a creek on.
    """
    ferry = graph.way_class == _FERRY
    if profile.two_wheels:
        return np.asarray(ferry & (graph.access_motorbike == Access.NO))
    length_m = np.bincount(graph.edge_way, weights=graph.edge_length_m, minlength=len(graph.way_id))
    said = (graph.access_car == Access.YES) | (graph.access_car == Access.DESTINATION)
    small = (length_m < _CAR_FERRY_M) | (graph.access_car != Access.DEFAULT)
    return np.asarray(ferry & ~said & small)
