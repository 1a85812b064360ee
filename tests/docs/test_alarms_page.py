"""docs/alarms.md names every alarm, with the threshold that it really has."""

from __future__ import annotations

from dispatch.paths import repo_root
from tests.docs.alarms import page


def test_the_page_of_alarms_is_drawn_from_the_rules() -> None:
    drawn = (repo_root() / "docs/alarms.md").read_text(encoding="utf-8")
    assert drawn == page(), "run: python -m tests.docs.alarms > docs/alarms.md"
