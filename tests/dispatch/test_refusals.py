"""Every refusal that a person can meet is said in Vietnamese too, with the facts that it gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from dispatch.errors import IllegalStep, Saigon115Error, Taken, TooOften
from dispatch.paths import repo_root
from dispatch.problems import problem

BY_STEP = {"illegal_step", "illegal_report"}
"""The screen tells a crew's report from other steps: one code, two sentences."""


def refusals() -> Iterator[tuple[str, set[str]]]:
    """Each code in the sources with the names of its facts."""
    for path in sorted((repo_root() / "dispatch").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                given = {one.arg: one.value for one in node.keywords if one.arg}
                code = given.pop("code", None)
                if isinstance(code, ast.Constant) and isinstance(code.value, str) and _is_error(node):
                    yield code.value, set(given)


def _is_error(call: ast.Call) -> bool:
    name = ast.unparse(call.func).split(".")[-1]
    return name == "__init__" or name in {kind.__name__ for kind in _kinds(Saigon115Error)}


def _kinds(kind: type[Saigon115Error]) -> Iterator[type[Saigon115Error]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _kinds(one)


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, set[str]]:
    """Each code of the screen with its slots."""
    text = (repo_root() / "web" / "src" / "i18n" / "refusals.vi.ts").read_text()
    found = re.findall(r'^  (\w+):\s+"([^"]*)",$', text, re.MULTILINE)
    return {code: set(re.findall(r"\{(\w+)\}", words)) for code, words in found}


def test_every_code_has_words_on_the_screen_and_no_words_are_left_over(vietnamese: dict[str, set[str]]) -> None:
    assert set(vietnamese) - BY_STEP == {code for code, _ in refusals()} - BY_STEP


def test_the_words_ask_for_no_fact_that_the_refusal_does_not_give(vietnamese: dict[str, set[str]]) -> None:
    lacking = {code: vietnamese[code] - facts for code, facts in refusals() if vietnamese[code] - facts}
    assert lacking == {}


def test_a_message_is_its_facts_in_a_template_and_plain_words_stay_as_they_are() -> None:
    assert str(Taken("unit {unit} is {status}", code="busy", unit="115-001", status="on_scene")) == (
        "unit 115-001 is on_scene"
    )
    assert str(Taken("braces {stay}")) == "braces {stay}"
    assert TooOften("wait {wait_s} s", retry_after_s=9, code="too_often", wait_s=9).facts == {"wait_s": 9}


def test_a_problem_carries_code_and_facts_beside_its_detail() -> None:
    error = IllegalStep("unit", "115-001", "available", "on_scene", ["off_duty"])
    body = problem(409, "illegal-step", "Not possible", str(error), code=error.code, facts=error.facts).body
    assert bytes(body).decode() == (
        '{"type":"urn:saigon115:problem:illegal-step","title":"Not possible","status":409,'
        '"detail":"unit 115-001 cannot go on_scene while available; allowed: off_duty","code":"illegal_step",'
        '"facts":{"thing":"unit","id":"115-001","status":"available","step":"on_scene","allowed":"off_duty"}}'
    )
