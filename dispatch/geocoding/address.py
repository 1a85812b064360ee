"""
What a caller's words say about the place: number, street, crossing, ward, district. Pure; never raises on any text.

Words are folded first, so accents may be missing. Where two readings are possible ("chợ Tân Bình" is a market, or a
market in Tân Bình) both are given. Grammar by hand from how addresses are said in the city; no training.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from dispatch.geocoding.crossings import crossing_of, names_of
from dispatch.geocoding.english import in_vietnamese
from dispatch.geocoding.keyboards import decode_text
from dispatch.geocoding.spoken import with_numbers
from dispatch.geocoding.tokens import BREAK, ROAD_WORDS, Token, tokens_of
from dispatch.geocoding.words import ALLEY_WORDS, MONTHS, abbreviations

# Longer texts are cut: no address needs more, and the work stays bounded.
LONGEST_QUERY = 400
LONGEST_NAME = 8
# Of 100: how alike a district's name must be after "quận" (guess).
LEAST_LIKE_AFTER_ITS_WORD = 78.0
_NOT_WARD = frozenset({"phương", "phượng"})
_NOT_DISTRICT = frozenset({"quân", "quán", "quản", "quần"})

_NUMBER = re.compile(r"^[a-z]?\d{1,5}[a-z]{0,2}\d{0,2}(/[a-z]{0,2}\d{0,5}[a-z]{0,2}){0,8}$|^\d+[a-z]?-\d+[a-z]?$")
_DETAIL = frozenset({"kp", "to", "ap", "lau", "tang", "phong"})
_FLOORS = frozenset({"lau", "tang"})
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
# Flats and blocks say where in a building, not where the building is.
_INSIDE = re.compile(
    r"\b(?:(?i:block|blog|lô|lo|tháp|căn hộ|can ho|phòng|căn|kiot|ki ốt|sạp|quầy)\s+"
    r"(?:[A-Za-z]\d{0,2}|[A-Z]{2}\d{0,2}|[A-Z]?\d[\d.]*)|P\.?\s?\d{3,4})\b[ ,]*"
)
# "Sư Vạn Hạnh nối dài" is the far end of the street, whose numbers go on.
_GOES_ON = re.compile(r"(?i)\b(?:nối dài|noi dai)\b|\(\s*(?:nd|nối dài)\s*\)")
# "235-237-239": one house.
_SEVERAL = re.compile(r"(?<![\w/])(\d+[A-Za-z]?)(?:\s?[-–+&]\s?\d+[A-Za-z]?)+\s?[-–+&]\s?(\d+[A-Za-z]?)(?=\s)")
# "BV Từ Dũ 284 Cống Quỳnh": a name, then where it is. The number after the last words here is another kind of number.
_NAME_THEN_NUMBER = re.compile(
    r"^([^\W\d]\D*\s\D*[^\W\d])\s+"
    r"(?<!đường )(?<!số )(?<!so )(?<!hẻm )(?<!hem )(?<!ngõ )(?<!phường )(?<!quận )(?<!lô )(?<!tổ )(?<!km )(?<!ngã )"
    r"(?<!lầu )(?<!tầng )(?<!phố )(?<!ấp )(?<!lộ )(?<!lo )(?<!duong )(?<!phuong )(?<!quan )(?<! q )(?<! p )(?<!cấp )"
    r"(?=\d+[A-Za-z]?(?:/\w+)*\s+[^\W\d]{2})",
    re.IGNORECASE,
)
_KILOMETRE = re.compile(r"(?i)\b(?:km|cây số|cay so|ki lô mét)\s*\d+(?:\s*\+\s*\d+)?\b")
_STANDS_AT = re.compile(r"(?i)^.*\b(?:ở|tại|o cho|ở chỗ|địa chỉ|dia chi)\b[ :]+(?=.{4})")


@dataclass(frozen=True, slots=True)
class Address:
    """
    One reading of a query; texts are folded words, absent is None.

    `names` are pieces that name a thing of any kind (a street said without a number, a market); `relation` is the
    folded word that puts the caller beside it ("gan", "doi dien"). `ward` is a number or a name without its word
    for ward; `district` one of the 24 names; `elsewhere` another city that was named.
    """

    house_number: str | None = None
    street: str | None = None
    is_alley: bool = False
    crossing: tuple[str, str] | None = None
    names: tuple[str, ...] = ()
    relation: str | None = None
    ward: str | None = None
    district: str | None = None
    elsewhere: str | None = None


def read_address(query: str) -> tuple[Address, ...]:
    """All readings of a query, the likeliest first; at least one, possibly empty."""
    text = unicodedata.normalize("NFC", query[:LONGEST_QUERY])
    typed = decode_text(text)
    typed = _SEVERAL.sub(r"\1-\2", _GOES_ON.sub(" ", typed))
    without = (
        in_vietnamese(text), _INSIDE.sub(" ", typed), _KILOMETRE.sub(" ", typed),
        with_numbers(_STANDS_AT.sub("", typed)), _NAME_THEN_NUMBER.sub(r"\1, ", typed),
    )  # fmt: skip
    variants = dict.fromkeys((typed, text, with_numbers(typed), *without))
    return tuple(dict.fromkeys(reading for variant in variants for reading in _read(variant)))


def _read(text: str) -> tuple[Address, ...]:
    tokens, found = _areas(tokens_of(text))
    crossing = crossing_of(tokens)
    if crossing is not None:
        return _at_crossing(crossing, found)
    reading = _segments(tokens, found)
    whole = _whole_name(text, reading)
    shorter = _without_trailing_district(reading)
    if shorter is None:
        return (reading, *whole)
    return (shorter, *whole) if len(shorter.names) < len(reading.names) else (reading, shorter, *whole)


def _whole_name(text: str, reading: Address) -> tuple[Address, ...]:
    """All words as one name: "bến xe Quận 8" is no bus station in Quận 8."""
    words = [token.word for token in tokens_of(text) if not token.is_break]
    is_name = 2 <= len(words) <= LONGEST_NAME and not words[0][:1].isdigit() and reading.house_number is None
    return (Address(names=(" ".join(words),)),) if is_name and reading.names != (" ".join(words),) else ()


def _at_crossing(crossing: tuple[str, str], found: Address) -> tuple[Address, ...]:
    """ "123 Nguyễn Trãi góc Lê Hồng Phong" is a house first, and its corner."""
    number, street, is_alley = _number_and_street(crossing[0].split(" "))
    if number is None or street is None:
        return (replace(found, crossing=crossing),)
    at_house = replace(found, house_number=number, street=street, is_alley=is_alley)
    return at_house, replace(found, crossing=(street, crossing[1]))


def _areas(tokens: list[Token]) -> tuple[list[Token], Address]:
    """Take ward, district and city out of the tokens; a break stands where each was."""
    rest: list[Token] = []
    found = Address()
    place = 0
    while place < len(tokens):
        taken, found = _area_at(tokens, place, found, is_first=not any(not one.is_break for one in rest))
        if taken:
            rest.append(BREAK)
            place += taken
        else:
            rest.append(tokens[place])
            place += 1
    return rest, found


def _area_at(tokens: Sequence[Token], place: int, found: Address, *, is_first: bool) -> tuple[int, Address]:
    """How many tokens from `place` say an area, and the address with it."""
    here = tokens[place]
    ahead = [token.word for token in tokens[place + 1 : place + 5]]
    taken = 0
    is_apart = is_first or tokens[place - 1].is_break or (ahead[:1] != [] and ahead[0].isdigit())
    slips = abbreviations().slips
    if here.raw in {"q", "h", "huyen", "huyện"} or _is_word(here, "quan", _NOT_DISTRICT, slips["quan"], is_apart):
        taken, found = _district(ahead, found)
    elif here.raw in {"p", "f", "xa", "xã"} or _is_word(here, "phuong", _NOT_WARD, slips["phuong"], is_apart):
        taken, found = _ward(here, ahead, found)
    elif here.word in {"tp", "thanh", "tinh"} or (here.word in {"tphcm", "hcm"} and not is_first):
        taken, found = _city([here.word, *ahead], found)
    elif not is_first and (name := abbreviations().elsewhere.get(" ".join([here.word, *ahead[:1]]))) is not None:
        before = tokens[place - 1].word
        after = tokens[place + 2 : place + 3]
        if before not in {"lo", "cau", "ben", "duong", "ngan"} and (not after or after[0].is_break):
            taken, found = 2, replace(found, elsewhere=name)
    elif here.word in _DETAIL and ahead and ahead[0].isdigit() and (not is_first or here.word in _FLOORS):
        taken = 2
    elif here.word == "khu" and ahead[:1] == ["pho"] and len(ahead) > 1 and ahead[1].isdigit():
        taken = 3
    elif here.word == "viet" and ahead[:1] == ["nam"] and place + 2 >= len(tokens) and not is_first:
        taken = 2
    return taken, found


def _is_word(token: Token, word: str, others: frozenset[str], slips: list[str], is_apart: bool) -> bool:
    """ "phường" under any tone but those of other words; a slip of the keys only where an area may begin."""
    return (token.word == word and (is_apart or token.raw not in others)) or (token.word in slips and is_apart)


def _district(ahead: Sequence[str], found: Address) -> tuple[int, Address]:
    for length in (2, 1):
        name = abbreviations().district_of(" ".join(ahead[:length])) if len(ahead) >= length else None
        if name is not None:
            return 1 + length, replace(found, district=name)
    if (name := _like_a_district(ahead[:2], LEAST_LIKE_AFTER_ITS_WORD)) is not None:
        return 3, replace(found, district=name)
    return 0, found


def _ward(here: Token, ahead: Sequence[str], found: Address) -> tuple[int, Address]:
    if ahead and ahead[0].isdigit() and len(ahead[0]) <= 2 and here.word != "xa":
        return 2, replace(found, ward=str(int(ahead[0])))
    if here.word == "f" or not ahead or (here.word == "xa" and ahead[0] == "lo"):
        return 0, found
    words: list[str] = []
    for at, word in enumerate(ahead):
        is_last = at + 1 == len(ahead) or ahead[at + 1] in {",", "-", "&"}
        if word == "quan" and words and is_last:  # Phường Chợ Quán
            words.append(word)
            continue
        if word in {",", "-", "&", "q", "quan", "h", "huyen", "duong", "tp", "p", "phuong"} or word[:1].isdigit():
            break
        words.append(word)
    if not 2 <= len(words) <= 4:
        return 0, found
    if len(words) == 4 and abbreviations().district_of(" ".join(words[2:])):
        return 3, replace(found, ward=" ".join(words[:2]))
    return 1 + len(words), replace(found, ward=" ".join(words))


def _city(words: Sequence[str], found: Address) -> tuple[int, Address]:
    length = 2 if words[0] == "thanh" and words[1:2] == ["pho"] else 1
    if words[0] == "thanh" and length == 1:
        return 0, found
    if words[0] in {"tphcm", "hcm"}:
        return 1, found
    name = " ".join(words[length : length + 2])
    if name == "thu duc":
        return length + 2, replace(found, district="Thủ Đức")
    if name == "ho chi":
        return length + 3, found
    if words[length : length + 1] == ["hcm"]:
        return length + 1, found
    if (other := abbreviations().elsewhere.get(name)) is not None:
        return length + 2, replace(found, elsewhere=other)
    return 0, found


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
    if (found.names or found.street) and found.district is None and (district := _like_a_district(words)):
        return replace(found, district=district)
    if number and street and found.street is None:
        return replace(found, house_number=number, street=street, is_alley=is_alley)
    if number and not street and found.house_number is None and found.street is None and not found.names:
        return replace(found, house_number=number, is_alley=is_alley)
    if street and found.street is None and (found.house_number or words[0] in ROAD_WORDS):
        return replace(found, street=street)
    text = street or " ".join(words)
    return replace(found, names=(*found.names, text)[:4])


def _like_a_district(words: Sequence[str], least: float = 90.0) -> str | None:
    """Words that are a district's name, a slip allowed: "biinh thanh"; "tan dinh" is not Tân Bình."""
    text = " ".join(words)
    names = [way for ways in abbreviations().districts.values() for way in ways if len(way) >= 6]
    found = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=least) if 5 < len(text) < 12 else None
    return abbreviations().district_of(found[0]) if found else None


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


def _without_trailing_district(address: Address) -> Address | None:
    """A district's name at the end without its word: "12 no trang long binh thanh"."""
    if address.district is not None:
        return None
    last = address.names[-1] if address.names else address.street
    if not last:
        return None
    words = last.split(" ")
    known = abbreviations().district_of
    name = known(" ".join(words[-2:])) if len(words) >= 2 and len(words[-1]) > 1 else None
    rest = " ".join(words[:-2])
    if name is None and address.ward is not None and not words[-1].isdigit() and (name := known(words[-1])):
        rest = " ".join(words[:-1])
    if name is None:
        return None
    if not address.names:
        return replace(address, street=rest, district=name) if rest else None
    names = (*address.names[:-1], rest) if rest else address.names[:-1]
    return replace(address, names=names, district=name) if names or address.street or address.ward else None
