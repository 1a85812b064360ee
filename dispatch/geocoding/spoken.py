"""
Numbers as they are said: "hai tám bốn" and "hai trăm tám mươi bốn" → 284, "năm một xẹt bốn" → 51/4. Words keep accents
where they have them; without accents "ba" and "bà" are one, so a caller of this asks for both readings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_DIGITS = {
    "không": 0, "khong": 0, "một": 1, "mot": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "bon": 4, "tư": 4, "tu": 4,
    "năm": 5, "nam": 5, "lăm": 5, "lam": 5, "sáu": 6, "sau": 6, "bảy": 7, "bẩy": 7, "bay": 7, "tám": 8, "tam": 8,
    "chín": 9, "chin": 9,
}  # fmt: skip
_TEN, _TENS = frozenset({"mười", "muoi"}), frozenset({"mươi", "muoi", "mười"})
_HUNDRED, _ODD = frozenset({"trăm", "tram"}), frozenset({"lẻ", "le", "linh"})
SLASHES = frozenset({
    "xẹt", "xet", "xuyệt", "xuyet", "suyệt", "suyet", "sẹt", "sẹc", "xẹc", "trên", "tren", "gạch", "xéo",
})  # fmt: skip
_NUMBER = re.compile(r"^\d+[a-z]?(?:/\d+[a-z]?)*$")


def number_at(words: Sequence[str], place: int) -> tuple[int, str] | None:
    """How many words from `place` say a number, and the number; None where there is none."""
    for read in (_in_full, _digit_by_digit):
        taken, text = read(words, place)
        if taken:
            return taken, text
    return None


def _digit_by_digit(words: Sequence[str], place: int) -> tuple[int, str]:
    end, text = place, ""
    while end < len(words) and end - place < 4 and words[end] in _DIGITS:
        text += str(_DIGITS[words[end]])
        end += 1
    return end - place, text


def _in_full(words: Sequence[str], place: int) -> tuple[int, str]:
    """ "một trăm hai mươi lăm", "mười hai", "ba trăm lẻ năm"."""
    at, value, known = place, 0, False
    if _is(words, at, _DIGITS) and _is(words, at + 1, _HUNDRED):
        value, at, known = 100 * _DIGITS[words[at]], at + 2, True
        if _is(words, at, _ODD) and _is(words, at + 1, _DIGITS):
            return at + 2 - place, str(value + _DIGITS[words[at + 1]])
    if _is(words, at, _DIGITS) and _is(words, at + 1, _TENS):
        value, at, known = value + 10 * _DIGITS[words[at]], at + 2, True
    elif _is(words, at, _TEN):
        value, at, known = value + 10, at + 1, True
    elif not known:
        return 0, ""
    if _is(words, at, _DIGITS) and value % 100:
        value, at = value + _DIGITS[words[at]], at + 1
    return at - place, str(value)


def _is(words: Sequence[str], at: int, known: object) -> bool:
    return at < len(words) and words[at] in known  # type: ignore[operator]  # sets and dicts of words


def join_slashes(words: Sequence[str]) -> list[str]:
    """ "123 xẹt 45" → "123/45": a word for a slash between two numbers; "gạch chéo" too."""
    out: list[str] = []
    place = 0
    while place < len(words):
        step = 2 if words[place] in {"gạch", "gach"} and words[place + 1 : place + 2] in (["chéo"], ["cheo"]) else 1
        after = words[place + step : place + step + 1]
        if words[place] in SLASHES and out and after and _NUMBER.match(out[-1]) and _NUMBER.match(after[0]):
            out[-1] = f"{out[-1]}/{after[0]}"
            place += step + 1
        else:
            out.append(words[place])
            place += 1
    return out


_ASKS_NUMBER = frozenset({"số", "so", "nhà", "nha", "hẻm", "hem", "quận", "quan", "q", "phường", "phuong", "p"})


def with_numbers(text: str) -> str:
    """
    The text with said numbers as digits: at its start, after "số", "hẻm", "quận", "phường" and after a slash said.

    Unchanged where no number is said. "hai ba trung" becomes "23 trung": ask for both.
    """
    words = text.lower().replace(",", " , ").split()
    out: list[str] = []
    place = 0
    while place < len(words):
        before = out[-1] if out else None
        after_slash = before in SLASHES and len(out) > 1 and _NUMBER.match(out[-2]) is not None
        found = number_at(words, place) if before is None or before in _ASKS_NUMBER or after_slash else None
        if found is not None and place + found[0] <= len(words):
            out.append(found[1])
            place += found[0]
        else:
            out.append(words[place])
            place += 1
    joined = join_slashes(out)
    return text if joined == words else " ".join(joined).replace(" ,", ",")
