"""
Words as they sound in the south of Vietnam: "Chường Sa" and "Trường Sa" are one. Tones and accents are gone already.

By hand from the mergers a Saigon speaker hears and a speech recogniser repeats: tr/ch, s/x, d/gi/v, final n/ng/nh and
t/c/ch, iê/i, i/y, qu/w. Loses some real differences: a hint, never as good as the letters.
"""

from __future__ import annotations

import re
from functools import lru_cache

_STARTS = (
    ("ngh", "ng"), ("gh", "g"), ("gi", "d"), ("tr", "ch"), ("ph", "f"), ("qu", "w"), ("x", "s"), ("v", "d"), ("k", "c"),
)  # fmt: skip
_ENDS = (("nh", "n"), ("ng", "n"), ("ch", "c"), ("t", "c"))
_VOWELS = re.compile(r"ie|ye")


@lru_cache(maxsize=20_000)
def sound_of_word(word: str) -> str:
    """ "truong" → "chuon", "quynh" → "win"; words with digits stay."""
    if not word.isalpha():
        return word
    start = next(((one, other) for one, other in _STARTS if word.startswith(one) and len(word) > len(one)), ("", ""))
    rest = word[len(start[0]) :]
    end = next(((one, other) for one, other in _ENDS if rest.endswith(one) and len(rest) > len(one)), ("", ""))
    middle = _VOWELS.sub("i", rest[: len(rest) - len(end[0])]).replace("y", "i")
    return start[1] + middle + end[1]


def sound_of(key: str) -> str:
    """The sounds of a folded name, word by word."""
    return " ".join(map(sound_of_word, key.split(" ")))
