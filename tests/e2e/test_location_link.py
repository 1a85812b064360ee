"""The page that a caller opens to share where they are, in a real browser on a small phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Geolocation, Page, ViewportSize, expect

from tests.e2e.requests import post
from tests.e2e.screen import PATIENCE_MS, Screen
from tests.e2e.slowness import slow_down_if_wished
from tests.running_desk import Live

PHONE: ViewportSize = {"width": 360, "height": 640}
HERE: Geolocation = {"longitude": 106.698, "latitude": 10.7726, "accuracy": 18.0}


@pytest.fixture
def link(api: httpx.Client) -> tuple[str, str]:
    """A call, and the link that was sent to its caller."""
    call_id = post(api, "calls", caller_phone="0909000115")["call"]["id"]
    return call_id, post(api, f"calls/{call_id}/location-link")["url"]


@pytest.fixture
def phone(browser: Browser, desk: Live) -> Iterator[Page]:
    """A phone that may tell its place; its page must have had no fault and asked no other host."""
    context = browser.new_context(viewport=PHONE, geolocation=HERE, permissions=["geolocation"])
    context.set_default_timeout(PATIENCE_MS)
    screen = Screen(context.new_page(), desk.url)
    yield screen.page
    context.close()
    screen.check()


def fixes(api: httpx.Client, call_id: str) -> list[Any]:
    found: list[Any] = api.get(f"/api/v1/calls/{call_id}/location").json()["fixes"]
    return found


def test_one_tap_sends_the_phones_place(api: httpx.Client, phone: Page, link: tuple[str, str]) -> None:
    call_id, url = link
    phone.goto(url)
    button = phone.locator("#send")
    expect(button).to_contain_text("GỬI VỊ TRÍ")
    box = button.bounding_box()
    assert box is not None
    assert (box["height"] >= 64, box["width"] >= 280) == (True, True)
    button.click()
    expect(phone.locator("#said")).to_contain_text("Đã gửi")
    (fix,) = fixes(api, call_id)
    told = {name: fix["fix"][name] for name in ("lon", "lat", "radius_m", "source")}
    assert told == {"lon": 106.698, "lat": 10.7726, "radius_m": 18.0, "source": "link"}
    phone.reload()
    expect(phone.locator("#said")).to_contain_text("Đã nhận được vị trí")
    expect(phone.locator("#send")).to_have_count(0)


def test_a_phone_that_may_not_tell_its_place_is_told_what_to_do(
    browser: Browser, api: httpx.Client, link: tuple[str, str]
) -> None:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    slow_down_if_wished(page)
    page.goto(link[1])
    page.locator("#send").click()
    expect(page.locator("#said")).to_contain_text("Cho phép")
    expect(page.locator("#send")).to_be_enabled()
    assert fixes(api, link[0]) == []
    context.close()


def test_a_link_used_on_another_phone_meanwhile_asks_for_the_address(
    browser: Browser, phone: Page, link: tuple[str, str]
) -> None:
    context = browser.new_context(viewport=PHONE, geolocation=HERE, permissions=["geolocation"])
    late = context.new_page()
    late.goto(link[1])
    phone.goto(link[1])
    phone.locator("#send").click()
    expect(phone.locator("#said")).to_contain_text("Đã gửi")
    late.locator("#send").click()
    expect(late.locator("#said")).to_contain_text("đọc địa chỉ cho tổng đài")
    expect(late.locator("#send")).to_be_hidden()
    context.close()


def test_a_caller_and_the_desk_write_with_each_other(
    api: httpx.Client, phone: Page, link: tuple[str, str], screen: Screen
) -> None:
    phone.goto(link[1])
    phone.get_by_role("button", name="I cannot speak").click()
    expect(phone.locator("#log li.caller")).to_contain_text("Tôi không nói được.")
    row = screen.page.locator(f"[data-call={link[0]}]")
    expect(row.get_by_test_id("unanswered")).to_contain_text("1")
    row.click()
    words = screen.get("conversation").get_by_test_id("message")
    expect(screen.get("conversation")).to_be_visible()
    expect(words).to_have_count(0)
    screen.press(";")
    expect(words.first).to_contain_text("Tôi không nói được.")
    expect(screen.get("chat-text")).to_be_focused()
    screen.page.keyboard.type("Bạn ở đâu? - 115")
    screen.press("Enter")
    expect(phone.locator("#log li.desk")).to_contain_text("Bạn ở đâu? - 115")
    expect(screen.get("unanswered")).to_have_count(0)
    phone.locator("#text").fill("Chợ Bến Thành <b>")
    phone.locator("#write").click()
    expect(words.last).to_contain_text("Chợ Bến Thành <b>")
    post(api, f"calls/{link[0]}/close", outcome="no_content")
    expect(phone.locator("#chat-said")).to_contain_text("đã kết thúc")
    expect(phone.locator("#writing")).to_be_hidden()
