"""A caller's words as tokens: folded, with what they looked like beside, and breaks where something separates."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from dispatch.geocoding.words import fold_token

_TOKEN = re.compile(r"\d+[A-Za-z]?\s?-\s?\d+[A-Za-z]?(?![\w/])|[^\W_]+(?:/[^\W_]+)*|[,;:()\n&+|–—-]")
_GLUED = re.compile(r"^([qpf])(\d{1,2})$")
# Accents that compose with no letter, from keyboards and broken copies.
_LOOSE_MARKS = re.compile("[\u0300-\u036f]")
ROAD_WORDS = frozenset({"duong", "pho", "dg"})


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, or "," "-" "&" for what separates; `raw` in lower case with its accents."""

    word: str
    raw: str

    @property
    def is_break(self) -> bool:
        return self.word in {",", "-", "&"}


BREAK = Token(",", ",")


def tokens_of(query: str) -> list[Token]:
    text = _LOOSE_MARKS.sub("", unicodedata.normalize("NFKC", query))
    text = re.sub(r"(?i)\bđ/d\b|\bd/d\b", "đối diện", text)
    tokens: list[Token] = []
    for raw in _TOKEN.findall(text):
        if raw in "&+|":
            tokens.append(Token("&", raw))
        elif raw in "–—-":
            tokens.append(Token("-", raw))
        elif raw in ",;:()\n":
            tokens.append(BREAK)
        elif (word := raw.replace(" ", "").lower() if "-" in raw else fold_token(raw).strip("/")) and (
            glued := _GLUED.match(word)
        ):
            tokens += [Token(glued[1], glued[1]), Token(glued[2], glued[2])]
        elif word:
            tokens.append(Token(word, unicodedata.normalize("NFC", raw.lower())))
    return tokens
