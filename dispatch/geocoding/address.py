"""
What a caller's words say about the place: number, street, crossing, ward, district. Pure; never raises on any text.

Words are folded first, so accents may be missing. Where two readings are possible ("chợ Tân Bình" is a market, or a
market in Tân Bình) both are given. Grammar by hand from how addresses are said in the city; no training.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dispatch.geocoding.areas_said import areas_of, like_a_district, without_trailing_district
from dispatch.geocoding.crossings import crossing_of, names_of
from dispatch.geocoding.everyday import metres_said
from dispatch.geocoding.kilometres_said import take_kilometre
from dispatch.geocoding.reading import Address
from dispatch.geocoding.tokens import BREAK, ROAD_WORDS, Token, tokens_of
from dispatch.geocoding.wordings import LONGEST_QUERY, wordings_of
from dispatch.geocoding.words import ALLEY_WORDS, MONTHS, abbreviations

LONGEST_NAME = 8
_NUMBER = re.compile(r"^[a-z]?\d{1,5}[a-z]{0,2}\d{0,2}(/[a-z]{0,2}\d{0,5}[a-z]{0,2}){0,8}$|^\d+[a-z]?-\d+[a-z]?$")
_LETTERED = re.compile(r"^[a-z]\d{1,2}$")
_NEAR: tuple[tuple[str, ...], ...] = (
    ("doi", "dien", "cong"), ("cheo", "doi", "dien"), ("doi", "dien"), ("d/d",), ("truoc", "cong"), ("truoc", "mat"),
    ("truoc", "cua"), ("ngay", "truoc"), ("ngay", "cong"), ("ngay", "sau"), ("ben", "canh"), ("ben", "hong"),
    ("ke", "ben"), ("sat", "ben"), ("sau", "lung"), ("phia", "sau"), ("phia", "truoc"), ("duoi", "chan"),
    ("cach",), ("gan",), ("truoc",),
)  # fmt: skip
# Words that are parts of names without their accents ("Nguyễn Hữu Cảnh"): as written here, or first of all words.
_NEAR_AS_WRITTEN = {
    "cạnh": "canh", "kế": "ke", "sát": "sat", "ngay": "ngay", "đầu": "dau", "cuối": "cuoi", "chân": "chan",
    "dốc": "doc", "dưới": "duoi", "hông": "hong", "cổng": "cong"
}  # fmt: skip


def read_address(query: str) -> tuple[Address, ...]:
    """All readings of a query, the likeliest first; at least one, possibly empty."""
    rest, kilometre = take_kilometre(query[:LONGEST_QUERY])
    readings: dict[Address, str] = {}
    for wording, left_out in wordings_of(rest).items():
        for reading in _read(wording):
            readings.setdefault(reading, left_out)  # whole wordings come first
    away_m = metres_said(rest)
    return tuple(
        replace(reading, kilometre=kilometre, away_m=away_m, left_out=left_out)
        for reading, left_out in readings.items()
    )


def _read(text: str) -> tuple[Address, ...]:
    tokens, found = areas_of(tokens_of(text))
    crossing = crossing_of(tokens)
    if crossing is not None:
        return _at_crossing(crossing, found)
    reading = _segments(tokens, found)
    whole = (*_whole_name(text, reading), *_named_like_a_number(reading))
    shorter = without_trailing_district(reading)
    if shorter is None:
        return (reading, *whole)
    return (shorter, *whole) if len(shorter.names) < len(reading.names) else (reading, shorter, *whole)


def _whole_name(text: str, reading: Address) -> tuple[Address, ...]:
    """All words as one name: "bến xe Quận 8" is no bus station in Quận 8."""
    words = [token.word for token in tokens_of(text) if not token.is_break]
    is_name = 2 <= len(words) <= LONGEST_NAME and not words[0][:1].isdigit() and reading.house_number is None
    return (Address(names=(" ".join(words),)),) if is_name and reading.names != (" ".join(words),) else ()


def _named_like_a_number(reading: Address) -> tuple[Address, ...]:
    """ "D1 Ung Văn Khiêm", "C2 Him Lam", "3/2 Tôn Thất Hiệp": a street or a block of that name rather than a house."""
    if reading.house_number is None or reading.street is None:
        return ()
    without = replace(reading, house_number=None, street=None)
    if reading.house_number in abbreviations().days:
        return (replace(without, crossing=(reading.house_number, reading.street)),)
    if _LETTERED.match(reading.house_number) is None:
        return ()
    return (
        replace(without, crossing=(f"duong {reading.house_number}", reading.street)),
        replace(without, names=(f"{reading.house_number} {reading.street}",)),
    )


def _at_crossing(crossing: tuple[str, str], found: Address) -> tuple[Address, ...]:
    """ "123 Nguyễn Trãi góc Lê Hồng Phong" is a house first, and its corner."""
    number, street, is_alley = _number_and_street(crossing[0].split(" "))
    if number is None or street is None:
        return (replace(found, crossing=crossing),)
    at_house = replace(found, house_number=number, street=street, is_alley=is_alley)
    return at_house, replace(found, crossing=(street, crossing[1]))


def _segments(tokens: Sequence[Token], found: Address) -> Address:
    """Read what areas and crossings left: a number with its street, and names."""
    tokens = [BREAK if token.is_break else token for token in tokens]
    words, relation = _relation(tokens)
    found = replace(found, relation=relation)
    for segment in _cut(words, {token.word for token in tokens if token.raw == "dương"}):
        found = _segment(segment, found)
    return found


def _relation(tokens: Sequence[Token]) -> tuple[list[str], str | None]:
    """The first word that puts the caller beside something; a break takes its place."""
    words = [token.word for token in tokens]
    for place, token in enumerate(tokens):
        for phrase in _NEAR:
            end = place + len(phrase)
            if tuple(words[place:end]) == phrase and end < len(words) and words[end] != ",":
                return [*words[:place], ",", *words[end:]], " ".join(phrase)
        if place + 1 < len(words) and (word := _NEAR_AS_WRITTEN.get(token.raw)) and words[place + 1] != ",":
            return [*words[:place], ",", *words[place + 1 :]], word
        if place == 0 and token.word in {"chan", "dau", "duoi", "cuoi"} and words[1:2] in (["cau"], ["duong"], ["hem"]):
            return words[1:], token.word
    return words, None


def _cut(words: Sequence[str], names: set[str]) -> list[list[str]]:
    """Segments at breaks, and before "đường" and "hẻm" after other words; `names` are words that look like these."""
    segments: list[list[str]] = [[]]
    for place, word in enumerate(words):
        last = segments[-1]
        if word == ",":
            segments.append([])
            continue
        after = words[place + 1] if place + 1 < len(words) else ","
        starts = (word in ROAD_WORDS - names and after not in {",", "vuong"}) or (
            word in ALLEY_WORDS and after[:1].isdigit()
        )
        if starts and last and not (_is_number(last[-1]) or last[-1] in {"goc", "cau", "so", "trong", "con", "mat"}):
            segments.append([])
        segments[-1].append(word)
    return [segment for segment in segments if segment]


def _segment(words: list[str], found: Address) -> Address:
    number, street, is_alley = _number_and_street(words)
    if (found.names or found.street) and found.district is None and (district := like_a_district(words)):
        return replace(found, district=district)
    if number and street and found.street is None:
        return replace(found, house_number=number, street=street, is_alley=is_alley)
    if number and not street and found.house_number is None and found.street is None and not found.names:
        return replace(found, house_number=number, is_alley=is_alley)
    if street and found.street is None and (found.house_number or words[0] in ROAD_WORDS):
        return replace(found, street=street)
    text = street or " ".join(words)
    return replace(found, names=(*found.names, text)[:4])


def _number_and_street(words: list[str]) -> tuple[str | None, str | None, bool]:
    """ "so 12 duong so 10" → ("12", "duong so 10"); "hem 51 thanh thai" → ("51", "thanh thai", alley)."""
    rest, is_alley = list(words), False
    while rest and (rest[0] in {"trong", "con", "nha", "sn", "dia", "chi", "o", "tai"} and len(rest) > 1):
        if rest[0] == "dia" and rest[1:2] != ["chi"]:
            break
        if not any(word[:1].isdigit() for word in rest[1:4]):
            break
        rest = rest[1:]
    if rest[0] in ALLEY_WORDS and len(rest) > 1 and _is_number(rest[1]):
        rest, is_alley = rest[1:], True
    elif rest[0] == "so" and len(rest) > 2 and _is_number(rest[1]):
        rest = rest[1:]
    if not _is_number(rest[0]) or _is_day(rest):
        return None, names_of(rest), False
    number, rest = rest[0], rest[1:]
    if rest[:1] in (["bis"], ["ter"]) or (len(rest) > 2 and len(rest[0]) == 1 and rest[0] in "abcdefgh"):
        number, rest = number + rest[0], rest[1:]
    if rest[:1] and rest[0] in ALLEY_WORDS and len(rest) > 2 and _is_number(rest[1]):
        number, rest = f"{rest[1]}/{number}", rest[2:]
    return number, names_of(rest) or None, is_alley


def _is_number(word: str) -> bool:
    return _NUMBER.match(word) is not None


def _is_day(words: Sequence[str]) -> bool:
    """Streets named after a day: "3/2" alone, "30 thang 4", but not "3/2 le van sy"."""
    if words[0] in abbreviations().days and len(words) == 1:
        return True
    return len(words) >= 3 and words[1] == "thang" and (words[2].isdigit() or words[2] in MONTHS)
