"""
Telex and VNI keys that the keyboard left as typed: "nguyeenx traix", "nguye6n4 tra4i" → "nguyễn trãi".

A word is decoded only when the result is a Vietnamese syllable and the word as typed is none. In "oa" and "oe" the tone
may come to sit on the other vowel.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from dispatch.text import fold

_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323", "z": ""}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TELEX_PAIRS = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ"}
_VNI_MARKS = {"a6": "â", "e6": "ê", "o6": "ô", "a8": "ă", "o7": "ơ", "u7": "ư", "d9": "đ"}
_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?"
_RIME = (
    r"(?:uye|uya|uyu|uoi|uou|ieu|yeu|oai|oay|oao|oeo|uay|uao|uo|ie|ye|ia|ua|oa|oe|ue|uy|ai|ao|au|ay|eo|eu|iu|oi|"
    r"ui|uu|[aeiouy])(?:ng|nh|ch|[cmnpt])?"
)
_SYLLABLE = re.compile(rf"^{_ONSET}{_RIME}$")
_TYPED = re.compile(r"^[a-z]{2,10}$|^[a-z]+[1-9][a-z1-9]*$")


def is_syllable(word: str) -> bool:
    """Whether folded letters can be one Vietnamese syllable."""
    return _SYLLABLE.match(word) is not None


@lru_cache(maxsize=20_000)
def decode(word: str) -> str:
    """The word with its accents, or unchanged when it is not such typing."""
    low = word.lower()
    if not _TYPED.match(low) or (low.isalpha() and is_syllable(low)):
        return word
    decoded = _compose(low, _VNI_MARKS, _VNI_TONES) if any(c.isdigit() for c in low) else _telex(low)
    return decoded if decoded and decoded != low and is_syllable(fold(decoded)) else word


def decode_text(text: str) -> str:
    """Every word of a text decoded."""
    return re.sub(r"[A-Za-z][A-Za-z0-9]*", lambda found: decode(found[0]), text)


def _telex(word: str) -> str | None:
    """Hats may be typed at the end ("quoosc", "quocs" + "o"), a lone w after the vowels ("phuongwf")."""
    found = _compose(word, _TELEX_PAIRS, _TELEX_TONES)
    if found is None or is_syllable(fold(found)):
        return found
    for late in re.finditer(r"([aeo])([a-z]+?)\1", word):
        moved = f"{word[: late.start()]}{late[1]}{late[1]}{late[2]}{word[late.end() :]}"
        if (other := _compose(moved, _TELEX_PAIRS, _TELEX_TONES)) and is_syllable(fold(other)):
            return other
    if "w" in word[1:]:
        return _compose(word.replace("w", ""), _TELEX_PAIRS, _TELEX_TONES)
    return found


def _compose(word: str, marks: dict[str, str], tones: dict[str, str]) -> str | None:
    """Marks first, then one tone taken from anywhere after the first vowel; a second tone is no typing of ours."""
    for keys, letter in marks.items():
        word = word.replace(keys, letter)
    word = re.sub(r"^w(?=[^aeiouy]|$)|(?<=[^aeiouyăâêôơư])w", "ư", word) if "w" in word else word
    first = re.search(r"[aeiouyăâêôơư]", word)
    if first is None:
        return None
    head, tail, tone = word[: first.end()], "", None
    for letter in word[first.end() :]:
        if letter in tones and (letter.isdigit() or tone is None):
            if tone is not None:
                return None
            tone = tones[letter]
        else:
            tail += letter
    bare = head + tail
    marked = [at for at, letter in enumerate(bare) if letter in "ăâêôơư"]
    at = (marked or [len(head) - 1])[-1]
    return bare[:at] + unicodedata.normalize("NFC", bare[at] + (tone or "")) + bare[at + 1 :]
