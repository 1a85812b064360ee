"""
YAML read strictly, with the line of every key and item, so that whoever edits a package is told where to look.

Words are words: only `true`, `false`, `null` and plain numbers mean something else (YAML 1.2's core; 1.1 would read
`no` as false). Keys that stand twice, anchors and tags are refused: they hide what is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

Path = tuple[str | int, ...]
Lines = dict[Path, int]
DEEPEST = 20


class BadYaml(ValueError):
    """A text that is not the YAML we read; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml where the wheel has it
    """Scalars by the few rules below."""


_TAG = "tag:yaml.org,2002:"
_Loader.yaml_implicit_resolvers = {}
for name, pattern, first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?\d+$", "-0123456789"),
    ("float", r"^-?\d+\.\d+$", "-0123456789"),
):
    _Loader.add_implicit_resolver(_TAG + name, re.compile(pattern), list(first))

_SCALARS: dict[str, Callable[[str], Any]] = {
    "bool": lambda text: text == "true",
    "null": lambda text: None,
    "int": int,
    "float": float,
    "str": str,
}


def read_yaml(text: str) -> tuple[Any, Lines]:
    """The data, and the line of every path in it. Raises BadYaml."""
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if getattr(event, "anchor", None) is not None:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise BadYaml(line, "anchors and aliases are not read; write it out again")
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadYaml(mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise BadYaml(1, f"not YAML: {error}") from None
    lines: Lines = {(): 1}
    return (None if node is None else _build(node, (), lines)), lines


def line_of(lines: Lines, path: Path) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _build(node: yaml.Node, path: Path, lines: Lines) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if len(path) > DEEPEST:
        raise BadYaml(line, f"nested more than {DEEPEST} deep")
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, at), lines) for at, item in enumerate(node.value)]
    read = _SCALARS.get(node.tag.removeprefix(_TAG))
    if read is None:
        raise BadYaml(line, f"the tag {node.tag} is not read; leave it out")
    return read(node.value)


def _mapping(node: yaml.MappingNode, path: Path, lines: Lines) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line, key = key_node.start_mark.line + 1, key_node.value
        if not isinstance(key_node, yaml.ScalarNode):
            raise BadYaml(line, "a key is a word, not a list or a table")
        if key in found:
            raise BadYaml(line, f"the key {key!r} stands twice (first on line {lines[(*path, key)]}); keep one")
        lines[(*path, key)] = line
        found[key] = _build(value_node, (*path, key), lines)
    return found
