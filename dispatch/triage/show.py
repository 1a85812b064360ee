"""What the console is told: the whole package, and an assessment in words."""

from __future__ import annotations

from typing import Any

import msgspec

from dispatch.domain.state import ProtocolInForce
from dispatch.triage.answers import Reading
from dispatch.triage.decide import Assessment
from dispatch.triage.model import Criterion, Package, Question

UNSIGNED = {
    "vi": "Chưa hội đồng chuyên môn nào phê duyệt: chỉ gợi ý, không hạ mức, không tự điều xe.",
    "en": "No medical council has approved this: it proposes, never lowers a level and never sends by itself.",
}


def show_package(package: Package, in_force: ProtocolInForce) -> dict[str, Any]:
    """Everything but the tests: questions in full, chapters with the ids of theirs in the order they are asked."""
    return {
        **about(package),
        "note": package.header.note,
        "licence": package.header.licence,
        "adopted": in_force,
        "levels": [package.levels[level] for level in sorted(package.levels)],
        "responses": package.responses,
        "questions": package.questions,
        "gate": {
            "questions": [question.id for question in package.gate.questions],
            "criteria": package.gate.criteria,
            "instructions": package.gate.instructions,
            "unknown_level": package.gate.unknown_level,
        },
        "alert": {
            "id": package.alert.id,
            "name": package.alert.name,
            "active": package.alert.active,
            "chapters": package.alert.chapters,
            "questions": [question.id for question in package.alert.questions],
            "criteria": package.alert.criteria,
        },
        "chapters": {name: _chapter(package, name) for name in package.chapters},
        "instructions": package.instructions,
        "variants": package.variants,
    }


def about(package: Package) -> dict[str, Any]:
    """Which package, and that nobody has signed it when nobody has."""
    return {
        "id": package.header.id,
        "version": package.header.version,
        "hash": package.hash,
        "approved_by": package.header.approved_by,
        "effective": package.header.effective,
        "is_approved": package.is_approved,
        "warning": None if package.is_approved else UNSIGNED,
    }


def show_assessment(package: Package, found: Assessment, reading: Reading) -> dict[str, Any]:
    """The level with its reasons, the next question in full, what to tell the caller, what was not understood."""
    criteria = {one.code: one for one in package.criteria_of(found.chapter)}
    return {
        "protocol": about(package),
        "chapter": found.chapter,
        "level": found.level,
        "assessed_level": found.assessed_level,
        "may_send": found.may_send,
        "matched": [_reason(criteria[code]) for code in found.matched],
        "open_criteria": [_reason(criteria[code]) for code in found.open_criteria],
        "response": found.response,
        "instructions": found.instructions,
        "flags": found.flags,
        "recognised": found.recognised,
        "alert": found.alert,
        "next": package.questions[found.next] if found.next else None,
        "missing": found.missing,
        "not_understood": reading.not_understood,
        "unknown": reading.unknown,
    }


def _chapter(package: Package, name: str) -> dict[str, Any]:
    chapter = package.chapters[name]
    told: dict[str, Any] = msgspec.to_builtins(chapter)
    told["questions"] = [one.id if isinstance(one, Question) else one for one in chapter.questions]
    return told


def _reason(criterion: Criterion) -> dict[str, Any]:
    return {"code": criterion.code, "level": criterion.level, "text": criterion.text, "flags": criterion.flags}
