"""
The policy: every number that a medical director may change while the desk runs, by section.

Each section is a room's own settings, with its defaults; a revision names only what differs. Pure. A setting that a
newer version no longer has, or no longer takes so, falls back to its default and is listed by `not_in_use`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from dispatch.alarms.settings import AlarmRules
from dispatch.assignment.settings import AssignmentSettings
from dispatch.domain.state import State
from dispatch.hospitals.settings import DestinationSettings
from dispatch.move_up.settings import MoveUpSettings

T = TypeVar("T")

Sections = Mapping[str, Mapping[str, Any]]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One field a section; `Policy()` is the defaults."""

    assignment: AssignmentSettings = msgspec.field(default_factory=AssignmentSettings)
    move_up: MoveUpSettings = msgspec.field(default_factory=MoveUpSettings)
    destination: DestinationSettings = msgspec.field(default_factory=DestinationSettings)
    alarms: AlarmRules = msgspec.field(default_factory=AlarmRules)


def policy_of(state: State) -> Policy:
    """The policy that a decision on this state goes by."""
    return with_changes(state.policy.sections)


def settings_hash(policy: Policy) -> str:
    """What tells two policies apart: the first 16 digits of the SHA-256 of their JSON with sorted keys."""
    return hashlib.sha256(msgspec.json.encode(plain(policy), order="sorted")).hexdigest()[:16]


def with_changes(sections: Sections) -> Policy:
    """The defaults with these changes; what cannot be used is left out."""
    return _read(Policy, overlay(plain(Policy()), {name: _usable(name, told) for name, told in sections.items()}))


def not_in_use(sections: Sections) -> list[str]:
    """The settings of these sections that this version cannot use, such as `assignment.old_name`."""
    return [
        f"{name}.{setting}" for name, told in sections.items() for setting in told.keys() - _usable(name, told).keys()
    ]


def section_types() -> dict[str, type[msgspec.Struct]]:
    """The settings of each section, by name."""
    return {field.name: field.type for field in msgspec.structs.fields(Policy)}


def plain(value: Any) -> Any:
    """As JSON has it: dicts with text for keys."""
    return msgspec.to_builtins(value, str_keys=True)


def overlay(below: Any, above: Any) -> Any:
    """`below` with what `above` says, dict into dict; anything else of `above` replaces what stood there."""
    if not isinstance(below, dict) or not isinstance(above, Mapping):
        return above
    return below | {key: overlay(below.get(key), value) for key, value in above.items()}


def read_section(name: str, told: Mapping[str, Any]) -> Any:
    """A section with these changes. Raises msgspec.ValidationError naming the place, KeyError for no such section."""
    section = section_types()[name]
    return _read(section, overlay(plain(section()), told))


def _usable(name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that exist and have a value of their type, each judged by itself."""
    section = section_types().get(name)
    known = {field.name for field in msgspec.structs.fields(section)} if section else set()
    return {key: value for key, value in told.items() if key in known and _fits(name, {key: value})}


def _fits(name: str, told: Mapping[str, Any]) -> bool:
    try:
        read_section(name, told)
    except msgspec.ValidationError:
        return False
    return True


def _read(kind: type[T], value: Any) -> T:
    return msgspec.convert(value, kind, str_keys=True)
