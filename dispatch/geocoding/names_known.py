"""Every name by which the gazetteer's streets, places and wards may be called → the index that finds them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from dispatch.geocoding.index import NameIndex, Thing, ThingKind
from dispatch.geocoding.tables import Tables
from dispatch.geocoding.words import canonical, canonical_words, split_alley
from dispatch.text import fold

# A name from `old_name`, `name:en` or an odd spelling is a weaker sign than the name itself, the more so where
# another street or place bears it as its own (guesses).
OTHER_NAME_QUALITY, BORROWED_NAME_QUALITY = 0.95, 0.8
# A name without its city or its "trường" is nearly the name itself (guess).
SHORTER_NAME_QUALITY = 0.97
# "Cầu Kiệu" is the bridge rather than the ward that was named after it (guess).
BARE_WARD_QUALITY = 0.97
_JUNCTION_WORDS = ("nga tu", "nga ba", "nga nam", "nga sau", "nga bay", "vong xoay", "bung binh", "cong truong")
_JUNCTION = re.compile(rf"^(?:{'|'.join(_JUNCTION_WORDS)}) (.{{3,}})$")
# The highway is signed 1, mapped 1A, and called either.
_HIGHWAY_1A = re.compile(r"^quoc lo 1(a)?$")
_TWIN_BRIDGE = re.compile(r"^(cau .{3,}) [12]$")
_OF_THE_CITY = re.compile(r"^(.{6,}?) (?:thanh pho ho chi minh|tp ho chi minh|tp hcm|ho chi minh|hcm)$")
_SCHOOL = re.compile(
    r"^(?:truong )?(?:(?:tieu hoc|trung hoc co so|trung hoc pho thong|trung hoc|pho thong|mam non|mau giao|chuyen) )+"
    r"(.{4,})$"
)
_HOTEL = re.compile(r"^(?:(.{2,}) hotel|hotel (.{2,}))$")
KINDS_OF_PLACE = frozenset(
    """atm|bai xe|ben xe|benh vien|buu dien|ca phe|cafe|cay xang|cho|chua|chung cu|coffee|cong ty|cong vien|cua hang
    home|hotel|house|karaoke|khach san|kho|nha|nha cua|nha may|nha nghi|nha o|nha o gia dinh|nha rieng|nha sach
    nha thuoc|nha tho|nha tro|nha ve sinh|phong kham|phong tro|quan an|quan ca phe|quan com|quan nhau|shop|sieu thi
    tiem tap hoa|toa nha|tram xang|tram y te|truong hoc|truong mam non|truong tieu hoc|ubnd|van phong|wc
    cong|cong chinh|cong sau|hem|my home|my house|nha ba me|nha cua em|nha cua minh|nha cua toi|nha em|nha me
    nha minh|nha ngoai|nha noi|nha toi|nha tui|nha van hoa|truong|truong mau giao|ngan hang|tap hoa|bakery|spa|gym
    uy ban nhan dan""".replace("\n    ", "|").split("|")
)
"""Mappers' names that say what a place is, not which: a caller who says "nhà ở" means no such one."""
_SHOPS = frozenset({
    "fuel", "bank", "supermarket", "convenience", "cafe", "fast_food", "restaurant", "pharmacy", "bakery", "shop",
    "mobile_phone", "electronics", "department_store", "cinema", "mall", "atm", "books", "beverages",
})  # fmt: skip
_SHOP_KINDS = tuple(
    f"{kind} "
    for kind in """cay xang|tram xang dau|tram xang|cua hang xang dau|chxd|ngan hang|sieu thi|cua hang tien loi
    cua hang|nha thuoc|quan ca phe|ca phe|cafe|quan|atm|tiem""".replace("\n    ", "|").split("|")
)
LEAST_BRANCHES, MOST_CHAIN_WORDS = 3, 4
# "Công ty Cổ phần Kỹ nghệ Súc sản - Vissan": the short name last.
_SHORT_NAME_LAST = re.compile(r"(?i)^công ty\b.{8,}\s[-–]\s(\S.{3,24})$")
_STATIONS = frozenset({"station", "subway", "halt"})
_ROMAN = re.compile(r"^(.{6,}) (i{1,3})$")
_AREA_WORDS = frozenset({"phuong", "xa", "quan", "huyen", "thi", "tran", "dac", "khu"})
# A name, what kind of thing bears it, its row, and how well the name says it.
Named = tuple[str, ThingKind, int, float]


def name_index(tables: Tables, street_keys: Sequence[str]) -> NameIndex:
    """Own names first, then other names: those are worth less where they are another's own."""
    things: dict[str, dict[tuple[str, int], Thing]] = defaultdict(dict)
    for name, kind, row, quality in (*_own_names(tables, street_keys), *_other_names(tables, street_keys)):
        if key := canonical(name):
            others = any(owner != row and thing.quality == 1.0 for (_, owner), thing in things[key].items())
            if quality == OTHER_NAME_QUALITY and others:
                quality = BORROWED_NAME_QUALITY
            things[key].setdefault((kind, row), Thing(kind, row, quality))
    for row, name in enumerate(tables.street_names):
        if name.casefold().startswith("dương "):  # keys leave out "duong": kept here for slips of it
            things[canonical_words(name)].setdefault(("street", row), Thing("street", row, SHORTER_NAME_QUALITY))
    streets = [key for key in dict.fromkeys(street_keys) if split_alley(key) is None]
    return NameIndex({key: list(mine.values()) for key, mine in things.items() if mine}, streets)


