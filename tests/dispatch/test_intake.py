"""The level that a call's answers propose."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch.intake.decide import level_of


@pytest.mark.parametrize("no", [False, "no", "No ", "không", "false", 0])
@pytest.mark.parametrize("question", ["conscious", "breathing"])
def test_every_way_to_say_no_makes_a_call_red(question: str, no: Any) -> None:
    assert level_of(4, {question: no}) == 1


@pytest.mark.parametrize("answers", [{}, {"breathing": True}, {"conscious": "yes"}, {"breathing": None}])
def test_other_answers_leave_the_complaint_its_level(answers: dict[str, Any]) -> None:
    assert (level_of(4, answers), level_of(None, answers)) == (4, 2)
