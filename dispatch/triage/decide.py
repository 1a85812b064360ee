"""
From answers to the next question, the level with its reasons, the response and what to tell the caller. Pure.

A level is the gravest of what is found and of where the chapter starts. What nobody has answered, or only unsurely,
never lowers it: an approved package goes below the chapter's start only once no graver criterion is left open, an
unapproved one never does (docs/domain.md). Weakness: a package is as good as those who sign it, and nobody has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dispatch.domain.words import Level, Recognised
from dispatch.triage.answers import Answers
from dispatch.triage.expressions import evaluate, names, parse
from dispatch.triage.model import PERSONAL, Criterion, Flag, Package, Question, Response


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """
    `level` is what to send by; `assessed_level` what the criteria alone say, None while none is found.

    `matched` and `open_criteria` are codes, gravest first; open ones are graver than `level` and wait for an answer.
    `may_send`: enough is known to send, even if questions are left. `next` is one of `missing`, or None: nothing left
    would change what is done.
    """

    chapter: str | None
    level: Level
    assessed_level: Level | None
    matched: tuple[str, ...]
    open_criteria: tuple[str, ...]
    response: Response
    instructions: tuple[str, ...]
    flags: tuple[Flag, ...]
    recognised: Recognised | None
    next: str | None
    missing: tuple[str, ...]
    may_send: bool
    alert: str | None
    is_approved: bool


def decide(package: Package, answers: Answers, *, in_surge: bool = False) -> Assessment:
    """
    What the answers so far mean. The same for the same package and answers, in whatever order they came.

    In a surge the next question is one that could make it graver, or that is always asked; the level is the same.
    """
    criteria = package.criteria_of(answers.chapter)
    found = [one for one in criteria if holds(one.when, answers) is True]
    undecided = [one for one in criteria if holds(one.when, answers) is None]
    assessed = min((one.level for one in found if one.level), default=None)
    level = _level(package, answers, assessed, undecided)
    matched = sorted((one for one in found), key=lambda one: one.level or 5)
    graver = [one for one in undecided if one.level and one.level < level]
    missing = _missing(package, answers)
    asked_sets = tuple(_instruction_sets(package, answers, matched))
    return Assessment(
        chapter=answers.chapter,
        level=level,
        assessed_level=assessed,
        matched=tuple(one.code for one in matched),
        open_criteria=tuple(one.code for one in sorted(graver, key=lambda one: one.level or 5)),
        response=_response(package, matched, level),
        instructions=_instructions(package, answers, asked_sets),
        flags=tuple(dict.fromkeys(flag for one in matched for flag in one.flags)),
        recognised=next((one.recognises for one in matched if one.recognises), None),
        next=_next(package, answers, missing, undecided, level, asked_sets, in_surge=in_surge),
        missing=tuple(question.id for question in missing),
        may_send=answers.chapter is not None or assessed is not None,
        alert=package.alert.id if package.is_alert_on(answers.chapter) else None,
        is_approved=package.is_approved,
    )


def holds(condition: str, answers: Answers) -> bool | None:
    """Whether a condition of the package holds; None while the answers do not decide it."""
    return evaluate(parse(condition), answers.values)


def _level(package: Package, answers: Answers, assessed: Level | None, undecided: Iterable[Criterion]) -> Level:
    chapter = package.chapters.get(answers.chapter or "")
    start = chapter.level if chapter else package.gate.unknown_level
    if assessed is None:
        return start
    graver_open = any(one.level and one.level < assessed for one in undecided)
    if package.is_approved and not graver_open:
        return assessed
    return min(start, assessed)


def _response(package: Package, matched: Sequence[Criterion], level: Level) -> Response:
    """That of a criterion found at this level, else the level's own."""
    special = next((one.response for one in matched if one.response and one.level == level), None)
    return package.responses[special or package.levels[level].response]


def _instruction_sets(package: Package, answers: Answers, matched: Sequence[Criterion]) -> Iterator[str]:
    """
    Names of instructions or of sets with variants: the gravest criterion's, then the chapter's, then the gate's.

    Of two that are as grave the chapter's own comes first: who has a fit is not rolled over before it ends.
    """
    chapter = package.chapters.get(answers.chapter or "")
    own_first = sorted(matched, key=lambda one: (one.level or 5, one in package.gate.criteria))
    usual = [name for one in own_first for name in one.instructions]
    usual += [*(chapter.instructions if chapter else ()), *package.gate.instructions]
    arrest = [name for one in reversed(matched) if one.recognises for name in one.instructions]
    if not arrest:
        yield from usual
        return
    yield from (name for name in usual if _is_before_all(package, name))
    yield from arrest


def _is_before_all(package: Package, name: str) -> bool:
    return name in package.instructions and package.instructions[name].before_all


def _instructions(package: Package, answers: Answers, sets: Sequence[str]) -> tuple[str, ...]:
    """
    Each once, urgent ones first, every set by its first variant that is known to fit.

    In an arrest there is nothing but its script, the chapter's own before the gate's, and what keeps the helper alive.
    """
    known = package.instructions
    chosen = dict.fromkeys(_variant(package, answers, name) for name in sets)
    return tuple(sorted(chosen, key=lambda name: (not known[name].before_all, not known[name].urgent)))


def _variant(package: Package, answers: Answers, name: str) -> str:
    for variant in package.variants.get(name, ()):
        if variant.when is None or holds(variant.when, answers) is True:
            return variant.use
    return name


def _missing(package: Package, answers: Answers) -> list[Question]:
    """Unanswered questions in the order they are asked, without those known not to apply."""
    known = answers.values.keys() | answers.told
    return [
        question
        for question in package.questions_of(answers.chapter)
        if question.id not in known and (question.ask_if is None or holds(question.ask_if, answers) is not False)
    ]


def _next(
    package: Package,
    answers: Answers,
    missing: Sequence[Question],
    undecided: Sequence[Criterion],
    level: Level,
    sets: Sequence[str],
    *,
    in_surge: bool,
) -> str | None:
    """The first missing question whose answer could change what is done; in a surge, make it graver."""
    tells = _is_graver if in_surge else _would_tell
    telling = {name for one in undecided if tells(one, level) for name in names(one.when)}
    for name in () if in_surge else sets:
        telling |= {word for variant in package.variants.get(name, ()) if variant.when for word in names(variant.when)}
    for question in missing:
        if (
            question.kind in PERSONAL
            or question.always
            or question.id in telling
            or (package.is_approved and level > 1 and not in_surge)
        ):
            return question.id
    return None


def _would_tell(criterion: Criterion, level: Level) -> bool:
    """Whether finding it would change the level, or bring flags, instructions or a recognition."""
    return _is_graver(criterion, level) or bool(
        criterion.flags or criterion.recognises or criterion.instructions or criterion.response
    )


def _is_graver(criterion: Criterion, level: Level) -> bool:
    """Whether finding it would make the level graver, or recognise what cannot wait."""
    return (criterion.level is not None and criterion.level < level) or criterion.recognises is not None
