"""Which complaint a caller's words speak of. A proposal for the call-taker, never a diagnosis."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from dispatch.city_pack_schema import Complaint
from dispatch.text import fold

_WORD = re.compile(r"[^\W_]+")


class Word(NamedTuple):
    """A word without accents, and the accents it bore."""

    plain: str
    accents: frozenset[str]


class Phrase(NamedTuple):
    """The words that mean a complaint; `plain` is what they fold to."""

    plain: str
    words: tuple[Word, ...]
    complaint: Complaint


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text; đ counts as d with an accent."""
    found = []
    for token in _WORD.findall(unicodedata.normalize("NFC", text)):
        letters = unicodedata.normalize("NFKD", token.casefold())
        accents = frozenset(c for c in letters if unicodedata.combining(c) or c == "đ")
        found.append(Word(fold(token), accents))
    return tuple(found)


def says(typed: Word, meant: Word) -> bool:
    """Accents may be left out, never contradicted: "te" and "tê" say "tê"; "té" does not."""
    return typed.plain == meant.plain and typed.accents <= meant.accents


def phrases_of(complaints: Sequence[Complaint]) -> tuple[Phrase, ...]:
    """Every synonym, the longest first, and the graver first among those of one length."""
    phrases = [
        Phrase(fold(synonym), words_of(synonym), complaint)
        for complaint in complaints
        for synonym in (*complaint.synonyms_vi, *complaint.synonyms_en)
    ]
    return tuple(sorted(phrases, key=lambda phrase: (-len(phrase.plain), phrase.complaint.level)))


def contains(text: Sequence[Word], phrase: Sequence[Word]) -> bool:
    return any(
        all(says(typed, meant) for typed, meant in zip(text[start:], phrase, strict=False))
        for start in range(len(text) - len(phrase) + 1)
    )


def list_matches(text: str, complaints: Sequence[Complaint], phrases: Sequence[Phrase]) -> tuple[Complaint, ...]:
    """
    The complaints the words speak of, the best first, each once.

    An exact code or an exact name wins alone. Otherwise whole words, the longest synonym first. Does not
    understand "not": "không đau ngực" speaks of chest pain here.
    """
    wanted = text.strip().casefold()
    words = words_of(text)
    if not words:
        return ()
    for complaint in complaints:
        names = (words_of(complaint.name_vi), words_of(complaint.name_en))
        if wanted == complaint.code or any(len(n) == len(words) and contains(words, n) for n in names):
            return (complaint,)
    plain = " ".join(word.plain for word in words)
    near = (phrase for phrase in phrases if phrase.plain in plain)
    matched = (phrase.complaint for phrase in near if contains(words, phrase.words))
    return tuple({complaint.code: complaint for complaint in matched}.values())
