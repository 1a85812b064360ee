"""What a caller's words and coordinates may mean: complaints and places. Nothing is settled here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from dispatch.city_pack_schema import Complaint
from dispatch.domain.phone import PhoneFix
from dispatch.domain.place import Place
from dispatch.parts import Parts

SUGGESTIONS = 5


def match_complaint(parts: Parts, said: str | None, words: str | None) -> Complaint | None:
    """The gravest complaint behind a code or behind what was said; None when nothing fits."""
    for text in (said, words):
        if text and (found := parts.pack.list_complaints(text)):
            return min(found, key=lambda complaint: complaint.level)
    return None


def find_complaint(parts: Parts, code: str | None) -> Complaint | None:
    """The complaint of a code."""
    return next((one for one in parts.pack.complaints if one.code == code), None)


async def place_at(parts: Parts, lon: float, lat: float, radius_m: float | None = None) -> Place:
    """A point as a place: the point as it was given, with the words of what is nearest. None is refused as too far."""
    near = await asyncio.to_thread(parts.geocoder.reverse, lon, lat)
    return msgspec.structs.replace(near, lon=lon, lat=lat, kind="point", radius_m=radius_m or 0.0, confidence=1.0)


async def suggest_places(
    parts: Parts, words: str | None, point: tuple[float, float] | None, fixes: Sequence[PhoneFix]
) -> list[Place]:
    """Places by the caller's words, those near the given point or else the phone's own first among equals."""
    if not words or not words.strip():
        return []
    near = (fixes[-1].lon, fixes[-1].lat) if point is None and fixes else point
    return await asyncio.to_thread(lambda: parts.geocoder.search(words, near=near, limit=SUGGESTIONS))
