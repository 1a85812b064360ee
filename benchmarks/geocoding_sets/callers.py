"""
How callers, typists and speech recognisers change an address: accents lost or misplaced, Telex and VNI keys left as
typed, sounds the south does not tell apart, slips, numbers said aloud. Seeded by the caller; rules by hand.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

_TONE_KEYS = {"\u0301": "s1", "\u0300": "f2", "\u0309": "r3", "\u0303": "x4", "\u0323": "j5"}
_TELEX = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI = {"â": "a6", "ê": "e6", "ô": "o6", "ă": "a8", "ơ": "o7", "ư": "u7", "đ": "d9"}
_SOUNDS = (
    ("tr", "ch"), ("ch", "tr"), ("s", "x"), ("x", "s"), ("gi", "d"), ("d", "gi"), ("v", "d"), ("qu", "w"), ("r", "g"),
)  # fmt: skip
_ENDINGS = (("n", "ng"), ("ng", "n"), ("t", "c"), ("c", "t"), ("i", "y"), ("y", "i"))
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_WORD = re.compile(r"[^\W\d_]+")


def without_accents(text: str, chance: random.Random) -> str:
    """All accents gone, đ too."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


def some_accents_lost(text: str, chance: random.Random) -> str:
    """One word in two without its accents, one in five with another tone."""
    tones = list(_TONE_KEYS)

    def change(found: re.Match[str]) -> str:
        word, roll = found[0], chance.random()
        if roll < 0.5:
            return without_accents(word, chance)
        if roll > 0.8:
            letters = unicodedata.normalize("NFD", word)
            return unicodedata.normalize(
                "NFC", "".join(chance.choice(tones) if x in _TONE_KEYS else x for x in letters)
            )
        return word

    return _WORD.sub(change, text)


def telex(text: str, chance: random.Random) -> str:
    """As typed with Telex while the keyboard did not compose: "nguyeenx traix"."""
    return _typed(text, _TELEX, 0)


def vni(text: str, chance: random.Random) -> str:
    """As typed with VNI while the keyboard did not compose: "nguye6n4 tra4i"."""
    return _typed(text, _VNI, 1)


def _typed(text: str, letters: dict[str, str], key: int) -> str:
    def change(found: re.Match[str]) -> str:
        out, tone = "", ""
        for letter in unicodedata.normalize("NFC", found[0].lower()):
            parts = unicodedata.normalize("NFD", letter)
            tone += "".join(_TONE_KEYS[part][key] for part in parts if part in _TONE_KEYS)
            bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONE_KEYS))
            out += letters.get(bare, bare)
        return out + tone

    return _WORD.sub(change, text)


def misheard(text: str, chance: random.Random) -> str:
    """One or two words with a sound that the south does not tell from another, tones lost."""
    words = without_accents(text, chance).split(" ")
    places = [place for place, word in enumerate(words) if word.isalpha() and len(word) > 2]
    for place in chance.sample(places, min(len(places), chance.choice((1, 1, 2)))):
        words[place] = _other_sound(words[place], chance)
    return " ".join(words)


def _other_sound(word: str, chance: random.Random) -> str:
    starts = [other + word[len(one) :] for one, other in _SOUNDS if word.startswith(one)]
    ends = [word[: -len(one)] + other for one, other in _ENDINGS if word.endswith(one) and len(word) > len(one) + 1]
    return chance.choice(starts + ends or [word])


def slip(text: str, chance: random.Random) -> str:
    """No accents, and one letter lost, doubled or swapped with the next."""
    text = without_accents(text, chance)
    places = [place for place, letter in enumerate(text[:-1]) if letter.isalpha()]
    if not places:
        return text
    at = chance.choice(places)
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return chance.choice((text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:], swapped))


def shortened(text: str, chance: random.Random) -> str:
    """ "Phường 13, Quận 3" → "P13 Q3" or "f.13 q 3"; "Nguyễn" → "Ng." half of the time; "Đường" left out or "đ."."""
    for long, ways in (
        ("Phường ", ("P", "P.", "p ", "f")),
        ("Quận ", ("Q", "Q.", "q ")),
        ("Đường ", ("đ. ", "Đường ")),
    ):
        way = chance.choice(ways)
        text = re.sub(rf"{long}(?=\d)", way, text) if long != "Đường " else text.replace(long, way)
    text = re.sub(r"Phường (?=\D)", chance.choice(("P. ", "P ", "Phường ", "")), text)
    text = re.sub(r"Quận (?=\D)", chance.choice(("Q. ", "Q ", "")), text)
    if chance.random() < 0.5:
        text = text.replace("Nguyễn ", chance.choice(("Ng. ", "Ng ")))
    return text.replace(", ", chance.choice((", ", " ")))


def spoken_number(text: str, chance: random.Random) -> str:
    """A slash as it is said, "123 xẹt 45"; a plain number of up to three digits digit by digit or whole."""
    text = re.sub(r"(?<=\d)/(?=\d)", lambda _: chance.choice((" xẹt ", " trên ", " suyệt ")), text)
    if (found := re.match(r"^(\d{1,3})(?= )", text)) is not None and chance.random() < 0.5:
        text = " ".join(_DIGITS[int(digit)] for digit in found[1]) + text[found.end() :]
    return text.lower()


def as_written(text: str, chance: random.Random) -> str:
    return text


WAYS: dict[str, Callable[[str, random.Random], str]] = {
    "as written": as_written,
    "no accents": without_accents,
    "some accents": some_accents_lost,
    "telex": telex,
    "vni": vni,
    "shortened": shortened,
    "misheard": misheard,
    "slip": slip,
    "spoken": spoken_number,
}
