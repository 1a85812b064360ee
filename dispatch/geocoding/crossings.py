"""Two streets that meet, in the many ways that callers say it; which of the words name which street."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dispatch.geocoding.tokens import ROAD_WORDS, Token

_ARMS = frozenset({"ba", "tu", "nam", "sau", "bay", "3", "4", "5", "6", "7"})
_PREFIXES = (
    ("nga", "*"), ("goc", "duong"), ("goc",), ("giao", "lo"), ("nut", "giao"), ("giao", "giua"), ("giua",),
    ("cho", "giao"), ("doan", "giao"), ("cho", "nga", "*"),
)  # fmt: skip
_BEFORE = frozenset({"gan", "ngay", "tai", "o"})
# "Vòng xoay Ngã Sáu", "bến xe Ngã Tư Ga": parts of one name.
_BEFORE_A_JUNCTION = frozenset({"xoay", "binh", "xe", "cau", "cho", "gan", "ngay", "o", "tai", "vuot"})
# Between two names: "Lê Lợi góc Pasteur", "Lê Lợi gặp Pasteur", "Lê Lợi đụng Pasteur".
_MEET = {"goc": "góc", "gap": "gặp", "dung": "đụng"}


def crossing_of(tokens: Sequence[Token]) -> tuple[str, str] | None:
    """Two streets that meet: "ngã tư A – B", "góc A và B", "A giao B", "A x B", "A góc B", "ngã tư đường A đường B"."""
    kept = [token for token in tokens if token.word != ","]
    words = [token.word for token in kept]
    start = _prefix(words)
    for place in range(start + 1, len(kept) - 1):
        if width := _joins(kept, place, start > 0):
            left, rest = names_of(words[start:place]), place + width
            end = next((at for at in range(rest + 1, len(kept) - 1) if _joins(kept, at, start > 0)), len(kept))
            right = names_of(words[rest:end])
            if left and right:
                return left, right
    if start and (pieces := _pieces(tokens[_prefix([token.word for token in tokens]) :])):
        return pieces
    return None


def _prefix(words: Sequence[str]) -> int:
    """How many words at the start announce a crossing."""
    start = 0
    while start < len(words) and words[start] in _BEFORE:
        start += 1
    for prefix in _PREFIXES:
        said = words[start : start + len(prefix)]
        if len(said) == len(prefix) and all(
            a == b or (b == "*" and a in _ARMS) for a, b in zip(said, prefix, strict=True)
        ):
            return start + len(prefix)
    return 0


def _joins(kept: Sequence[Token], place: int, announced: bool) -> int:
    """How many tokens from `place` join two street names; 0 for none."""
    token, after = kept[place], kept[place + 1].word
    if token.word in {"&", "x"}:
        return 1
    if token.word == "-":
        return int(announced or not (kept[place - 1].word[:1].isdigit() or after[:1].isdigit()))
    if token.word == "giao":
        return int(after not in {"thong", "lo", "hang"} and token.raw == "giao")
    if token.word == "cat":
        return int(token.raw == "cắt" or (token.raw == "cat" and after != "lai" and place >= 2))
    if token.word in _MEET:
        return int(token.raw in {token.word, _MEET[token.word]} and place >= 2)
    if token.word == "nga" and after in _ARMS and len(kept) > place + 2 and token.raw in {"nga", "ngã"}:
        return 2 if place >= 2 and kept[place - 1].word not in _BEFORE_A_JUNCTION else 0
    return int(announced and ((token.word == "va" and token.raw in {"va", "và"}) or token.word == "voi"))


def _pieces(tokens: Sequence[Token]) -> tuple[str, str] | None:
    """Two names kept apart by a comma, or by "đường" before each."""
    pieces: list[list[str]] = [[]]
    for token in tokens:
        if token.word == "," or (token.word in ROAD_WORDS and token.raw != "dương"):
            pieces.append([])
        else:
            pieces[-1].append(token.word)
    named = [name for piece in pieces if piece and (name := names_of(piece))]
    return (named[0], named[1]) if len(named) == 2 else None


_ANNOUNCED = re.compile(r"^(?:nga (?:ba|tu|nam|sau|bay|[3-7])|goc(?: duong)?|giao lo|nut giao|vong xoay|doan|cho) ")


def unjoined_pairs(name: str) -> Iterator[tuple[str, str]]:
    """Every way to cut a name in two: "ngã tư Nguyễn Trãi Lê Hồng Phong" says no word between its streets."""
    words = _ANNOUNCED.sub("", name).split(" ")
    for cut in range(1, len(words)):
        left = words[: cut - 1] if words[cut - 1] in {"va", "voi"} else words[:cut]
        if left:
            yield " ".join(left), " ".join(words[cut:])


def is_announced(name: str) -> bool:
    """Whether the words start as those of a crossing."""
    return _ANNOUNCED.match(name) is not None


def names_of(words: Sequence[str]) -> str:
    """A street's words without "đường" before a proper name, relations and breaks left out."""
    kept = [word for word in words if word not in {",", "-", "&"}]
    if len(kept) > 2 and kept[0] in ROAD_WORDS and kept[1] != "so":
        kept = kept[1:]
    if kept[-1:] == ["giao"] or kept[-1:] == ["voi"]:
        kept = kept[:-1]
    return " ".join(kept)
