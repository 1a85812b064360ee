"""
The language of conditions: names of questions, comparisons, `and`, `or`, `not`, brackets. Nothing else, and no eval.

    age >= 40 and (sweating or pain == radiating) and not breathing
    bitten_by in (snake, unknown_animal)

A condition is true, false, or not known yet (`None`): what nobody has answered, or answered with "unsure", decides
nothing by itself (Kleene's three values, "Introduction to Metamathematics", 1952). `x == unsure` asks for just that.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

Value = str | float
"""yes, no, unsure, a choice's id, or a number."""

UNSURE: Final = "unsure"
_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>==|!=|<=|>=|<|>|\(|\)|,))")
_WORDS = frozenset({"and", "or", "not", "in"})
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
DEEPEST = 20
"""Brackets in brackets; a doctor needs two (guess)."""


class BadCondition(ValueError):
    """A condition that cannot be read; `column` counts letters from 1."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(f"column {column}: {reason}")
        self.column, self.reason = column, reason


class Term(msgspec.Struct, frozen=True):
    """One question compared: `name` alone means `name == yes`. `values` has one value but for `in`."""

    name: str
    sign: str
    values: tuple[Value, ...]
    column: int


class Not(msgspec.Struct, frozen=True):
    inner: Expression


class Both(msgspec.Struct, frozen=True):
    """All of the parts (`and`), or any of them (`or`)."""

    parts: tuple[Expression, ...]
    is_any: bool


Expression = Term | Not | Both


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The condition in a text. Raises BadCondition with the column."""
    parser = _Parser(text)
    found = parser.either(0)
    parser.end()
    return found


def evaluate(condition: Expression, answers: Mapping[str, Value]) -> bool | None:
    """True, False, or None while the answers do not decide it."""
    if isinstance(condition, Term):
        return _compare(condition, answers.get(condition.name))
    if isinstance(condition, Not):
        inner = evaluate(condition.inner, answers)
        return None if inner is None else not inner
    values = [evaluate(part, answers) for part in condition.parts]
    if condition.is_any in values:
        return condition.is_any
    return None if None in values else not condition.is_any


def terms(condition: Expression) -> Iterator[Term]:
    """Every comparison in a condition, from left to right."""
    if isinstance(condition, Term):
        yield condition
    elif isinstance(condition, Not):
        yield from terms(condition.inner)
    else:
        for part in condition.parts:
            yield from terms(part)


def names(text: str) -> frozenset[str]:
    """The questions that a condition asks for."""
    return frozenset(term.name for term in terms(parse(text)))


def _compare(term: Term, given: Value | None) -> bool | None:
    if given is None:
        return None
    if given == UNSURE:
        if UNSURE not in term.values:
            return None
        return term.sign != "!="
    if term.sign in _COMPARE:
        value = term.values[0]
        if isinstance(given, str) or isinstance(value, str):
            return None
        return _COMPARE[term.sign](given, value)
    return (given in term.values) == (term.sign != "!=")


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0

    def either(self, depth: int) -> Expression:
        return self._joined("or", depth)

    def end(self) -> None:
        if self._at < len(self._tokens):
            column, token = self._tokens[self._at]
            raise BadCondition(column, f"{token!r} is not expected here; join two conditions by and, or")

    def _joined(self, word: str, depth: int) -> Expression:
        inner = self._single if word == "and" else lambda depth: self._joined("and", depth)
        parts = [inner(depth)]
        while self._take(word):
            parts.append(inner(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts), is_any=word == "or")

    def _single(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise BadCondition(self._column(), f"more than {DEEPEST} brackets in one another; make two criteria of it")
        if self._take("not"):
            return Not(self._single(depth + 1))
        if self._take("("):
            inner = self.either(depth + 1)
            self._expect(")")
            return inner
        return self._term()

    def _term(self) -> Expression:
        column = self._column()
        name = self._word("a question's id")
        sign = self._peek()
        if sign == "in":
            self._at += 1
            return Term(name, "in", self._list(), column)
        if sign in {"==", "!=", *_COMPARE}:
            self._at += 1
            value = self._value()
            if sign in _COMPARE and isinstance(value, str):
                raise BadCondition(column, f"{sign} compares numbers, not {value!r}; use == or in")
            return Term(name, sign, (value,), column)
        return Term(name, "==", ("yes",), column)

    def _list(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> Value:
        token = self._peek()
        if token and token[0].isdigit():
            self._at += 1
            return float(token)
        return self._word("a value")

    def _word(self, what: str) -> str:
        token, column = self._peek(), self._column()
        if token is None or not token[0].isalpha() or token in _WORDS:
            raise BadCondition(column, f"{what} is missing here" + (f", not {token!r}" if token else ""))
        self._at += 1
        return token

    def _expect(self, sign: str) -> None:
        column = self._column()
        if not self._take(sign):
            raise BadCondition(column, f"{sign!r} is missing here")

    def _take(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._at += 1
        return True

    def _peek(self) -> str | None:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else None

    def _column(self) -> int:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else len(self._text) + 1


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            raise BadCondition(column, f"{text[column - 1]!r} is not part of the language of conditions")
        token = found.group().strip()
        yield found.end() - len(token) + 1, token
        at = found.end()
