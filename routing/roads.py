"""
Roads: what a map says about the streets, as flat NumPy arrays, before anybody decides who may drive where.

Every source (pbf, OSM XML from Overpass, the skeleton table) ends in this one form; every profile starts from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

# The order is by importance: a lower index is the greater road. Junction delays rely on that.
ROAD_CLASSES: Final = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "road",
    "service",
    "alley",
    "driveway",
    "track",
    "pedestrian",
    "path",
    "footway",
    "ferry",
)
CLASS_INDEX: Final = {name: index for index, name in enumerate(ROAD_CLASSES)}
MAIN_CLASSES: Final = ROAD_CLASSES[:10]
# The columns of `Roads` with one row a way.
WAY_COLUMNS: Final = (
    "way_id",
    "way_class",
    "way_name",
    "oneway",
    "oneway_motorbike",
    "roundabout",
    "maxspeed_kph",
    "lanes",
    "width_m",
    "maxheight_m",
    "maxweight_t",
    "bridge",
    "tunnel",
    "access_car",
    "access_motorbike",
    "access_emergency",
)
# The columns of `Roads` with one row a node.
NODE_COLUMNS: Final = (
    "node_id",
    "lon",
    "lat",
    "node_signal",
    "node_blocks_cars",
    "node_blocks_motorbikes",
    "node_gated",
)


class Access(IntEnum):
    """What the signs say about one kind of vehicle; `DEFAULT` leaves it to the road's class."""

    DEFAULT = 0
    YES = 1
    DESTINATION = 2
    PRIVATE = 3
    NO = 4


@dataclass(frozen=True)
class TurnRestriction:
    """
    A turn that a sign forbids (`only` false), or the only one it allows (`only` true), by OSM ids.

    From `from_way` over `via_node`, or else along `via_ways` in driving order, into `to_way`. The three flags say which
    vehicles the sign binds; an ambulance is bound like a car unless the sign lets emergency vehicles off.
    """

    from_way: int
    via_node: int | None
    via_ways: tuple[int, ...]
    to_way: int
    only: bool
    kind: str
    car: bool
    motorbike: bool
    ambulance: bool


@dataclass(frozen=True)
class Roads:
    """
    Nodes and ways of a street map.

    Way `w` runs through nodes `way_node[way_start[w]:way_start[w + 1]]`. `oneway` is 1 along, -1 against, 0 both.
    `maxspeed_kph`, `lanes`, `width_m`, `maxheight_m` and `maxweight_t` are 0 where the map does not say; `width_m` is
    the narrower of the road's width and the width its sign allows. `way_name` indexes `names`; name 0 is "".
    `access_emergency` is what the map says about emergency vehicles alone and comes before the other two for them.

    `node_blocks_cars` and `node_blocks_motorbikes` mark what nobody on four or on two wheels gets past (bollards,
    stiles); `node_gated` marks gates kept shut to the public, which are opened for a unit on duty.
    `restriction_notes` counts what became of the map's turn restrictions: kept, and left out for which reason.
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node_signal: NDArray[np.bool_]
    node_blocks_cars: NDArray[np.bool_]
    node_blocks_motorbikes: NDArray[np.bool_]
    node_gated: NDArray[np.bool_]

    way_id: NDArray[np.int64]
    way_class: NDArray[np.uint8]
    way_name: NDArray[np.int32]
    oneway: NDArray[np.int8]
    oneway_motorbike: NDArray[np.int8]
    roundabout: NDArray[np.bool_]
    maxspeed_kph: NDArray[np.uint8]
    lanes: NDArray[np.uint8]
    width_m: NDArray[np.float32]
    maxheight_m: NDArray[np.float32]
    maxweight_t: NDArray[np.float32]
    bridge: NDArray[np.bool_]
    tunnel: NDArray[np.bool_]
    access_car: NDArray[np.uint8]
    access_motorbike: NDArray[np.uint8]
    access_emergency: NDArray[np.uint8]
    way_start: NDArray[np.int64]
    way_node: NDArray[np.int32]
    names: tuple[str, ...]

    restrictions: tuple[TurnRestriction, ...]
    restriction_notes: Mapping[str, int]
    data_at: datetime | None

    @property
    def ways(self) -> int:
        """Number of ways."""
        return len(self.way_id)


def no_restrictions() -> tuple[TurnRestriction, ...]:
    """What a source without turn restrictions has."""
    return ()
