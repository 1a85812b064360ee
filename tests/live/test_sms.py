"""The link by text message: a running desk, and a gateway that is a real HTTP server of the test."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from dispatch.services import Services
from tests.dispatch.sms.http_gateway import ACCEPTED, HANGS_UP, Asked, HttpGateway, running_gateway
from tests.live.conftest import Live
from tests.running_desk import running_desk

PATIENCE_S = 60.0
_numbers = count(903_700_000)
FILE = """
url = "{url}/send"
body = '{{"to": "{{number}}", "content": "{{text}}", "requestId": "{{key}}"}}'
accepted = '"code": 100'
[headers]
Content-Type = "application/json"
"""


@pytest.fixture(scope="module")
def http() -> Iterator[HttpGateway]:
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture(scope="module")
def texting(
    services: Services, template_database: str, whole_city: Path, short_dir: Path, http: HttpGateway
) -> Iterator[Live]:
    """A desk that has set the gateway up."""
    file = short_dir / "sms.toml"
    file.write_text(FILE.format(url=http.url), encoding="utf-8")
    settings: dict[str, Any] = {"sms_gateway": file, "public_url": "https://115.example"}
    with running_desk(services, template_database, whole_city, short_dir / "sms", **settings) as desk:
        yield desk


@pytest.fixture
def desk(texting: Live, http: HttpGateway) -> Iterator[httpx.Client]:
    http.asked.clear()
    http.answer = lambda asked: ACCEPTED
    with texting.client("dispatcher") as client:
        yield client


def number() -> str:
    """A number that nobody else calls from."""
    return f"0{next(_numbers)}"


def call_from(desk: httpx.Client, phone: str | None) -> str:
    body = {"caller_phone": phone} if phone else {"words": "té xe"}
    return str(desk.post("/api/v1/calls", json=body).json()["call"]["id"])


def ask(desk: httpx.Client, call_id: str) -> Any:
    told = desk.post(f"/api/v1/calls/{call_id}/location-link")
    assert told.status_code == 201, told.text
    return told.json()


def settled(desk: httpx.Client, call_id: str, is_so: Callable[[Any], bool] = lambda sms: True) -> Any:
    """How the message of the call's newest link stands once it is on its way no more, or stands as asked for."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        sms = desk.get(f"/api/v1/calls/{call_id}/location").json()["links"][0]["sms"]
        if sms["state"] != "sending" and is_so(sms) and (sms["state"] != "queued" or sms["tries"]):
            return sms
        time.sleep(0.02)
    raise AssertionError(sms)


def came(http: HttpGateway) -> list[Asked]:
    """What the gateway was asked, once it was."""
    end = time.monotonic() + PATIENCE_S
    while not http.asked and time.monotonic() < end:
        time.sleep(0.02)
    return http.asked


def is_over(sms: Any) -> bool:
    return sms["state"] not in ("queued", "sending")


def test_a_caller_gets_the_link_once_and_the_desk_sees_that_it_went(desk: httpx.Client, http: HttpGateway) -> None:
    phone = number()
    call_id = call_from(desk, phone)
    link = ask(desk, call_id)
    assert link["sms"] == {"state": "queued", "reason": None, "detail": None, "tries": 0, "changed_at": None}
    sms = settled(desk, call_id, is_over)
    assert (sms["state"], sms["reason"], sms["detail"], sms["tries"]) == ("sent", None, None, 1)
    (asked,) = http.asked
    told = json.loads(asked.body)
    assert (told["to"], told["content"]) == (f"84{phone[1:]}", link["text"]["vi"])
    assert link["url"].startswith("https://115.example/l/")


def test_who_speaks_another_language_gets_it_in_english(desk: httpx.Client, http: HttpGateway) -> None:
    call_id = call_from(desk, number())
    desk.patch(f"/api/v1/calls/{call_id}", json={"language": "ko"}).raise_for_status()
    link = ask(desk, call_id)
    settled(desk, call_id, is_over)
    assert json.loads(http.asked[0].body)["content"] == link["text"]["en"]


def test_a_busy_gateway_is_asked_again_under_the_same_key(desk: httpx.Client, http: HttpGateway) -> None:
    http.answer = lambda asked: (503, "later")
    call_id = call_from(desk, number())
    ask(desk, call_id)
    waiting = settled(desk, call_id)
    assert (waiting["state"], waiting["reason"], waiting["detail"]) == ("queued", "busy", "HTTP 503 later")
    http.answer = lambda asked: ACCEPTED
    assert settled(desk, call_id, is_over)["state"] == "sent"
    assert len({json.loads(asked.body)["requestId"] for asked in http.asked}) == 1
    assert len(http.asked) > 1


