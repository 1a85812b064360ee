"""HTTP for places: words → places, a point → words. What is asked for is never logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.params import Depends as DependsMark
from pydantic import BaseModel

from dispatch.domain.place import Place, PlaceKind
from dispatch.geocoding.search import Geocoder

Lon = Annotated[float, Query(ge=-180, le=180, description="WGS 84 degrees east")]
Lat = Annotated[float, Query(ge=-90, le=90, description="WGS 84 degrees north")]


class PlaceAnswer(BaseModel):
    """A place the words may mean; `radius_m` metres hold it with nine chances in ten, `confidence` is from 0 to 1."""

    lon: float
    lat: float
    kind: PlaceKind
    label: str
    radius_m: float
    confidence: float
    new_ward: str | None = None
    old_ward: str | None = None
    old_district: str | None = None
    understood: dict[str, str]


class GeocodeAnswer(BaseModel):
    """Likeliest first; empty when no name fits. `query` is what was asked, unchanged."""

    query: str
    places: list[PlaceAnswer]


def geocoding_router(get_geocoder: Callable[[Request], Geocoder], guard: Any) -> APIRouter:
    """The two routes; `guard` (a dependency, marked or bare) decides who may ask."""
    door = guard if isinstance(guard, DependsMark) else Depends(guard)
    router = APIRouter(prefix="/api/v1", tags=["places"], dependencies=[door])

    @router.get("/geocode")
    def geocode(
        request: Request,
        q: Annotated[str, Query(description="The caller's own words")],
        lon: Annotated[float | None, Query(ge=-180, le=180, description="Where the caller's phone says it is")] = None,
        lat: Annotated[float | None, Query(ge=-90, le=90)] = None,
        limit: Annotated[int, Query(ge=1, le=50)] = 5,
    ) -> GeocodeAnswer:
        """Places the words may mean, likeliest first. A place near `lon`, `lat` moves up; none is hidden."""
        near = (lon, lat) if lon is not None and lat is not None else None
        found = get_geocoder(request).search(q, near=near, limit=limit)
        return GeocodeAnswer(query=q, places=[_answer(place) for place in found])

    @router.get("/reverse")
    def reverse(request: Request, lon: Lon, lat: Lat) -> PlaceAnswer:
        """What lies at a point, in words; `radius_m` is the distance to it. No point is refused."""
        return _answer(get_geocoder(request).reverse(lon, lat))

    return router


def _answer(place: Place) -> PlaceAnswer:
    facts = msgspec.structs.asdict(place)
    return PlaceAnswer(**{name: facts[name] for name in PlaceAnswer.model_fields})
