"""A place as the desk knows it: a point, how sure we are of it, and its names."""

from __future__ import annotations

from typing import Literal

import msgspec

PlaceKind = Literal["address", "alley", "street", "intersection", "poi", "ward", "point"]


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    Where something is: WGS 84 degrees, metres, a confidence from 0 to 1.

    `radius_m` is the radius within which we expect the true place; `confidence` is how likely the words
    mean this place rather than another. `settled` is true only once the address was read back to the caller:
    no confidence of the geocoder settles it.
    """

    lon: float
    lat: float
    kind: PlaceKind
    label: str
    label_en: str | None = None
    radius_m: float = 0.0
    confidence: float = 1.0
    new_ward: str | None = None
    old_ward: str | None = None
    old_district: str | None = None
    understood: dict[str, str] = {}
    settled: bool = False
