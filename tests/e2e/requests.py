"""What others do meanwhile: another desk, stations and crews, through the API; and what the server has stored."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx

T = TypeVar("T")

BEN_THANH = {"lon": 106.6981, "lat": 10.7725}
TAN_BINH = {"lon": 106.65, "lat": 10.80}
"""Both have stations around them that can refuse."""

PATIENCE_S = 60.0
"""For a machine that is busy with other things. Nothing here asserts how fast the desk is."""


def post(api: httpx.Client, path: str, **body: Any) -> Any:
    answer = api.post(f"/api/v1/{path}", json=body)
    assert answer.is_success, f"{path} {body}: {answer.text}"
    return answer.json()


def open_incident(api: httpx.Client, priority: int = 2, place: dict[str, float] | None = None) -> str:
    return str(post(api, "incidents", priority=priority, **(place or BEN_THANH))["id"])


def answer_of(api: httpx.Client, incident_id: str, path: str = "") -> Any:
    return api.get(f"/api/v1/incidents/{incident_id}{path}").json()


def open_offers(api: httpx.Client, incident_id: str) -> list[dict[str, Any]]:
    offers = answer_of(api, incident_id)["offers"].values()
    return [offer for offer in offers if offer["status"] == "open"]


def report(api: httpx.Client, unit_id: str, status: str, **more: Any) -> None:
    """A crew's word over the radio."""
    post(api, f"units/{unit_id}/status", status=status, at=datetime.now(UTC).isoformat(), **more)


def events_of(api: httpx.Client, incident_id: str, kind: str) -> list[dict[str, Any]]:
    """What the log says about an incident: the data of its events of one kind."""
    return [event["data"] for event in answer_of(api, incident_id)["timeline"] if event["type"] == kind]


def eventually(is_so: Callable[[], T], why_not: str) -> T:
    """The first truthy answer of something that the server does by itself."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not (answer := is_so()):
        assert time.monotonic() < give_up_at, why_not
        threading.Event().wait(0.05)
    return answer
