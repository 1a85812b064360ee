"""The language of conditions: what it understands, what it refuses and where, and its three values."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.triage.expressions import BadCondition, Both, Expression, Not, Term, Value, evaluate, names, parse

ANSWERS: dict[str, Value] = {"a": "yes", "b": "no", "c": "unsure", "age": 40.0, "kind": "snake"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", True),
        ("b", False),
        ("c", None),
        ("nobody_asked", None),
        ("not b", True),
        ("not c", None),
        ("a and c", None),
        ("b and c", False),
        ("a or c", True),
        ("b or c", None),
        ("a and not b or c", True),
        ("a and (b or c)", None),
        ("c == unsure", True),
        ("a == unsure", False),
        ("c in (no, unsure)", True),
        ("c == no", None),
        ("c != yes", None),
        ("c != unsure", False),
        ("b != yes", True),
        ("age >= 40 and age < 40.5", True),
        ("age > 40", False),
        ("kind in (snake, dog)", True),
        ("kind != snake", False),
    ],
)
def test_a_condition_is_true_false_or_not_known(text: str, value: bool | None) -> None:
    assert evaluate(parse(text), ANSWERS) is value


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("a and", 6),
        ("a b", 3),
        ("(a", 3),
        ("a == ", 6),
        ("age >= old", 1),
        ("a in snake", 6),
        ("a in ()", 7),
        ("__import__('os')", 1),
        ("a; b", 2),
        ("a.b", 2),
        ("and a", 1),
        ("a == not", 6),
        ("(" * 30 + "a" + ")" * 30, 22),
    ],
)
def test_what_is_no_condition_is_refused_with_its_column(text: str, column: int) -> None:
    with pytest.raises(BadCondition) as refused:
        parse(text)
    assert refused.value.column == column


def conditions() -> st.SearchStrategy[Expression]:
    leaf = st.builds(Term, st.sampled_from("abc"), st.just("=="), st.sampled_from((("yes",), ("no",))), st.just(1))
    return st.recursive(leaf, lambda inner: st.builds(Not, inner) | joined(inner), max_leaves=8)


def joined(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.builds(Both, st.lists(inner, min_size=1, max_size=3).map(tuple), st.booleans())


@given(conditions(), st.fixed_dictionaries({}, optional={name: st.sampled_from(("yes", "no")) for name in "abc"}))
def test_a_known_value_holds_however_the_unanswered_are_answered(
    condition: Expression, answers: dict[str, Value]
) -> None:
    known = evaluate(condition, answers)
    open_ = [name for name in "abc" if name not in answers]
    later = {
        evaluate(condition, {**answers, **dict(zip(open_, filled, strict=True))})
        for filled in itertools.product(("yes", "no"), repeat=len(open_))
    }
    assert None not in later
    assert known is None or later == {known}


@given(st.text(alphabet="ab=!<>() and0123.,_", max_size=30))
def test_any_text_is_read_or_refused_with_a_column_in_it(text: str) -> None:
    column = 1
    try:
        names(text)
    except BadCondition as refused:
        column = refused.column
    assert 1 <= column <= len(text) + 1
