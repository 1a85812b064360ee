"""Words made comparable: callers type and dictate Vietnamese with accents, without them, or half and half."""

from __future__ import annotations

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[\W_]+")
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans({"đ": "d", "ð": "d"})


def fold(text: str) -> str:
    """
    Lowercase, accents and đ dropped, every run of punctuation or blanks one space, no space at the ends.

    "Khó  thở!" and "kho tho" fold to the same words. ð (U+00F0) counts as đ: keyboards and OpenStreetMap mix
    them up. Loses what accents tell apart ("bong" is both burnt and cotton): never use it for what is shown.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub(" ", letters.casefold().translate(_LETTERS_WITHOUT_DECOMPOSITION)).strip()
