"""
The form of a protocol package: questions, criteria, levels, responses, instructions, as a doctor writes them in YAML.

Three kinds of file, one struct each; the JSON schema that editors and the check use is drawn from these structs. A
condition (`when`, `ask_if`) is a text in the small language of `expressions`; a name in it is the id of a question.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dispatch.domain.words import CallMark, Level, Recognised, Skill, UnitKind

Text = Annotated[str, Meta(min_length=1)]
Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Code = Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9]*(\.[A-Z0-9]+)+$")]
Condition = Annotated[str, Meta(min_length=1, max_length=400)]
QuestionKind = Literal["place", "phone", "words", "yes_no", "choice", "number"]
"""`place`, `phone` and `words` name people: they are asked here and kept elsewhere, and no condition reads them."""
Flag = Literal["police_113", "fire_114", "scene_unsafe", "protect_crew", "extrication", "boat", "many_patients"]
"""What a crew or a dispatcher must know besides the level."""
PERSONAL: frozenset[QuestionKind] = frozenset({"place", "phone", "words"})


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whatever stands in a package: a misspelt key is refused."""


class Words(Form, frozen=True, kw_only=True):
    vi: Text
    en: Text


class Header(Form, frozen=True, kw_only=True):
    """`approved_by` is None until a medical council has signed: then it names who, and `effective` since when."""

    id: Text
    version: Text
    licence: Text
    note: Words
    approved_by: Text | None = None
    effective: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class UnitAsked(Form, frozen=True, kw_only=True):
    """`count` units, each with these skills; `kinds` that would serve, any when empty."""

    skills: Annotated[tuple[Skill, ...], Meta(min_length=1)]
    count: Annotated[int, Meta(ge=1, le=6)] = 1
    kinds: tuple[UnitKind, ...] = ()


class Response(Form, frozen=True, kw_only=True):
    """Who goes, and whether with sirens. Without units: a call-back or another service."""

    id: Id
    name: Words
    units: tuple[UnitAsked, ...] = ()
    sirens: bool = False


class LevelRule(Form, frozen=True, kw_only=True):
    level: Level
    name: Words
    response: Id


class Choice(Form, frozen=True, kw_only=True):
    id: Id
    name: Words


class Question(Form, frozen=True, kw_only=True):
    """`ask_if`: left out only when that is known to be false. `always`: asked although it changes no level."""

    id: Id
    kind: QuestionKind
    text: Words
    help: Words | None = None
    choices: tuple[Choice, ...] = ()
    unit: Literal["years", "minutes", "metres", "people", "weeks"] | None = None
    least: float | None = None
    most: float | None = None
    ask_if: Condition | None = None
    always: bool = False


class Criterion(Form, frozen=True, kw_only=True):
    """What is found when `when` holds. Without a level it only brings instructions and flags."""

    code: Code
    when: Condition
    text: Words
    level: Level | None = None
    response: Id | None = None
    instructions: tuple[Id, ...] = ()
    flags: tuple[Flag, ...] = ()
    recognises: Recognised | None = None


class Chapter(Form, frozen=True, kw_only=True):
    """
    What a caller complains of. `level` holds until more is known; `complaints` are the city pack's codes that open it.

    `questions` are ids of shared questions, or the chapter's own. Those that `first` names are asked right after where
    and what, before anybody is told to go near and touch.
    """

    id: Id
    name: Words
    level: Level
    complaints: tuple[Id, ...] = ()
    questions: tuple[Id | Question, ...] = ()
    first: tuple[Id, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    instructions: tuple[Id, ...] = ()
    surveillance: tuple[Id, ...] = ()


class Gate(Form, frozen=True, kw_only=True):
    """What every caller is asked, in this order. Sending may begin before the end."""

    questions: Annotated[tuple[Question, ...], Meta(min_length=1)]
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1)]
    instructions: tuple[Id, ...] = ()
    unknown_level: Level = 2


class AlertCard(Form, frozen=True, kw_only=True):
    """Asked after the gate while `active`, in these chapters (all when empty): an outbreak's questions for the crew."""

    id: Id
    name: Words
    active: bool
    chapters: tuple[Id, ...] = ()
    questions: tuple[Question, ...] = ()
    criteria: tuple[Criterion, ...] = ()


class Step(Form, frozen=True, kw_only=True):
    """`timer_s`: ask again after so many seconds. `metronome`: the beat sounds. `marks`: a moment that is measured."""

    id: Id
    text: Words
    timer_s: Annotated[int, Meta(ge=1, le=1800)] | None = None
    metronome: bool = False
    marks: CallMark | None = None


class Instruction(Form, frozen=True, kw_only=True):
    """
    What the caller is told to do until help comes, step by step. Urgent ones come first; `before_all` even before
    compressions, since the helper's own life hangs on it.
    """

    id: Id
    name: Words
    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]
    urgent: bool = False
    before_all: bool = False
    metronome_bpm: Annotated[int, Meta(ge=60, le=140)] | None = None