def _own_names(tables: Tables, street_keys: Sequence[str]) -> Iterator[Named]:
    for row, key in enumerate(street_keys):
        if split_alley(key) is None:
            yield key, "street", row, 1.0
            if (twin := _TWIN_BRIDGE.match(key)) is not None:
                yield twin[1], "street", row, 1.0
            if (highway := _HIGHWAY_1A.match(key)) is not None:
                yield "quoc lo 1" if highway[1] else "quoc lo 1a", "street", row, SHORTER_NAME_QUALITY
    for row, name in enumerate(tables.place_names):
        yield name, "place", row, 1.0
    for row, zone in enumerate(tables.zones):
        if zone.level != "old_city":
            yield zone.name, "zone", row, 1.0
            if not (bare := bare_area_name(zone.name))[:1].isdigit():
                yield bare, "zone", row, BARE_WARD_QUALITY


def _other_names(tables: Tables, street_keys: Sequence[str]) -> Iterator[Named]:
    for row, key in enumerate(street_keys):
        for other in junction_names(key):
            yield other, "street", row, OTHER_NAME_QUALITY
    for row, name in enumerate(tables.place_names):
        key = canonical(name)
        for other in junction_names(key):
            yield other, "place", row, OTHER_NAME_QUALITY
        for other in (*shorter_names(key), *_names_of_its_kind(name, tables.place_categories[row], key)):
            yield other, "place", row, SHORTER_NAME_QUALITY
    yield from _chain_names(tables)
    for row, others in enumerate(tables.street_other_names):
        if split_alley(street_keys[row]) is None:
            for other in others:
                yield other, "street", row, OTHER_NAME_QUALITY
    for row, others in enumerate(tables.place_other_names):
        for other in others:
            yield other, "place", row, OTHER_NAME_QUALITY


def _chain_names(tables: Tables) -> Iterator[Named]:
    """
    Branches of a chain under its bare name and with each word for its kind: "cây xăng Petrolimex" is any of them.

    A chain is a name that several places bear; a branch bears it with a kind before or anything behind.
    """
    keys = [canonical(name) for name in tables.place_names]
    shops = [row for row, category in enumerate(tables.place_categories) if category in _SHOPS]
    counts = Counter(keys[row] for row in shops)
    chains = {key for key, count in counts.items() if count >= LEAST_BRANCHES} - KINDS_OF_PLACE
    branches: dict[str, set[int]] = defaultdict(set)
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in shops:
        key = keys[row]
        kind = next((kind for kind in _SHOP_KINDS if key.startswith(kind)), "")
        words = key.removeprefix(kind).split(" ")
        for length in range(1, min(len(words), MOST_CHAIN_WORDS) + 1):
            if (chain := " ".join(words[:length])) in chains:
                branches[chain].add(row)
                kinds[chain] |= {kind} if kind else set()
    for chain, rows in branches.items():
        for name in (chain, *(f"{kind}{chain}" for kind in sorted(kinds[chain]))):
            yield from ((name, "place", row, SHORTER_NAME_QUALITY) for row in sorted(rows))


def junction_names(key: str) -> list[str]:
    """Other words for a junction: who says "vòng xoay Hàng Xanh" means "ngã tư Hàng Xanh"."""
    found = _JUNCTION.match(key)
    return [f"{word} {found[1]}" for word in _JUNCTION_WORDS] if found else []


def shorter_names(key: str) -> list[str]:
    """What is left out or put in front when a name is said: the city, "trường" before "đại học"."""
    found = _OF_THE_CITY.match(key)
    keys = [key, found[1]] if found else [key]
    for one in list(keys):
        if one.startswith("truong "):
            keys.append(one.removeprefix("truong "))
        elif one.startswith(("dai hoc ", "cao dang ", "tieu hoc ", "mam non ", "trung hoc ")):
            keys.append(f"truong {one}")
    return keys[1:] + _kind_alone(key)


def _kind_alone(key: str) -> list[str]:
    """ "trường THPT Chuyên X" is "trường X", "X Hotel" is "khách sạn X", "KCX X II" is "KCX X 2"."""
    if (school := _SCHOOL.match(key)) is not None:
        return [f"truong {school[1]}"]
    if (hotel := _HOTEL.match(key)) is not None:
        return [f"khach san {hotel[1] or hotel[2]}"]
    if (numbered := _ROMAN.match(key)) is not None:
        return [f"{numbered[1]} {len(numbered[2])}"]
    return []


def _names_of_its_kind(name: str, category: str, key: str) -> list[str]:
    """A station named after its place alone is "ga X"; a works with a short name is "nhà máy X"."""
    if category in _STATIONS and not key.startswith(("ga ", "nha ga ", "tram ")):
        return [f"ga {key}"]
    if (short := _SHORT_NAME_LAST.match(name)) is not None:
        return [f"{kind} {short[1]}" for kind in ("công ty", "nhà máy", "xí nghiệp")]
    return []


def bare_area_name(name: str) -> str:
    """ "Phường Bến Nghé" → "ben nghe", "Phường 13" → "13", folded."""
    words = fold(name).split(" ")
    while len(words) > 1 and words[0] in _AREA_WORDS:
        words = words[1:]
    return " ".join(words)
