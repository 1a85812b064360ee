"""The rules of `alarms.toml`, strictly read: every kind has its rule, and each says all that its kind needs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec

from dispatch.access.roles import Role
from dispatch.alarms.settings import AlarmChange, Count, Metres, Seconds, Share, Thresholds
from dispatch.city_pack_tables import CityPackError, read_toml
from dispatch.domain.words import AlarmKind, Level

FILE = "alarms.toml"
Sound = Literal["urgent", "notice", "none"]
Number = Literal["count", "within_m", "share"]

NEEDS: Final[Mapping[AlarmKind, Number]] = {
    "offers_refused": "count",
    "surge_due": "count",
    "unit_unmoved": "within_m",
    "coverage_hole": "share",
}
"""The one further number that a kind's rule must give; all others must give none."""

UNLEVELLED: Final[frozenset[AlarmKind]] = frozenset(
    {
        "call_unanswered",
        "call_undecided",
        "call_back_overdue",
        "message_unanswered",
        "surge_due",
        "coverage_hole",
        "shift_over",
        "supplies_low",
    }
)
"""Kinds that concern no incident: their threshold cannot differ by level."""


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text in both languages."""

    vi: str
    en: str


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One kind of alarm. Seconds throughout; `do` says what to do about it, `source` where the threshold comes from.

    `escalate_after_s` counts from when it was raised; None: it never escalates.
    """

    threshold_s: Thresholds
    who: tuple[Role, ...]
    sound: Sound
    name: Words
    do: Words
    source: str
    escalate_after_s: Seconds | None = None
    escalate_to: tuple[Role, ...] = ("supervisor",)
    count: Count | None = None
    within_m: Metres | None = None
    share: Share | None = None

    def threshold(self, level: Level | None) -> float | None:
        """Seconds that the condition must hold at this level; None: never an alarm. Without a level the shortest."""
        if not isinstance(self.threshold_s, dict):
            return self.threshold_s
        return min(self.threshold_s.values()) if level is None else self.threshold_s.get(level)


Rules = Mapping[AlarmKind, Rule]


def read_rules(path: Path) -> dict[AlarmKind, Rule]:
    """The rules of a city pack. Raises `CityPackError` with the file, the kind, the fact and the way out."""
    told = read_toml(path)
    kinds: tuple[AlarmKind, ...] = get_args(AlarmKind)
    if stray := sorted(told.keys() - set(kinds)):
        raise CityPackError(FILE, f"no such kind of alarm: {stray}", f"choose among {', '.join(kinds)}")
    if missing := [kind for kind in kinds if kind not in told]:
        raise CityPackError(FILE, f"no rule for {missing}", "add one; to silence a kind, use the policy")
    return {kind: _read(kind, told[kind]) for kind in kinds}


def with_changes(rules: Rules, changes: Mapping[AlarmKind, AlarmChange]) -> dict[AlarmKind, Rule]:
    """The rules as the policy has them, without those that it switches off."""
    return {
        kind: _changed(rule, changes[kind]) if kind in changes else rule
        for kind, rule in rules.items()
        if kind not in changes or changes[kind].on
    }


def _changed(rule: Rule, change: AlarmChange) -> Rule:
    told = {name: value for name, value in msgspec.structs.asdict(change).items() if name != "on" and value is not None}
    below, above = rule.threshold_s, change.threshold_s
    if isinstance(below, dict) and isinstance(above, dict):
        told["threshold_s"] = below | above
    elif isinstance(above, dict) and not above:
        del told["threshold_s"]
    return msgspec.structs.replace(rule, **told)


def _read(kind: AlarmKind, told: Any) -> Rule:
    where = f"{FILE} [{kind}]"
    try:
        rule = msgspec.convert(told, Rule, strict=False)
    except msgspec.ValidationError as error:
        raise CityPackError(where, str(error), "correct or add the key it names") from None
    for fact, way_out in _complaints(kind, rule):
        raise CityPackError(where, fact, way_out)
    return rule


def _complaints(kind: AlarmKind, rule: Rule) -> list[tuple[str, str]]:
    """What is wrong with a rule that reads well, each with its way out."""
    by_level = isinstance(rule.threshold_s, dict)
    needed = NEEDS.get(kind)
    given = [name for name in get_args(Number) if getattr(rule, name) is not None]
    texts = (*msgspec.structs.astuple(rule.name), *msgspec.structs.astuple(rule.do), rule.source)
    checks = (
        (rule.threshold_s == {}, "threshold_s is empty", "give seconds, or a level's"),
        (by_level and kind in UNLEVELLED, "it concerns no incident and has no level", "give one threshold_s"),
        (not rule.who or not rule.escalate_to, "nobody is told", "name a role in who and in escalate_to"),
        (not all(text.strip() for text in texts), "a text is empty", "say it in vi and en, and where it comes from"),
        (given != ([needed] if needed else []), f"of {get_args(Number)} it gives {given}", f"give {needed or 'none'}"),
    )
    return [(fact, way_out) for is_wrong, fact, way_out in checks if is_wrong]
