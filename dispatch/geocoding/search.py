"""The geocoder: a caller's words → places ranked with confidence and radius; a point → words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import structs

from dispatch.domain.place import Place
from dispatch.geocoding.address import read_address
from dispatch.geocoding.candidates import candidates_of
from dispatch.geocoding.city_names import CityNames
from dispatch.geocoding.evidence import Candidate, WardAt, weigh, weigh_distance
from dispatch.geocoding.geometry import Floats, from_plane, is_on_earth, to_plane
from dispatch.geocoding.left_out import LeftOut, doubt_left_out, named_in, unread_in
from dispatch.geocoding.reading import Address
from dispatch.geocoding.reverse import describe
from dispatch.geocoding.settle import question
from dispatch.geocoding.tables import NO_ZONE
from dispatch.geocoding.words import abbreviations

# Candidates this near each other say the same place.
SAME_PLACE_M = 150.0
# A candidate whose score is this much lower is no rival to the best (guess).
RIVAL_WINDOW = 0.10
# Places looked at to see what would tell them apart, whatever the limit.
LOOKED_AT = 5
# "gần", "đối diện": the caller is beside it, this far (guess).
BESIDE_M = {"gan": 200.0, "doi dien": 60.0, "d/d": 60.0}
BESIDE_DEFAULT_M = 80.0


# Another city: no point of ours, and never enough to open an incident by itself (guesses).
OUTSIDE_CONFIDENCE, OUTSIDE_RADIUS_M = 0.25, 20_000.0
VAGUE, VAGUE_M = 0.79, 1000.0
"""
A ward or a long road may be known for sure and still be no place to send a unit to: beyond this radius in metres the
confidence stays below 0.8, so that a person asks on before an incident opens (guess).
"""


class Geocoder:
    """Searches one city's gazetteer. `ward_at` gives the new ward (since July 2025) of a point, if it is known."""

    def __init__(self, city: CityNames, ward_at: WardAt | None = None) -> None:
        self._city = city
        self._ward_at = ward_at

    @classmethod
    def load(cls, folder: Path, ward_at: WardAt | None = None) -> Geocoder:
        """Read what `build_gazetteer` wrote into `folder`; about a second."""
        return cls(CityNames.read(folder), ward_at)

    def search(self, q: str, *, near: tuple[float, float] | None = None, limit: int = 5) -> list[Place]:
        """
        Places the words may mean, likeliest first; nothing when no name fits.

        `near` is where the caller's phone says it is (lon, lat): it moves likelier places up and hides none.
        A confidence of 0.8 or more is given only to one place that no other rivals; below it `understood` says what
        to ask the caller. A name may be typed in part: the rest is guessed.
        """
        point = _plane_point(near)
        found: list[tuple[Candidate, Address]] = []
        named: dict[str, LeftOut] = {}
        readings = read_address(q)
        for reading in readings:
            candidates, area = candidates_of(self._city, reading)
            unread = unread_in(reading) if candidates else ""
            if unread and unread not in named:
                named[unread] = named_in(self._city, unread)
            for candidate in candidates:
                weigh(self._city, candidate, area)
                if unread:
                    doubt_left_out(self._city, candidate, named[unread])
                if point is not None:
                    weigh_distance(candidate, point)
                found.append((candidate, reading))
        found.sort(key=lambda pair: (-pair[0].rank, pair[0].radius_m, pair[0].label))
        apart = _apart(found)
        places = [self._place(*pair, _confidence(apart, pair)) for pair in apart[: max(limit, LOOKED_AT)]]
        places = [*_outside(readings), *places]
        asked = question(places)
        return [structs.replace(one, understood=one.understood | asked) for one in places[: max(0, limit)]]

    def reverse(self, lon: float, lat: float) -> Place:
        """What is at a point, in words; far from everything it says the coordinates."""
        return describe(self._city, lon, lat, self._ward_at)

    def _place(self, candidate: Candidate, reading: Address, confidence: float) -> Place:
        lon, lat = (round(float(number), 6) for number in from_plane(candidate.point.reshape(1, 2))[0])
        zone = self._city.zones[candidate.zone] if candidate.zone != NO_ZONE else None
        understood = dict(candidate.understood)
        radius_m = candidate.radius_m
        if reading.relation is not None:
            understood["relation"] = reading.relation
            radius_m += BESIDE_M.get(reading.relation, BESIDE_DEFAULT_M)
        radius_m += reading.away_m
        if reading.elsewhere is not None:
            understood["elsewhere"] = reading.elsewhere
        if reading.within is not None:
            understood["within"] = reading.within
        return Place(
            lon=lon,
            lat=lat,
            kind=candidate.kind,
            label=candidate.label,
            radius_m=round(radius_m, 1),
            confidence=confidence,
            new_ward=self._ward_at(lon, lat) if self._ward_at else None,
            old_ward=zone.name if zone else None,
            old_district=zone.district if zone else None,
            understood=understood,
        )


def _outside(readings: Sequence[Address]) -> list[Place]:
    """The other city that was named, as far as we know it: that the call is not for here is understood, not settled."""
    name = next((reading.elsewhere for reading in readings if reading.elsewhere), None)
    if name is None or name not in abbreviations().centres:
        return []
    lon, lat = abbreviations().centres[name]
    label = f"{name} (ngoài thành phố)"
    return [
        Place(lon=lon, lat=lat, kind="ward", label=label, radius_m=OUTSIDE_RADIUS_M, confidence=OUTSIDE_CONFIDENCE,
              understood={"elsewhere": name})
    ]  # fmt: skip


def _plane_point(near: tuple[float, float] | None) -> Floats | None:
    if near is None or not is_on_earth(*near):
        return None
    return to_plane(np.array([near[0]]), np.array([near[1]])).reshape(2)


def _apart(found: list[tuple[Candidate, Address]]) -> list[tuple[Candidate, Address]]:
    """The best of each group that says the same place; a street swallows its own worse spelling."""
    kept: list[tuple[Candidate, Address]] = []
    for candidate, reading in found[:80]:
        same = any(np.hypot(*(candidate.point - other.point)) < SAME_PLACE_M for other, _ in kept)
        if not same:
            kept.append((candidate, reading))
    return kept


def _confidence(apart: list[tuple[Candidate, Address]], pair: tuple[Candidate, Address]) -> float:
    """How likely the words mean this place rather than another."""
    candidate, reading = pair
    rivals = 0.0
    for other, _ in apart:
        covered = np.hypot(*(candidate.point - other.point)) <= candidate.radius_m
        if other is not candidate and not (covered and other.rank <= candidate.rank):
            rivals += min(3.0, max(0.0, 1 - (candidate.rank - other.rank) / RIVAL_WINDOW))
    quality = max(0.0, min(1.0, candidate.score)) ** 1.5 * 0.95 * candidate.certainty
    quality *= 1 + 0.02 * candidate.agrees
    if reading.relation == "gan":
        quality *= 0.95
    if reading.relation is not None and candidate.kind == "street":
        quality = min(quality, VAGUE)
    if reading.away_m > BESIDE_DEFAULT_M:
        quality = min(quality, VAGUE)
    if reading.elsewhere is not None:
        quality *= 0.2
    sure = float(min(quality, candidate.most_confidence) / (1 + rivals))
    return round(min(sure, VAGUE) if candidate.radius_m > VAGUE_M else sure, 3)
