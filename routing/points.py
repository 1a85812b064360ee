"""
Points as people give them: checked, snapped once and asked for often, and what was assumed of each.

Coordinates are (lon, lat) in degrees, WGS 84. A row that is no place on earth is named with what is wrong with it; the
other rows are answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from routing.graph import FloatArray
from routing.snap import Places

OnBad = Literal["raise", "nan"]
# So many bad rows are named in a message, the others counted.
_NAMED: Final = 5


class PointKind(StrEnum):
    """What was made of a point."""

    ON_ROAD = "on_road"
    OFF_ROAD = "off_road"
    NOT_FOR_PROFILE = "not_for_profile"
    ISOLATED_STREET = "isolated_street"
    ISLAND = "island"
    FAR = "far"
    OUTSIDE = "outside"
    SWAPPED = "swapped"
    OFF_GLOBE = "off_globe"
    NOT_NUMBERS = "not_numbers"
    BEYOND_RADIUS = "beyond_radius"


# Kinds of points that are not answered for.
REFUSED: Final = frozenset({PointKind.SWAPPED, PointKind.OFF_GLOBE, PointKind.NOT_NUMBERS, PointKind.BEYOND_RADIUS})

_TEXTS: Final[dict[PointKind, tuple[str, str]]] = {
    PointKind.ON_ROAD: ("trên đường, cách tim đường {m} m", "on the road, {m} m from its middle"),
    PointKind.OFF_ROAD: (
        "cách đường gần nhất {m} m: đoạn này ước lượng theo đường chim bay",
        "{m} m from the nearest road: that stretch is estimated as a straight line",
    ),
    PointKind.NOT_FOR_PROFILE: (
        "gần nhất là đường mà loại xe này không vào được; đường xe vào được cách {m} m",
        "the nearest street is closed to this kind of vehicle; the nearest open one is {m} m away",
    ),
    PointKind.ISOLATED_STREET: (
        "trên đoạn đường không nối với mạng đường; đường nối được cách {m} m, đoạn này ước lượng theo đường chim bay",
        "on a street joined to no network; the nearest joined one is {m} m away: that stretch is estimated",
    ),
    PointKind.ISLAND: (
        "thuộc mạng đường riêng, không có đường nối với mạng chính (đảo)",
        "on a network of its own that no road joins to the main one (an island)",
    ),
    PointKind.FAR: (
        "không có đường nào trong 5 km (biển, rừng): thời gian ước lượng theo đường chim bay",
        "no road within 5 km (sea or forest): times are estimated as a straight line",
    ),
    PointKind.OUTSIDE: (
        "ngoài vùng bản đồ (tỉnh khác): thời gian ước lượng theo đường chim bay",
        "outside the map (another province): times are estimated as a straight line",
    ),
    PointKind.SWAPPED: (
        "có vẻ đã đảo vĩ độ và kinh độ; hãy ghi kinh độ trước",
        "looks like lat, lon; give lon first",
    ),
    PointKind.OFF_GLOBE: (
        "không có trên trái đất: kinh độ trong ±180, vĩ độ trong ±90",
        "is nowhere on earth: lon lies within ±180, lat within ±90",
    ),
    PointKind.NOT_NUMBERS: ("không phải là số", "is no pair of numbers"),
    PointKind.BEYOND_RADIUS: (
        "đường gần nhất cách {m} m, xa hơn bán kính cho phép",
        "the nearest road is {m} m away, beyond the radius asked for",
    ),
}


class PointNote(NamedTuple):
    """
    What was assumed of one point.

    `distance_m` is from the point to the street that stands for it, infinite where there is none. `refused` points are
    not answered for; `estimated` ones have a straight line in their journeys.
    """

    kind: PointKind
    distance_m: float

    @property
    def refused(self) -> bool:
        """Whether no journey from or to it was looked for."""
        return self.kind in REFUSED

    def text(self, language: Literal["vi", "en"] = "en") -> str:
        """For a person."""
        texts = _TEXTS[self.kind]
        metres = f"{self.distance_m:.0f}" if np.isfinite(self.distance_m) else "?"
        return texts[0 if language == "vi" else 1].format(m=metres)


@dataclass(frozen=True)
class Snapped:
    """
    Points on the streets of one profile: snap once, ask often.

    `asked` rows were given; those in `refused` (by row, with the reason) are not answered for. `points` (lon, lat) and
    `places` have a row for each of the others, in order.
    """

    profile: str
    points: FloatArray
    places: Places
    asked: int
    refused: Mapping[int, PointNote]

    def __len__(self) -> int:
        return self.asked

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The rows that are answered for."""
        return np.delete(np.arange(self.asked), list(self.refused))