class Variant(Form, frozen=True, kw_only=True):
    """Use this instruction when the condition is known to hold; the last one has none."""

    use: Id
    when: Condition | None = None


class Expected(Form, frozen=True, kw_only=True):
    """
    What a test expects; only what is given is compared. `instructions` come first and in this order; `criteria` and
    `flags` are among those found; `max_questions` until the level stands and something may be sent.
    """

    level: Level | None = None
    assessed_level: Level | None = None
    criteria: tuple[Code, ...] = ()
    instructions: tuple[Id, ...] = ()
    flags: tuple[Flag, ...] = ()
    recognised: Recognised | None = None
    next: Id | None = None
    max_questions: Annotated[int, Meta(ge=0, le=40)] | None = None


class Case(Form, frozen=True, kw_only=True):
    """
    A test: with these answers, this is expected. In a chapter's file it is a case of that chapter.

    `alert`: with the alert card on; all others run with it off, whether it is on now or not. All run unsigned.
    """

    name: Text
    given: dict[Id, str | float | bool]
    expect: Expected
    alert: bool = False


class PackageFile(Form, frozen=True, kw_only=True):
    """package.yaml"""

    package: Header
    levels: Annotated[tuple[LevelRule, ...], Meta(min_length=4, max_length=4)]
    responses: Annotated[tuple[Response, ...], Meta(min_length=1)]
    gate: Gate
    alert: AlertCard
    questions: tuple[Question, ...] = ()
    tests: tuple[Case, ...] = ()


class InstructionFile(Form, frozen=True, kw_only=True):
    """instructions/*.yaml"""

    instructions: tuple[Instruction, ...]
    variants: dict[Id, Annotated[tuple[Variant, ...], Meta(min_length=1)]] = {}


class ChapterFile(Form, frozen=True, kw_only=True):
    """chapters/*.yaml"""

    chapter: Chapter
    tests: Annotated[tuple[Case, ...], Meta(min_length=1)]


class ChapterCase(msgspec.Struct, frozen=True):
    """A test with the chapter it belongs to (None: the gate's), and where it stands."""

    case: Case
    chapter: str | None
    file: str
    line: int


class Package(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A whole package, checked. `hash` changes with every letter of its files."""

    hash: str
    header: Header
    levels: dict[int, LevelRule]
    responses: dict[str, Response]
    gate: Gate
    alert: AlertCard
    questions: dict[str, Question]
    chapters: dict[str, Chapter]
    instructions: dict[str, Instruction]
    variants: dict[str, tuple[Variant, ...]]
    cases: tuple[ChapterCase, ...] = ()

    def for_test(self, case: Case) -> Package:
        """As a case is tried: unsigned, the alert card as the case says. So signing it, or an outbreak, fails none."""
        header = msgspec.structs.replace(self.header, approved_by=None, effective=None)
        return msgspec.structs.replace(
            self, header=header, alert=msgspec.structs.replace(self.alert, active=case.alert)
        )

    @property
    def is_approved(self) -> bool:
        return self.header.approved_by is not None

    @cached_property
    def chapter_by_complaint(self) -> dict[str, str]:
        """Which chapter a complaint of the city pack opens."""
        return {code: chapter.id for chapter in self.chapters.values() for code in chapter.complaints}

    def questions_of(self, chapter_id: str | None) -> tuple[Question, ...]:
        """
        The gate's questions, those of an active alert card, the chapter's, in the order they are asked.

        What the chapter asks first stands after the gate's where and what: whether it is safe to go near is known
        before anybody is told to shake a shoulder.
        """
        chapter = self.chapters.get(chapter_id or "")
        card = self.alert.questions if self.is_alert_on(chapter_id) else ()
        asked = chapter.questions if chapter else ()
        own = tuple(self.questions[one] if isinstance(one, str) else one for one in asked)
        opening = tuple(one for one in self.gate.questions if one.kind in ("place", "words"))
        first = tuple(one for one in own if chapter and one.id in chapter.first)
        return tuple(dict.fromkeys((*opening, *first, *self.gate.questions, *card, *own)))

    def criteria_of(self, chapter_id: str | None) -> tuple[Criterion, ...]:
        """The gate's criteria, those of an active alert card, the chapter's."""
        chapter = self.chapters.get(chapter_id or "")
        card = self.alert.criteria if self.is_alert_on(chapter_id) else ()
        return (*self.gate.criteria, *card, *(chapter.criteria if chapter else ()))

    def is_alert_on(self, chapter_id: str | None) -> bool:
        card = self.alert
        return card.active and (not card.chapters or chapter_id in card.chapters)
