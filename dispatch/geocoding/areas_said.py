"""Ward, district and city in a caller's words: taken out, the rest left to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from dispatch.geocoding.reading import Address
from dispatch.geocoding.sounds import sound_of
from dispatch.geocoding.tokens import BREAK, ROAD_WORDS, Token
from dispatch.geocoding.words import abbreviations

# Of 100: how alike a district's name must be after "quận" (guess).
LEAST_LIKE_AFTER_ITS_WORD = 78.0
_NOT_WARD = frozenset({"phương", "phượng"})
_NOT_DISTRICT = frozenset({"quân", "quán", "quản", "quần"})
_DETAIL = frozenset({"lau", "tang", "phong"})
_FLOORS = frozenset({"lau", "tang"})
# Groups, quarters and hamlets lie inside a ward, and no map draws them.
_QUARTERS = {"to": "tổ", "ap": "ấp", "kp": "khu phố"}
_LONGEST_WARD, LOOKED_AHEAD = 4, 6


def areas_of(tokens: list[Token]) -> tuple[list[Token], Address]:
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
    ahead = [token.word for token in tokens[place + 1 : place + 1 + LOOKED_AHEAD]]
    taken = 0
    # "Lê Hồng Phong 3 tháng 2" is a street and a day.
    is_numbered = bool(ahead) and ahead[0].isdigit() and ahead[1:2] != ["thang"]
    is_apart = is_first or tokens[place - 1].is_break or is_numbered
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
    elif here.word in _QUARTERS and ahead and ahead[0].isdigit():
        taken, found = 2, _within(found, f"{_QUARTERS[here.word]} {ahead[0]}")
    elif here.word == "khu" and ahead[:1] == ["pho"] and len(ahead) > 1 and ahead[1][:1].isdigit():
        taken, found = 3, _within(found, f"khu phố {ahead[1].upper()}")
    elif here.word in _DETAIL and is_numbered and (not is_first or here.word in _FLOORS):
        taken = 2
    elif (town := abbreviations().towns.get(" ".join([here.word, *ahead[:1]]))) and _is_town(tokens, place, is_first):
        taken, found = 2, replace(found, ward=town)
    elif here.word == "viet" and ahead[:1] == ["nam"] and place + 2 >= len(tokens) and not is_first:
        taken = 2
    return taken, found


def _within(found: Address, quarter: str) -> Address:
    return replace(found, within=", ".join(part for part in (found.within, quarter) if part))


def _is_town(tokens: Sequence[Token], place: int, is_first: bool) -> bool:
    """A town that joined the city, named before the street or at the very end; "ngã tư Vũng Tàu" is a name."""
    after = tokens[place + 2 : place + 3]
    if is_first:
        return bool(after) and len(tokens) > place + 3
    return not after and any(token.word in ROAD_WORDS for token in tokens[: place - 1])


def _is_word(token: Token, word: str, others: frozenset[str], slips: list[str], is_apart: bool) -> bool:
    """ "phường" under any tone but those of other words; a slip of the keys only where an area may begin."""
    return (token.word == word and (is_apart or token.raw not in others)) or (token.word in slips and is_apart)


def _district(ahead: Sequence[str], found: Address) -> tuple[int, Address]:
    for length in (2, 1):
        name = abbreviations().district_of(" ".join(ahead[:length])) if len(ahead) >= length else None
        if name is not None:
            return 1 + length, replace(found, district=name)
    if (name := like_a_district(ahead[:2], LEAST_LIKE_AFTER_ITS_WORD)) is not None:
        return 3, replace(found, district=name)
    return 0, found


def _ward(here: Token, ahead: Sequence[str], found: Address) -> tuple[int, Address]:
    if ahead and ahead[0].isdigit() and len(ahead[0]) <= 2 and here.word != "xa":
        return 2, replace(found, ward=str(int(ahead[0])))
    if here.word == "f" or not ahead or (here.word == "xa" and ahead[0] == "lo"):
        return 0, found
    words: list[str] = []
    for at, word in enumerate(ahead[:_LONGEST_WARD]):
        is_last = at + 1 == len(ahead) or ahead[at + 1] in {",", "-", "&"}
        if word == "quan" and words and is_last:  # Phường Chợ Quán
            words.append(word)
            continue
        if word in {",", "-", "&", "q", "quan", "h", "huyen", "duong", "tp", "p", "phuong"} or word[:1].isdigit():
            break
        words.append(word)
    if len(words) < 2:
        return 0, found
    for cut in (2, 3) if len(words) == _LONGEST_WARD else ():
        if abbreviations().district_of(" ".join(ahead[cut : cut + 2])):
            return 1 + cut, replace(found, ward=" ".join(words[:cut]))
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


def like_a_district(words: Sequence[str], least: float = 90.0) -> str | None:
    """Words that are a district's name, a slip allowed: "biinh thanh"; "tan dinh" is not Tân Bình."""
    text = " ".join(words)
    names = [way for ways in abbreviations().districts.values() for way in ways if len(way) >= 6]
    found = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=least) if 5 < len(text) < 12 else None
    return abbreviations().district_of(found[0]) if found else None


def sounds_like_a_district(words: str) -> str | None:
    """ "Gò Dấp" is Gò Vấp by ear."""
    sound = sound_of(words)
    ways = (way for ways in abbreviations().districts.values() for way in ways if " " in way)
    return abbreviations().district_of(next((way for way in ways if sound_of(way) == sound), ""))


def _is_abbreviated(word: str) -> bool:
    """ "bt", "td": letters no word is made of; "tp" is the city as well."""
    return len(word) > 1 and word.isalpha() and not set(word) & set("aeiouy") and word != "tp"


def without_trailing_district(address: Address) -> Address | None:
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
    if name is None and len(words) >= 4:
        name = sounds_like_a_district(" ".join(words[-2:]))
    is_short = address.house_number is not None and len(words) >= 4 and _is_abbreviated(words[-1])
    if name is None and (address.ward or is_short) and not words[-1].isdigit() and (name := known(words[-1])):
        rest = " ".join(words[:-1])
    if name is None:
        return None
    if not address.names:
        return replace(address, street=rest or None, district=name) if rest or address.ward else None
    names = (*address.names[:-1], rest) if rest else address.names[:-1]
    return replace(address, names=names, district=name) if names or address.street or address.ward else None
