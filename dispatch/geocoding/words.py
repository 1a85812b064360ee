"""The form in which names are compared: folded words, abbreviations written out, days and numbers in one spelling."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from dispatch.text import fold

_TOKEN = re.compile(r"[^\W_]+(?:/[^\W_]+)*")
_FINAL_Y = re.compile(r"^(qu|[bcdghklmnpstvx]|th|ch|kh|nh|tr)y$")
_DIGITS_AFTER_LETTERS = re.compile(r"^(ql|tl|hl)(\d+\w*)$")
MONTHS = {
    "gieng": "1", "hai": "2", "ba": "3", "tu": "4", "nam": "5", "sau": "6",
    "bay": "7", "tam": "8", "chin": "9", "muoi": "10",
}  # fmt: skip
_ARMS = {"3": "ba", "4": "tu", "5": "nam", "6": "sau", "7": "bay"}
_ROAD_WORDS = frozenset({"duong", "pho", "dg"})
ALLEY_WORDS = frozenset({"hem", "ngo", "ngach", "kiet"})


class Abbreviations(msgspec.Struct, frozen=True):
    """The tables of `abbreviations.toml`; keys are folded."""

    streets: dict[str, str]
    days: dict[str, str]
    read_out: dict[str, str]
    words: dict[str, str]
    nicknames: dict[str, str]
    districts: dict[str, list[str]]
    joined: dict[str, list[str]]
    towns: dict[str, str]
    elsewhere: dict[str, str]
    centres: dict[str, tuple[float, float]]
    slips: dict[str, list[str]]

    def district_of(self, written: str) -> str | None:
        """The district's name from folded words such as "3", "bt" or "binh thanh"."""
        return _districts().get(written)


@cache
def abbreviations() -> Abbreviations:
    """Read once; the file is part of the program, so a fault in it is an error at start."""
    text = Path(__file__).with_name("abbreviations.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Abbreviations)


@cache
def _districts() -> dict[str, str]:
    return {way: name for name, ways in abbreviations().districts.items() for way in ways}


@cache
def _nickname_keys() -> dict[str, str]:
    keys = {canonical_words(nick): canonical_words(name) for nick, name in abbreviations().nicknames.items()}
    return keys | {_without_road_word(nick): name for nick, name in keys.items()}


def fold_token(token: str) -> str:
    """One token folded, slashes kept: they carry meaning in "123/45" and "3/2"."""
    return "/".join(fold(part) for part in token.split("/"))


def split_words(text: str) -> list[str]:
    """The folded words of a text, slashes inside a word kept."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text))
    return [word for token in tokens if (word := fold_token(token).strip("/"))]


def canonical_words(text: str) -> str:
    """Names in one spelling: "CMT8", "Cách mạng tháng Tám" and "cach mang thang 8" give the same words."""
    words: list[str] = []
    for word in split_words(text):
        words.extend(_expand(word))
    return " ".join(_numbers_in_one_spelling(words))


@lru_cache(maxsize=20_000)
def canonical(text: str) -> str:
    """The key of a name: `canonical_words`, nicknames replaced, "đường" dropped where the rest stands alone."""
    spelled = canonical_words(text)
    key = _nickname_keys().get(spelled) or _without_road_word(spelled)
    if (alley := split_alley(key)) is not None:
        return f"hem {alley[0]} {alley[1]}"
    return _nickname_keys().get(key, key)


def _expand(word: str) -> list[str]:
    tables = abbreviations()
    if (glued := _DIGITS_AFTER_LETTERS.match(word)) is not None:
        return [*split_words(tables.words[glued[1]]), glued[2]]
    for table in (tables.streets, tables.days, tables.words):
        if (long := table.get(word)) is not None:
            return split_words(long)
    return [word]


def _numbers_in_one_spelling(words: list[str]) -> list[str]:
    out: list[str] = []
    for word in words:
        before = out[-1] if out else ""
        if before == "thang" and word in MONTHS:
            out.append(MONTHS[word])
        elif before == "nga" and word in _ARMS:
            out.append(_ARMS[word])
        else:
            out.append(word[:-1] + "i" if _FINAL_Y.match(word) else word)
    joined = " ".join(out)
    for spoken, written in abbreviations().read_out.items():
        joined = re.sub(rf"\b{spoken}\b(?= \d)", written, joined)
    return joined.split()


def _without_road_word(key: str) -> str:
    first, _, rest = key.partition(" ")
    if first == "so" and rest.split(" ")[0][:1].isdigit():
        return f"duong {key}"
    if first not in _ROAD_WORDS or not rest:
        return key
    words = rest.split(" ")
    if words[0] == "so":
        return f"duong {rest}"
    if len(words) == 1:
        return f"duong so {rest}" if rest.isdigit() else f"duong {rest}"
    return rest


def split_alley(key: str) -> tuple[str, str] | None:
    """An alley's key → (its number, its street's key): "hem 51/3 thanh thai" → ("51/3", "thanh thai")."""
    words = key.split(" ")
    if len(words) < 3 or words[0] not in ALLEY_WORDS or not words[1][:1].isdigit():
        return None
    return words[1], canonical(" ".join(words[2:]))
