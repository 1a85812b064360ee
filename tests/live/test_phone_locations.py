"""Where callers' phones are: the network's messages and the link, matched to the call and compared, never merged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import psycopg
import pytest

from tests.live.conftest import Live

BEN_THANH = {"lon": 106.6981, "lat": 10.7725}
_numbers = count(903_200_000)


@pytest.fixture
def desk(live: Live) -> Iterator[httpx.Client]:
    with live.client("dispatcher") as client:
        yield client


@pytest.fixture
def carrier(live: Live) -> Iterator[httpx.Client]:
    with live.client("carrier") as client:
        yield client


@pytest.fixture
def phone() -> str:
    """A number that nobody else calls from."""
    return f"0{next(_numbers)}"


def sms(lat: float = 10.7726, lon: float = 106.698, radius: str = "25") -> str:
    at = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
    return f'A"ML=1;lt=+{lat:.5f};lg=+{lon:.5f};rd={radius};top={at};lc=90;pm=W;si=1;ei=2;mcc=452;mnc=04;ml=120'


def take(desk: httpx.Client, **body: Any) -> Any:
    told = desk.post("/api/v1/calls", json=body)
    assert told.status_code == 201, told.text
    return told.json()


def located(desk: httpx.Client, call_id: str) -> Any:
    return desk.get(f"/api/v1/calls/{call_id}/location").json()


def test_a_message_finds_the_open_call_from_its_number(desk: httpx.Client, carrier: httpx.Client, phone: str) -> None:
    taken = take(desk, caller_phone=phone, **BEN_THANH)
    told = carrier.post("/api/v1/aml", json={"number": f"+84{phone[1:]}", "message": sms()})
    assert (told.status_code, told.json()) == (200, {"usable": True, "matched": True, "doubts": []})
    found = located(desk, taken["call"]["id"])
    assert (len(found["fixes"]), found["conflict"]) == (1, False)
    beside = found["fixes"][0]["against"][0]
    assert (beside["what"], beside["verdict"]) == ("incident", "agrees")
    assert desk.get(f"/api/v1/incidents/{taken['incident']['id']}").json()["place"] == taken["incident"]["place"]


def test_a_fix_far_from_the_words_is_a_conflict_and_moves_nothing(
    desk: httpx.Client, carrier: httpx.Client, phone: str
) -> None:
    taken = take(desk, caller_phone=phone, **BEN_THANH)
    carrier.post("/api/v1/aml", json={"number": phone, "message": sms(lat=10.85)})
    found = located(desk, taken["call"]["id"])
    beside = found["fixes"][0]["against"][0]
    assert (found["conflict"], beside["verdict"], beside["overlap"]) == (True, "conflict", 0.0)
    assert 8_000 < beside["distance_m"] < 9_000
    assert desk.get(f"/api/v1/incidents/{taken['incident']['id']}").json()["place"] == taken["incident"]["place"]


def test_a_message_before_its_call_waits_for_it(desk: httpx.Client, carrier: httpx.Client, phone: str) -> None:
    told = carrier.post("/api/v1/aml", data={"from": phone, "text": sms()})
    assert (told.status_code, told.json()["matched"]) == (202, False)
    call_id = take(desk, caller_phone=phone)["call"]["id"]
    assert len(located(desk, call_id)["fixes"]) == 1
    other = take(desk, caller_phone=phone)["call"]["id"]
    assert located(desk, other)["fixes"] == []


def test_a_ringing_call_is_found_and_keeps_its_fixes_when_answered(
    desk: httpx.Client, carrier: httpx.Client, phone: str
) -> None:
    call_id = desk.post("/api/v1/calls/ringing", json={"caller_phone": phone}).json()["call"]["id"]
    for message in (sms(radius="900"), sms(radius="20")):
        assert carrier.post("/api/v1/aml", json={"number": phone, "message": message}).status_code == 200
    take(desk, call_id=call_id, words="té xe")
    assert [one["fix"]["radius_m"] for one in located(desk, call_id)["fixes"]] == [900.0, 20.0]


def test_the_same_fix_twice_is_told_once(desk: httpx.Client, carrier: httpx.Client, phone: str) -> None:
    call_id, message = take(desk, caller_phone=phone)["call"]["id"], sms()
    for _ in range(2):
        assert carrier.post("/api/v1/aml", json={"number": phone, "message": message}).json()["matched"]
    assert len(located(desk, call_id)["fixes"]) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[1, 2]", "application/json"),
        (b'{"message": {"a": 1}, "number": null}', "application/json"),
        (b"\xff\xfe\x00", "text/plain"),
        (b"a=1&" * 5_000, "application/x-www-form-urlencoded"),
        (b"v=1&location_latitude=abc&location_time=-1", "application/x-www-form-urlencoded"),
        (b"A" * 300_000, "text/plain"),
    ],
)
def test_whatever_comes_is_answered_with_2xx(carrier: httpx.Client, body: bytes, kind: str) -> None:
    told = carrier.post("/api/v1/aml", content=body, headers={"Content-Type": kind})
    assert (told.status_code, told.json()["usable"]) == (202, False)


def test_the_https_form_is_taken(desk: httpx.Client, carrier: httpx.Client, phone: str) -> None:
    call_id = take(desk, caller_phone=phone)["call"]["id"]
    form = {"device_number": phone, "location_latitude": "10.7726", "location_longitude": "106.698"}
    told = carrier.post("/api/v1/aml", data={**form, "location_accuracy": "9", "location_source": "gps"})
    assert (told.status_code, told.json()["doubts"]) == (200, ["no_confidence", "no_time"])
    assert located(desk, call_id)["fixes"][0]["fix"]["method"] == "gnss"


def test_only_the_carrier_sends_and_it_sees_nothing(desk: httpx.Client, carrier: httpx.Client) -> None:
    assert desk.post("/api/v1/aml", json={}).status_code == 403
    for path in ("incidents", "snapshot", "calls/any/location"):
        assert carrier.get(f"/api/v1/{path}").status_code == 403


def test_the_number_of_a_waiting_fix_is_kept_nowhere(live: Live, carrier: httpx.Client, phone: str) -> None:
    carrier.post("/api/v1/aml", json={"number": phone, "message": sms()})
    with psycopg.connect(live.database_url) as connection:
        rows = connection.execute("SELECT hmac, fix::text FROM pending_fixes").fetchall()
    assert rows
    assert all(phone[1:] not in row[1] and phone.encode() not in bytes(row[0]) for row in rows)


def test_two_hidden_numbers_are_not_one(desk: httpx.Client, carrier: httpx.Client) -> None:
    assert carrier.post("/api/v1/aml", json={"number": "unknown", "message": sms()}).json()["doubts"] == ["no_number"]
    assert located(desk, take(desk, caller_phone="unknown")["call"]["id"])["fixes"] == []


def link_of(desk: httpx.Client, call_id: str) -> str:
    told = desk.post(f"/api/v1/calls/{call_id}/location-link")
    assert told.status_code == 201, told.text
    assert told.json()["url"] in told.json()["text"]["vi"]
    return str(told.json()["url"])


def test_a_link_brings_one_place_and_no_second(desk: httpx.Client, phone: str) -> None:
    call_id = take(desk, caller_phone=phone, **BEN_THANH)["call"]["id"]
    url, here = link_of(desk, call_id), {"lon": 106.698, "lat": 10.7726, "accuracy_m": 12.5}
    assert located(desk, call_id)["link_expires_at"] is not None
    for _ in range(3):
        page = httpx.get(url)
        assert (page.status_code, "GỬI VỊ TRÍ" in page.text) == (200, True)
    assert httpx.post(url, json=here).json() == {"thanks": True}
    fix = located(desk, call_id)["fixes"][0]["fix"]
    assert (fix["source"], fix["radius_m"], fix["confidence"]) == ("link", 12.5, 0.95)
    assert httpx.post(url, json=here).status_code == 410
    page = httpx.get(url)  # the conversation goes on
    assert (page.status_code, "GỬI VỊ TRÍ" in page.text, "Đã nhận được vị trí" in page.text) == (200, False, True)
    assert len(located(desk, call_id)["fixes"]) == 1


def test_the_desk_sees_how_a_link_stands(desk: httpx.Client, phone: str) -> None:
    call_id = take(desk, caller_phone=phone, **BEN_THANH)["call"]["id"]
    url = link_of(desk, call_id)

    def stands() -> list[bool]:
        (link,) = located(desk, call_id)["links"]
        return [link[column] is not None for column in ("made_at", "opened_at", "denied_at", "used_at")]

    assert stands() == [True, False, False, False]
    for news in ("opened", "denied"):
        assert httpx.post(f"{url}/news", json={"news": news}).status_code == 200
    assert stands() == [True, True, True, False]
    assert httpx.post(f"{url}/news", json={"news": "hacked"}).status_code == 422
    assert httpx.post(url, json={"lon": 106.698, "lat": 10.7726}).status_code == 200
    assert stands() == [True, True, True, True]


def test_the_page_tells_nothing_of_the_call_and_loads_nothing_from_elsewhere(desk: httpx.Client, phone: str) -> None:
    taken = take(desk, caller_phone=phone, words="đau ngực", **BEN_THANH)
    page = httpx.get(link_of(desk, taken["call"]["id"]))
    for secret in (phone, taken["call"]["id"], taken["incident"]["number"], "ngực", "106.69"):
        assert secret not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http" not in page.text
    assert page.headers["cache-control"] == "no-store"


def test_an_old_link_is_over(live: Live, desk: httpx.Client, phone: str) -> None:
    call_id = take(desk, caller_phone=phone)["call"]["id"]
    url = link_of(desk, call_id)
    with psycopg.connect(live.database_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE location_links SET expires_at = now() - interval '1 s' WHERE call_id = %s", [call_id]
        )
    assert "GỬI VỊ TRÍ" not in httpx.get(url).text
    assert httpx.post(url, json={"lon": 106.7, "lat": 10.8}).status_code == 410
    assert located(desk, call_id)["fixes"] == []


@pytest.mark.parametrize("body", [{}, {"lon": 1}, {"lon": 500, "lat": 1}, {"lon": "x", "lat": 1}])
def test_a_bad_place_does_not_use_the_link_up(desk: httpx.Client, phone: str, body: dict[str, Any]) -> None:
    url = link_of(desk, take(desk, caller_phone=phone)["call"]["id"])
    assert httpx.post(url, json=body).status_code == 422
    assert httpx.get(url).status_code == 200


def test_guessing_links_is_slowed_down_and_a_good_one_still_opens(desk: httpx.Client, phone: str) -> None:
    good = link_of(desk, take(desk, caller_phone=phone)["call"]["id"])
    wrong = f"{good.rpartition('/')[0]}/guess"
    assert [httpx.get(wrong).status_code for _ in range(11)] == [410] * 10 + [429]
    assert httpx.get(good).status_code == 200
    assert httpx.post(good, json={"lon": 106.7, "lat": 10.8}).status_code == 200


def test_no_link_for_a_call_that_is_not_there(desk: httpx.Client) -> None:
    assert desk.post("/api/v1/calls/nobody/location-link").status_code == 404
