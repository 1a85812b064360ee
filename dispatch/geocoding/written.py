"""
Addresses in free words of the map: "386 Lê Trọng Tấn" in a bus stop's note, "cà phê 55 đặng văn ngữ" as a shop's name.

Each tells where a number is. The words after the number may say more than the street ("… p10 phú nhuận"): how many
of them are the street is told by the streets nearby. "Ngã 4 Hàng Xanh" and "Trường cấp 1 …" hold no house number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dispatch.text import fold

_ADDRESS = re.compile(
    r"(?:^|[\s,(:–-])(\d+[A-Za-z]{0,2}(?:/\d+[A-Za-z]{0,2})*)(?: ?[-–&] ?\d+[A-Za-z]{0,2})*,?\s+"
    r"(3/2|30/4|3 [Tt]háng 2|30 [Tt]háng 4|[^\W\d][^\d,(]*)"
)
# The number after these is no house's (folded).
_NO_HOUSE = frozenset((
    "nga", "ngo", "cap", "phuong", "quan", "q", "p", "lo", "tang", "lau", "km", "doi", "to", "khu", "ap", "kp", "cum",
    "co", "so", "cs", "xe", "bus", "tuyen", "cho", "nhanh", "trai", "kho", "block", "cong", "luong", "duong",
))  # fmt: skip
MOST_WORDS = 5


def addresses_in(text: str) -> Iterator[tuple[str, str]]:
    """Numbers with the words after them, "3-5" as 3; nothing where the number is that of a ward, a school or a gate."""
    for found in _ADDRESS.finditer(text):
        before = fold(text[: found.start(1)]).split()
        if (
            before
            and before[-1] in _NO_HOUSE
            and before[-2:] not in (["dien", "so"], ["nha", "so"])
            and before != ["so"]
        ):
            continue
        yield found[1].lower(), " ".join(found[2].split()[:MOST_WORDS]).strip(" -–")


def street_of(words: str, is_street: Callable[[str], bool]) -> str | None:
    """The longest beginning of the words that is a street."""
    cut = words.split()
    tries = (" ".join(cut[:length]) for length in range(len(cut), 0, -1))
    return next((street for street in tries if is_street(street)), None)
