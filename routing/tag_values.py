"""
One tag's text → a number, an access, a direction.

Mappers write what they like (`width=8104`, `width=mã đợt`, `maxspeed=20;10`, `maxheight=default`): what is not clearly
a value that can be meant counts as not said.
"""

import re
from collections.abc import Mapping
from typing import Final

from routing.roads import Access

_SPEED: Final = re.compile(r"^(\d{1,3})(?:\.\d+)?\s*(?:km/?h|kph|kmh)?$")
_METRES: Final = re.compile(r"^(\d{1,2}(?:[.,]\d+)?)\s*m?$")
_TONNES: Final = re.compile(r"^(\d{1,3}(?:[.,]\d+)?)\s*(?:t|tấn)?$")
_WIDTH_IN_NAME: Final = re.compile(r"(?<![\w/.,])(\d(?:[.,]\d)?)\s?m\b")
_KILOGRAMS: Final = re.compile(r"^(\d{3,6})\s*kg$")
_FEET: Final = re.compile(r"^(\d{1,2})'(?:\s*(\d{1,2})\")?$")

ACCESS: Final[Mapping[str, Access]] = {
    "yes": Access.YES,
    "designated": Access.YES,
    "permissive": Access.YES,
    "official": Access.YES,
    "destination": Access.DESTINATION,
    "customers": Access.DESTINATION,
    "delivery": Access.DESTINATION,
    "private": Access.PRIVATE,
    "permit": Access.PRIVATE,
    "residents": Access.PRIVATE,
    "military": Access.PRIVATE,
    "no": Access.NO,
    "emergency": Access.NO,
    "bus": Access.NO,
    "psv": Access.NO,
    "hgv": Access.NO,
    "bicycle": Access.NO,
    "foot": Access.NO,
    "use_sidepath": Access.NO,
    "dismount": Access.NO,
    "forestry": Access.NO,
    "agricultural": Access.NO,
}
# 1 along, -1 against, 0 both. Lists such as `no;yes` (eight ways of the city) are not said.
ONEWAY: Final[Mapping[str, int]] = {
    "yes": 1,
    "true": 1,
    "1": 1,
    "-1": -1,
    "reverse": -1,
    "no": 0,
    "false": 0,
    "0": 0,
    "alternating": 0,
}


def find_access(tags: Mapping[str, str], keys: tuple[str, ...], suffix: str = "") -> Access:
    """What the first of the keys that says something clear says."""
    for key in keys:
        if (found := ACCESS.get(tags.get(key + suffix, ""))) is not None:
            return found
    return Access.DEFAULT


def parse_maxspeed(text: str) -> int:
    """A posted limit in km/h, 0 when there is none that could be meant (5 to 120; the law's highest is 120)."""
    match = _SPEED.match(text.strip().lower())
    speed = int(match.group(1)) if match else 0
    return speed if 5 <= speed <= 120 else 0


def parse_lanes(text: str) -> int:
    """Number of lanes, both directions together; 0 when not said (1 to 12)."""
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= 12 else 0


def parse_width(text: str) -> float:
    """Metres across, 0 when not said (0.5 to 60)."""
    width = _parse_metres(text)
    return width if 0.5 <= width <= 60 else 0.0


def find_width(name: str) -> float:
    """Metres across, as some alleys here carry it in their name ("Hẻm 1237 Hoàng Sa (5m)"); 0 when they do not."""
    match = _WIDTH_IN_NAME.search(name)
    return parse_width(match.group(1)) if match else 0.0


def parse_height(text: str) -> float:
    """Metres of clearance, 0 when not said (1 to 10)."""
    height = _parse_metres(text)
    return height if 1 <= height <= 10 else 0.0


def parse_weight(text: str) -> float:
    """Tonnes a vehicle may weigh, 0 when not said (0.3 to 200)."""
    text = text.strip().lower()
    if match := _KILOGRAMS.match(text):
        weight = int(match.group(1)) / 1000
    else:
        match = _TONNES.match(text)
        weight = float(match.group(1).replace(",", ".")) if match else 0.0
    return weight if 0.3 <= weight <= 200 else 0.0


def least_said(*values: float) -> float:
    """The smallest of the limits that were said; 0 when none was."""
    return min((value for value in values if value > 0), default=0.0)


def _parse_metres(text: str) -> float:
    text = text.strip()
    if match := _FEET.match(text):
        return round(int(match.group(1)) * 0.3048 + int(match.group(2) or 0) * 0.0254, 2)
    match = _METRES.match(text)
    return float(match.group(1).replace(",", ".")) if match else 0.0
