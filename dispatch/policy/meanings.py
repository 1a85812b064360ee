"""What each setting means: the words beneath it in its own source, so that there is one place to write them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise

import msgspec

from dispatch.policy.decide import bound_of
from dispatch.policy.model import section_types


@cache
def meanings(section: type[msgspec.Struct]) -> dict[str, str]:
    """The text beneath each field of a settings struct; a field without one is left out."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(section)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, beneath in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and (text := _text(beneath)):
            found[field.target.id] = " ".join(text.split())
    return found


def describe() -> dict[str, dict[str, dict[str, str | float | None]]]:
    """For each setting of each section: what it means, its unit, least and most."""
    return {
        name: {field.name: _describe(f"{name}.{field.name}", meanings(section).get(field.name)) for field in
               msgspec.structs.fields(section)}
        for name, section in section_types().items()
    }  # fmt: skip


def _describe(path: str, meaning: str | None) -> dict[str, str | float | None]:
    least, most, unit = bound_of(path)
    return {"meaning": meaning, "unit": unit, "least": least, "most": most}


def _text(statement: ast.stmt) -> str | None:
    """The text that stands there as a statement of its own."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value if isinstance(statement.value.value, str) else None
    return None
