"""
Answers as a form, a telephone adapter or a person gives them, made the values that conditions read.

A yes, a no or a number in either language is understood; "unsure" is an answer too. What is not understood counts as
unsure, never as a no that would cost a level nor as a yes that would hide one, and is told back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from dispatch.text import fold
from dispatch.triage.expressions import UNSURE, Value
from dispatch.triage.model import PERSONAL, Package, Question

YES = frozenset({"true", "yes", "y", "1", "co", "vang", "da", "phai", "dung"})
NO = frozenset({"false", "no", "n", "0", "khong", "chua", "abnormal", "agonal", "gasping"})
NOT_SURE = frozenset({"unsure", "unknown", "not sure", "don t know", "khong ro", "khong biet", "chua ro"})
"""Folded: lower case, without accents. "abnormal" and "gasping" answer whether the breathing is normal."""

CHAPTER = "chapter"
"""The key under which answers may name the chapter."""

_YEARS_IN = {"year": 1, "tuoi": 1, "nam": 1, "month": 1 / 12, "thang": 1 / 12, "week": 7 / 365, "tuan": 7 / 365}
_YEARS_IN |= {"day": 1 / 365, "ngay": 1 / 365}
_MINUTES_IN: dict[str, float] = {"minute": 1, "phut": 1, "hour": 60, "gio": 60, "tieng": 60, "day": 1_440}
_MINUTES_IN |= {"ngay": 1_440, "week": 10_080, "tuan": 10_080, "month": 43_800, "thang": 43_800}
_MINUTES_IN |= {"h": 60, "m": 1, "p": 1}
_IN = {"years": _YEARS_IN, "minutes": _MINUTES_IN}
"""What one of a unit is in the question's own, by the beginnings of its names; longer ones first."""
_NUMBER = re.compile(r"^(\d+(?:[.,]\d+)?)\s*([^\d\s].*)?$")


class Answers(msgspec.Struct, frozen=True):
    """
    What is known: values by question, the chapter once it is known, and which personal things have been told (place,
    phone, words) without what they are.
    """

    values: Mapping[str, Value] = {}
    chapter: str | None = None
    told: frozenset[str] = frozenset()


class Reading(msgspec.Struct, frozen=True):
    """The answers, those that were not understood (they count as unsure), and names that are no question's."""

    answers: Answers
    not_understood: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_answers(
    package: Package, given: Mapping[str, Any], chapter: str | None = None, told: frozenset[str] = frozenset()
) -> Reading:
    """Raw answers as values; `told` are questions known to be answered otherwise, such as the caller's number."""
    asked = given.get(CHAPTER)
    chapter = asked if isinstance(asked, str) and asked in package.chapters else chapter
    values: dict[str, Value] = {}
    known, unclear, strange = set(told), [], []
    for name, raw in given.items():
        question = package.questions.get(name)
        if name == CHAPTER or raw is None:
            continue
        if question is None:
            strange.append(name)
        elif question.kind in PERSONAL:
            known.add(name)
        else:
            value = read_value(question, raw)
            if value is None:
                unclear.append(name)
            values[name] = UNSURE if value is None else value
    if chapter is not None:
        known |= {question.id for question in package.gate.questions if question.kind == "words"}
    answers = Answers(values, chapter, frozenset(known))
    return Reading(answers, tuple(sorted(unclear)), tuple(sorted(strange)))


def read_value(question: Question, raw: Any) -> Value | None:
    """One answer as its question's value; None when it is not understood."""
    word = fold(str(raw))
    if word in NOT_SURE:
        return UNSURE
    if question.kind == "yes_no":
        return "yes" if word in YES else "no" if word in NO else None
    if question.kind == "choice":
        return _choice(question, str(raw), word)
    return _number(question, raw)


def _choice(question: Question, raw: str, word: str) -> str | None:
    for choice in question.choices:
        if raw == choice.id or word in (fold(choice.id), fold(choice.name.vi), fold(choice.name.en)):
            return choice.id
    return None


def _number(question: Question, raw: Any) -> float | None:
    """A number with or without its unit; of years and minutes, larger and smaller units are understood too."""
    if isinstance(raw, bool):
        return None
    found = _NUMBER.match(str(raw).strip().casefold())
    if found is None:
        return None
    value, unit = float(found[1].replace(",", ".")), fold(found[2] or "")
    shares = _IN.get(question.unit or "")
    if shares and unit:
        share = next((share for name, share in shares.items() if unit.startswith(name)), None)
        if share is None:
            return None
        value *= share
    least = question.least if question.least is not None else 0.0
    most = question.most if question.most is not None else float("inf")
    return round(value, 4) if least <= value <= most else None
