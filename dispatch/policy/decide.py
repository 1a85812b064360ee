"""
Whether a revision of the policy can stand. Pure: state in, event out; the message of a refusal names the setting.

A setting's unit is the end of its name, or of the name above it: that is what bounds a number when its own room
sets no narrower bound. Weakness: within its bounds a number may still be unwise; `approved_by` answers for that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from dispatch.domain import events as ev
from dispatch.domain.state import State
from dispatch.errors import Malformed, Stale
from dispatch.policy.model import Sections, plain, read_section, section_types

BOUNDS: tuple[tuple[str, float, float, str], ...] = (
    ("_kph", 1.0, 200.0, "km/h"),
    ("_fraction", 0.0, 1.0, "a share"),
    ("_share", 0.0, 1.0, "a share"),
    ("_weight", 0.0, 100.0, "a weight"),
    ("_min", 0.0, 1_440.0, "minutes"),
    ("_km", 0.0, 100.0, "kilometres"),
    ("_m", 0.0, 100_000.0, "metres"),
    ("_s", 0.0, 86_400.0, "seconds"),
)
"""Unit by the end of a name, least, most (guess: a day, the city's width, no vehicle's speed), and how it is called."""

OTHERS = (0.0, 10_000.0, "a number")


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """What a medical director asks for. `version`: of the policy it was written on; None where it does not matter."""

    sections: Sections
    reason: str
    approved_by: str
    version: int | None = None


def revise(state: State, asked: Revision) -> ev.PolicyRevised:
    """The revision as a fact, without what equals the defaults. Raises Malformed or Stale."""
    now_at = state.policy.version
    if asked.version not in (None, now_at):
        raise Stale(f"the policy is at version {now_at}, not {asked.version}; GET /api/v1/policy and decide again")
    for name, told in asked.sections.items():
        _check_section(name, told)
    differs = {name: difference(_defaults(name), told) for name, told in asked.sections.items()}
    return ev.PolicyRevised(
        sections={name: told for name, told in sorted(differs.items()) if told},
        reason=asked.reason,
        approved_by=asked.approved_by,
    )


def difference(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """What of `above` is not so in `below`, dict by dict, sorted by name."""
    told: dict[str, Any] = {}
    for key, value in sorted(above.items()):
        beneath = below.get(key)
        if isinstance(value, Mapping) and isinstance(beneath, Mapping):
            if inner := difference(beneath, value):
                told[key] = inner
        elif key not in below or beneath != value:
            told[key] = value
    return told


def bound_of(path: str) -> tuple[float, float, str]:
    """Least, most and unit of the numbers under a name such as `assignment.target_s.1`."""
    for name in reversed(path.split(".")):
        for ending, least, most, unit in BOUNDS:
            if name.endswith(ending):
                return least, most, unit
    return OTHERS


def _defaults(name: str) -> dict[str, Any]:
    defaults: dict[str, Any] = plain(section_types()[name]())
    return defaults


def _check_section(name: str, told: Mapping[str, Any]) -> None:
    if name not in section_types():
        raise Malformed(f"the policy has no section {name}; its sections are {', '.join(section_types())}")
    defaults = _defaults(name)
    _check_names(name, told, defaults)
    for path, value in _numbers(name, told):
        least, most, unit = bound_of(path)
        if not math.isfinite(value) or not least <= value <= most:
            raise Malformed(f"{path} is {value}; it is {unit} and lies between {least:g} and {most:g}")
    _check_words(name, told, defaults)
    try:
        read_section(name, told)
    except msgspec.ValidationError as error:
        raise Malformed(f"section {name}: {error}; GET /api/v1/policy shows what each setting is") from None


def _check_names(path: str, told: Any, defaults: Any) -> None:
    """Every name has a default; only a table that is empty by default takes names of its own."""
    if not isinstance(told, Mapping) or not isinstance(defaults, dict) or not defaults:
        return
    for key, value in told.items():
        if key not in defaults:
            raise Malformed(f"{path} has no setting {key}; choose among {', '.join(map(str, defaults))}")
        _check_names(f"{path}.{key}", value, defaults[key])


def _check_words(path: str, told: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
    """A table of words, such as which roads a kind of unit takes, takes only words that the defaults know."""
    for key, value in told.items():
        default = defaults.get(key)
        if isinstance(value, Mapping) and isinstance(default, Mapping):
            _check_words(f"{path}.{key}", value, default)
        elif isinstance(value, str) and isinstance(default, str):
            known = sorted({word for word in defaults.values() if isinstance(word, str)})
            if len(defaults) > 1 and all(isinstance(word, str) for word in defaults.values()) and value not in known:
                raise Malformed(f"{path}.{key} is {value!r}; choose among {', '.join(known)}")


def _numbers(path: str, told: Any) -> Iterator[tuple[str, float]]:
    if isinstance(told, Mapping):
        for key, value in told.items():
            yield from _numbers(f"{path}.{key}", value)
    elif isinstance(told, list | tuple):
        for index, value in enumerate(told):
            yield from _numbers(f"{path}.{index}", value)
    elif isinstance(told, int | float) and not isinstance(told, bool):
        yield path, told