def spread_out(answers: NDArray[Any], origins: Snapped, destinations: Snapped, blank: float | bool) -> NDArray[Any]:
    """(n, m) answers for the rows that are answered for → one for every row asked for, `blank` for the refused."""
    if not (origins.refused or destinations.refused):
        return answers
    out = np.full((origins.asked, destinations.asked), blank, dtype=answers.dtype)
    out[np.ix_(origins.rows, destinations.rows)] = answers
    return out


def as_points(points: ArrayLike) -> FloatArray:
    """(n, 2) lon, lat in degrees; raises `ValueError` on another shape, and naming the rows that are no place."""
    array = _as_rows(points)
    if not _all_good(array):
        raise ValueError(_describe(array, find_bad(array)))
    return array


def split_points(points: ArrayLike, on_bad: OnBad) -> tuple[FloatArray, dict[int, PointNote]]:
    """All rows, and what is wrong with those that are no place; raises as `as_points` unless `on_bad` says "nan"."""
    if on_bad == "raise":
        return as_points(points), {}
    array = _as_rows(points)
    return array, {} if _all_good(array) else {row: PointNote(kind, np.inf) for row, kind in find_bad(array).items()}


def as_one(point: Sequence[float] | Snapped) -> ArrayLike | Snapped:
    """A single point as rows; raises `ValueError` for none and for several."""
    if isinstance(point, Snapped):
        if len(point) != 1:
            raise ValueError(f"one place is asked about here; got {len(point)} snapped ones")
        return point
    if np.size(point) != 2:
        raise ValueError(f"one place is lon, lat; got {point!r}")
    return [point]


def as_column(values: ArrayLike, rows: int, name: str) -> FloatArray:
    """One number a row, or one for all of them."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape not in ((), (rows,)):
        raise ValueError(f"{name} must be one number for each of {rows} points; got an array of shape {array.shape}")
    return np.broadcast_to(array, (rows,))


def find_bad(array: FloatArray) -> dict[int, PointKind]:
    """Rows that are no place on earth, and why not."""
    bad = {}
    for row in np.flatnonzero(~np.isfinite(array).all(axis=1) | (np.abs(array) > (180.0, 90.0)).any(axis=1)).tolist():
        lon, lat = array[row].tolist()
        if not (np.isfinite(lon) and np.isfinite(lat)):
            bad[row] = PointKind.NOT_NUMBERS
        else:
            bad[row] = PointKind.SWAPPED if abs(lon) <= 90 < abs(lat) <= 180 else PointKind.OFF_GLOBE
    return bad


def _as_rows(points: ArrayLike) -> FloatArray:
    array = np.asarray(points, dtype=np.float64)
    if array.size == 0:
        return np.zeros((0, 2))
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"points must be rows of lon, lat; got an array of shape {array.shape}")
    return array


def _all_good(array: FloatArray) -> bool:
    """Whether every row is a place on earth; what is no number compares false."""
    return bool((np.abs(array) <= (180.0, 90.0)).all())


def _describe(array: FloatArray, bad: dict[int, PointKind]) -> str:
    named = []
    for row, kind in list(bad.items())[:_NAMED]:
        lon, lat = array[row].tolist()
        named.append(f"row {row} ({lon:g}, {lat:g}) {PointNote(kind, np.inf).text()}")
    more = f"; and {len(bad) - _NAMED} more rows" if len(bad) > _NAMED else ""
    return f"points must be lon, lat in degrees: {'; '.join(named)}{more}"
