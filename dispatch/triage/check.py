"""
A package against itself: every name means something, once; every condition can be decided; every complaint has its
chapter. What the schema cannot say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from dispatch.triage.expressions import UNSURE, BadCondition, Term, parse, terms
from dispatch.triage.model import (
    PERSONAL,
    ChapterFile,
    Criterion,
    InstructionFile,
    PackageFile,
    Question,
)
from dispatch.triage.problems import Problem, Source
from dispatch.triage.yaml_lines import Path

Placed = tuple[Source, Path, str]
"""Something with an id: its file, its path, its id."""


def check(sources: Sequence[Source], complaints: Collection[str]) -> list[Problem]:
    """Everything that is wrong, in no order."""
    return [
        *_twice("question", _question_ids(sources)),
        *_twice("criterion", _criterion_codes(sources)),
        *_twice("chapter", _chapter_ids(sources)),
        *_twice("instruction", _instruction_ids(sources)),
        *_twice("response", _response_ids(sources)),
        *_references(sources),
        *_chapters(sources, complaints),
        *_questions(sources),
        *_conditions(sources),
        *_header(sources),
    ]


def questions_in(sources: Iterable[Source]) -> Iterator[tuple[Source, Path, Question]]:
    """Every question with its place."""
    for source in sources:
        form = source.form
        if isinstance(form, PackageFile):
            lists: list[tuple[Path, Iterable[object]]] = [
                (("gate", "questions"), form.gate.questions),
                (("alert", "questions"), form.alert.questions),
                (("questions",), form.questions),
            ]
        elif isinstance(form, ChapterFile):
            lists = [(("chapter", "questions"), form.chapter.questions)]
        else:
            continue
        for path, found in lists:
            for at, one in enumerate(found):
                if isinstance(one, Question):
                    yield source, (*path, at), one


def criteria_in(sources: Iterable[Source]) -> Iterator[tuple[Source, Path, Criterion]]:
    """Every criterion with its place."""
    for source in sources:
        form = source.form
        if isinstance(form, PackageFile):
            lists = [(("gate", "criteria"), form.gate.criteria), (("alert", "criteria"), form.alert.criteria)]
        elif isinstance(form, ChapterFile):
            lists = [(("chapter", "criteria"), form.chapter.criteria)]
        else:
            continue
        for path, found in lists:
            for at, one in enumerate(found):
                yield source, (*path, at), one


def _question_ids(sources: Sequence[Source]) -> Iterator[Placed]:
    return ((source, path, question.id) for source, path, question in questions_in(sources))


def _criterion_codes(sources: Sequence[Source]) -> Iterator[Placed]:
    return ((source, path, criterion.code) for source, path, criterion in criteria_in(sources))


def _chapter_ids(sources: Sequence[Source]) -> Iterator[Placed]:
    return ((one, ("chapter", "id"), one.form.chapter.id) for one in sources if isinstance(one.form, ChapterFile))


def _instruction_ids(sources: Sequence[Source]) -> Iterator[Placed]:
    for source in sources:
        if isinstance(source.form, InstructionFile):
            yield from ((source, ("instructions", at), one.id) for at, one in enumerate(source.form.instructions))
            yield from ((source, ("variants", name), name) for name in source.form.variants)


def _response_ids(sources: Sequence[Source]) -> Iterator[Placed]:
    for source in sources:
        if isinstance(source.form, PackageFile):
            yield from ((source, ("responses", at), one.id) for at, one in enumerate(source.form.responses))


def _twice(what: str, placed: Iterable[Placed]) -> Iterator[Problem]:
    """The same id means the same thing wherever it stands, so it is defined once."""
    first: dict[str, Placed] = {}
    for source, path, name in placed:
        if name in first:
            there = first[name][0].problem(first[name][1], "")
            yield source.problem(path, f"{what} {name} is defined already in {there.file} line {there.line}")
        else:
            first[name] = (source, path, name)


def _references(sources: Sequence[Source]) -> Iterator[Problem]:
    """Instructions, responses, shared questions and alert chapters that are named exist."""
    known = {
        "instruction": {name for _, _, name in _instruction_ids(sources)},
        "response": {name for _, _, name in _response_ids(sources)},
        "chapter": {name for _, _, name in _chapter_ids(sources)},
        "shared question": {one.id for source in sources if isinstance(source.form, PackageFile)
                            for one in source.form.questions},
    }  # fmt: skip
    for source, path, kind, name in _named(sources):
        if name not in known[kind]:
            nearest = ", ".join(sorted(known[kind])[:60])
            yield source.problem(path, f"no {kind} {name}; there are {nearest}")


def _named(sources: Sequence[Source]) -> Iterator[tuple[Source, Path, str, str]]:
    for source, path, criterion in criteria_in(sources):
        if criterion.response:
            yield source, (*path, "response"), "response", criterion.response
        for at, name in enumerate(criterion.instructions):
            yield source, (*path, "instructions", at), "instruction", name
    for source in sources:
        form = source.form
        if isinstance(form, PackageFile):
            yield from ((source, ("levels", at), "response", one.response) for at, one in enumerate(form.levels))
            for at, name in enumerate(form.gate.instructions):
                yield source, ("gate", "instructions", at), "instruction", name
            for at, name in enumerate(form.alert.chapters):
                yield source, ("alert", "chapters", at), "chapter", name
        elif isinstance(form, ChapterFile):
            for at, name in enumerate(form.chapter.instructions):
                yield source, ("chapter", "instructions", at), "instruction", name
            for at, one in enumerate(form.chapter.questions):
                if isinstance(one, str):
                    yield source, ("chapter", "questions", at), "shared question", one
        else:
            for name, variants in form.variants.items():
                yield from ((source, ("variants", name, at), "instruction", v.use) for at, v in enumerate(variants))


def _chapters(sources: Sequence[Source], complaints: Collection[str]) -> Iterator[Problem]:
    """Each complaint of the city pack opens exactly one chapter; a chapter names nothing that is not there."""
    opened: dict[str, str] = {}
    for source in sources:
        if not isinstance(source.form, ChapterFile):
            continue
        chapter = source.form.chapter
        asked = {one if isinstance(one, str) else one.id for one in chapter.questions}
        for at, name in enumerate(chapter.first):
            if name not in asked:
                yield source.problem(("chapter", "first", at), f"{name} is none of the chapter's questions")
        for at, code in enumerate(chapter.complaints):
            path: Path = ("chapter", "complaints", at)
            if code not in complaints:
                yield source.problem(path, f"the city pack has no complaint {code}; complaints.toml lists them")
            if code in opened:
                yield source.problem(path, f"complaint {code} opens chapter {opened[code]} already")
            opened.setdefault(code, chapter.id)
    main = next(source for source in sources if isinstance(source.form, PackageFile))
    for code in sorted(set(complaints) - opened.keys()):
        yield main.problem((), f"complaint {code} of the city pack opens no chapter; name it in one")


def _questions(sources: Sequence[Source]) -> Iterator[Problem]:
    for source, path, question in questions_in(sources):
        if (question.kind == "choice") != bool(question.choices):
            yield source.problem(path, f"question {question.id}: a choice, and nothing else, has choices")
        if len({choice.id for choice in question.choices}) < len(question.choices):
            yield source.problem(path, f"question {question.id}: a choice stands twice")
        if question.kind != "number" and (question.unit or question.least is not None or question.most is not None):
            yield source.problem(path, f"question {question.id}: only a number has unit, least and most")
    for source in sources:
        if isinstance(source.form, PackageFile) and {r.level for r in source.form.levels} != {1, 2, 3, 4}:
            yield source.problem(("levels",), "the levels are 1, 2, 3 and 4, each once")


def _conditions(sources: Sequence[Source]) -> Iterator[Problem]:
    """Every condition can be read, and asks only for questions that are asked where it stands."""
    for source in sources:
        for path, text in _texts(source):
            try:
                condition = parse(text)
            except BadCondition as error:
                yield source.problem(path, f"{text!r} {error}")
                continue
            asked = _asked(sources, source, path)
            for term in terms(condition):
                if reason := _wrong(term, asked):
                    yield source.problem(path, f"{text!r} column {term.column}: {reason}")


def _asked(sources: Sequence[Source], source: Source, path: Path) -> dict[str, Question]:
    """The questions that are asked before a condition there: the gate's, the alert card's in it, the chapter's."""
    everywhere = {(path[0], one.id): one for _, path, one in questions_in(sources) if path[0] != "chapter"}
    found = {name: one for (part, name), one in everywhere.items() if part in ("gate", path[0])}
    if isinstance(source.form, ChapterFile):
        for one in source.form.chapter.questions:
            shared = everywhere.get(("questions", one)) if isinstance(one, str) else one
            if shared:
                found[shared.id] = shared
    return found


