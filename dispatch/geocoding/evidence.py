"""What the words say about ward and district, held against where a candidate lies: evidence, never a filter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dispatch.domain.place import PlaceKind
from dispatch.geocoding.city_names import BESIDE_BORDER_M, CityNames
from dispatch.geocoding.geometry import Floats
from dispatch.geocoding.reading import Address
from dispatch.geocoding.tables import NO_ZONE
from dispatch.geocoding.words import canonical

WardAt = Callable[[float, float], str | None]

# Weights on a score from 0 to 1; guesses, tuned on the labelled queries.
DISTRICT_AGREES, DISTRICT_DIFFERS = 0.06, -0.25
WARD_AGREES, WARD_DIFFERS = 0.08, -0.15
STREET_AGREES = 0.06
NEAR_BONUS, NEAR_SCALE_M = 0.12, 2_000.0


@dataclass(slots=True)
class Candidate:
    """
    A place the words may mean: a point on the plane, how well the name fits, and what was understood.

    `certainty` lowers the confidence in the point, `fit` the rank among others: a number need not be on this street.
    """

    point: Floats
    radius_m: float
    kind: PlaceKind
    label: str
    score: float
    zone: int = NO_ZONE
    most_confidence: float = 0.97
    certainty: float = 1.0
    fit: float = 1.0
    prior: float = 0.0
    understood: dict[str, str] = field(default_factory=dict)
    agrees: int = 0
    differs: int = 0

    @property
    def rank(self) -> float:
        """What candidates are ordered by; `prior` counts here and not in the confidence."""
        return (self.score + self.prior) * self.fit


@dataclass(frozen=True, slots=True)
class Area:
    """The wards and district a reading names, as rows of the zones; empty sets when it names none."""

    district: str | None
    ward_key: str | None
    old_wards: frozenset[int]
    new_wards: frozenset[int]

    @property
    def is_empty(self) -> bool:
        return self.district is None and self.ward_key is None


def area_of(city: CityNames, reading: Address) -> Area:
    """Look the named ward up among old and new ones; a name without "phường" counts when it is a ward's name."""
    ward = reading.ward
    if ward is None and (len(reading.names) + bool(reading.street)) > 1:
        ward = next((name for name in reading.names[1 if not reading.street else 0 :] if _rows(city, name)), None)
    rows = _rows(city, ward, is_alike=True) if ward else []
    return Area(
        reading.district,
        canonical(ward) if ward else None,
        frozenset(row for row in rows if city.zones[row].level == "old_ward"),
        frozenset(row for row in rows if city.zones[row].level == "new_ward"),
    )


def _rows(city: CityNames, ward: str, *, is_alike: bool = False) -> list[int]:
    key = canonical(ward)
    return city.wards_like(key) if is_alike else city.wards_by_key.get(key, [])


def weigh(city: CityNames, candidate: Candidate, area: Area) -> None:
    """Add the weight of ward and district to a candidate's score and to its counts of agreement."""
    if area.district is not None:
        agrees = city.is_in(city.wards_meant(area.district), candidate.zone, candidate.point)
        _count(candidate, agrees, DISTRICT_AGREES, DISTRICT_DIFFERS)
        candidate.understood["district"] = area.district
    if area.ward_key is not None and (area.old_wards or area.new_wards):
        agrees = city.is_in(area.old_wards, candidate.zone, candidate.point) or any(
            _inside(city, row, candidate.point) for row in area.new_wards
        )
        _count(candidate, agrees, WARD_AGREES, WARD_DIFFERS)
        candidate.understood["ward"] = _ward_name(city, area, candidate)


def _count(candidate: Candidate, agrees: bool, plus: float, minus: float) -> None:
    candidate.score += plus if agrees else minus
    if agrees:
        candidate.agrees += 1
    else:
        candidate.differs += 1


def _inside(city: CityNames, row: int, point: Floats) -> bool:
    return bool(city.zone_gap_m((row,), point.reshape(1, 2))[0] <= BESIDE_BORDER_M)


def _ward_name(city: CityNames, area: Area, candidate: Candidate) -> str:
    rows = area.old_wards | area.new_wards
    row = candidate.zone if candidate.zone in rows else min(rows)
    return city.zones[row].name


def weigh_distance(candidate: Candidate, near: Floats) -> None:
    """A place near the caller's phone is likelier."""
    gap_m = float(np.hypot(*(candidate.point - near)))
    candidate.score += NEAR_BONUS * float(np.exp(-gap_m / NEAR_SCALE_M))


def zone_label(city: CityNames, zone: int) -> str:
    """ "Phường 13, Quận 3", or nothing outside the old city."""
    if zone == NO_ZONE:
        return ""
    ward = city.zones[zone]
    return ", ".join(part for part in (ward.name, ward.district) if part)
