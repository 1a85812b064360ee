"""What one question to the caller would tell the places of an answer apart."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.domain.place import Place
from dispatch.geocoding.thing_candidates import ESTIMATED_POINT

# From here on a place is sure enough to be no question (an incident opens by itself).
SURE = 0.8
# Places this much less likely than the first are not asked about (guess).
RIVAL_SHARE = 0.25
MOST_NAMED = 6


def question(places: Sequence[Place]) -> dict[str, str]:
    """
    `ask`: district, ward, or house_number; `choices`: what the places differ in, the likeliest first.

    Empty when the first place is sure, or when nothing here would settle it.
    """
    if not places or places[0].confidence >= SURE:
        return {}
    rivals = [place for place in places if place.confidence >= RIVAL_SHARE * places[0].confidence]
    for what, names in (
        ("district", [name for place in rivals for name in _districts(place)]),
        ("ward", [place.old_ward for place in rivals]),
    ):
        different = list(dict.fromkeys(name for name in names if name))
        if len(different) > 1:
            return {"ask": what, "choices": ", ".join(different[:MOST_NAMED])}
    first = places[0]
    if first.understood.get("name", "").endswith(f"({ESTIMATED_POINT})"):
        return {"ask": "house_number"}
    if first.kind in {"street", "alley"}:
        inside = first.label[first.label.find("(") + 1 : -1] if first.label.endswith(")") else ""
        return {"ask": "district", "choices": inside} if "," in inside else {"ask": "house_number"}
    return {}


def _districts(place: Place) -> list[str | None]:
    """Where it lies first, then where else its street runs or a ward of the number is: it may be of any of them."""
    through = ", ".join(place.understood.get(key, "") for key in ("street_in", "ward_in")).split(", ")
    return list(dict.fromkeys([place.old_district, *(name for name in through if name)]))
