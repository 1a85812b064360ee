"""
Roads: what a map says about the streets, as flat NumPy arrays, before anybody decides who may drive where.

Every source (pbf, OSM XML from Overpass, the skeleton table) ends in this one form; every profile starts from it.
"""

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
    "access_car",
    "access_motorbike",
)


class Access(IntEnum):
    """What the signs say about one kind of vehicle; `DEFAULT` leaves it to the road's class."""

    DEFAULT = 0
    YES = 1
    DESTINATION = 2
    PRIVATE = 3
    NO = 4


@dataclass(frozen=True)
class Restrictions:
    """Turns forbidden at a node, by OSM ids; kept as data, not yet used when routing."""

    from_way: NDArray[np.int64]
    via_node: NDArray[np.int64]
    to_way: NDArray[np.int64]
    kind: tuple[str, ...]


@dataclass(frozen=True)
class Roads:
    """
    Nodes and ways of a street map.

    Way `w` runs through nodes `way_node[way_start[w]:way_start[w + 1]]`. `oneway` is 1 along, -1 against, 0 both.
    `maxspeed_kph`, `lanes` and `width_m` are 0 where the map does not say. `way_name` indexes `names`; name 0 is "".
    `node_blocks_cars` marks bollards and the like.
    """

    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node_signal: NDArray[np.bool_]
    node_blocks_cars: NDArray[np.bool_]

    way_id: NDArray[np.int64]
    way_class: NDArray[np.uint8]
    way_name: NDArray[np.int32]
    oneway: NDArray[np.int8]
    oneway_motorbike: NDArray[np.int8]
    roundabout: NDArray[np.bool_]
    maxspeed_kph: NDArray[np.uint8]
    lanes: NDArray[np.uint8]
    width_m: NDArray[np.float32]
    access_car: NDArray[np.uint8]
    access_motorbike: NDArray[np.uint8]
    way_start: NDArray[np.int64]
    way_node: NDArray[np.int32]
    names: tuple[str, ...]

    restrictions: Restrictions
    data_at: datetime | None

    @property
    def ways(self) -> int:
        """Number of ways."""
        return len(self.way_id)


def no_restrictions() -> Restrictions:
    """An empty table of turn restrictions."""
    none = np.zeros(0, dtype=np.int64)
    return Restrictions(none, none, none, ())
