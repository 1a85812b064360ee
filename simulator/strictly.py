"""What people write, read strictly: a slip of the pen says which key it is, and which was probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from simulator.errors import ScenarioError

T = TypeVar("T", bound=msgspec.Struct)


def read_strictly(told: Mapping[str, Any], kind: type[T], where: str) -> T:
    """What is told, as such a struct. Raises ScenarioError with the key, the fact and the way out."""
    if key := _key_without_number(told):
        raise ScenarioError(where, f"{key} is no number that one could count with", "give a finite one")
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError as error:
        raise ScenarioError(where, *_explain(str(error), kind)) from None


def _explain(message: str, kind: type[msgspec.Struct]) -> tuple[str, str]:
    """The fact and the way out of a validation error."""
    fact, _, at = message.partition(" - at `$")
    key = at.rstrip("`").lstrip(".")
    unknown = re.search(r"unknown field `(.+?)`", fact)
    if unknown:
        known = [field.encode_name for field in msgspec.structs.fields(_part_at(key, kind))]
        near = get_close_matches(unknown[1], known, 1)
        section = f" in [{key}]" if key else ""
        return (
            f"no key {unknown[1]!r}{section}",
            f"did you mean {near[0]!r}?" if near else f"keys are: {', '.join(known)}",
        )
    missing = re.search(r"required field `(.+?)`", fact)
    if missing:
        return f"[{key}] has no {missing[1]!r}" if key else f"there is no [{missing[1]}]", "add it"
    if "matching regex" in fact and "[0-5][0-9]" in fact:
        return f"{key} is no time of day", 'write it as "06:30"'
    if key.endswith((".lon", ".lat")) and "Expected `float`" in fact and "got" not in fact:
        return f"{key}: {fact}", "it is outside the city; lon is about 106.7 and lat about 10.8"
    return f"{key}: {fact}", "correct it"


def _key_without_number(told: Any, key: str = "") -> str | None:
    """Where TOML's inf or nan stands, the first of them."""
    if isinstance(told, float):
        return None if isfinite(told) else key
    parts: list[tuple[str, Any]] = []
    if isinstance(told, Mapping):
        parts = [(f"{key}.{name}".lstrip("."), one) for name, one in told.items()]
    elif isinstance(told, list):
        parts = [(f"{key}[{at}]", one) for at, one in enumerate(told)]
    return next((found for name, one in parts if (found := _key_without_number(one, name))), None)


def _part_at(key: str, kind: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The struct that a path such as `zone[0]` leads to."""
    found: Any = kind
    for name in re.findall(r"[a-z_]+", key):
        hints = get_type_hints(found, include_extras=False)
        if name in hints:
            found = hints[name]
            inner = [one for one in get_args(found) if isinstance(one, type) and issubclass(one, msgspec.Struct)]
            found = inner[0] if get_origin(found) is not None and inner else found
    return found if isinstance(found, type) and issubclass(found, msgspec.Struct) else kind
