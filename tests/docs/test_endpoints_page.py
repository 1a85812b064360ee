"""docs/endpoints.md names every endpoint, with the permission it really asks for."""

from __future__ import annotations

from dispatch.paths import repo_root
from tests.docs.endpoints import page


def test_the_page_of_endpoints_is_drawn_from_the_application() -> None:
    drawn = (repo_root() / "docs/endpoints.md").read_text(encoding="utf-8")
    assert drawn == page(), "run: python -m tests.docs.endpoints > docs/endpoints.md"