@pytest.mark.parametrize(
    ("answer", "state", "reason", "detail"),
    [
        ((403, "no credit for {to}"), "failed", "refused", "HTTP 403 no credit for …"),
        ((200, '{"code": 99}'), "failed", "refused", 'HTTP 200 {"code": 99}'),
        ((500, "oops"), "unclear", "unclear", "HTTP 500 oops"),
        (HANGS_UP, "unclear", "unclear", "RemoteProtocolError"),
    ],
)
def test_what_may_have_gone_and_what_was_refused_goes_no_second_time(
    desk: httpx.Client, http: HttpGateway, answer: tuple[int, str], state: str, reason: str, detail: str
) -> None:
    def say(asked: Asked) -> tuple[int, str]:
        return answer[0], answer[1].replace("{to}", json.loads(asked.body)["to"])

    http.answer = say
    call_id = call_from(desk, number())
    ask(desk, call_id)
    sms = settled(desk, call_id, is_over)
    assert (sms["state"], sms["reason"], sms["detail"]) == (state, reason, detail)
    assert len(http.asked) == 1


@pytest.mark.parametrize(("phone", "reason"), [(None, "no_number"), ("02838554137", "not_mobile")])
def test_who_can_get_no_message_gets_none(
    desk: httpx.Client, http: HttpGateway, phone: str | None, reason: str
) -> None:
    call_id = call_from(desk, phone)
    ask(desk, call_id)
    sms = settled(desk, call_id, is_over)
    assert (sms["state"], sms["reason"]) == ("failed", reason)
    assert http.asked == []


def test_a_number_gets_one_message_a_minute_whatever_call_it_is_for(desk: httpx.Client, http: HttpGateway) -> None:
    phone = number()
    first, other = call_from(desk, phone), call_from(desk, f"+84{phone[1:]}")
    ask(desk, first)
    assert ask(desk, first)["sms"] == ask(desk, other)["sms"] == {
        "state": "failed", "reason": "too_soon", "detail": None, "tries": 0, "changed_at": None,
    }  # fmt: skip
    settled(desk, other, is_over)
    assert [json.loads(asked.body)["to"] for asked in came(http)] == [f"84{phone[1:]}"]


def test_the_number_stands_in_no_event_row_or_log_and_its_reading_is_kept(
    texting: Live, desk: httpx.Client, http: HttpGateway, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = number()
    call_id = call_from(desk, phone)
    token = ask(desk, call_id)["url"].rpartition("/")[2]
    settled(desk, call_id, is_over)
    with psycopg.connect(texting.database_url) as connection:
        rows = connection.execute("SELECT to_jsonb(events)::text FROM events").fetchall()
        rows += connection.execute("SELECT to_jsonb(sms)::text FROM sms").fetchall()
        reads = connection.execute(
            "SELECT why FROM personal_reads WHERE actor = 'system:sms' AND why = "
            "(SELECT 'to send ' || key FROM sms WHERE call_id = %s)",
            [call_id],
        ).fetchall()
    out = "".join(capfd.readouterr()) + "".join(row[0] for row in rows)
    assert (phone[1:] in out, token in out, len(reads)) == (False, False, 2)


def test_a_message_that_cannot_be_read_any_more_fails_alone(
    texting: Live, desk: httpx.Client, http: HttpGateway
) -> None:
    http.answer = lambda asked: (503, "later")
    broken, behind = call_from(desk, number()), call_from(desk, number())
    ask(desk, broken)
    settled(desk, broken)
    with psycopg.connect(texting.database_url, autocommit=True) as connection:
        connection.execute("UPDATE personal SET ciphertext = '\\x00' WHERE subject = %s AND kind = 'sms'", [broken])
    http.answer = lambda asked: ACCEPTED
    ask(desk, behind)
    assert settled(desk, behind, is_over)["state"] == "sent"
    sms = settled(desk, broken, is_over)
    assert (sms["state"], sms["reason"]) == ("failed", "no_number")


def test_what_a_server_was_sending_when_it_died_is_unclear_and_not_sent_again(
    texting: Live, desk: httpx.Client, http: HttpGateway
) -> None:
    call_id = call_from(desk, number())
    ask(desk, call_id)
    settled(desk, call_id, is_over)
    with psycopg.connect(texting.database_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE sms SET state = 'sending', changed_at = now() - interval '1 h' WHERE call_id = %s", [call_id]
        )
    assert settled(desk, call_id, is_over)["state"] == "unclear"
    assert len(http.asked) == 1


def test_without_a_gateway_nothing_is_sent_and_the_desk_says_so(live: Live) -> None:
    with live.client("dispatcher") as desk:
        call_id = call_from(desk, number())
        assert ask(desk, call_id)["sms"]["state"] == "off"
        assert desk.get(f"/api/v1/calls/{call_id}/location").json()["links"][0]["sms"]["state"] == "off"
