"""
Which strokes of two maps show the same road.

Road maps of different years differ by a few metres where mappers have drawn over newer pictures (the nodes that live on
from 2018 to 2026 moved by 1.7 m in the median, 14 m in the 95th percentile), and a way that was split or joined has
another id: an id that vanished is no road that vanished. So roads are told by place, direction, name and class.
"""

import unicodedata
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.overlay.strokes import Alongside, BoolArray, FloatArray, IntArray, Strokes
from routing.roads import CLASS_INDEX, MAIN_CLASSES, ROAD_CLASSES, Access, Roads

# How far apart two drawings of one road may be, in metres (guesses, tried on the city):
REACH_M: Final = 40.0  # with one id
_SAME_NAME_M: Final = 20.0
_SAME_CLASS_M: Final = 12.0  # main roads of one class, of which at least one has no name
_RENAMED_M: Final = 8.0  # main roads of one class with different names
_WIDENED_M: Final = 10.0  # a street with the same name that lost a direction
_OTHER_M: Final = 6.0
_ESTRANGED_M: Final = 3.0  # another name and another class; and whatever the direction
# A stroke counts as covered, a way as known, when so much of it is.
_SHARE: Final = 0.7
_KNOWN_SHARE: Final = 0.8
_PREFIXES: Final = ("duong ", "pho ", "dai lo ", "quoc lo ", "cau ", "ham ")
_D_STROKE: Final = str.maketrans("đð", "dd")  # mappers write one for the other
_STREETS: Final = CLASS_INDEX["road"]  # the least of the classes that newer maps are sure to show
_FERRY: Final = CLASS_INDEX["ferry"]


class Likeness:
    """Compares ways of two maps, pair by pair; `one` is the map whose strokes are looked at."""

    def __init__(self, one: Roads, other: Roads, other_knows_bridges: bool) -> None:
        self._one, self._other = one, other
        number: dict[str, int] = {}
        self._names = [_name_numbers(roads, number) for roads in (one, other)]
        self._levels = other_knows_bridges

    def same_id(self, way: IntArray, other: IntArray) -> BoolArray:
        """Whether they have one OSM id."""
        return np.asarray(self._one.way_id[way] == self._other.way_id[other])

    def same_name(self, way: IntArray, other: IntArray) -> BoolArray:
        """Whether both have a name and it is one."""
        name = self._names[0][way]
        return np.asarray((name == self._names[1][other]) & (name > 0))

    def reach_m(self, way: IntArray, other: IntArray) -> FloatArray:
        """How far apart the two may run and still be one road; negative when they cannot be."""
        one, two = self._one.way_class[way], self._other.way_class[other]
        name, other_name = self._names[0][way], self._names[1][other]
        same_class = _FAMILY[one] == _FAMILY[two]
        same_name = self.same_name(way, other)
        named = (name > 0) & (other_name > 0)
        reach = np.full(len(way), _OTHER_M)
        main = same_class & (one < len(MAIN_CLASSES))
        reach[main] = np.where(named[main], _RENAMED_M, _SAME_CLASS_M)
        reach[~same_class & named & ~same_name] = _ESTRANGED_M
        reach[same_name] = _SAME_NAME_M
        cars, other_cars = (roads.access_car == Access.NO for roads in (self._one, self._other))
        apart = (cars[way] != other_cars[other]) | (one > _STREETS) | (two > _STREETS)
        if self._levels:  # a flyover along a street is not that street
            level, other_level = (roads.bridge | roads.tunnel for roads in (self._one, self._other))
            apart |= other_level[other] & ~level[way]
        reach[apart] = -1.0
        reach[self.same_id(way, other)] = REACH_M
        reach[(one == _FERRY) | (two == _FERRY)] = -1.0
        return reach


