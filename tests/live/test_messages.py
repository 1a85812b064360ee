"""A caller who cannot speak or hear writes with the desk: by the page behind the link, as long as the call is open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from tests.live.conftest import Live

WORDS = "Tôi không nói được, chồng tôi ngất 🙏"


@pytest.fixture
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("dispatcher") as client:
        yield client


@pytest.fixture
def call_id(desk: httpx.Client) -> str:
    return str(desk.post("/api/v1/calls", json={"words": "im lặng"}).json()["call"]["id"])


@pytest.fixture
def page(desk: httpx.Client, call_id: str) -> str:
    """Where the caller's page reads and writes."""
    return f"{desk.post(f'/api/v1/calls/{call_id}/location-link').json()['url']}/messages"


def write(page: str, text: str, **more: Any) -> int:
    return httpx.post(page, json={"text": text, **more}).status_code


def told(answer: httpx.Response) -> list[tuple[str, str | None]]:
    return [(one["by"], one["text"]) for one in answer.json()["messages"]]


def test_both_sides_write_and_read_and_no_event_holds_a_word(
    live: Live, desk: httpx.Client, call_id: str, page: str
) -> None:
    assert [write(page, f" {WORDS}\u0007 ", idempotency_key=call_id) for _ in range(2)] == [201, 201]  # told once
    desks = f"/api/v1/calls/{call_id}/messages"
    sent = desk.post(desks, json={"text": "115 đây. Bạn ở đâu?"})
    assert (sent.status_code, sent.json()["message"]["by"]) == (201, "desk")
    both = [("caller", WORDS), ("desk", "115 đây. Bạn ở đâu?")]
    assert (told(desk.get(desks)), told(httpx.get(page))) == (both, both)
    kept = desk.get("/api/v1/snapshot").json()["state"]["calls"][call_id]["messages"]
    assert [one["by"] for one in kept] == ["caller", "desk"]
    assert told(httpx.get(page, params={"after": kept[0]["token"]})) == both[1:]
    with psycopg.connect(live.database_url) as connection:
        events = str(connection.execute("SELECT * FROM events WHERE stream = %s", [f"call:{call_id}"]).fetchall())
        reads = connection.execute(
            "SELECT actor FROM personal_reads WHERE token = %s ORDER BY actor", [kept[1]["token"]]
        ).fetchall()
    assert ("CallMessaged" in events, "chồng" in events) == (True, False)
    assert [actor.partition(":")[0] for (actor,) in reads] == ["system", "system", "token"]


def test_erased_words_are_gone_for_both(live: Live, desk: httpx.Client, call_id: str, page: str) -> None:
    assert write(page, WORDS) == 201
    with psycopg.connect(live.database_url, autocommit=True) as connection:  # what PersonalStore.erase does
        connection.execute(
            "UPDATE personal_keys SET wrapped_key = NULL, erased_at = now() WHERE subject = %s", [call_id]
        )
    for answer in (desk.get(f"/api/v1/calls/{call_id}/messages"), httpx.get(page)):
        assert told(answer) == [("caller", None)]


def test_a_closed_call_is_written_with_no_more(desk: httpx.Client, call_id: str, page: str) -> None:
    assert write(page, "một") == 201
    assert desk.post(f"/api/v1/calls/{call_id}/close", json={"outcome": "no_content"}).status_code == 200
    assert httpx.get(page).json() == {"open": False, "messages": []}
    assert (write(page, "hai"), "Viết cho" in httpx.get(page.removesuffix("/messages")).text) == (410, False)
    assert desk.post(f"/api/v1/calls/{call_id}/messages", json={"text": "hai"}).status_code == 409


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": " \n\u0000"}, {"text": "a" * 501}, {"text": 1}, {"text": "\ud800"}]
)
def test_a_bad_message_is_refused_with_its_reason(page: str, body: dict[str, Any]) -> None:
    answer = httpx.post(page, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_caller_cannot_flood_the_desk_and_the_desk_writes_on(desk: httpx.Client, call_id: str, page: str) -> None:
    assert [write(page, f"tin {number}") for number in range(21)] == [201] * 20 + [429]
    assert desk.post(f"/api/v1/calls/{call_id}/messages", json={"text": "Chờ chút"}).status_code == 201


def test_without_a_link_there_is_nobody_to_write_to(desk: httpx.Client, call_id: str) -> None:
    refused = desk.post(f"/api/v1/calls/{call_id}/messages", json={"text": "Bạn ở đâu?"})
    assert (refused.status_code, "location-link" in refused.json()["detail"]) == (409, True)
    assert desk.post("/api/v1/calls/nobody/messages", json={"text": "a"}).status_code == 404