def _texts(source: Source) -> Iterator[tuple[Path, str]]:
    for _, path, criterion in criteria_in([source]):
        yield (*path, "when"), criterion.when
    for _, path, question in questions_in([source]):
        if question.ask_if:
            yield (*path, "ask_if"), question.ask_if
    if isinstance(source.form, InstructionFile):
        for name, variants in source.form.variants.items():
            for at, variant in enumerate(variants):
                if variant.when:
                    yield ("variants", name, at, "when"), variant.when


def _wrong(term: Term, known: dict[str, Question]) -> str | None:
    """What a comparison asks for that its question cannot answer."""
    question = known.get(term.name)
    if question is None:
        return f"no question {term.name} is asked here; there are {', '.join(sorted(known))}"
    if question.kind in PERSONAL:
        return f"{term.name} is a {question.kind}, which no condition reads"
    if question.kind == "number":
        if any(isinstance(value, str) and value != UNSURE for value in term.values):
            return f"{term.name} is a number; compare it by <, <=, >, >= or with a number"
        return None
    if term.sign in ("<", "<=", ">", ">="):
        return f"{term.name} is no number; use == or in"
    allowed = ["yes", "no"] if question.kind == "yes_no" else [choice.id for choice in question.choices]
    strange = [str(value) for value in term.values if value not in (*allowed, UNSURE)]
    return f"{term.name} is never {', '.join(strange)}; it is {', '.join((*allowed, UNSURE))}" if strange else None


def _header(sources: Sequence[Source]) -> Iterator[Problem]:
    for source in sources:
        if isinstance(source.form, PackageFile):
            header = source.form.package
            if (header.approved_by is None) != (header.effective is None):
                yield source.problem(("package",), "approved_by and effective go together: who signed, and since when")
