"""Policies by name: the entry points `saigon115.policies`, or a class of one's own as `file_or_module:Class`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from simulator.errors import ScenarioError
from simulator.policies.base import Setup
from simulator.rules import Policies

GROUP = "saigon115.policies"
METHODS = {"policy": "assign", "move_up": "post_for", "hospital": "hospital_for"}
"""What a policy must be able to do to serve under a key of a scenario."""
ALIASES = {"closest": "closest_idle", "closest-idle": "closest_idle", "preference_list": "preference"}


@cache
def known_policies() -> dict[str, EntryPoint]:
    """Every policy that is installed, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def names_for(key: str) -> list[str]:
    """The names that a key of a scenario may have."""
    return sorted(name for name, point in known_policies().items() if hasattr(point.load(), METHODS[key]))


def make_policies(names: Mapping[str, str], where: str, setup: Setup) -> Policies:
    """The three policies of a day, by the keys of `METHODS`. Raises ScenarioError, also when one cannot be made."""
    made = {}
    for key, name in names.items():
        found = find_policy(key, name, where)
        try:
            made[key] = found(setup)
        except Exception as error:
            fact = f"{key} {name!r} cannot be used here ({error})"
            raise ScenarioError(where, fact, f"choose one of {', '.join(names_for(key))}") from error
    return Policies(made["policy"], made["move_up"], made["hospital"])


def find_policy(key: str, name: str, where: str) -> type[Any]:
    """The class behind a name. Raises ScenarioError."""
    if ":" in name:
        found = _load(name, where)
    else:
        name = ALIASES.get(name, name)
        point = known_policies().get(name)
        if point is None:
            near = get_close_matches(name, names_for(key), 1)
            way_out = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(names_for(key))}"
            raise ScenarioError(where, f"no policy {name!r}", way_out)
        found = point.load()
    if not hasattr(found, METHODS[key]):
        raise ScenarioError(
            where, f"{name!r} has no method {METHODS[key]}, so it cannot serve as {key}", _ways(names_for(key))
        )
    return found  # type: ignore[no-any-return]  # an entry point may be anything; its method was looked for


def _ways(names: list[str]) -> str:
    return f"choose one of {', '.join(names)}, or write one with that method"


def _load(name: str, where: str) -> Any:
    """`module:Class`, or `path/to/file.py:Class` beside the scenario."""
    module_name, _, class_name = name.rpartition(":")
    try:
        module = _from_file(Path(where).parent / module_name) if module_name.endswith(".py") else None
        return getattr(module or import_module(module_name), class_name)
    except (ImportError, AttributeError, OSError) as error:
        raise ScenarioError(
            where, f"cannot load {name!r} ({error})", "write it as file.py:Class or module:Class"
        ) from None


def _from_file(path: Path) -> Any:
    name = f"saigon115_policy_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ImportError(f"no file {path}")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
