"""Every alarm as a page, drawn from the city pack's rules: `python -m tests.docs.alarms > docs/alarms.md`."""

from __future__ import annotations

from typing import Final

from dispatch.alarms.rules import FILE, Rule, read_rules
from dispatch.city_pack import DEFAULT_FOLDER

HEAD: Final = """# Báo động · Alarms

Drawn from `data/hcmc/alarms.toml`. An alarm is raised when its condition has held so long, passed on when nobody
acknowledged it so long after, and cleared when the condition has ended; each of these is a fact in the log. In the
console `X` acknowledges, `Z` lists all. A medical director changes numbers while the desk runs, in the policy's section
`alarms` ([operations](operations.md)). `urgent` is loud and red, `notice` one quiet line, `none` is in the list only.

| alarm | after | passed on | called · then | sound | what to do |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page, in Markdown."""
    rules = read_rules(DEFAULT_FOLDER / FILE)
    return HEAD + "".join(_row(kind, rule) for kind, rule in rules.items())


def _row(kind: str, rule: Rule) -> str:
    name = f"**{rule.name.vi}** · {rule.name.en}<br>`{kind}`"
    passed_on = "never" if rule.escalate_after_s is None else _time(rule.escalate_after_s)
    called = f"{_roles(rule.who)} · {_roles(rule.escalate_to)}"
    does = f"{rule.do.vi}<br>{rule.do.en}"
    return f"| {name} | {_after(rule)} | {passed_on} | {called} | {rule.sound} | {does} |\n"


def _after(rule: Rule) -> str:
    """The threshold, by level where it differs, with the further number that its kind has, and its source."""
    if isinstance(rule.threshold_s, dict):
        after = "<br>".join(f"{level}: {_time(seconds)}" for level, seconds in rule.threshold_s.items())
    else:
        after = _time(rule.threshold_s)
    further = {
        "refusals": rule.count,
        "m": rule.within_m,
        "of demand": rule.share,
    }
    told = [f"{value:g} {unit}" for unit, value in further.items() if value is not None]
    return "<br>".join([after, *told, f"({rule.source})"])


def _time(seconds: float) -> str:
    if seconds == 0:
        return "at once"
    return f"{seconds / 60:g} min" if seconds >= 120 else f"{seconds:g} s"


def _roles(roles: tuple[str, ...]) -> str:
    return ", ".join(role.replace("_", " ") for role in roles)


if __name__ == "__main__":
    print(page(), end="")
