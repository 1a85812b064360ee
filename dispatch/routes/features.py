"""Routes and reach as GeoJSON (RFC 7946): degrees to 7 decimals, seconds to 3, metres to 1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import shapely

from routing.eta import Eta
from routing.instructions import Instruction, instructions
from routing.phrases import LANGUAGES
from routing.reach_areas import BESIDE_M, ReachArea
from routing.route import Route

Point = tuple[float, float]


def route_feature(
    route: Route,
    profile: str,
    eta: Eta | None = None,
    destination: Point | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """
    A route as a LineString with its steps.

    One step an instruction, the last for arriving; `low_s` and `high_s` (one journey in ten is sooner, one later) when
    `eta` is given.
    """
    steps = [_step(told) for told in instructions(route, destination)]
    spread = {} if eta is None else {"low_s": round(float(eta.low_s), 3), "high_s": round(float(eta.high_s), 3)}
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [_degrees(point) for point in route.geometry]},
        "properties": {
            "profile": profile,
            "at": None if at is None else at.isoformat(),
            "time_s": round(route.time_s, 3),
            **spread,
            "distance_m": round(route.distance_m, 1),
            "estimated": route.estimated,
            "flags": sorted({flag for step in steps for flag in step["flags"]}),
            "steps": steps,
        },
    }


def _step(told: Instruction) -> dict[str, Any]:
    return {
        "name": told.name,
        "distance_m": round(told.distance_m, 1),
        "time_s": round(told.time_s, 3),
        "maneuver": told.maneuver,
        "exit": told.exit,
        "flags": list(told.flags),
        "at": _degrees(told.at),
        "instruction": {language: told.text(language) for language in LANGUAGES},
    }


def reach_collection(
    areas: Sequence[ReachArea], place: Point, profile: str, at: datetime | None, *, to: bool
) -> dict[str, Any]:
    """
    Areas as MultiPolygons, in the order given; what they share stands beside them.

    For msgspec's encoder: the shapes, which may have 50,000 corners, are written as JSON already.
    """
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": msgspec.Raw(shapely.to_geojson(area.shape).encode()),
                "properties": {"minutes": area.minutes, "street_m": round(area.street_m, 1)},
            }
            for area in areas
        ],
        "profile": profile,
        "place": _degrees(place),
        "to": to,
        "at": None if at is None else at.isoformat(),
        "beside_m": BESIDE_M,
    }


def _degrees(point: Point) -> list[float]:
    return [round(point[0], 7), round(point[1], 7)]
