"""
A package's own tests: each case is answered as it says and compared with what it expects. Pure.

`max_questions` is a conversation: what `decide` asks next is answered from the case (what the case does not know,
with "unsure"), until the level stands and something may be sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.triage.answers import read_answers
from dispatch.triage.decide import Assessment, decide
from dispatch.triage.expressions import UNSURE
from dispatch.triage.model import PERSONAL, Case, ChapterCase, Expected, Package
from dispatch.triage.problems import Problem

LONGEST = 60
"""Questions after which a conversation has failed."""


def rehearse(package: Package) -> list[Problem]:
    """The cases that do not come out as they say."""
    return [
        Problem(one.file, one.line, f"test {one.case.name!r}: {reason}")
        for one in package.cases
        for reason in failures(package, one)
    ]


def failures(package: Package, one: ChapterCase) -> list[str]:
    """What differs from what a case expects; nothing when it passes."""
    package = package.for_test(one.case)
    reading = read_answers(package, one.case.given, one.chapter)
    strange = [f"{name} is no question" for name in reading.unknown]
    unclear = [f"{name} does not take {one.case.given[name]!r}" for name in reading.not_understood]
    found = decide(package, reading.answers)
    return [*strange, *unclear, *_differences(one.case.expect, found), *_too_many(package, one)]


def _differences(expected: Expected, found: Assessment) -> Iterator[str]:
    for name in ("level", "assessed_level", "recognised", "next"):
        wanted, got = getattr(expected, name), getattr(found, name)
        if wanted is not None and wanted != got:
            yield f"{name} is {got}, not {wanted} (found {', '.join(found.matched) or 'nothing'})"
    if stray := [code for code in expected.criteria if code not in found.matched]:
        yield f"{', '.join(stray)} not found, but {', '.join(found.matched) or 'nothing'}"
    if stray_flags := [flag for flag in expected.flags if flag not in found.flags]:
        yield f"no flag {', '.join(stray_flags)}, but {', '.join(found.flags) or 'none'}"
    if found.instructions[: len(expected.instructions)] != expected.instructions:
        yield f"instructions begin {', '.join(found.instructions)}, not {', '.join(expected.instructions)}"


def _too_many(package: Package, one: ChapterCase) -> Iterator[str]:
    most = one.case.expect.max_questions
    if most is None:
        return
    asked = questions_until_sent(package, one.case, one.chapter)
    if asked is None:
        yield "the conversation never comes to what is expected"
    elif asked > most:
        yield f"{asked} questions until something may be sent, not {most}"


def questions_until_sent(package: Package, case: Case, chapter: str | None) -> int | None:
    """How many questions are asked until the level expected stands and something may be sent; None if never."""
    given: dict[str, str | float | bool] = {}
    told: set[str] = set()
    named: str | None = None
    for asked in range(LONGEST):
        found = decide(package, read_answers(package, given, named, frozenset(told)).answers)
        if found.may_send and case.expect.level in (None, found.level):
            return asked
        if found.next is None:
            return None
        if package.questions[found.next].kind in PERSONAL:
            told.add(found.next)
            named = chapter if package.questions[found.next].kind == "words" else named
        else:
            given[found.next] = case.given.get(found.next, UNSURE)
    return None
