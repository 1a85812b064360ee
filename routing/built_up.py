"""
Which streets lie in built-up areas, where the law's lower limits hold.

The law goes by signs at the edge of town (R.420), which the map does not have. So the streets themselves are counted:
a piece of street is built-up where the square kilometre it lies in and the eight around it hold on average at least
`_DENSE_KM` kilometres of public streets for every square kilometre. A guess, with an edge as blurred as its squares.
"""

from typing import Final

import numpy as np

from routing.graph import EARTH_RADIUS_M, BoolArray, FloatArray, RoadGraph
from routing.roads import CLASS_INDEX, MAIN_CLASSES

# Kilometres of street for every square kilometre (guess). In the 2018 extract District 1 has 13.9, newer districts 8
# to 9 (Bình Tân 9.3, Thủ Đức 8.9, District 12 8.2), the district towns Hóc Môn 5.7, Nhà Bè 5.8 and Củ Chi 2.7; 48 % of
# all streets count as built-up. Beyond, two thirds of the trunk and primary roads have posted limits anyway.
_DENSE_KM: Final = 8.0
_CELL_M: Final = 1000.0
# Streets that count; service roads, alleys and paths are mapped here and there, as somebody had the time.
_STREETS: Final = tuple(range(CLASS_INDEX["road"] + 1))
# A map whose streets are main roads but for less than this share has left its small streets out (guess: they are
# 0.66 of the extract's streets and next to none of the arterial skeleton's).
_LEAST_SMALL: Final = 0.2


def built_up(graph: RoadGraph) -> BoolArray:
    """
    By edge, whether it lies in a built-up area.

    A map of main roads alone cannot tell town from country: all of it counts as built-up, the slower assumption.
    """
    metres = np.where(np.isin(graph.way_class, _STREETS)[graph.edge_way], graph.edge_length_m, 0.0)
    small = metres[(graph.way_class >= len(MAIN_CLASSES))[graph.edge_way]].sum()
    if small < _LEAST_SMALL * metres.sum():
        return np.ones(graph.edges, dtype=np.bool_)
    first, after = graph.geometry_start[:-1], graph.geometry_start[1:]
    one, other = (first + after - 1) // 2, (first + after) // 2
    lon, lat = ((each[one] + each[other]) / 2 for each in (graph.geometry_lon, graph.geometry_lat))
    return np.asarray(_around_km(lon, lat, metres) >= _DENSE_KM)


def _around_km(lon: FloatArray, lat: FloatArray, metres: FloatArray) -> FloatArray:
    """Kilometres of street for every square kilometre around each edge's middle, where all of its length is put."""
    scale = np.radians(1) * EARTH_RADIUS_M / _CELL_M
    column = ((lon - lon.min()) * scale * np.cos(np.radians(lat.mean()))).astype(np.int64) + 1
    row = ((lat - lat.min()) * scale).astype(np.int64) + 1
    shape = (int(row.max()) + 2, int(column.max()) + 2)
    total = np.bincount(row * shape[1] + column, weights=metres, minlength=shape[0] * shape[1]).reshape(shape)
    around = sum(total[row + up, column + right] for up in (-1, 0, 1) for right in (-1, 0, 1))
    return np.asarray(around) / 9 / 1000 / (_CELL_M / 1000) ** 2
