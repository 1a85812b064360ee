"""One running desk on the skeleton city for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.services import Services
from tests.dispatch.conftest import redis_url, services, short_dir, template_database
from tests.running_desk import Live, running_desk

RELEASES = {"dispatched": "cancelled_before_departure", "en_route": "cancelled_after_departure"}

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
def nobody_left_waiting(live: Live) -> Iterator[None]:
    """Incidents of one file's tests take no unit from the next file's; one with a unit at its scene stays."""
    yield
    with live.client("supervisor") as desk:
        state = desk.get("/api/v1/snapshot").json()["state"]
        for incident in state["incidents"].values():
            for offer in incident["offers"].values():
                if offer["status"] == "open":
                    desk.post(f"/api/v1/offers/{offer['id']}/withdraw", json={})
            for unit in (state["units"][run["unit_id"]] for run in incident["runs"].values() if run["outcome"] is None):
                if outcome := RELEASES.get(unit["status"]):
                    body = {"outcome": outcome, "reason": "test"}
                    desk.post(f"/api/v1/units/{unit['id']}/stand-down", json=body)
            desk.post(f"/api/v1/incidents/{incident['id']}/close", json={"outcome": "no_content"})
