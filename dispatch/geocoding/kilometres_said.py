"""A kilometre post in a caller's words."""

from __future__ import annotations

import re

_SAID = re.compile(
    r"(?i)(?:\b(?:cột mốc|cot moc|cột|cot|trụ|mốc|moc)\s+)?\b(?:km|cây số|cay so|ki lô mét|ki lo met)"
    r"(?:\s+số)?\s*(\d{1,4})(?:\s*\+\s*(\d{1,3})|[.,](\d{1,3}))?(?![\d/])"
)
# "Cách đây 2 km 12 Nguyễn Trãi": a distance, then a house.
_DISTANCE = re.compile(r"(?i)\b(?:cách|cach|khoảng|hơn)\b[^,]*\d\s$")


def take_kilometre(text: str) -> tuple[str, float | None]:
    """The text without its first kilometre post, and that kilometre: "km 1905+300" is 1905.3."""
    found = _SAID.search(text)
    if found is None or _DISTANCE.search(text[: found.start()]):
        return text, None
    whole, metres, decimals = found.groups()
    km = float(whole) + (int(metres) / 1000 if metres else 0.0) + (float(f"0.{decimals}") if decimals else 0.0)
    return f"{text[: found.start()]} {text[found.end() :]}", km
