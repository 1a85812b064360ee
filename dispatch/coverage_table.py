"""Travel times from every station to every ward, once at start: what coverage is measured on."""

from __future__ import annotations

import numpy as np

from dispatch.assignment.coverage import Coverage
from dispatch.city_pack import CityPack
from routing.travel_times import TravelTimes


def coverage_table(pack: CityPack, travel: TravelTimes) -> Coverage:
    """
    Wards as zones, weighted as in the pack's demand; a ward is one point inside it.

    The weakness: a large rural ward is not where its point is. Free-flow times.
    """
    weighted = [
        (outline.representative_point(), pack.demand.ward_weight[ward.code])
        for ward, outline in zip(pack.wards, pack.outlines, strict=True)
        if ward.code in pack.demand.ward_weight
    ]
    zones = np.array([(point.x, point.y, weight) for point, weight in weighted])
    stations = np.array([(row.lon, row.lat) for row in pack.stations])
    times = travel.times(stations, zones[:, :2], "ambulance")
    return Coverage(zones=zones, time_from_station=times, station_ids=[row.id for row in pack.stations])