def _name_numbers(roads: Roads, number: dict[str, int]) -> IntArray:
    """Names as numbers shared by both maps, without accents and the words for "street"; 0 is no name."""
    numbers = []
    for name in roads.names:
        letters = unicodedata.normalize("NFD", name.casefold().translate(_D_STROKE))
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
        for prefix in _PREFIXES:
            plain = plain.removeprefix(prefix)
        numbers.append(number.setdefault(plain, len(number) + 1) if plain else 0)
    return np.array(numbers, dtype=np.int64)[roads.way_name]


def _family(index: int) -> int:
    """A link is of its road's family; small streets are one family, service roads another."""
    if index < len(MAIN_CLASSES):
        return index // 2
    return 10 if index <= _STREETS else 11


_FAMILY: Final = np.array([_family(index) for index in range(len(ROAD_CLASSES))])


def open_along(oneway: NDArray[np.int8], same: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Whether a stroke with that one-way sign lets drive forward and backward as another, drawn the same way or not."""
    turned = np.where(same, oneway, -oneway)
    return turned >= 0, turned <= 0


def find_covered(
    old: Roads, strokes: Strokes, new: Roads, new_strokes: Strokes, near: Alongside, likeness: Likeness
) -> tuple[BoolArray, IntArray, IntArray]:
    """
    Which old strokes are shown by newer ways, in every direction in which they may be driven.

    A street that was one line and is two carriageways now is covered by both together. Within `_ESTRANGED_M`, or with
    one id, the direction may have changed; within `_WIDENED_M` a street of the same name may have become one-way.
    Also gives the pairs (old stroke, new way) behind it.
    """
    way, other = strokes.way[near.stroke], new_strokes.way[near.other]
    fits = near.distance_m <= likeness.reach_m(way, other)
    forward, backward = open_along(new.oneway[other], near.same)
    shared = [near.share(fits & direction) >= _SHARE for direction in (forward, backward)]
    oneway = old.oneway[strokes.way]
    both = np.where(oneway >= 0, shared[0], True) & np.where(oneway <= 0, shared[1], True)
    narrowed = likeness.same_name(way, other) & (near.distance_m <= _WIDENED_M) & (old.oneway[way] == 0)
    on_it = fits & ((near.distance_m <= _ESTRANGED_M) | likeness.same_id(way, other) | narrowed)
    covered = both | (near.share(on_it) >= _SHARE)
    pairs = np.unique(np.column_stack([near.stroke[fits], other[fits]]), axis=0)
    return covered, pairs[:, 0], pairs[:, 1]


def find_known(
    new: Roads, strokes: Strokes, old: Roads, old_strokes: Strokes, near: Alongside, likeness: Likeness
) -> tuple[BoolArray, IntArray, IntArray]:
    """
    Which newer ways the older map already shows, with the same directions.

    Also gives the pairs (newer way, old stroke) behind it: these strokes must stay.
    """
    way, other = strokes.way[near.stroke], old_strokes.way[near.other]
    fits = near.distance_m <= likeness.reach_m(way, other)
    alike = fits & ((new.oneway[way] == 0) == (old.oneway[other] == 0))
    forward, backward = open_along(old.oneway[other], near.same)
    oneway = new.oneway[strokes.way]
    hit = [near.share(alike & direction) * near.points for direction in (forward, backward)]
    missed = [
        np.where(needed, near.points - seen, 0) for needed, seen in zip((oneway >= 0, oneway <= 0), hit, strict=True)
    ]
    points = np.bincount(strokes.way, weights=near.points, minlength=new.ways)
    worst = np.maximum(*(np.bincount(strokes.way, weights=part, minlength=new.ways) for part in missed))
    known = (points > 0) & (worst <= (1 - _KNOWN_SHARE) * points)
    along = np.where(oneway[near.stroke] >= 0, forward, backward) | (oneway[near.stroke] == 0)
    chosen = alike & along & known[way]
    pairs = np.unique(np.column_stack([way[chosen], near.other[chosen]]), axis=0)
    return known, pairs[:, 0], pairs[:, 1]
