"""One running desk on the skeleton city for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.services import Services
from tests.dispatch.conftest import redis_url, services, short_dir, template_database
from tests.running_desk import Live, running_desk

__all__ = ["Live", "redis_url", "services", "short_dir", "template_database"]


@pytest.fixture(scope="package")
def live(services: Services, template_database: str, whole_city: Path, short_dir: Path) -> Iterator[Live]:
    """
    One desk for all tests of this folder; each test opens incidents of its own.

    Offers wait for their answer longer than any test, on however slow a machine.
    """
    with running_desk(services, template_database, whole_city, short_dir / "live", offer_timeout_s=3600.0) as desk:
        yield desk


@pytest.fixture(autouse=True, scope="module")
def no_offer_left_open(live: Live) -> Iterator[None]:
    """Units that one file's tests have asked are free again for the next file."""
    yield
    with live.client("supervisor") as desk:
        for incident in desk.get("/api/v1/snapshot").json()["state"]["incidents"].values():
            for offer in incident["offers"].values():
                if offer["status"] == "open":
                    desk.post(f"/api/v1/offers/{offer['id']}/withdraw", json={})
