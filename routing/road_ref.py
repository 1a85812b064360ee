"""
What somebody says of a road: the numbers of its ways, a line along it, an area, a point on it, or its name.

Degrees, WGS 84, lon before lat. What cannot mean any road of a city is refused here, before it is looked for.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from routing.errors import UnknownRoadError

Point = tuple[float, float]
Direction = Literal["both", "forward", "backward"]

MOST_POINTS: Final = 1_000
MOST_WAYS: Final = 1_000
# A point so far beyond the streets' box still counts as a slip of the hand near the city's edge (guess).
_MARGIN_DEG: Final = 0.05


@dataclass(frozen=True)
class RoadRef:
    """
    One road, said in one way: `way_ids` (of OpenStreetMap), or `line`, or `area` (a ring), or `point`.

    With `name`, `point` lies near the street of that name, and the whole street is meant. With `heading_deg` (from
    north) the carriageway at `point` that leads there is meant. `direction` is relative to the ways as mapped or to
    the line as given.
    """

    way_ids: tuple[int, ...] = ()
    line: tuple[Point, ...] = ()
    area: tuple[Point, ...] = ()
    point: Point | None = None
    heading_deg: float | None = None
    name: str | None = None
    direction: Direction = "both"


def check(ref: RoadRef, bbox: tuple[float, float, float, float]) -> None:
    """Raises `UnknownRoadError` for what no street within `bbox` (west, south, east, north) can be meant by."""
    if ref.name is not None and ref.point is None:
        raise UnknownRoadError(f"{ref.name!r} is many streets' name; send a lon and lat near the one that is meant")
    said = [what for what in ("way_ids", "line", "area", "point") if getattr(ref, what)]
    if len(said) != 1:
        what = " and ".join(said) if said else "none of them"
        raise UnknownRoadError(f"a road is told by one of way_ids, line, area or point; got {what}")
    if ref.direction != "both" and (ref.area or ref.name is not None):
        raise UnknownRoadError("an area and a street by name go both ways; for one direction send way_ids or a line")
    if len(ref.way_ids) > MOST_WAYS:
        raise UnknownRoadError(f"{len(ref.way_ids)} ways at once; send at most {MOST_WAYS}")
    if ref.heading_deg is not None and not (ref.point and -360.0 <= ref.heading_deg <= 360.0):
        raise UnknownRoadError(f"heading {ref.heading_deg} goes with a point and is in degrees from north, 0 to 360")
    if ref.point is not None:
        _check_point(ref.point, bbox)
    _check_points("a line", ref.line, 2, bbox)
    _check_points("an area's ring", ref.area, 3, bbox)


def _check_points(what: str, points: Sequence[Point], least: int, bbox: tuple[float, float, float, float]) -> None:
    if not points:
        return
    if len(points) > MOST_POINTS:
        raise UnknownRoadError(f"{what} of {len(points)} points; send at most {MOST_POINTS}")
    for point in points:
        _check_point(point, bbox)
    if len(set(points)) < least:
        raise UnknownRoadError(f"{what} needs at least {least} different points; got {len(set(points))}")


def _check_point(point: Point, bbox: tuple[float, float, float, float]) -> None:
    lon, lat = point
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise UnknownRoadError(f"({lon}, {lat}) is no place; send numbers, lon and lat in degrees")
    if _is_near(lon, lat, bbox):
        return
    if _is_near(lat, lon, bbox):
        raise UnknownRoadError(f"({lon}, {lat}) has the latitude first; send lon before lat: ({lat}, {lon})")
    west, south, east, north = bbox
    raise UnknownRoadError(
        f"({lon}, {lat}) lies outside the map in use, which ends at lon {west:.3f} to {east:.3f}, "
        f"lat {south:.3f} to {north:.3f}; check the coordinates"
    )


def _is_near(lon: float, lat: float, bbox: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bbox
    return west - _MARGIN_DEG <= lon <= east + _MARGIN_DEG and south - _MARGIN_DEG <= lat <= north + _MARGIN_DEG
