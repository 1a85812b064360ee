"""The hospital's own page in a real browser: who is coming, what it tells, and its word that it has taken over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.conftest import LARGE, SMALL
from tests.e2e.requests import BEN_THANH, answer_of, eventually, post, report
from tests.e2e.screen import PATIENCE_MS, Screen
from tests.e2e.test_console_screen import Line
from tests.running_desk import Live

TABLET = (820, 1180)
TOO_SMALL = """[...document.querySelectorAll('button, input')]
  .map(one => [one.textContent.trim() || one.ariaLabel, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 48 || box.height < 48))
  .map(([what, box]) => `${what}: ${box.width} x ${box.height}`)"""
PASSWORD = "bánh mì thịt nướng"
OpenPage = Callable[..., Screen]


@dataclass(frozen=True)
class Going:
    """A unit at the scene of a stroke, and the hospital that the desk advises for it."""

    incident: dict[str, Any]
    unit_id: str
    hospital: dict[str, Any]


@pytest.fixture
def going(api: httpx.Client) -> Iterator[Going]:
    stations = api.get("/api/v1/snapshot").json()["state"]["stations"]
    unit_id = next(
        one["id"]
        for one in api.get("/api/v1/units").json()
        if one["status"] == "available" and "convey" in one["skills"] and stations[one["station_id"]]["can_refuse"]
    )
    incident = post(api, "incidents", priority=2, complaint="stroke", **BEN_THANH)
    offer = post(api, f"incidents/{incident['id']}/offers", unit_id=unit_id, reason="training")["offer"]
    post(api, f"offers/{offer['id']}/answer", answer="accept", on_behalf_of="trạm")
    for status in ("en_route", "on_scene"):
        report(api, unit_id, status)
    hospital_id = advice(api, incident["id"])[0]["hospital_id"]
    hospital = next(one for one in api.get("/api/v1/hospitals").json() if one["id"] == hospital_id)
    going = Going(incident, unit_id, hospital)
    yield going
    end(api, going)


@pytest.fixture
def open_page(desk: Live, browser: Browser) -> Iterator[OpenPage]:
    """Opens hospitals' pages, signed in by a token unless told otherwise; each must have had no fault at the end."""
    pages: list[Screen] = []

    def make(hospital_id: str | None = None, line: Line | None = None) -> Screen:
        context = browser.new_context(
            base_url=desk.url, viewport={"width": SMALL[0], "height": SMALL[1]}, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script("localStorage['saigon115.language'] ??= 'en'")
        screen = Screen(context.new_page(), desk.url)
        pages.append(screen)
        if line is not None:
            screen.page.route_web_socket(re.compile("/feed"), line.carry)
        if hospital_id is not None:
            token = desk.token("hospital", hospital_id=hospital_id)
            kept = context.request.post("/api/v1/session/token", data={"token": token})
            assert kept.ok, kept.text()
            screen.page.goto(f"{desk.url}/hospital")
            is_live(screen)
        return screen

    yield make
    for screen in pages:
        screen.page.context.close()
        screen.check()


def end(api: httpx.Client, going: Going) -> None:
    """The unit is free, nobody comes, and the hospital is as it was but for the numbers it told."""
    unit = next(one for one in api.get("/api/v1/units").json() if one["id"] == going.unit_id)
    if unit["status"] == "on_scene":
        report(api, going.unit_id, "available", outcome="treated_not_conveyed")
    elif unit["status"] != "available":
        for status in ("at_hospital", "available")[unit["status"] == "at_hospital" :]:
            report(api, going.unit_id, status)
    told = {"status": "open", "diversion": []}
    assert api.patch(f"/api/v1/hospitals/{going.hospital['id']}", json=told).is_success


def is_live(screen: Screen) -> None:
    expect(screen.page.locator('[data-testid="strip"][data-state="live"]')).to_be_visible()


def row(screen: Screen, unit_id: str, stage: str) -> Locator:
    return screen.page.locator(f'[data-testid="arrival"][data-unit="{unit_id}"][data-stage="{stage}"]')


def advice(api: httpx.Client, incident_id: str) -> list[dict[str, Any]]:
    return list(answer_of(api, incident_id, "/destinations")["destinations"])


def advised(api: httpx.Client, going: Going) -> dict[str, Any]:
    found = advice(api, going.incident["id"])
    return next(one for one in found if one["hospital_id"] == going.hospital["id"])


def standing(api: httpx.Client, going: Going) -> dict[str, Any]:
    found = api.get("/api/v1/hospitals").json()
    return next(one for one in found if one["id"] == going.hospital["id"])


def send_there(api: httpx.Client, going: Going) -> None:
    path = f"incidents/{going.incident['id']}/destination"
    post(api, path, unit_id=going.unit_id, hospital_id=going.hospital["id"], reason="training")


def drive(avl: httpx.Client, going: Going, share: float, age_s: float = 0.0) -> None:
    """A fix this far along the straight line from the scene to the hospital; below 0 on its far side."""
    there = {key: BEN_THANH[key] + share * (going.hospital[key] - BEN_THANH[key]) for key in BEN_THANH}
    at = datetime.now(UTC) - timedelta(seconds=age_s)
    fix = {"unit_id": going.unit_id, "at": at.isoformat(), **there}
    answer = avl.post("/api/v1/positions", json=[fix])
    assert answer.json()["accepted"] == 1, answer.text


def enter(page: Screen) -> None:
    """Enter, once the page says that whom it speaks of has stood there long enough to have been seen."""
    expect(page.get("board")).to_have_attribute("data-settled", "true")
    page.press("Enter")


def all_of(things: Locator, attribute: str) -> list[str | None]:
    """An attribute of each thing in a list, once the list stands."""
    expect(things.first).to_be_visible()
    return [one.get_attribute(attribute) for one in things.all()]


def minutes_of(eta: Locator) -> int:
    """What the big figure says; under a minute and due are none."""
    found = re.match(r"\s*(\d+)\s+min", eta.inner_text())
    return int(found[1]) if found else 0


def test_a_unit_is_seen_coming_its_time_runs_down_and_enter_takes_it_over(
    open_page: OpenPage, api: httpx.Client, avl: httpx.Client, going: Going
) -> None:
    page = open_page(going.hospital["id"])
    expect(page.get("strip")).to_contain_text(going.hospital["name_en"])
    expect(row(page, going.unit_id, "scene")).to_have_count(0)
    send_there(api, going)
    scene = row(page, going.unit_id, "scene")
    expect(scene).to_contain_text("Stroke suspected")
    expect(scene).to_contain_text(re.compile(r"\d+ min ride"))
    enter(page)
    expect(page.get("message")).to_contain_text(f"Unit {going.unit_id} is not here yet")
    report(api, going.unit_id, "transporting")
    drive(avl, going, -1.0, age_s=90.0)
    coming = row(page, going.unit_id, "coming")
    expect(coming).to_contain_text(re.compile(r"position 1:\d\d ago"))
    expect(page.get("eta")).to_contain_text(re.compile(r"\d+ min"))
    far = minutes_of(coming.get_by_test_id("eta"))
    drive(avl, going, 0.5)
    expect(coming).to_contain_text(re.compile(r"position 0:\d\d ago"))
    eventually(
        lambda: minutes_of(coming.get_by_test_id("eta")) < far, "the time did not run down with the new position"
    )
    report(api, going.unit_id, "at_hospital")
    at_door = row(page, going.unit_id, "door")
    expect(at_door.get_by_test_id("confirm")).to_be_visible()
    expect(page.get("count-door")).to_have_text("1")
    page.press("Escape")
    enter(page)
    expect(at_door).to_have_count(0)
    expect(page.get("message")).to_contain_text(f"handover from unit {going.unit_id} confirmed")
    (run,) = answer_of(api, going.incident["id"])["runs"].values()
    assert run["handover_confirmed_at"] is not None
    report(api, going.unit_id, "available")


def test_what_the_nurse_tells_by_keyboard_changes_the_desks_advice(
    open_page: OpenPage, api: httpx.Client, going: Going
) -> None:
    assert not advised(api, going)["diverts"]
    page = open_page(going.hospital["id"])
    codes = all_of(page.get("diversion"), "data-code")
    page.press("d", *["ArrowDown"] * codes.index("stroke"), "Space")
    switch = page.page.locator('[data-testid="diversion"][data-code="stroke"]')
    expect(switch).to_have_attribute("aria-checked", "true")
    page.press("Escape", "3")
    expect(page.page.locator('[data-testid="status"][data-status="full"]')).to_have_attribute("aria-checked", "true")
    rows = all_of(page.get("place"), "data-resource")
    page.press("p", *["ArrowDown"] * rows.index("ct"), "+", "+", "-", "-")
    eventually(lambda: advised(api, going)["free"] == 0, "the desk did not hear of the number of CT scanners")
    after = advised(api, going)
    assert (after["diverts"], after["terms"]["status"], after["terms"]["none_free"]) == (True, 900.0, 600.0)
    assert advice(api, going.incident["id"])[0]["hospital_id"] != going.hospital["id"]
    expect(page.get("desk-sees")).to_contain_text("Diverts: stroke")
    expect(page.get("desk-sees")).to_contain_text("0 CT scanner")
    page.press("Escape", "1", "d", *["ArrowDown"] * codes.index("stroke"), "Space")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(page.page.locator('[data-testid="status"][data-status="open"]')).to_have_attribute("aria-checked", "true")
    path = f"/api/v1/hospitals/{going.hospital['id']}"
    assert api.patch(path, json={"capacity": {"ct": 3}}).is_success
    expect(page.page.locator('input[data-resource="ct"]')).to_have_value("3")
    assert advice(api, going.incident["id"])[0]["hospital_id"] == going.hospital["id"]


def test_what_is_pressed_while_the_word_before_is_on_its_way_is_told_too(
    open_page: OpenPage, api: httpx.Client, going: Going
) -> None:
    page = open_page(going.hospital["id"])
    codes = all_of(page.get("diversion"), "data-code")
    with page.held("**/api/v1/hospitals/*"):
        page.press("d", "Space", "ArrowDown", "Space", "Escape", "3", "1", "2")
    expect(page.get("desk-sees")).to_contain_text("Busy")
    for code in codes[:2]:
        switch = page.page.locator(f'[data-testid="diversion"][data-code="{code}"]')
        expect(switch).to_have_attribute("aria-checked", "true")
    told = standing(api, going)
    assert (told["status"], sorted(told["diversion"])) == ("busy", sorted(map(str, codes[:2])))


def test_a_place_is_kept_for_who_comes_and_given_back_by_touch(
    open_page: OpenPage, api: httpx.Client, going: Going
) -> None:
    assert api.patch(f"/api/v1/hospitals/{going.hospital['id']}", json={"capacity": {"ct": 1}}).is_success
    send_there(api, going)
    page = open_page(going.hospital["id"])
    page.get("keep").click()
    expect(page.get("kept")).to_contain_text("CT scanner")
    held = page.get("held")
    expect(held).to_contain_text(going.unit_id)
    expect(held).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(page.page.locator('[data-testid="place"][data-resource="ct"]')).to_contain_text("1 kept · 0 left")
    page.get("release").click()
    expect(held).to_have_count(0)
    eventually(lambda: standing(api, going)["reservations"] == {}, "the place is still kept")


def test_a_number_that_could_not_be_sent_stays_and_is_sent_again(
    open_page: OpenPage, api: httpx.Client, going: Going
) -> None:
    page = open_page(going.hospital["id"])
    page.expects(r"net::ERR_FAILED")
    page.page.route("**/api/v1/hospitals/*", lambda route: route.abort())
    place = page.page.locator('[data-testid="place"][data-resource="icu_bed"]')
    place.locator("[data-do=add]").click(click_count=2)
    expect(page.get("unsent")).to_be_visible()
    expect(page.get("message")).to_contain_text("The server cannot be reached")
    expect(place.locator("input")).to_have_value("2")
    assert "icu_bed" not in standing(api, going)["capacity"]
    page.page.unroute("**/api/v1/hospitals/*")
    page.get("unsent").get_by_role("button", name="Send again").click()
    expect(page.get("unsent")).to_have_count(0)
    eventually(lambda: standing(api, going)["capacity"].get("icu_bed") == 2, "the number never came")


def test_a_lost_line_is_told_with_its_age_and_who_came_meanwhile_is_there_after(
    open_page: OpenPage, api: httpx.Client, going: Going
) -> None:
    line = Line()
    page = open_page(going.hospital["id"], line)
    line.cut()
    expect(page.get("lost")).to_contain_text(re.compile(r"Connection lost \d+:\d\d ago"))
    line.mend()
    is_live(page)
    send_there(api, going)
    expect(row(page, going.unit_id, "scene")).to_be_visible()
    expect(page.get("lost")).to_have_count(0)


def test_nothing_is_smaller_than_a_finger_and_nothing_is_cut_off(
    open_page: OpenPage, api: httpx.Client, going: Going
) -> None:
    send_there(api, going)
    page = open_page(going.hospital["id"])
    expect(row(page, going.unit_id, "scene")).to_be_visible()
    for size, key in ((SMALL, "l"), (SMALL, "t"), (LARGE, "l"), (TABLET, "t")):
        page.page.set_viewport_size({"width": size[0], "height": size[1]})
        page.until("([width, height]) => innerWidth === width && innerHeight === height", size)
        page.press(key)
        page.eventually_none(TOO_SMALL)
        page.until("width => document.documentElement.scrollWidth === width", size[0])


def test_each_goes_to_the_page_that_is_theirs(open_page: OpenPage, desk: Live, going: Going) -> None:
    desk.add_account("cap-cuu", PASSWORD, "hospital", hospital_id=going.hospital["id"])
    desk.add_account("dieu-phoi", PASSWORD, "dispatcher")
    page = open_page()
    page.expects(r"status of 401 .*/api/v1/session")
    page.page.goto(f"{desk.url}/hospital")
    for username in ("dieu-phoi", "cap-cuu"):
        page.get("login-username").fill(username)
        page.get("login-password").fill(PASSWORD)
        page.press("Enter")
        if username == "dieu-phoi":
            expect(page.get("wrong-account")).to_contain_text("belongs to no hospital")
            page.page.get_by_role("button", name="Sign out").click()
    expect(page.get("board")).to_be_visible()
    page.page.goto(desk.url)
    expect(page.get("board")).to_be_visible()
    page.get("logout").click()
    page.get("login-by-token").click()
    page.get("login-token").fill(desk.token("hospital", hospital_id=going.hospital["id"]))
    page.press("Enter")
    expect(page.get("strip")).to_contain_text(going.hospital["name_en"])
    page.page.reload()
    is_live(page)
