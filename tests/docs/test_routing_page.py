"""docs/routing.md, run as it stands on the city of main roads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.paths import repo_root

PAGE = "docs/routing.md"
SAYS = "  # → "


def blocks(page: str) -> Iterator[tuple[int, str]]:
    """The Python blocks of a page, each with the number of its first line."""
    for found in re.finditer(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        yield page.count("\n", 0, found.start(1)) + 1, found[1]


def run(block: str, first: int, names: dict[str, Any]) -> list[str]:
    """Run a block among `names`; the claims (`expression  # → value`) that do not hold, each with its line."""
    wrong, lines = [], block.splitlines(keepends=True)
    above = 0
    for at, line in enumerate(lines):
        if SAYS in line:
            _execute(lines[above:at], first + above, names)
            above = at + 1
            expression, _, said = line.rstrip().partition(SAYS)
            found = repr(eval(expression, names))
            if found != said:
                wrong.append(f"{PAGE}:{first + at}: {expression} is {found}")
    _execute(lines[above:], first + above, names)
    return wrong


def _execute(lines: list[str], first: int, names: dict[str, Any]) -> None:
    """Blank lines stand before, so that an error names its line of the page."""
    exec(compile("\n" * (first - 1) + "".join(lines), PAGE, "exec"), names)


@pytest.fixture
def beside_a_city(skeleton_city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder that the page takes for granted: a built city in `city`."""
    (tmp_path / "city").symlink_to(skeleton_city)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("beside_a_city")
def test_every_block_of_the_routing_page_runs_and_gives_what_it_says() -> None:
    names: dict[str, Any] = {}
    page = (repo_root() / PAGE).read_text(encoding="utf-8")
    assert "\n".join(claim for first, block in blocks(page) for claim in run(block, first, names)) == ""


def test_a_claim_that_does_not_hold_is_found() -> None:
    assert run("a = 1\na + 1  # → 3\na  # → 1\n", 7, {}) == ["docs/routing.md:8: a + 1 is 2"]
